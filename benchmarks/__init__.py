"""Measurements with a memory: suites of questions, members timed on them, records, comparisons.

Run one with `python -m benchmarks.run SUITE`, read its record with `python -m benchmarks.report`.
"""
