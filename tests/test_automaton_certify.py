"""The checker alone: what it refuses, and its derivatives beside the naive twin."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.certify import CertificateError, check
from automaton.certify_states import Derivatives, is_dead, is_narrower, state_of
from automaton.regex import Regex
from automaton.terms import Problem, Sort, Variable
from portfolio.differential.strategies.characters import LETTERS, texts
from portfolio.differential.strategies.problems import STRING
from portfolio.differential.strategies.regexes import regexes
from tests import naive
from tests.test_architecture import MODULES, imports

DEFINITIONS = {
    f"automaton.{name}" for name in ("charset", "pieces", "regex", "sorts", "terms", "verdict")
}

FLAG = Variable("p", Sort.BOOL)
NUMBER = Variable("n", Sort.INT)


def problem(ending: str = "*c", low: int = 5) -> Problem:
    small, flag = t.at_most(NUMBER, 2), t.is_true(FLAG)
    large = t.greater(NUMBER, low)
    head = rx.star(rx.char_range("a", "b"))
    return Problem(
        (
            t.disjunction(t.in_regex(STRING, rx.concat(head, rx.literal("c"))), small),
            t.disjunction(t.negation(t.in_regex(STRING, rx.glob(ending))), small),
            t.disjunction(t.negation(t.in_regex(STRING, rx.literal("b"))), small),
            t.disjunction(flag, large),
            t.disjunction(t.negation(flag), large),
        )
    )


PROBLEM = problem()

SATISFIABLE = [problem(ending="*ac"), problem(low=1), Problem(problem().assertions[1:])]

WRITTEN = """
{"format": "keyaki-unsat-1",
 "variables": [["s", "String"], ["n", "Int"], ["p", "Bool"]],
 "regexes": [["chars", [[97, 98]]], ["loop", 0, 0, null], ["literal", "c"], ["concat", [1, 2]],
             ["chars", [[0, 196607]]], ["loop", 4, 0, null], ["concat", [5, 2]],
             ["literal", [98]]],
 "formulas": [["true"], ["in", 0, 3], ["in", 0, 6], ["not", 2], ["in", 0, 7], ["not", 4],
              ["at most", 1, 2, 1], ["or", [1, 6]], ["or", [3, 6]], ["or", [5, 6]],
              ["is", 2], ["not", 10], ["at most", 1, 10, 2], ["not", 12],
              ["or", [10, 13]], ["or", [11, 13]], ["and", [7, 8, 9, 14, 15]]],
 "formula": 16,
 "lemmas": [{"literals": [1, 3, 5], "states": [[[3], [6, 7], [1]], [[3], [6], []]]},
            {"literals": [6, 13], "states": []}],
 "steps": [[-10]]}
