"""Campaigns: cases for a time or a number, on several cores, that can be stopped and gone on with.

Modules, each importing only those above it:
plan, drawing (needs hypothesis), journal, batch, crew, tally, run.
"""
