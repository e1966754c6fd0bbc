"""Which parts of a policy are to spare: values of its lists, patterns, statements.

Modules, each importing only those above it:
cover, lists, overlap, remains, shadows.
"""
