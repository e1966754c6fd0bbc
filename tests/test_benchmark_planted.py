"""Bugs planted in the engine: that they can be, and that the suite finds one."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

from automaton.verdict import Unsat
from benchmarks import machine
from benchmarks.planted import Mutant, hunt, mutants, planted
from benchmarks.planted_cases import Asked, keep, kept
from portfolio.members import close_all
from portfolio.members.base import outcome_of
from portfolio.members.library import CVC5, Z3


def mutant(name: str) -> Mutant:
    return next(one for one in mutants() if one.id == name)


def test_there_are_enough_bugs_and_each_has_a_name_of_its_own() -> None:
    names = [one.id for one in mutants()]
    assert len(names) >= 24
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", [one.id for one in mutants()])
def test_a_bug_can_be_planted(name: str, tmp_path: Path) -> None:
    bug = mutant(name)
    target = tmp_path / bug.file
    target.parent.mkdir(parents=True)
    before = (machine.ROOT / bug.file).read_text()
    target.write_text(before)

    bug.plant(tmp_path)

    assert ast.dump(ast.parse(target.read_text())) != ast.dump(ast.parse(before))


def test_a_bug_whose_place_is_gone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("one\none\n")
    with pytest.raises(ValueError, match="`twice`: what it replaces occurs 2 times"):
        Mutant("twice", "file.py", "one", "two", "").plant(tmp_path)


def test_a_bug_is_planted_in_a_copy_alone() -> None:
    bug = mutant("nullable-end")
    before = (machine.ROOT / bug.file).read_text()
    with planted(bug) as root:
        assert (root / bug.file).read_text() != before
        assert (root / "portfolio" / "members" / "worker.py").is_file()
    assert (machine.ROOT / bug.file).read_text() == before
    assert not root.exists()


@pytest.mark.slow
@pytest.mark.skipif(
    not (Z3.is_installed() and CVC5.is_installed()), reason="z3 or cvc5 is not installed"
)
def test_the_suite_finds_a_planted_bug(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    keep(asked, 150, seed=1)
    close_all()
    row, case = hunt(mutant("nullable-end"), asked, 150)
    assert row.is_found
    assert "(check-sat)" in case


def test_cases_come_back_as_they_were_kept(tmp_path: Path) -> None:
    asked = Asked("(check-sat)\n", "F1", "sat", "nothing is asserted", {"z3": outcome_of(Unsat())})
    path = tmp_path / "asked"
    with path.open("wb") as file:
        pickle.dump(asked, file)
        pickle.dump(asked, file)
    assert [*kept(path)] == [asked, asked]
