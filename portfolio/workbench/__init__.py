"""The workbench: query sets, runs of members on them, and what two runs tell.

Modules, each importing only those above it:
row, record, queries, collecting, executor, run, times, bands, truth, fitting, compare, gate, best,
schedules, releases, telling, scatter, report.
"""
