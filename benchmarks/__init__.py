"""Measurements with a memory: suites of cases, members timed on them, records, comparisons.

`python -m benchmarks.run SUITE` measures problems, `python -m benchmarks.scripts FOLDER` scripts of
SMT-LIB as they stand, `python -m benchmarks.findings` findings. `python -m benchmarks.report` reads
a record of the first two, `python -m benchmarks.plots` draws it. `python -m benchmarks.fuzz FOLDER`
looks for wrong answers to mutants of scripts.
"""
