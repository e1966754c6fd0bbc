"""Known bugs match narrowly, and what is said to show them does so where that version is there."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files

import pytest

from encoders.smtlib.sexpr import read_all
from encoders.smtlib.term import Term
from portfolio.differential.checks import findings
from portfolio.differential.filing.found import case_of_text
from portfolio.differential.filing.known import (
    KnownBug,
    is_match,
    known_bug,
    known_bugs,
    listing,
    numbers,
)
from portfolio.differential.finding import NOBODY_KNOWS, Fault, Finding
from portfolio.differential.panel import Panel
from portfolio.differential.shape import shape_of
from portfolio.differential.shrinking.minimal import minimal, shown
from portfolio.limits import Limits
from portfolio.members import Member, by_name

BUG = KnownBug(
    id="z3-0",
    solver="z3",
    faults=(Fault.WRONG_SAT,),
    terms=("(str.replace ?x _ ?x)",),
    link="https://example.org/0",
    note="nothing",
    shows="",
    seen="4.12",
    first="4.8",
    fixed="4.13.1",
)
CASE = case_of_text(
    '(declare-fun s () String)(assert (= "a" (str.replace s "b" s)))(check-sat)', "a test"
)
WRONG = Finding("z3", Fault.WRONG_SAT, "told")


def term_of(text: str) -> Term:
    declared = "(declare-fun s () String)(declare-fun t () String)(declare-fun r () RegLan)"
    return case_of_text(f"{declared}(assert {text})(check-sat)", "").assertions[0]


MATCHES = [
    ("_", "(= s t)"),
    ("(= _ _)", "(= s t)"),
    ("(= ...)", "(= s t s)"),
    ("(= _ ...)", "(= s t s)"),
    ("(= ?a ?b ?a)", "(= s t s)"),
    ('(= "a""b" ?x)', '(= "a""b" s)'),
    ("(= re.none (re.* _))", "(= re.none (re.* re.all))"),
    ("(= (str.len _) (- 5))", "(= (str.len s) (- 5))"),
    ("(str.in_re _ ((_ re.loop _ 3) _))", "(str.in_re s ((_ re.loop 2 3) re.all))"),
    ("(and true ...)", "(and true (= s t))"),
]
OTHERS = [
    ("(= _)", "(= s t)"),
    ("(= _ _)", "(= s t s)"),
    ("(= _ _ _ ...)", "(= s t)"),
    ("(= ?a ?a)", "(= s t)"),
    ('(= "a" _)', "(= s t)"),
    ("(= 1 _)", '(= "1" s)'),
    ('(= "re.none" _)', "(= re.none re.all)"),
    ("(str.in_re _ ((_ re.loop 1 _) _))", "(str.in_re s ((_ re.loop 2 3) re.all))"),
    ("(str.in_re _ (re.loop _))", "(str.in_re s ((_ re.loop 2 3) re.all))"),
    ("s", "(= s t)"),
]


@pytest.mark.parametrize(("pattern", "text"), MATCHES)
def test_a_pattern_matches(pattern: str, text: str) -> None:
    assert is_match(read_all(pattern)[0], term_of(text))


@pytest.mark.parametrize(("pattern", "text"), OTHERS)
def test_a_pattern_does_not_match(pattern: str, text: str) -> None:
    assert not is_match(read_all(pattern)[0], term_of(text))


def test_a_known_bug_is_recognised_in_every_release_of_its_solver() -> None:
    assert known_bug(WRONG, CASE, "4.12.0", [BUG]) is BUG
    assert known_bug(replace(WRONG, member="z3@4.12.0.0"), CASE, "4.12.0.0", [BUG]) is BUG
    assert known_bug(WRONG, CASE, "unknown", [BUG]) is BUG


@pytest.mark.parametrize("version", ["4.7.9", "4.13.1", "4.13.1.0", "5.0"])
def test_a_version_that_is_not_in_the_range_is_none_of_a_known_bug(version: str) -> None:
    assert known_bug(WRONG, CASE, version, [BUG]) is None


@pytest.mark.parametrize("member", ["cvc5", "z3-new", "automaton", NOBODY_KNOWS])
def test_another_solver_has_bugs_of_its_own(member: str) -> None:
    assert known_bug(replace(WRONG, member=member), CASE, "4.12", [BUG]) is None


def test_another_fault_or_another_script_is_a_new_bug() -> None:
    other = case_of_text(CASE.text.replace('"b" s', '"b" "c"'), "a test")

    assert known_bug(replace(WRONG, fault=Fault.WRONG_UNSAT), CASE, "4.12", [BUG]) is None
    assert known_bug(WRONG, other, "4.12", [BUG]) is None


def test_every_text_must_be_met_by_any_of_its_patterns() -> None:
    both = replace(BUG, terms=("(str.len _) (str.replace ...)", "(= _ ...)"))
    lacking = replace(BUG, terms=("(str.replace ...)", "(str.len _)"))

    assert known_bug(WRONG, CASE, "4.12", [lacking, both]) is both


def test_versions_compare_as_numbers() -> None:
    assert numbers("5.0.0.0") == numbers("5") < numbers("5.0.1") < numbers("5.10")


def test_the_table_is_complete_and_its_scripts_match_their_own_rows() -> None:
    bugs = known_bugs()

    assert len({bug.id for bug in bugs}) == len(bugs) >= 10
    assert [bug.id for bug in bugs if not re.match(r"https://github\.com/.+/\d+$", bug.link)] == []
    assert [bug.id for bug in bugs if not bug.affects(bug.seen)] == []
    assert [bug.id for bug in bugs if not bug.matches(case_of_text(bug.shows, ""))] == []
    assert [bug.id for bug in bugs if len(bug.note) > 90 or not bug.note] == []


def test_a_listing_has_counts_and_links() -> None:
    lines = listing({"z3-10410": 3, "else-1": 1}).splitlines()

    assert lines[0] == "1 times else-1"
    assert lines[1].startswith("3 times z3-10410: ")
    assert lines[1].endswith("(https://github.com/Z3Prover/z3/issues/10410)")


def test_the_table_is_part_of_the_package() -> None:
    assert files("portfolio.differential.filing").joinpath("known.toml").is_file()
    program = (
        "import sys; from portfolio.differential.filing.known import known_bugs; known_bugs();"
        "print({'hypothesis', 'numba', 'z3', 'cvc5', 'click', 'rich'} & set(sys.modules))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert finished.stdout == "set()\n"


@pytest.mark.slow
@pytest.mark.parametrize("bug", known_bugs(), ids=lambda bug: bug.id)
def test_a_known_bug_shows_in_the_version_that_is_said_to_have_it(bug: KnownBug) -> None:
    panel = Panel(by_name(["automaton", "z3", "cvc5"]), Limits(wall_s=10, memory_mib=2048))
    accused = accused_member(bug)
    case = case_of_text(bug.shows, "the table")

    outcomes = Panel([accused, *panel.members], panel.limits).ask(case)
    found = [f for f in findings(case, outcomes, certify=False) if f.member == accused.name]

    assert [known_bug(finding, case, accused.version(), [bug]) for finding in found] == [bug]


SURROUNDINGS = (
    "(declare-fun u () String)(declare-fun n () Int)"
    '(assert (or (str.prefixof u "abc") (< n (str.len u)) (= u "x")))',
    "(declare-fun w () String)(declare-fun p () Bool)"
    '(assert (=> p (str.in_re w (re.+ (re.union (re.range "0" "9") (str.to_re "-"))))))'
    '(assert (xor p (= (str.at w 1) "7") (distinct w "a" "")))',
)


@pytest.mark.slow
@pytest.mark.parametrize("bug", known_bugs(), ids=lambda bug: bug.id)
def test_a_known_bug_has_one_shape_and_is_known_whatever_stands_around_it(bug: KnownBug) -> None:
    accused = accused_member(bug)
    limits = Limits(wall_s=2, memory_mib=2048)
    panel = Panel([accused, *by_name(["automaton", "z3", "cvc5"])], limits)
    shapes, known = set(), set()
    for more in SURROUNDINGS:
        case = case_of_text(f"{more}{bug.shows}", "surroundings")
        found = findings(case, panel.ask(case), certify=False)
        (finding,) = [each for each in found if each.member == accused.name]
        small = minimal(case, finding, panel)
        now = shown(small, finding, panel)
        assert now is not None
        shapes.add(shape_of(now, small))
        known.add(known_bug(now, small, accused.version()))

    assert len(shapes) == 1
    assert known == {bug}


def accused_member(bug: KnownBug) -> Member:
    """Return the release that has a bug, or skip the test, saying which is not there."""
    for name in (f"{bug.solver}@{bug.seen}", bug.solver):
        try:
            (member,) = by_name([name])
        except ValueError:
            continue
        if numbers(member.version()) == numbers(bug.seen):
            return member
    pytest.skip(f"{bug.solver} {bug.seen} is not installed")
