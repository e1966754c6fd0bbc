"""A property for Hypothesis: members agree about a case, but for bugs that are known."""

from __future__ import annotations

from portfolio.differential.case import Case
from portfolio.differential.checks import findings
from portfolio.differential.filing.known import known_bug
from portfolio.differential.finding import Finding
from portfolio.differential.panel import Panel


def disagreements(case: Case, panel: Panel, *, certify: bool = True) -> list[Finding]:
    """Return what is wrong about the answers of a panel to a case and is no known bug.

    A bug is recognised by terms that the case has; a large case may have them by chance.
    """
    found = findings(case, panel.ask(case), certify=certify)
    versions = panel.versions() if found else {}
    return [one for one in found if not known_bug(one, case, versions.get(one.member, ""))]


def require_agreement(case: Case, panel: Panel, *, certify: bool = True) -> None:
    """Raise AssertionError, which tells the script and who is wrong, iff members disagree."""
    found = disagreements(case, panel, certify=certify)
    if found:
        lines = (f"`{one.member}`: {one.fault.value}: {one.evidence}" for one in found)
        raise AssertionError("\n".join([*lines, "", case.text]))
