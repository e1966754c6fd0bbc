"""Mutants and fusions: well-sorted, bounded, the same for the same seed, with what is promised."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.verdict import Sat, Unsat
from encoders.smtlib.script import assertions_of
from encoders.smtlib.term import CONSTANT, Constant, Term, TermSort
from portfolio.differential.case import Case, variables_of
from portfolio.differential.mutation.fusion import FUNCTIONS, fused
from portfolio.differential.mutation.mutants import MUTATORS, MutationLimits, mutants, read_seeds
from portfolio.differential.mutation.seeds import status_of
from portfolio.differential.mutation.subject import Subject
from portfolio.differential.rewriting import Script, nodes_of, ours
from portfolio.differential.strategies.scripts import FRAGMENTS
from portfolio.differential.terms import B, I, L, R, S, call, constant, variable
from portfolio.differential.text import script_of
from tests import smtlib_answers
from tests.smtlib_answers import holds
from tests.written_cases import A_OR_B, A, case_of

SCRIPTS = st.one_of([fragment.scripts() for fragment in FRAGMENTS])
SEEDS = st.integers(0, 10**6)

SAT = [
    case_of('(= x (str.++ "a" y))', "(> (str.len y) 1)", expected="sat"),
    case_of(f"(str.in_re x (re.++ {A} (re.* {A_OR_B})))", "(or p (= n 3))", expected="sat"),
    case_of("(xor p q)", "(< n (str.len x))", '(= (str.at x n) "")', expected="sat"),
]
UNSAT = [
    case_of('(= x (str.++ "a" y))', '(= x "b")', expected="unsat"),
    case_of("(< n 1)", "(> n 0)", '(not (= x "a"))', expected="unsat"),
    case_of(f"(str.in_re x ((_ re.loop 1 3) {A}))", "(> (str.len x) 3)", expected="unsat"),
]
UNKNOWN = [case_of("((_ divisible 2) n)", "(ite p q (= x y))")]
CASES = [*SAT, *UNSAT, *UNKNOWN]


def is_well_sorted(script: Script) -> bool:
    """Return whether a script is read as it was printed."""
    return script_of(assertions_of(script_of(script))[0]) == script_of(script)


@given(SCRIPTS, SCRIPTS, SEEDS)
def test_mutants_are_printed_and_read_again(first: Script, second: Script, seed: int) -> None:
    cases = [Case(first, "first"), Case(second, "second")]

    found = list(islice(mutants(cases, Random(seed)), 30))

    assert [mutant.origin for mutant in found if not is_well_sorted(mutant.assertions)] == []
    assert all(
        mutant.assertions != (first if mutant.origin.startswith("first") else second)
        for mutant in found
    )


@pytest.mark.parametrize("name", MUTATORS)
def test_every_mutator_makes_mutants(name: str) -> None:
    chance = Random(1)
    found = [
        MUTATORS[name](Subject(case.assertions, CASES, chance)) for case in CASES for _ in range(60)
    ]
    made = [script for script in found if script is not None]

    assert len(set(made)) >= 10
    assert all(map(is_well_sorted, made))


def test_mutants_are_the_same_for_the_same_chance() -> None:
    first, second = (list(islice(mutants(CASES, Random(5)), 400)) for _ in range(2))
    third = list(islice(mutants(CASES, Random(6)), 400))

    assert first == second
    assert first != third


def test_mutants_differ() -> None:
    found = list(islice(mutants(CASES, Random(3)), 1000))

    assert len({mutant.text for mutant in found}) > 900


def test_every_kind_of_mutant_occurs() -> None:
    found = list(islice(mutants(CASES, Random(3)), 1000))
    lasts = {mutant.origin.rpartition("; ")[2] for mutant in found if not mutant.expected}
    fusions = [mutant for mutant in found if mutant.expected]

    assert lasts == set(MUTATORS)
    assert {mutant.expected for mutant in fusions} == {"sat", "unsat"}
    assert 80 < len(fusions) < 250


def test_mutants_stay_within_their_limits() -> None:
    limits = MutationLimits(rounds=200, max_terms=40)

    sizes = [len(nodes_of(m.assertions)) for m in islice(mutants(CASES, Random(2), limits), 2000)]

    assert max(sizes) <= 40


def test_a_seed_beyond_the_limit_has_mutants_too() -> None:
    words = [constant(f"a{number}") for number in range(500)]
    large = Case(tuple(call("=", variable("x", S), word) for word in words), "large")

    found = list(islice(mutants([large], Random(2)), 50))

    assert max(len(nodes_of(mutant.assertions)) for mutant in found) <= 2 * 1001


def test_without_a_seed_that_asserts_something_there_is_no_mutant() -> None:
    with pytest.raises(ValueError, match="no seed with an assertion"):
        next(mutants([Case((), "empty")], Random(1)))


def test_texts_in_languages_stay_constants() -> None:
    found = islice(mutants(CASES, Random(4)), 2000)
    inside = [
        part.operator
        for mutant in found
        for node in nodes_of(mutant.assertions)
        if node.sort is L and node.operator in ("str.to_re", "re.range")
        for part in node.parts
    ]

    assert set(inside) == {CONSTANT}


def test_a_mutant_takes_well_under_a_millisecond() -> None:
    list(islice(mutants(CASES, Random(1)), 200))
    start = time.process_time()
    list(islice(mutants(CASES, Random(1)), 2000))

    assert (time.process_time() - start) / 2000 < 0.001


PAIRS = [(first, second) for cases in (SAT, UNSAT) for first in cases for second in cases]


@pytest.mark.parametrize("seed", range(12))
def test_our_solver_agrees_with_what_a_fusion_promises(seed: int) -> None:
    chance = Random(seed)
    for first, second in chance.sample(PAIRS, 4):
        merged = fused(first, second, chance)
        assert merged is not None
        assert is_well_sorted(merged.assertions)
        verdict = smtlib_answers.ours(merged.assertions, 0.3)
        opposite = {"sat": Unsat, "unsat": Sat}[merged.expected]
        assert merged.expected == first.expected
        assert not isinstance(verdict, opposite), merged.text


@given(st.text("ab0", max_size=4), st.text("ab0", max_size=4), st.integers(-9, 9), SEEDS)
def test_fusion_functions_can_be_undone(left: str, right: str, number: int, seed: int) -> None:
    values: dict[TermSort, tuple[Constant, Constant]] = {
        S: (left, right),
        I: (number, len(left)),
        R: (Fraction(number, 4), Fraction(3, 2)),
        B: (number > 0, left > right),
    }
    for sort, functions in FUNCTIONS.items():
        x, y, z = (variable(name, sort) for name in ("x", "y", "z"))
        for function in functions:
            made = function(x, y, z, Random(seed))
            first, second = map(constant, values[sort])
            known = {x: first, y: second}
            whole = ours((made.z,), known)[0]
            facts = [
                call("=", ours((made.x,), {**known, z: whole})[0], first),
                call("=", ours((made.y,), {**known, z: whole})[0], second),
            ]
            assert holds(tuple(facts), {}) is True


def test_a_model_of_two_cases_is_one_of_their_fusion() -> None:
    first = case_of('(= x "ab")', expected="sat")
    second = case_of('(= x "ba")', expected="sat")

    merged = fused(first, second, Random(1))

    assert merged is not None
    names = sorted(term.name for term in variables_of(merged.assertions))
    assert isinstance(smtlib_answers.ours(merged.assertions), Sat)
    assert "fused0" in names


@pytest.mark.parametrize("divided", ["(= (div n 0) 5)", "(= (mod 7 n) 5)", "(= (div 1 (* n 0)) 1)"])
def test_cases_that_are_sat_by_a_division_by_zero_are_not_fused(divided: str) -> None:
    case = case_of(divided, expected="sat")

    assert fused(case, SAT[0], Random(1)) is None
    assert fused(SAT[0], case, Random(1)) is None


def test_cases_without_variables_of_a_common_sort_are_not_fused() -> None:
    assert (
        fused(case_of("p", expected="sat"), case_of("(= n 1)", expected="sat"), Random(1)) is None
    )


def test_only_cases_with_the_same_known_answer_are_fused() -> None:
    with pytest.raises(ValueError, match="same known answer"):
        fused(SAT[0], UNSAT[0], Random(1))


SCRIPT = """(set-info :status {status})
(declare-const x String)
(assert (str.in_re x (re.* (str.to_re "a"))))
(check-sat)
(set-info :status unsat)
(assert false)
(check-sat)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with scripts that can be read and with others."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "sat.smt2").write_text(SCRIPT.format(status="sat"))
    (tmp_path / "unknown.smt2").write_text(SCRIPT.format(status="unknown"))
    (tmp_path / "old.smt2").write_text(
        '(declare-fun x () String)(assert (str.in.re x (str.to.re "a")))(check-sat)'
    )
    (tmp_path / "broken.smt2").write_text("(assert (= 1")
    (tmp_path / "bits.smt2").write_text(
        "(declare-fun b () (_ BitVec 8))(assert (= b b))(check-sat)"
    )
    (tmp_path / "empty.smt2").write_text("(check-sat)(assert false)")
    (tmp_path / "large.smt2").write_text(SCRIPT.format(status="sat") + ";" * 900)
    (tmp_path / "latin.smt2").write_bytes(b'(assert (= "\xe9" ""))')
    (tmp_path / "notes.txt").write_text("no script")
    return tmp_path


