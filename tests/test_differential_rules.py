"""Rules that say a term otherwise: each step applies to something, and keeps its value."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from automaton.verdict import Value
from encoders.smtlib.evaluate import values
from encoders.smtlib.term import Term
from portfolio.differential.relations.bounds import STRONGER, WEAKER
from portfolio.differential.relations.relation import RULES
from portfolio.differential.relations.rules import Context, Step
from portfolio.differential.rewriting import nodes_of
from portfolio.differential.terms import L, call
from portfolio.differential.text import text_of
from tests.written_cases import A_OR_B, A, case_of

STEPS = [step for rule in (*RULES, WEAKER, STRONGER) for step in rule.steps]
WHERE_STEPS_APPLY = [
    *("(and (and p q) q (or p q))", "(or (and p q) q (or p q))", "(xor p q p)", "(=> p q p)"),
    *("(not (and p q))", "(not (or p q))", "(not (not p))", "(= p q)", "(ite p q (not p))"),
    *("(not (=> p q))", "(xor p q)", "(distinct p q)", "(distinct n 1 2)", "(= n 1 2)"),
    *("(< n 1)", "(<= n 1)", "(> n 1)", "(>= n 1)", "(< n 1 2)", "(<= n 1 2)", "(> n 1 2)"),
    *("(>= n 1 2)", "(= n 1)", "(= (- n 1 2) (+ n (+ 1 n) 2))", "(= (* n 2) (abs n))"),
    *('(str.< x "a")', '(str.<= x "a")', '(str.< x "a" y)', '(str.<= x "a" y)', '(= x "ab")'),
    *('(str.prefixof "a" x)', '(str.suffixof "a" x)', '(str.contains x "a")', "(= x y)"),
    *("(str.prefixof x (str.++ x y))", '(= (str.++ x "a" "b" (str.++ x y)) "ab")'),
    *('(= (str.len (str.++ x y)) (str.len "ab"))', "(str.is_digit x)", '(= (str.at x 1) "a")'),
    *('(= (str.replace x "a" y) "b")', f'(= (str.replace_re x {A} y) "b")'),
    *(f"(or (str.in_re x {A}) (str.in_re x {A_OR_B}))", f"(not (str.in_re x {A}))"),
    *(f"(and (str.in_re x {A}) (not (str.in_re x {A_OR_B})))", "(str.in_re x re.all)"),
    f"(and (str.in_re x {A}) (str.in_re x {A_OR_B}))",
    *("(str.in_re x re.none)", "(str.in_re x re.allchar)", '(str.in_re x (str.to_re "ab"))'),
    *(
        f"(str.in_re x {language})"
        for language in (
            *(f"(re.union {A} (re.union {A} {A_OR_B}) {A_OR_B})", f"(re.opt {A})"),
            *(f"(re.inter {A} {A_OR_B} (re.inter {A} re.all))", f"(re.diff {A_OR_B} {A})"),
            *(f"(re.comp {A_OR_B})", f"(re.comp (re.inter {A} {A_OR_B}))", "(re.comp re.none)"),
            *(f"(re.comp (re.comp {A}))", f"(re.inter {A_OR_B} (re.comp {A}))"),
            *('(re.comp (str.to_re ""))', '(str.to_re "")', f"(re.* {A_OR_B})", f"(re.+ {A})"),
            *(f"(re.++ {A} {A_OR_B} {A} (re.++ {A} {A}))", f"(re.++ {A} {A} {A_OR_B})"),
            *(f"(re.union (re.++ {A} {A}) (re.++ {A} {A_OR_B}))", "(re.diff re.all re.none)"),
            *(f"(re.++ {A} (re.* (re.++ {A_OR_B} {A})))", '(str.to_re (str.++ x "a"))'),
            *(f"((_ re.^ {n}) {A})" for n in (0, 1, 3)),
            *(f"((_ re.loop {ends}) {A})" for ends in ("0 3", "2 1", "1 3", "0 0")),
            *(f'(re.range "{low}" "{high}")' for low, high in ("ad", "aa", "ba", ("ab", "c"))),
            f"(re.diff {A} {A_OR_B} re.none)",
        )
    ),
]

NODES = [nodes_of(case_of(written).assertions) for written in WHERE_STEPS_APPLY]


@pytest.mark.parametrize("step", STEPS, ids=range(len(STEPS)))
def test_every_step_applies_to_something(step: Step) -> None:
    nodes = [node for found in NODES for node in found]

    assert any(
        step.take(node, Context(Random(seed), nodes)) is not None
        for node in nodes
        for seed in range(3)
    )


SAME_STEPS = [step for rule in RULES for step in rule.steps]


@pytest.mark.parametrize("step", SAME_STEPS, ids=range(len(SAME_STEPS)))
def test_a_step_of_a_rule_keeps_the_value_of_a_term(step: Step) -> None:
    compared = 0
    for node, other in taken(step):
        compared += 1
        assert_always(call("=", node, other))

    assert compared > 0


@pytest.mark.parametrize("step", WEAKER.steps, ids=range(len(WEAKER.steps)))
def test_a_step_to_a_weaker_term_leads_to_what_it_implies(step: Step) -> None:
    for node, other in taken(step):
        assert_always(implication(node, other))


@pytest.mark.parametrize("step", STRONGER.steps, ids=range(len(STRONGER.steps)))
def test_a_step_to_a_stronger_term_leads_to_what_implies_it(step: Step) -> None:
    for node, other in taken(step):
        assert_always(implication(other, node))


def taken(step: Step) -> Iterator[tuple[Term, Term]]:
    """Yield the terms to which a step applies, each with what it becomes."""
    for nodes in NODES:
        for seed, node in enumerate(nodes):
            other = step.take(node, Context(Random(seed), nodes))
            if other is not None:
                yield node, other


def implication(stronger: Term, weaker: Term) -> Term:
    if stronger.sort is L:
        return call("=", call("re.diff", stronger, weaker), call("re.none"))
    return call("=>", stronger, weaker)


TEXTS = ["", "a", "b", "ab", "ba", "aab", "0", "aaa"]
MODELS: list[dict[str, Value]] = [
    {"x": text, "y": TEXTS[place - 3], "p": place % 2 == 0, "q": place % 3 == 0, "n": place - 2}
    for place, text in enumerate(TEXTS)
]


def assert_always(fact: Term) -> None:
    """Assert that something holds under each of the models."""
    for model in MODELS:
        assert values((fact,), model) == (True,), (model, text_of(fact))
