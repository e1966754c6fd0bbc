"""Policies compiled once and asked often: most questions are decided on what is written alone.

Modules, each importing only those above it:
globs, wild_index, sets, block, row, library, cover, context, guess, decide, tell.
"""
