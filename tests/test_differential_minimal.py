"""A finding is kept while its case is shrunk, by as few members as show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from automaton.verdict import Sat, Unsat
from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.checks import findings
from portfolio.differential.filing.found import case_of_text
from portfolio.differential.finding import NOBODY_KNOWS, Fault, Finding
from portfolio.differential.panel import Panel
from portfolio.differential.shrinking.minimal import Effort, minimal, needed_panel, shown
from portfolio.limits import Limits
from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import Ended, Outcome, Run, Task

UNSAT = Outcome(End.ANSWERED, Unsat())
SATISFIABLE = case_of_text(
    "(declare-fun name () String)(declare-fun other () String)"
    '(assert (str.in_re name (re.++ (re.comp (str.to_re "abc")) (re.+ (re.range "a" "f")))))'
    "(assert (or (str.prefixof other name) (< (str.len name) (str.len other))))"
    "(assert (not (= name other)))(check-sat)",
    "a test",
)


@dataclass(frozen=True)
class Fake:
    """A member that says what a function makes of the script."""

    name: str
    answer: Callable[[str], Outcome]
    asked: list[str] = field(default_factory=list)

    def version(self) -> str:
        return "1.0"

    def warm(self) -> None:
        return None

    def start(self, task: Task, limits: Limits) -> Run:
        text = getattr(task, "text", "")
        self.asked.append(text)
        return Ended(self.answer(text))


def blind(text: str) -> Outcome:
    """Say unsat wherever there is a complement, and nothing else."""
    return UNSAT if "re.comp" in text else Outcome(End.UNKNOWN)


def falls(text: str) -> Outcome:
    """Fall over `re.+` at one place of its source, over `re.comp` at another."""
    if "re.+ " in text:
        return Outcome(End.CRASHED, detail="killed by SIGABRT, errors `unreachable at plus.cpp:7`")
    if "re.comp" in text:
        return Outcome(End.CRASHED, detail="killed by SIGABRT, errors `unreachable at comp.cpp:9`")
    return Outcome(End.UNKNOWN)


def only_finding(case: Case, panel: Panel) -> Finding:
    (finding,) = findings(case, panel.ask(case), certify=False)
    return finding


def test_a_wrong_unsat_is_shrunk_by_the_accused_and_the_witness_alone() -> None:
    other = Fake("other", lambda text: Outcome(End.UNKNOWN))
    panel = Panel([Fake("blind", blind), other, AutomatonMember()])
    finding = only_finding(SATISFIABLE, panel)
    asked = len(other.asked)

    small = minimal(SATISFIABLE, finding, panel)

    assert small.text == (
        '(set-logic ALL)\n(assert (str.in_re "" (re.comp re.none)))\n(check-sat)\n'
    )
    assert len(other.asked) == asked
    assert shown(small, finding, panel) is not None


def test_a_crash_stays_the_crash_it_is_and_nobody_else_is_asked() -> None:
    witness = Fake("automaton", lambda text: UNSAT)
    panel = Panel([Fake("falls", falls), witness])
    crash = Finding("falls", Fault.CRASH, falls("(re.+ x)").detail)

    small = minimal(SATISFIABLE, crash, panel)

    assert "(re.+ " in small.text
    assert "re.comp" not in small.text
    assert small.text.count("\n") == 3
    assert witness.asked == []


def test_a_contradiction_that_nothing_settles_is_shrunk_by_the_two() -> None:
    sat = Outcome(End.CRASHED, detail="sat, without a model")
    yes = Fake("yes", lambda text: sat if "str.len" in text else Outcome(End.UNKNOWN))
    no = Fake("no", lambda text: UNSAT if "str.len" in text else Outcome(End.UNKNOWN))
    panel = Panel([Fake("silent", lambda text: Outcome(End.UNKNOWN)), yes, no])
    finding = Finding(NOBODY_KNOWS, Fault.CONTRADICTION, "sat: yes; unsat: no")

    needed = needed_panel(SATISFIABLE, finding, panel)
    small = minimal(SATISFIABLE, finding, panel)

    assert needed is not None
    assert [member.name for member in needed.members] == ["yes", "no"]
    assert "str.len" in small.text
    assert small.text.count("\n") <= 4


def test_what_only_a_promise_tells_is_not_shrunk() -> None:
    case = Case(SATISFIABLE.assertions, "a test", "sat", "it was made so")
    panel = Panel([Fake("blind", blind)])
    finding = only_finding(case, panel)

    assert finding.fault is Fault.WRONG_UNSAT
    assert minimal(case, finding, panel) is case


def test_a_wrong_model_is_found_without_anybody_else() -> None:
    def lies(text: str) -> Outcome:
        names = ("x", "name", "other", "n0", "n1")
        return Outcome(End.ANSWERED, Sat(dict.fromkeys(names, "zz")))

    panel = Panel([Fake("lies", lies), Fake("other", blind)])
    finding = Finding("lies", Fault.WRONG_MODEL, "")

    needed = needed_panel(SATISFIABLE, finding, panel)

    assert needed is not None
    assert [member.name for member in needed.members] == ["lies"]
    assert minimal(SATISFIABLE, finding, panel).text.count("\n") <= 4


@pytest.mark.parametrize("effort", [Effort(wall_s=0.0), Effort(most_tries=1)])
def test_an_effort_that_is_spent_leaves_the_case_as_it_is(effort: Effort) -> None:
    panel = Panel([Fake("blind", blind), AutomatonMember()])
    finding = only_finding(SATISFIABLE, panel)

    assert minimal(SATISFIABLE, finding, panel, effort=effort) is SATISFIABLE
