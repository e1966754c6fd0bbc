"""Many members, one answer.

Modules, each importing only those above it:
answer, limits, threads, cancel, places, admission (back-pressure), members, executors (many items
on many processes), fragment, trust, evidence, validate, race, cache_key, cache, cache_memory,
cache_sqlite, cache_choice, solve, handover, check, at_once, conduct, analyses, pool (worker
processes for many lines), plain_lines, asked, batch, service (questions over HTTP), differential
(the testing suite), layout, workbench (recorded queries and runs on them), output, analysis_text,
gathering, options, printing, reading, progress, progress_bar, command_groups, cli_checks,
cli_analyses, cli_batch, cli_serve, cli_solve, cli_conformance, cli_fuzz, cli_iam_conformance,
cli_bench_compare, cli_bench_report, cli_bench_run, cli_bench, cli.
"""

from typing import TYPE_CHECKING

from automaton.lazy import handed_on
from portfolio.check import Comparison, Result, check
from portfolio.limits import Limits, Schedule

if TYPE_CHECKING:
    from portfolio.admission import Admission
    from portfolio.analyses import Analysis, Analyst
    from portfolio.batch import answer_lines
    from portfolio.cancel import Cancel
    from portfolio.conduct import Conduct
    from portfolio.handover import script_of
    from portfolio.solve import solve_script

__all__ = [
    "Admission",
    "Analysis",
    "Analyst",
    "Cancel",
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

__getattr__ = handed_on(
    __name__,
    {
        "Admission": "admission",
        "Analysis": "analyses",
        "Analyst": "analyses",
        "answer_lines": "batch",
        "Cancel": "cancel",
        "Conduct": "conduct",
        "script_of": "handover",
        "solve_script": "solve",
    },
)
