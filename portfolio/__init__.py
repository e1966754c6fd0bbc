"""Many members, one answer.

Modules, each importing only those above it:
answer, limits, threads, members, validate, race, check, conduct, batch, output, options, cli.
"""

from portfolio.check import Comparison, Result, check
from portfolio.conduct import Conduct
from portfolio.limits import Limits, Schedule

__all__ = ["Comparison", "Conduct", "Limits", "Result", "Schedule", "check"]
