"""Many lines answered by several processes: in order, in bounded memory, none without an answer.

A thread reads the lines into memory that the workers share, so that only places travel to them;
their answers come back as finished text. What a worker that dies was about is asked once more.

Modules, each importing only those above it:
work (what travels, and the protocol of an executor), memory, feed, worker (the child process),
crew (the executor of local processes), order, stream.
"""
