"""Public benchmark scripts and scripts from bug reports, with the answers that are agreed upon."""

from __future__ import annotations

import csv
import random
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from automaton.budget import Budget
from automaton.verdict import Unknown, Verdict
from encoders.smtlib.decide import decide_question
from encoders.smtlib.session import question_of
from portfolio.answer import WORDS
from tests.corpora import corpora_file

LIMIT_S = 10.0
SHORT_LIMIT_S = 1.0
SAMPLE = 40
AGREED = ("sat", "unsat")
LEAST_DECIDED = {"F1": 1.0, "F1x": 1.0, "F2": 0.9, "F3": 0.5, "F4": 0.0}
"""The share of each class of scripts that the automaton alone has to decide."""


@dataclass(frozen=True)
class Case:
    name: str
    fragment: str
    expected: str
    script: str


@cache
def cases() -> tuple[Case, ...]:
    folder = corpora_file("smtlib_strings")
    with (folder / "cases.tsv").open(encoding="utf-8") as rows:
        found = {row["id"]: row for row in csv.DictReader(rows, delimiter="\t")}
    with tarfile.open(folder / "cases.tar.xz") as packed:
        scripts = {
            member.name.rpartition("/")[2].removesuffix(".smt2"): extracted.read().decode()
            for member in packed
            if (extracted := packed.extractfile(member)) is not None
        }
    return tuple(
        Case(name, row["class"], row["answer"], scripts[name]) for name, row in found.items()
    )


@cache
def seeds() -> tuple[Case, ...]:
    folder = corpora_file("smtlib_strings") / "seeds"
    with (folder / "seeds.csv").open(encoding="utf-8") as rows:
        found = [*csv.DictReader(rows)]
    return tuple(
        Case(row["id"], "seed", row["expected"], (folder / f"{row['id']}.smt2").read_text())
        for row in found
    )


def decided(case: Case, wall_s: float) -> Verdict:
    return decide_question(question_of(case.script), Budget(wall_s=wall_s))


def assert_right(chosen: Sequence[Case], least: float, wall_s: float = LIMIT_S) -> None:
    """Decide the cases: none may be wrong, and a share of at least `least` must be decided."""
    verdicts = {case.name: decided(case, wall_s) for case in chosen}
    undecided = {name: str(v) for name, v in verdicts.items() if isinstance(v, Unknown)}
    wrong = [
        case.name
        for case in chosen
        if case.expected in AGREED and case.name not in undecided
        if WORDS[type(verdicts[case.name])] != case.expected
    ]

    assert wrong == []
    assert 1 - len(undecided) / len(chosen) >= least, undecided


@pytest.mark.parametrize("fragment", LEAST_DECIDED)
def test_public_scripts_are_decided(fragment: str) -> None:
    agreed = [c for c in cases() if c.fragment == fragment and c.expected in AGREED]

    wall_s = LIMIT_S if LEAST_DECIDED[fragment] else SHORT_LIMIT_S
    assert_right(random.Random(0).sample(agreed, SAMPLE), LEAST_DECIDED[fragment], wall_s)


@pytest.mark.slow
@pytest.mark.parametrize("fragment", LEAST_DECIDED)
def test_all_public_scripts_are_decided(fragment: str) -> None:
    assert_right([c for c in cases() if c.fragment == fragment], LEAST_DECIDED[fragment])


def test_scripts_from_bug_reports_are_right_or_unknown() -> None:
    assert len(seeds()) == 41
    assert_right(seeds(), 0.85)
