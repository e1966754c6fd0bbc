"""The portfolio as a service: questions over HTTP, answered by processes of their own.

Modules, each importing only those above it:
settings, asking (what is answered, without a network), frames, persistent (members that others may
kill), answerer (the process that does it), log, hand, crew (all such processes, and who waits),
metrics, schemas, result_schemas, openapi, body, lines, app (the endpoints), protocol (connections),
server.
"""
