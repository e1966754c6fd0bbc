"""The command `keyaki conformance`: reports, records and exit status."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.__main__ import main as benchmarks
from portfolio.cli import commands
from portfolio.differential.conformance.suite import suite
from tests.conformance_cases import knowing_solver

FACTS = suite(("str.at", "str.len"), most=5)
CHOSEN = ("--operators", "str.len, str.at", "--most", "5")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["conformance", *arguments], standalone_mode=False)


def test_our_own_solver_is_right() -> None:
    result = run("--member", "automaton", *CHOSEN, "--format", "json")

    (solver,) = json.loads(result.stdout)["solvers"]
    assert (result.return_value, solver["solver"]) == (0, "automaton")
    assert solver["operators"]["all"] == {
        **dict.fromkeys(("wrong", "unknown", "unsupported", "crashed", "timed out"), 0),
        "right": 10,
    }


def test_a_wrong_answer_is_shown_with_its_script(tmp_path: Path) -> None:
    command = knowing_solver(tmp_path, FACTS, "str.at=lie")

    result = run("--member", "automaton", "--solver", f"mine={command}", *CHOSEN)

    assert result.return_value == 1
    assert "  str.at              5" in result.stdout.split("\n")
    assert f"mine: wrong: {next(f for f in FACTS if f.operator == 'str.at')}" in result.stdout
    assert result.stdout.count("(check-sat)") == 5


def test_what_is_not_decided_is_not_wrong(tmp_path: Path) -> None:
    command = knowing_solver(tmp_path, FACTS, "str.at=unknown", "str.len=crash")

    assert run("--solver", f"mine={command}", *CHOSEN).return_value == 0


def test_a_record_has_the_report_and_what_is_not_right(tmp_path: Path) -> None:
    command = knowing_solver(tmp_path, FACTS, "str.at=unknown")
    record = tmp_path / "record"

    run("--solver", f"mine={command}", *CHOSEN, "--record", str(record))

    with (record / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["operator"], row["result"]) for row in rows] == [("str.at", "unknown")] * 5
    assert json.loads((record / "run.json").read_text())["solvers"] == {"mine": "unknown"}
    assert json.loads((record / "report.json").read_text())["solvers"][0]["solver"] == "mine"
    assert "| `str.at` |  |  | 5 |  |  |  |" in (record / "report.md").read_text().split("\n")


def test_a_record_of_ours_has_the_machine_and_its_command(tmp_path: Path) -> None:
    arguments = ["conformance", str(tmp_path), "--member", "automaton", "--operators", "not"]

    result = CliRunner().invoke(benchmarks, arguments, standalone_mode=False)

    told = json.loads((tmp_path / "run.json").read_text())
    assert result.exception is None
    assert told["command"] == f"python -m benchmarks {' '.join(arguments)}"
    assert set(told) >= {"commit", "cpu", "cores", "cvc4", "solvers"}


def test_drawn_scripts_are_asked_too() -> None:
    result = run("--member", "automaton", "--operators", "not", "--cases", "6", "--format", "json")

    operators = json.loads(result.stdout)["solvers"][0]["operators"]
    assert result.return_value == 0
    assert [name for name in operators if name.startswith("fragment F")] != []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--member", "nobody"), "there is no member `nobody`"),
        (("--solver", "mine"), "`mine` is not NAME=COMMAND"),
        (("--solver", "mine=no-such-solver"), "there is no command `no-such-solver`"),
        (("--operators", "str.rev"), "there are no facts about `str.rev`"),
        (("--solver", "a=cat", "--solver", "a=cat"), "a name is given twice: a, a"),
    ],
)
def test_what_is_wrong_with_the_call_is_said(arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(commands, ["conformance", *arguments])

    assert result.exit_code == 2
    assert message in result.output
