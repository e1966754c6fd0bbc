"""Many items worked on elsewhere: by processes here, or by machines of a Ray cluster.

Modules, each importing only those above it:
work (the protocol, and what is said of an item that was lost), tries (items under way), child
(Python processes of our own), worker (the child process), local, cluster (loads and starts Ray),
on_ray.
"""
