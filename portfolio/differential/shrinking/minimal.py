"""From a case with a finding to the smallest one found with the same finding."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from portfolio.differential.case import Case
from portfolio.differential.checks import findings
from portfolio.differential.finding import NOBODY_KNOWS, Fault, Finding
from portfolio.differential.panel import Outcomes, Panel
from portfolio.differential.shape import is_same
from portfolio.differential.shrinking.search import MOST_TRIES, shrink

WITNESS = "automaton"
"""The member that is asked first who is right: it certifies, and its models are checked."""

CLAIMS = frozenset({Fault.BROKEN_CERTIFICATE, Fault.CONTRADICTION})
"""Faults that show by a certificate, which is sought whoever says unsat."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What shrinking one finding may take."""

    most_tries: int = MOST_TRIES
    wall_s: float = 60.0


DEFAULT_EFFORT = Effort()


def minimal(case: Case, finding: Finding, panel: Panel, *, effort: Effort = DEFAULT_EFFORT) -> Case:
    """Return the smallest case found that shows the same member wrong in the same way.

    Only the members that are needed to show it are asked. The case itself is returned iff no
    smaller one is found, or what shows it is only what was promised of this very case.
    """
    deadline = time.monotonic() + effort.wall_s
    needed = needed_panel(case, finding, panel)
    if needed is None:
        return case
    return shrink(
        case,
        lambda smaller: shown(smaller, finding, needed) is not None,
        most_tries=effort.most_tries,
        deadline=deadline,
    )


def needed_panel(case: Case, finding: Finding, panel: Panel) -> Panel | None:
    """Return the smallest panel tried that shows a finding without what is promised of the case."""
    bare = Case(case.assertions, case.origin)
    tried = (panel.only(*names) for names in _groups(finding, panel))
    return next((each for each in tried if shown(bare, finding, each) is not None), None)


def shown(case: Case, finding: Finding, panel: Panel) -> Finding | None:
    """Return what a panel finds about a case that is the same as a finding, or None."""
    return finding_like(finding, case, panel.ask(case))


def finding_like(finding: Finding, case: Case, outcomes: Outcomes) -> Finding | None:
    """Return what is found in the answers to a case that is the same as a finding, or None."""
    found = findings(case, outcomes, certify=finding.fault in CLAIMS)
    return next((each for each in found if is_same(each, finding)), None)


def _groups(finding: Finding, panel: Panel) -> Iterator[tuple[str, ...]]:
    """Yield groups of members, each of which may be enough; all of them last."""
    names = [member.name for member in panel.members]
    accused = [name for name in names if name == finding.member]
    others = [name for name in names if name not in accused]
    if finding.member == NOBODY_KNOWS:
        yield from combinations(names, 2)
    else:
        yield tuple(accused)
        # The witness is asked before other members, whose models show as much, but no certificate.
        ordered = sorted(others, key=lambda name: name != WITNESS)
        yield from ((*accused, other) for other in ordered)
    yield tuple(names)
