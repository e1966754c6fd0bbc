"""Many members, one answer.

Modules, each importing only those above it:
answer, limits, threads, members, validate, race, solve, handover, check, at_once, conduct,
analyses, pool (worker processes for many lines), plain_lines, batch, layout, output,
analysis_text, options, printing, reading, progress, cli_checks, cli_analyses, cli_batch, cli_solve,
cli.
"""

from portfolio.analyses import Analysis, Analyst
from portfolio.batch import answer_lines
from portfolio.check import Comparison, Result, check
from portfolio.conduct import Conduct
from portfolio.handover import script_of
from portfolio.limits import Limits, Schedule
from portfolio.solve import solve_script

__all__ = [
    "Analysis",
    "Analyst",
    "Comparison",
    "Conduct",
    "Limits",
    "Result",
    "Schedule",
    "answer_lines",
    "check",
    "script_of",
    "solve_script",
]
