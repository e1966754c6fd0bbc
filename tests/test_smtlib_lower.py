"""What scripts are lowered to, against the referee of scripts."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.budget import Budget
from automaton.sorts import Sort, Variable
from automaton.verdict import Reason, Sat, Unknown, Unsat, Unsupported, Value
from encoders.smtlib.decide import decide
from encoders.smtlib.evaluate import value
from encoders.smtlib.lower import lower
from encoders.smtlib.numbers import decimals_at_most
from encoders.smtlib.script import assertions_of
from encoders.smtlib.term import Term, TermSort
from encoders.smtlib.words import before_first
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.terms import call, constant, variable
from tests import naive

X, Y = variable("x", TermSort.STRING), variable("y", TermSort.STRING)
N, P = variable("n", TermSort.INT), variable("p", TermSort.BOOL)
VARIABLES = (X, Y, N, P)
ASSIGNMENTS = st.fixed_dictionaries(
    {
        "x": st.text("ab01", max_size=4),
        "y": st.text("ab01", max_size=3),
        "n": st.integers(-2, 5),
        "p": st.booleans(),
    }
)
STRING = Variable("x", Sort.STRING)


def pinned(assignment: Mapping[str, Value]) -> list[Term]:
    """Return assertions that leave the variables these values only."""
    found = []
    for var in VARIABLES:
        number = assignment[var.name]
        if isinstance(number, int) and not isinstance(number, bool) and number < 0:
            found.append(call("=", var, call("-", -number)))
        else:
            found.append(call("=", var, constant(assignment[var.name])))
    return found


@given(random_terms(TermSort.BOOL, 3, VARIABLES), ASSIGNMENTS)
def test_a_term_holds_where_the_referee_says(term: Term, assignment: Mapping[str, Value]) -> None:
    try:
        holds = value(term, assignment)
    except Unsupported:
        assume(False)
    fits, clashes = (term, call("not", term)) if holds else (call("not", term), term)

    held = [fits, *pinned(assignment)]
    assert decide(held, VARIABLES, Budget()) == Sat(assignment)
    broken = [clashes, *pinned(assignment)]
    verdict = decide(broken, VARIABLES, Budget())
    has_gaps = bool(lower(broken, VARIABLES, Budget()).gaps)
    assert verdict == Unsat() or (has_gaps and isinstance(verdict, Unknown))


def script(*lines: str) -> tuple[list[Term], list[Term]]:
    declarations = "(declare-const x String)(declare-const y String)(declare-const n Int)"
    return assertions_of(declarations + "".join(f"(assert {line})" for line in lines))


@pytest.mark.parametrize(
    "line",
    [
        '(= (str.at x 2) "c")',
        '(= (str.substr x 1 2) "bc")',
        '(str.in_re (str.substr x 1 2) (re.* (re.range "a" "b")))',
        '(= (str.indexof x "b" 0) 3)',
        '(= (str.replace x "a" "bb") "bbab")',
        "(= (str.to_int x) 42)",
        "(< 41 (str.to_int x) 43)",
        "(= (str.to_code x) 98)",
        '(str.< "ab" x "ac")',
        "(str.is_digit x)",
        '(= (str.++ x "a" y) "baab")',
        '(str.in_re (str.++ x y x) (re.++ (re.* (str.to_re "ab")) (str.to_re "a")))',
        "(str.in_re x (re.++ (str.to_re y) re.allchar (str.to_re y)))",
        '(str.in_re x (re.union (str.to_re y) (re.inter (str.to_re "ab") (re.comp re.none))))',
        "(and (= (str.len x) (+ (* 2 (str.len y)) 1)) (> (str.len y) 2))",
        "(and (= (mod n 7) 3) (= (div n 7) (- 2)))",
        "(= (abs n) 4)",
        "(= (str.len (ite (= n 1) x y)) 3)",
        '(distinct x y "")',
    ],
)
def test_what_can_hold_is_found(line: str) -> None:
    assertions, declared = script(line)

    verdict = decide(assertions, declared, Budget(wall_s=20))

    assert isinstance(verdict, Sat)


@pytest.mark.parametrize(
    "lines",
    [
        ('(= (str.at x 2) "c")', "(= (str.len x) 2)"),
        ('(= (str.substr x 1 2) "bcd")',),
        ("(= (str.to_int x) 42)", '(str.prefixof "5" x)'),
        ('(str.< x "b")', '(str.< "bc" x)'),
        ('(str.contains "abcabc" x)', "(= (str.len x) 7)"),
        ('(= (str.replace x "a" "b") x)', '(str.contains x "a")'),
        ('(= (str.indexof x "ab" 0) 1)', '(str.prefixof "ab" x)'),
        ("(str.in_re x (re.++ (str.to_re y) re.allchar))", "(= x y)"),
        ("(= (* 2 n) 7)",),
        ('(= (re.* (str.to_re "a")) (re.comp (re.* (str.to_re "a"))))',),
        ("(str.in_re x (re.comp (re.union (str.to_re y) re.all)))",),
        ("(= (str.replace_all x y x) x)", "(= n 1)", "(= n 2)"),
    ],
)
def test_what_cannot_hold_is_refuted(lines: tuple[str, ...]) -> None:
    assertions, declared = script(*lines)

    assert decide(assertions, declared, Budget(wall_s=20)) == Unsat()


def test_a_gap_is_named_with_its_place() -> None:
    assertions, declared = script('(= (str.replace_all x "a" y) "bcb")', '(str.contains x "a")')

    verdict = decide(assertions, declared, Budget())

    where = "`str.replace_all` (line 1, column 81)"
    assert verdict == Unknown(Reason.UNSUPPORTED, where)
    assert [str(gap) for gap in lower(assertions, declared, Budget()).gaps] == [where]


@given(st.integers(-3, 1200), st.text("0123456789a", max_size=5))
def test_decimals_are_compared_by_their_value(bound: int, text: str) -> None:
    expected = text.isdecimal() and int(text) <= bound

    assert naive.matches(decimals_at_most(bound), text) is expected


@given(st.text("ab", max_size=4), st.text("ab", max_size=7))
def test_what_stands_before_the_first_occurrence(word: str, before: str) -> None:
    expected = (before + word).find(word) == len(before)

    assert naive.matches(before_first(word), before) is expected


def test_strings_that_double_at_every_level_are_a_gap() -> None:
    doubled, language = X, call("str.to_re", constant("ab"))
    for _ in range(60):
        doubled = call("str.++", doubled, doubled)
        language = call("re.++", language, language)

    for asked in (call("=", Y, doubled), call("str.in_re", Y, language)):
        assert lower([asked], VARIABLES, Budget()).gaps[0].feature.startswith("a concatenation")


def test_long_chains_and_deep_nests_are_lowered() -> None:
    deep = X
    for _ in range(20_000):
        deep = call("str.++", deep, constant("a"))
    holds = call("=", X, constant("b"))
    for place in range(20_000):
        holds = call(("and", "or")[place % 2], P, holds)

    problem = lower([holds, call("=", Y, deep)], VARIABLES, Budget()).problem

    assert t.in_template(Variable("y", Sort.STRING), STRING, rx.literal("a" * 20_000)) in set(
        problem.assertions
    )
