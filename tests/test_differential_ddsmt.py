"""ddSMT's result is taken only where it is smaller and shows the finding; how it fared is noted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from portfolio.differential.case import Case
from portfolio.differential.filing import ddsmt
from portfolio.differential.filing.ddsmt import NOT_INSTALLED, PROMISED, reduced
from portfolio.differential.filing.found import case_of_text
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.panel import Panel
from portfolio.limits import Limits
from portfolio.members import BinaryMember
from portfolio.members.automaton import AutomatonMember

NAYSAYER = BinaryMember(
    name="naysayer",
    command=("sh", "-c", "if grep -q str.prefixof; then echo unsat; else echo unknown; fi"),
    dialect="z3",
    version_command=("echo", "1.2"),
)
FINDING = Finding("naysayer", Fault.WRONG_UNSAT, "told")
CASE = case_of_text(
    '(declare-fun x () String)(assert (str.prefixof "a" x))(assert (= x "ab"))(check-sat)', "here"
)
SMALLER = '(declare-const x String)(assert (str.prefixof "a" x))'
SILENT = '(declare-const x String)(assert (= x "ab"))'

PROGRAM = """#!{python}
import subprocess, sys, time
given = sys.argv[sys.argv.index("--timeout") + 2:]
in_file, out_file, check = given[0], given[1], given[2:]
if subprocess.run([*check, in_file]).returncode != 1:
    sys.exit("the case does not show it")
def write(text):
    open(out_file, "w").write(text)
{body}
"""


@pytest.fixture
def panel() -> Panel:
    return Panel([NAYSAYER, AutomatonMember()], Limits(wall_s=5))


def plant(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """Put a program in the place of ddSMT."""
    program = folder / "ddsmt"
    program.write_text(PROGRAM.format(python=sys.executable, body=body))
    program.chmod(0o755)
    monkeypatch.setattr(ddsmt, "command", lambda: str(program))


def test_that_ddsmt_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, panel: Panel) -> None:
    monkeypatch.setattr(ddsmt, "command", lambda: None)

    assert reduced(CASE, FINDING, panel) == ddsmt.Reduced(CASE, NOT_INSTALLED, FINDING)


def test_what_is_smaller_and_shows_the_finding_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, panel: Panel
) -> None:
    plant(monkeypatch, tmp_path, f"write({SMALLER!r})")

    result = reduced(CASE, FINDING, panel)

    assert result.note == "reduced by ddSMT, run to its end, from 6 terms to 3"
    assert '(str.prefixof "a" x)' in result.case.text
    assert "ab" not in result.case.text
    assert result.finding.evidence.startswith("the model of `automaton` satisfies it: x = ")


def test_checks_are_answered_truly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, panel: Panel
) -> None:
    body = f"""
statuses = []
for text in ({SMALLER!r}, {SILENT!r}, "(assert", {SMALLER!r}):
    open("tried.smt2", "w").write(text)
    statuses.append(subprocess.run([*check, "tried.smt2"]).returncode)
statuses.append(subprocess.run([*check, "nothing.smt2"]).returncode)
sys.exit(str(statuses))
"""
    plant(monkeypatch, tmp_path, body)

    assert reduced(CASE, FINDING, panel).note == (
        "not reduced further: ddSMT, failed with exit status 1: [1, 0, 2, 1, 2], left no script"
    )


LEFT = {
    f"write({SILENT!r})": "what ddSMT, run to its end, left does not show it",
    "write(open(in_file).read())": "ddSMT, run to its end, found nothing smaller",
    "write('(assert')": "ddSMT, run to its end, left what is no script: line 1",
    "": "ddSMT, run to its end, left no script",
    "sys.exit('no memory')": "ddSMT, failed with exit status 1: no memory, left no script",
}


@pytest.mark.parametrize("body", LEFT)
def test_all_else_is_left_with_the_reason(
    body: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, panel: Panel
) -> None:
    plant(monkeypatch, tmp_path, body)

    result = reduced(CASE, FINDING, panel)

    assert result.case is CASE
    assert result.note.startswith(f"not reduced further: {LEFT[body]}")


def test_what_is_left_when_the_time_is_over_is_judged_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, panel: Panel
) -> None:
    plant(monkeypatch, tmp_path, f"write({SMALLER!r})\ntime.sleep(600)")

    result = reduced(CASE, FINDING, panel, wall_s=3.0)

    assert result.note == "reduced by ddSMT, stopped after 3 s, from 6 terms to 3"


def test_a_finding_that_only_a_promise_shows_is_left(panel: Panel) -> None:
    case = case_of_text("(declare-fun x () Int)(assert (= 6 (* x x x)))(check-sat)", "here")
    promised = Case(case.assertions, "here", "sat", "it was made so")

    if ddsmt.command() is None:
        pytest.skip("ddsmt is not installed")
    assert reduced(promised, FINDING, panel) == ddsmt.Reduced(promised, PROMISED, FINDING)


@pytest.mark.slow
def test_ddsmt_itself_drops_what_is_not_needed(panel: Panel) -> None:
    if ddsmt.command() is None:
        pytest.skip("ddsmt is not installed")

    result = reduced(CASE, FINDING, panel, wall_s=120.0)

    assert result.note.startswith("reduced by ddSMT, run to its end, from 6 terms to ")
    assert "str.prefixof" in result.case.text
    assert '"ab"' not in result.case.text
