"""What Hypothesis draws to break string solvers. Simple values come first, so that failures shrink.

Modules, each importing only those above it:
characters (with strings), patterns, regexes, problems (with formulas and models), terms, scripts.
"""