def test_the_scripts_of_a_folder_become_cases(folder: Path) -> None:
    found = read_seeds(folder, max_bytes=900)

    assert [(case.origin, case.expected) for case in found.cases] == [
        ("deep/sat.smt2", "sat"),
        ("old.smt2", ""),
        ("unknown.smt2", ""),
    ]
    assert [len(case.assertions) for case in found.cases] == [1, 1, 1]


def test_no_script_of_a_folder_is_passed_over_in_silence(folder: Path) -> None:
    found = read_seeds(folder, max_bytes=900)

    reasons = {path.name: reason for path, reason in found.unread.items()}
    assert sorted(reasons) == [
        "bits.smt2",
        "broken.smt2",
        "empty.smt2",
        "large.smt2",
        "latin.smt2",
    ]
    assert reasons["empty.smt2"] == "it asserts nothing before its first check"
    assert reasons["large.smt2"].endswith("bytes, more than 900")
    assert "BitVec" in reasons["bits.smt2"]


def test_the_status_is_that_of_the_first_check() -> None:
    assert [status_of(SCRIPT.format(status=word)) for word in ("sat", "unsat", "unknown")] == [
        "sat",
        "unsat",
        "",
    ]


def test_terms_of_other_pools_become_ours() -> None:
    text = script_of(UNSAT[2].assertions)
    first, second = (ours(assertions_of(text)[0]) for _ in range(2))

    assert first == second == UNSAT[2].assertions
    assert not any(map(_is_foreign, nodes_of(first)))


def _is_foreign(term: Term) -> bool:
    return ours((term,)) != (term,)


def test_strings_are_ordered_two_by_two_as_solvers_want_it() -> None:
    case = case_of('(str.< x "a")', "(str.<= y x)", '(= x y (str.++ x "a"))')
    found = islice(mutants([case], Random(4)), 2000)
    counts = {
        len(node.parts)
        for mutant in found
        for node in nodes_of(mutant.assertions)
        if node.operator in ("str.<", "str.<=")
    }

    assert counts == {2}
