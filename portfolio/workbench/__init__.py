"""The workbench: query sets, runs of members on them, and what two runs tell.

Modules, each importing only those above it:
row, record, truth, machine, drawing (of queries), queries, collecting, installing, executor,
asking, journal, run, times, bands, releases, fitting, compare, gate, best, schedules, telling,
scatter, report.
"""
