"""What is written of a disagreement, and what a user sees of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path

import pytest

from automaton.terms import Problem, Sort, Variable, at_least
from automaton.verdict import Sat, Value, Verdict
from encoders.smtlib.session import question_of
from portfolio import evidence
from portfolio.answer import Answer
from portfolio.limits import Limits, Schedule
from portfolio.members import available
from portfolio.race import race
from portfolio.solve import answer_to_json, solve_script
from portfolio.trust import Scrutiny
from tests.fakes import RIGHT, SATISFIABLE, UNSAT, WRONG, Scripted

ISSUE_5510 = """(set-logic ALL)
(declare-fun s () String)
(assert (str.in_re (str.++ s "ba") (re.* (re.++ (str.to_re "a")
    (re.union (re.* (str.to_re "a")) (str.to_re "b"))))))
(check-sat)
"""
"""Satisfiable, and CVC4 1.8 says that it is not."""


def disputed(folder: Path, lie: Verdict = UNSAT, problem: Problem = SATISFIABLE) -> Answer:
    return race(
        problem,
        members=(Scripted("liar", lie), Scripted("honest", RIGHT)),
        limits=Limits(wall_s=5.0),
        schedule=Schedule.RUN_ALL,
        scrutiny=Scrutiny(evidence=folder),
    )


def test_a_disagreement_is_written_with_all_that_reproduces_it(tmp_path: Path) -> None:
    answer = disputed(tmp_path / "new")
    assert answer.evidence is not None
    place = Path(answer.evidence)
    assert place.parent == tmp_path / "new"
    assert {path.name for path in place.iterdir()} == {
        "task.smt2",
        "z3.smt2",
        "cvc5.smt2",
        "cvc4.smt2",
        "answers.json",
        "README.md",
    }
    told = json.loads((place / "answers.json").read_text())
    assert told["verdict"] == "sat"
    assert told["limits"]["wall_s"] == 5.0
    assert [one["member"] for one in told["disagreements"]] == ["liar"]
    assert [(one["name"], one["verdict"], one["model"]) for one in told["members"]] == [
        ("liar", "unsat", None),
        ("honest", "sat", {"x": "ab"}),
    ]
    readme = (place / "README.md").read_text()
    assert "`liar` 1.0: answered, unsat" in readme
    assert "--members liar,honest --timeout 5 --memory 2048 task.smt2" in readme


def test_the_task_that_is_written_is_the_one_that_was_raced(tmp_path: Path) -> None:
    answer = disputed(tmp_path)
    assert answer.evidence is not None
    text = (Path(answer.evidence) / "task.smt2").read_text()
    assert question_of(text).holds({"x": "ab"})
    assert not question_of(text).holds({"x": "a"})
    assert type(solve_script(text).verdict) is type(answer.verdict)


LARGE = 10**5000 + 7
"""More digits than Python prints."""


def test_a_model_of_large_numbers_is_written(tmp_path: Path) -> None:
    problem = Problem((at_least(Variable("n", Sort.INT), 1),))
    members = Scripted("liar", UNSAT), Scripted("honest", Sat({"n": LARGE}))
    scrutiny = Scrutiny(evidence=tmp_path)
    answer = race(problem, members=members, schedule=Schedule.RUN_ALL, scrutiny=scrutiny)
    assert answer.evidence is not None
    told = json.loads((Path(answer.evidence) / "answers.json").read_text())
    assert told["members"][1]["model"] == {"n": f"1{'0' * 4999}7"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-(2**70), -(2**70)),
        (-LARGE, f"-1{'0' * 4999}7"),
        (Fraction(LARGE, 2), f"1{'0' * 4999}7/2"),
        (Fraction(-1, 2), "-1/2"),
        (Fraction(4), "4"),
        (True, True),
        ("ab", "ab"),
    ],
    ids=["long", "negative", "fraction", "half", "whole", "truth", "text"],
)
def test_values_are_printed_however_large(value: Value, expected: bool | int | str) -> None:
    answer = Answer(verdict=Sat({"x": value}), winner="one", wall_s=0.0, members=())
    assert json.loads(json.dumps(answer_to_json(answer)))["model"] == {"x": expected}


def test_one_disagreement_is_one_folder_and_another_is_another(tmp_path: Path) -> None:
    first, again, other = disputed(tmp_path), disputed(tmp_path), disputed(tmp_path, WRONG)
    assert first.evidence == again.evidence
    assert other.evidence != first.evidence
    assert len([*tmp_path.iterdir()]) == 2


def test_races_at_once_write_one_folder_and_leave_nothing_else(tmp_path: Path) -> None:
    threads = [threading.Thread(target=disputed, args=(tmp_path,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name[0] for path in tmp_path.iterdir()] != ["."]
    assert len([*tmp_path.iterdir()]) == 1


def test_nothing_is_written_where_all_agree(tmp_path: Path) -> None:
    answer = disputed(tmp_path, RIGHT)
    assert (answer.disagreements, answer.evidence) == ((), None)
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = disputed(tmp_path / "file")
    assert (answer.verdict, answer.evidence) == (RIGHT, None)
    assert [one.member for one in answer.disagreements] == ["liar"]


def test_a_full_folder_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_FOLDERS", 1)
    assert disputed(tmp_path).evidence is not None
    assert disputed(tmp_path, WRONG).evidence is None
    assert len([*tmp_path.iterdir()]) == 1


@pytest.mark.skipif(
    "cvc4" not in {member.name for member in available()}, reason="cvc4 is not installed"
)
def test_the_command_tells_of_a_disagreement_by_its_status_and_a_folder(tmp_path: Path) -> None:
    script, folder = tmp_path / "script.smt2", tmp_path / "evidence"
    script.write_text(ISSUE_5510)
    arguments = ("--members", "cvc4,automaton", "--schedule", "run-all", "--evidence", folder)
    ran = subprocess.run(
        [sys.executable, "-m", "portfolio.cli", "solve", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (3, "sat\n")
    assert "the unsat of `cvc4` is disputed: the model of `automaton` satisfies" in ran.stderr
    [place] = folder.iterdir()
    assert f"`{place}`" in ran.stderr
