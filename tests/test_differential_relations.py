"""Relations between cases: each keeps its promise, and each catches a member that is wrong."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.verdict import Reason, Sat, Unknown, Unsat, Value
from encoders.smtlib.script import assertions_of
from portfolio.differential.case import Case
from portfolio.differential.relations.bounds import signs_of
from portfolio.differential.relations.chains import chain, check_chain
from portfolio.differential.relations.relation import RELATIONS, RULES, Promise, Relation, check
from portfolio.differential.relations.symmetries import reversed_strings, with_characters
from portfolio.differential.rewriting import Script
from portfolio.differential.strategies.scripts import FRAGMENTS
from portfolio.differential.terms import call
from portfolio.members.base import outcome_of
from tests import smtlib_answers
from tests.smtlib_answers import assignments, found_by_trying, holds
from tests.written_cases import A_OR_B, X_IN_A_STAR, A, P, X, case_of
from tests.wrong_members import RIGHT, WRONG

BY_NAME = {relation.name: relation for relation in RELATIONS}
SCRIPTS = st.one_of([fragment.scripts() for fragment in FRAGMENTS])
SEEDS = st.integers(0, 10**6)
WALL_S = 0.3

VALUE_BY_VALUE = [
    *(rule.name for rule in RULES),
    *("assertions rearranged", "by cases", "a weaker term", "an assertion dropped"),
    *("a stronger term", "an assertion added"),
]
"""The relations whose promise holds under every assignment by itself."""

CAUGHT = [
    ("double complement", "complement is none", ['(str.in_re x (str.to_re "a"))']),
    (
        "de morgan on languages",
        "complement is nothing but negation",
        ['(str.in_re x (re.union (str.to_re "a") (str.to_re "b")))'],
    ),
    (
        "unions split and joined",
        "union loses its last",
        ['(str.in_re x (re.union (str.to_re "a") (str.to_re "b")))', '(= x "b")'],
    ),
    (
        "languages distributed",
        "union in a concatenation is its first",
        [f"(str.in_re x (re.++ {A_OR_B} {A}))", '(= x "ba")'],
    ),
    (
        "concatenations of languages regrouped",
        "concatenation loses its last",
        ['(str.in_re x (str.to_re "ab"))', "(= (str.len x) 2)"],
    ),
    ("ranges split and joined", "range loses its last", ['(str.in_re x (str.to_re "b"))']),
    (
        "loops unrolled and rolled",
        "loop ends one early",
        ['(str.in_re x ((_ re.loop 0 2) (str.to_re "a")))', '(= x "aa")'],
    ),
    ("stars, pluses and options", "star is option", [X_IN_A_STAR, "(= (str.len x) 3)"]),
    (
        "languages with a name",
        "all is any character",
        ["(str.in_re x re.all)", "(= (str.len x) 2)"],
    ),
    (
        "memberships as formulas",
        "intersection is union",
        ['(str.in_re x (re.inter (str.to_re "a") (str.to_re "b")))'],
    ),
    (
        "comparisons of strings said otherwise",
        "prefix is suffix",
        ['(str.prefixof "a" x)', '(str.in_re x (re.++ re.all (str.to_re "b")))'],
    ),
    ("words split and joined", "words lose their last", ['(= x "ab")', "(= (str.len x) 2)"]),
    (
        "functions of strings said otherwise",
        "at is whole",
        ['(= (str.at x 0) "a")', '(= x "ab")'],
    ),
    ("de morgan on formulas", "or is and", ["(or p q)", "(not p)"]),
    ("connectives said otherwise", "xor is or", ["(xor p q)", "(and p q)"]),
    ("formulas regrouped", "and loses its last", ["(or p q)", "(not p)", "(not q)"]),
    ("equalities and chains said otherwise", "distinct is not", ['(distinct x "a")', '(= x "b")']),
    ("numbers said otherwise", "at most is less", ["(<= n 2)", "(>= n 2)"]),
    ("all strings reversed", "prefix is suffix", ['(str.prefixof "a" x)', '(= x "ab")']),
    ("characters exchanged", "characters are ASCII", ['(= x "\\u{7f}\\u{ffff}")', '(= x "~~")']),
    ("assertions rearranged", "and loses its last", ["p", "(not p)"]),
    (
        "a term behind a name",
        "length of words is that of the first",
        ['(= (str.len (str.++ x "b")) 1)', '(= x "a")'],
    ),
    ("an atom behind a name", "no membership is lost", [f"(not (str.in_re x {A}))", '(= x "a")']),
    ("a definition put in", "equality is containment", ['(= x "a")', '(= (str.at x 1) "b")']),
    ("by cases", "and loses its last", ["p", "(not p)"]),
    ("implication of the same", "or is and", ["(or p q)"]),
    ("implication of the weaker", "union loses its last", [f"(str.in_re x {A_OR_B})"]),
    ("equal languages", "intersection is union", [f"(str.in_re x {A_OR_B})"]),
    (
        "containment in a union",
        "union loses its last",
        ['(str.in_re x (str.to_re "a"))', X_IN_A_STAR],
    ),
    ("transitivity of containment", "difference is its first", ['(str.in_re x (str.to_re "a"))']),
    ("a weaker term", "or is and", ["p", "(not q)"]),
    ("an assertion dropped", "a lone assertion is false", ["p", "q"]),
    (
        "a stronger term",
        "intersection is union",
        [f"(str.in_re x {A})", '(= x "b")', f"(or p (str.in_re x {A_OR_B}))"],
    ),
    ("an assertion added", "a lone assertion is false", ["p"]),
    (
        "variables renamed",
        "names that must be quoted are one",
        ['(= x "a")', '(= y "b")'],
    ),
]
"""A relation, what a member gets wrong, and a script on which the relation shows it."""


def test_every_relation_catches_a_member_that_is_wrong() -> None:
    assert {name for name, _, _ in CAUGHT} == set(BY_NAME)


def test_a_name_stands_for_one_relation() -> None:
    assert len(BY_NAME) == len(RELATIONS)


@pytest.mark.parametrize(("name", "mistake", "written"), CAUGHT, ids=[row[0] for row in CAUGHT])
def test_a_member_that_is_wrong_breaks_a_promise_and_one_that_is_right_keeps_it(
    name: str, mistake: str, written: list[str]
) -> None:
    case, relation, wrong = case_of(*written), BY_NAME[name], WRONG[mistake]
    before, before_right = wrong.says(case), RIGHT.says(case)
    evidence = []
    for seed in range(60):
        derived = relation.derive(case, Random(seed))
        if derived is not None:
            evidence.append(check(case, derived, relation.promise, before, wrong.says(derived)))
            after = RIGHT.says(derived)
            assert check(case, derived, relation.promise, before_right, after) is None
            if evidence[-1]:
                break

    assert [said for said in evidence if said] != []
    assert f"; {name}`" in str(evidence[-1])


@given(SCRIPTS, SEEDS, st.sampled_from(VALUE_BY_VALUE))
def test_what_is_derived_has_the_values_that_are_promised(
    script: Script, seed: int, name: str
) -> None:
    relation = BY_NAME[name]
    derived = relation.derive(Case(script, "drawn"), Random(seed))
    if derived is None:
        return
    for model in assignments(script, Random(seed), 20):
        try:
            before, after = holds(script, model), holds(derived.assertions, model)
        except ValueError:  # a variable that only the derived script has
            return
        if before is not None and after is not None:
            assert _is_kept(relation.promise, before, after), (name, model, derived.text)


def _is_kept(promise: Promise, before: bool, after: bool) -> bool:
    match promise:
        case Promise.SAME:
            return before == after
        case Promise.WEAKER:
            return after or not before
        case Promise.STRONGER:
            return before or not after
    return not after


@given(SCRIPTS, SEEDS, st.sampled_from(RELATIONS))
def test_our_solver_keeps_the_promises(script: Script, seed: int, relation: Relation) -> None:
    case = Case(script, "drawn")
    derived = relation.derive(case, Random(seed))
    if derived is None:
        return
    before, after = (
        outcome_of(smtlib_answers.ours(each.assertions, WALL_S)) for each in (case, derived)
    )

    assert assertions_of(derived.text)[0] != []
    assert check(case, derived, relation.promise, before, after) is None
    if relation.promise is Promise.UNSAT:
        assert found_by_trying(derived.assertions, seed, 20) is None


def _reversed(value: Value) -> Value:
    return value[::-1] if isinstance(value, str) else value


@given(SCRIPTS, SEEDS)
def test_a_script_read_backwards_holds_of_values_read_backwards(script: Script, seed: int) -> None:
    backwards = reversed_strings(script, Random(seed))
    if backwards is None:
        return
    for model in assignments(script, Random(seed), 20):
        turned = {name: _reversed(value) for name, value in model.items()}
        assert holds(script, model) == holds(backwards, turned)


@given(SCRIPTS, SEEDS, st.permutations("ab0\U0002ffff\uffff:"))
def test_with_other_characters_a_script_holds_of_values_with_other_characters(
    script: Script, seed: int, others: list[str]
) -> None:
    exchange = dict(zip(map(ord, sorted(others)), map(ord, others), strict=True))
    renamed = with_characters(script, exchange)
    if renamed is None:
        return
    for model in assignments(script, Random(seed), 20):
        moved = {
            name: value.translate(exchange) if isinstance(value, str) else value
            for name, value in model.items()
        }
        assert holds(script, model) == holds(renamed, moved)


@pytest.mark.parametrize("written", ['(str.< x "a")', "(= (str.to_int x) 3)", "(str.is_digit x)"])
def test_characters_are_not_exchanged_where_it_matters_which_they_are(written: str) -> None:
    case = case_of(written)
    relation = BY_NAME["characters exchanged"]

    assert [relation.derive(case, Random(seed)) for seed in range(20)] == [None] * 20


@pytest.mark.parametrize("written", ['(= (str.replace x "a" "b") y)', "(= (str.indexof x y 0) 1)"])
def test_a_script_is_not_reversed_where_places_count_from_the_left(written: str) -> None:
    assert BY_NAME["all strings reversed"].derive(case_of(written), Random(1)) is None


def test_a_language_in_a_complement_has_the_other_sign() -> None:
    inner = call("str.to_re", "a")
    script = (call("str.in_re", X, call("re.comp", inner)), call("not", P))

    signs = signs_of(script)

    assert [signs[inner], signs[P], signs[script[0]], signs[X]] == [2, 2, 1, 3]


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        (Promise.SAME, {("sat", "unsat"), ("unsat", "sat")}),
        (Promise.WEAKER, {("sat", "unsat")}),
        (Promise.STRONGER, {("unsat", "sat")}),
        (Promise.UNSAT, {("sat", "sat"), ("unsat", "sat"), ("unknown", "sat")}),
    ],
)
def test_a_promise_is_broken_by_these_answers(
    promise: Promise, expected: set[tuple[str, str]]
) -> None:
    case = case_of("p")
    broken = {
        (before, after)
        for before, first in OUTCOMES.items()
        for after, second in OUTCOMES.items()
        if check(case, case, promise, first, second) is not None
    }

    assert broken == expected


OUTCOMES = {
    "sat": outcome_of(Sat({"p": True})),
    "unsat": outcome_of(Unsat()),
    "unknown": outcome_of(Unknown(Reason.TIME)),
}


def test_the_evidence_tells_what_a_model_shows() -> None:
    case = case_of("p", "p")
    derived = BY_NAME["an assertion dropped"].derive(case, Random(1))
    assert derived is not None

    said = [
        check(case, derived, Promise.WEAKER, outcome_of(Sat({"p": value})), OUTCOMES["unsat"])
        for value in (True, False)
    ]

    start = (
        "unsat after sat to the first, where `written; an assertion dropped` follows from the first"
    )
    assert said == [
        f"{start}; the model of the first holds of both",
        f"{start}; the model of the first does not hold",
    ]


@pytest.mark.parametrize(
    ("name", "expected", "derived"),
    [
        ("double complement", "sat", "sat"),
        ("double complement", "unsat", "unsat"),
        ("equal languages", "sat", "unsat"),
        ("an assertion dropped", "sat", "sat"),
        ("an assertion dropped", "unsat", ""),
        ("an assertion added", "sat", ""),
        ("an assertion added", "unsat", "unsat"),
    ],
)
def test_what_is_expected_goes_on_to_what_is_derived(
    name: str, expected: str, derived: str
) -> None:
    case = case_of(f"(str.in_re x {A})", "p", expected=expected)

    found = BY_NAME[name].derive(case, Random(1))

    assert found is not None
    assert (found.expected, bool(found.why)) == (derived, bool(derived))


def test_why_something_is_expected_goes_on_too() -> None:
    case = Case(case_of("p").assertions, "written", "sat", "a model shows it")

    found = BY_NAME["by cases"].derive(case, Random(1))

    assert found is not None
    assert found.why == (
        "`by cases` is satisfiable iff the first is, of which is known: a model shows it"
    )


def test_what_is_derived_is_the_same_for_the_same_chance() -> None:
    case = case_of(X_IN_A_STAR, "p", "(or p (not q))", '(= x (str.++ y "ab"))')

    first, second = ([relation.derive(case, Random(7)) for relation in RELATIONS] for _ in range(2))

    assert first == second
    assert [each for each in first if each is not None] != []


def test_a_chain_is_broken_only_by_a_member_that_contradicts_itself() -> None:
    case = case_of(f"(str.in_re x (re.inter {A} {A_OR_B}))", f"(str.in_re x (re.* {A_OR_B}))")
    wrong = WRONG["difference is its first"]
    said = []
    for seed in range(100):
        found = chain(case, Random(seed))
        assert found is not None
        assert check_chain([RIGHT.says(each) for each in found.cases]) is None
        said.append(check_chain([wrong.says(each) for each in found.cases]))

    assert set(said) == {None, "sat, where unsat to each premise of the chain implies unsat"}


def test_a_script_without_languages_has_no_chain() -> None:
    assert chain(case_of("p"), Random(1)) is None