"""
"""A certificate of `PROBLEM`, written by hand after the description of the format."""

Edit = Callable[[Any], object]


def put(path: str, value: object) -> Edit:
    """Return the edit that puts `value` where `path`, keys and numbers of rows, leads."""
    return lambda document: _inner(document, path).__setitem__(_keys(path)[-1], value)


def drop(path: str) -> Edit:
    """Return the edit that drops what `path` leads to."""
    return lambda document: _inner(document, path).pop(_keys(path)[-1])


def add(path: str, value: object) -> Edit:
    """Return the edit that adds `value` to the rows that `path` leads to."""
    return lambda document: _inner(document, f"{path} 0").append(value)


def _inner(document: Any, path: str) -> Any:
    for key in _keys(path)[:-1]:
        document = document[key]
    return document


def _keys(path: str) -> list[str | int]:
    return [int(key) if key.isdigit() else key for key in path.split()]


def edited(edit: Edit) -> str:
    """Return the certificate after `edit`, which must change it."""
    document = json.loads(WRITTEN)
    edit(document)
    assert document != json.loads(WRITTEN)
    return json.dumps(document)


def is_accepted(problem: Problem, certificate: str) -> bool:
    try:
        check(problem, certificate)
    except CertificateError:
        return False
    return True


def test_the_checker_imports_definitions_only() -> None:
    parts = {"automaton.certify_clauses", "automaton.certify_states"}

    assert imports(MODULES["automaton.certify"]) <= DEFINITIONS | parts
    assert {name for part in parts for name in imports(MODULES[part])} <= DEFINITIONS


def test_the_checker_shares_no_code_with_what_certifies() -> None:
    own = {name for name in MODULES if name.startswith("automaton.certify")}
    others = {name for name in MODULES if name.startswith("automaton.")} - own

    assert {name for name in others if imports(MODULES[name]) & own} == set()


def test_a_certificate_written_by_hand_is_accepted() -> None:
    check(PROBLEM, WRITTEN)


@pytest.mark.parametrize("neighbour", SATISFIABLE)
def test_a_certificate_is_refused_for_another_problem(neighbour: Problem) -> None:
    with pytest.raises(CertificateError, match="formula"):
        check(neighbour, WRITTEN)


EDITS: list[tuple[str, str, Edit]] = [
    ("another format", "format", put("format", "keyaki-unsat-2")),
    ("no format", "format", drop("format")),
    ("no lemmas", "lemmas", drop("lemmas")),
    ("row 0 is not true", "formula", put("formulas 0", ["false"])),
    ("another root", "formula", put("formula", 15)),
    ("a root of no row", "formula", put("formula", 17)),
    ("a root counted from the end", "formula", put("formula", -1)),
    ("another sort", "formulas row 1", put("variables 0 1", "Int")),
    ("an unknown sort", "variables row 0", put("variables 0 1", "Set")),
    ("another variable", "formulas row 7", put("variables 0 0", "t")),
    ("another regex", "formulas row 7", put("regexes 0", ["chars", [[97, 99]]])),
    ("a later regex", "regexes row 1", put("regexes 1", ["loop", 2, 0, None])),
    ("a loop below zero", "regexes row 1", put("regexes 1", ["loop", 0, -1, None])),
    ("an unknown regex", "regexes row 4", put("regexes 4", ["any"])),
    ("a character too large", "regexes row 4", put("regexes 4", ["chars", [[0, 196608]]])),
    ("another bound", "formulas row 7", put("formulas 6 2", 3)),
    ("a bound without value", "formulas row 6", put("formulas 6 3", 0)),
    ("a negated disjunction", "formulas row 11", put("formulas 11", ["not", 7])),
    ("a part less", "formulas row 16", drop("formulas 16 1 0")),
    ("a lemma less", "steps row 0", drop("lemmas 0")),
    ("a lemma about a number less", "steps row 0", drop("lemmas 1")),
    ("the other sign", "lemmas row 0", put("lemmas 0 literals 1", 2)),
    ("a literal less", "lemmas row 0", drop("lemmas 0 literals 1")),
    ("no literals", "lemmas row 0", put("lemmas 0 literals", [])),
    ("literals of two variables", "lemmas row 0", add("lemmas 0 literals", 6)),
    ("a literal that is no atom", "lemmas row 0", add("lemmas 0 literals", 7)),
    ("an interval that is not empty", "lemmas row 1", put("lemmas 1 literals 1", 12)),
    ("a lemma about a flag", "lemmas row 1", put("lemmas 1 literals", [10, 11])),
    ("no states", "lemmas row 0", put("lemmas 0 states", [])),
    ("the first state less", "lemmas row 0", put("lemmas 0 states", [[[7], [], []]])),
    ("a state less", "lemmas row 0 state 0", put("lemmas 0 states", [[[3], [6, 7], []]])),
    ("the narrower one", "lemmas row 0 state 0", put("lemmas 0 states", [[[3], [6, 7], [0]]])),
    ("a subsumer less", "lemmas row 0 state 0", drop("lemmas 0 states 0 2 0")),
    ("another subsumer", "lemmas row 0 state 0", put("lemmas 0 states 0 2 0", 0)),
    ("a subsumer of no row", "lemmas row 0 state 0", put("lemmas 0 states 0 2 0", 2)),
    ("a regex of a state less", "lemmas row 0 state 1", drop("lemmas 0 states 1 1 0")),
    ("a state that accepts", "lemmas row 0 state 2", add("lemmas 0 states", [[1], [], []])),
    ("a state that is not closed", "lemmas row 0 state 2", add("lemmas 0 states", [[0], [], []])),
    ("a state of two parts", "lemmas row 0", add("lemmas 0 states", [[0], []])),
    ("no steps", "steps", put("steps", [])),
    ("the last step at once", "steps row 0", put("steps", [[]])),
    ("a step that does not follow", "steps row 0", put("steps 0", [-7])),
    ("a step about no formula", "steps row 0", put("steps 0", [17])),
    ("a step that is no list", "steps row 0", put("steps 0", 7)),
]


@pytest.mark.parametrize(
    ("place", "edit"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS]
)
def test_a_broken_certificate_is_refused_where_it_is_broken(place: str, edit: Edit) -> None:
    with pytest.raises(CertificateError) as caught:
        check(PROBLEM, edited(edit))

    assert caught.value.place == place


def test_a_truncated_certificate_is_refused() -> None:
    lengths = range(len(WRITTEN.rstrip()))

    assert [length for length in lengths if is_accepted(PROBLEM, WRITTEN[:length])] == []


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", "[" * 10**5, '{"format": NaN}', "9" * 5000]
)
def test_what_is_no_certificate_is_refused(text: str) -> None:
    assert not is_accepted(PROBLEM, text)


def test_an_error_tells_the_place_and_the_reason() -> None:
    error = CertificateError("lemmas row 0", "it is not closed")

    assert str(error) == "it is not closed (at lemmas row 0)"


@given(regexes(), texts(max_size=1))
def test_derivatives_tell_what_follows_a_character(regex: Regex, first: str) -> None:
    derivatives = Derivatives()
    code = ord(first or "d")
    tails = derivatives.after(regex, code)

    for rest in naive.strings(LETTERS, 2):
        expected = naive.matches(regex, chr(code) + rest)
        assert any(naive.matches(tail, rest) for tail in tails) == expected


@given(regexes())
def test_no_character_between_two_cuts_is_told_apart_from_the_lower(regex: Regex) -> None:
    derivatives = Derivatives()
    cuts = sorted({0, *derivatives.cuts(regex)})

    for code in (ord("a"), ord("b"), 0x7F, 0xD800, 0x10000, 0x2FFFF):
        lower = max(cut for cut in cuts if cut <= code)
        assert derivatives.after(regex, code) == derivatives.after(regex, lower)


@given(regexes())
@example(rx.loop(rx.star(rx.literal("a")), 2, 3))
@example(rx.concat(rx.star(rx.literal("a")), rx.star(rx.literal("b"))))
@example(rx.complement(rx.plus(rx.literal("a"))))
def test_a_regex_is_nullable_iff_it_matches_the_empty_string(regex: Regex) -> None:
    assert Derivatives().is_nullable(regex) == naive.matches(regex, "")


@given(st.lists(regexes(max_leaves=3), max_size=2), st.lists(regexes(max_leaves=3), max_size=2))
def test_a_state_stands_for_the_strings_that_match_one_side_only(
    matching: list[Regex], others: list[Regex]
) -> None:
    state = state_of(matching, others)

    for text in naive.strings(LETTERS, 2):
        expected = holds(matching, others, text)
        assert holds(*state, text) == expected
        assert not (expected and is_dead(state))


@given(st.data(), st.lists(regexes(max_leaves=3), min_size=1, max_size=4))
def test_a_narrower_state_holds_no_string_that_the_wider_one_lacks(
    data: st.DataObject, pool: list[Regex]
) -> None:
    some = st.frozensets(st.sampled_from(pool), max_size=3)
    state, other = data.draw(st.tuples(some, some)), data.draw(st.tuples(some, some))

    if is_narrower(state, other):
        for text in naive.strings(LETTERS, 2):
            assert holds(*other, text) or not holds(*state, text)
    assert is_narrower((state[0] | other[0], state[1] | other[1]), other)


@given(
    st.lists(regexes(max_leaves=4), max_size=2),
    st.lists(regexes(max_leaves=4), max_size=2),
    st.sampled_from([*LETTERS, "\x00", "\x01", "\ud800", "\U0002ffff"]),
)
def test_what_follows_a_character_is_in_one_of_the_successors(
    matching: list[Regex], others: list[Regex], first: str
) -> None:
    derivatives = Derivatives()
    state = state_of(matching, others)
    successors = derivatives.successors(state)

    assert derivatives.accepts(state) == holds(matching, others, "")
    for rest in naive.strings(LETTERS, 2):
        if holds(matching, others, first + rest):
            assert any(holds(*successor, rest) for successor in successors)


def holds(matching: Iterable[Regex], others: Iterable[Regex], text: str) -> bool:
    return all(naive.matches(regex, text) for regex in matching) and not any(
        naive.matches(regex, text) for regex in others
    )
