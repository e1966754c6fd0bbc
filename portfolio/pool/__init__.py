"""Many lines answered by several processes: in order, in bounded memory, none without an answer.

A thread reads the lines into memory that the workers share, so that only places travel to them;
their answers come back as finished text. To workers elsewhere the lines travel themselves. What a
worker that dies was about is asked once more; one that hangs is ended.

Modules, each importing only those above it:
work (what travels, and the protocol of an executor), answering (what every worker does), memory,
watch, here (no workers), feed, worker (the child process), crew (the executor of local processes),
ray_crew (that of a Ray cluster), order, stream, on_ray.
"""
