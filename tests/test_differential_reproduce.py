"""A stored finding is shown again by one command, whose exit status tells how that went."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from portfolio.differential.case import Case
from portfolio.differential.filing.found import Found, case_of_text
from portfolio.differential.filing.store import FINDING, Store
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.panel import Panel
from portfolio.differential.reproduce import BAD_INPUT, GONE, SHOWS, main
from portfolio.differential.shape import shape_of
from portfolio.limits import Limits
from portfolio.members import BinaryMember
from portfolio.members.automaton import AutomatonMember

SATISFIABLE = '(declare-fun x () String)(assert (str.prefixof "a" x))(check-sat)'
IMPOSSIBLE = '(assert (= "a" "b"))(check-sat)'
NAYSAYER = BinaryMember(
    name="naysayer", command=("echo", "unsat"), dialect="z3", version_command=("echo", "1.2")
)
FINDING_OF_IT = Finding("naysayer", Fault.WRONG_UNSAT, "told")


def stored(folder: Path, case: Case, *members: BinaryMember) -> Path:
    panel = Panel([*(members or (NAYSAYER,)), AutomatonMember()], Limits(wall_s=5))
    found = Found(
        finding=FINDING_OF_IT,
        case=case,
        original=case,
        panel=panel,
        outcomes={},
        shape=shape_of(FINDING_OF_IT, case),
    )
    return Store(folder).add(found).folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stored(tmp_path, case_of_text(SATISFIABLE, "a test"))


def test_a_finding_that_shows_is_told_with_who_says_what(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder)]) == SHOWS

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "naysayer 1.2 says unsat"
    assert lines[1].startswith("automaton ")
    assert lines[1].endswith(" says sat")
    assert lines[2].startswith("naysayer: wrong unsat shows: the model of `automaton` satisfies it")


def test_the_record_may_be_named_itself_and_nothing_be_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder / FINDING), "--quiet"]) == SHOWS
    assert capsys.readouterr().out == ""


def test_another_script_may_show_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "other.smt2"
    script.write_text(IMPOSSIBLE)

    assert main([str(folder), str(script)]) == GONE
    assert capsys.readouterr().out.splitlines()[-1] == "naysayer: wrong unsat does not show"


def test_a_version_that_is_not_the_recorded_one_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((folder / FINDING).read_text())
    record["members"][0]["version"] = "1.1"
    (folder / FINDING).write_text(json.dumps(record))

    main([str(folder)])

    assert capsys.readouterr().out.startswith("naysayer 1.2 (recorded with 1.1) says unsat\n")


def test_a_promise_about_the_original_holds_of_the_original_only(tmp_path: Path) -> None:
    text = "(declare-fun x () Int)(assert (= 6 (* x x x)))(check-sat)"
    case = replace(case_of_text(text, "a test"), expected="sat", why="it was made so")
    folder = stored(tmp_path, case)
    script = tmp_path / "same.smt2"
    script.write_text(text)

    assert main([str(folder), "--quiet"]) == SHOWS
    assert main([str(folder), str(script), "--quiet"]) == GONE


BROKEN = {
    "no JSON": "{",
    "no object": "[]",
    "no fault": '{"member": "z3", "evidence": ""}',
    "no such fault": '{"member": "z3", "evidence": "", "fault": "rude"}',
    "no limits": '{"member": "z3", "evidence": "", "fault": "crash", "members": []}',
    "no members": '{"member": "z3", "evidence": "", "fault": "crash", "members": 3, "limits": {}}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_record_that_cannot_be_read_is_bad_input(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FINDING).write_text(text)

    assert main([str(tmp_path)]) == BAD_INPUT
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("text", ["(assert (", "(assert (= 1 (bvadd 1 2)))(check-sat)"])
def test_a_script_that_cannot_be_read_is_bad_input(text: str, folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "other.smt2"
    script.write_text(text)

    assert main([str(folder), str(script)]) == BAD_INPUT


def test_a_member_that_is_not_installed_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = replace(NAYSAYER, command=("no-such-solver-anywhere",))
    folder = stored(tmp_path, case_of_text(SATISFIABLE, "a test"), gone)

    assert main([str(folder)]) == BAD_INPUT
    assert capsys.readouterr().err == (
        "the command `no-such-solver-anywhere` of member `naysayer` is not installed\n"
    )


def test_a_missing_folder_is_bad_input(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nothing")]) == BAD_INPUT


def test_the_command_exits_with_the_status(folder: Path) -> None:
    command = [sys.executable, "-m", "portfolio.differential.reproduce", str(folder)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)

    assert finished.returncode == SHOWS
    assert "naysayer: wrong unsat shows" in finished.stdout
