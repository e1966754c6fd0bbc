"""Scripts in cvc5 without its parser: the same answers as with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from automaton.verdict import Sat
from encoders.smtlib.question import ScriptQuestion
from portfolio.answer import End
from portfolio.differential.case import Case, Script
from portfolio.differential.proof import holds
from portfolio.differential.strategies.scripts import FRAGMENTS, Fragment
from portfolio.limits import Limits
from portfolio.members import Member, Outcome, close_all
from portfolio.members.library import CVC5, WORKER
from portfolio.members.worker_terms import read

TERMS = replace(CVC5, name="cvc5-terms", command=(*WORKER, "cvc5-terms"))
LIMITS = Limits(wall_s=0.5)

pytestmark = pytest.mark.skipif(not CVC5.is_installed(), reason="cvc5 is not installed")


@pytest.fixture(autouse=True, scope="module")
def no_workers_left() -> Iterator[None]:
    yield
    close_all()


def ask(member: Member, question: ScriptQuestion) -> Outcome:
    outcome = member.start(question, LIMITS).wait(None)
    assert outcome
    return outcome


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=str)
def test_terms_and_parser_come_to_the_same(fragment: Fragment) -> None:
    assert settings.default
    examples = max(settings.default.max_examples // 2, 10)

    @settings(max_examples=examples)
    @given(fragment.scripts())
    def same(script: Script) -> None:
        case = Case(script, "drawn")
        question = case.question
        parsed, built = ask(CVC5, question), ask(TERMS, question)
        if End.TIMED_OUT not in (parsed.end, built.end):
            assert (built.end, kind(built)) == (parsed.end, kind(parsed)), (built, parsed)
        if isinstance(built.verdict, Sat):
            assert holds(case, built.verdict.model) is not False

    same()


def kind(outcome: Outcome) -> str:
    return type(outcome.verdict).__name__


def script(*commands: str) -> ScriptQuestion:
    return ScriptQuestion("\n".join(commands), (), ())


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("(define-fun f () Int 3)", "`(define-fun f () Int 3)`"),
        ("(declare-const x (Seq Int))", "sort `(Seq Int)`"),
        ('(assert (= (str.rev "a") "a"))', "function `str.rev`"),
        ("(assert (exists ((x Int)) (= x 1)))", "`((x Int))`"),
        ("(assert |x|)", "`|x|`"),
        ("(assert ((_ char #x41)))", "`((_ char #x41))`"),
        ("(assert ())", "`()`"),
    ],
)
def test_what_is_not_read_is_unsupported(command: str, what: str) -> None:
    outcome = ask(TERMS, script(command))
    assert outcome.end is End.UNSUPPORTED
    assert outcome.detail == f'(error "unsupported: {what}")'


def test_let_binds_at_once_and_ends() -> None:
    bound = "(let ((a 1) (|b c| 2)) (let ((a (+ a |b c|)) (|b c| a)) (and (= a 3) (= |b c| 1))))"
    outcome = ask(TERMS, script(f"(assert {bound})", "(assert (let ((a true)) a))"))
    assert outcome.end is End.ANSWERED
    assert ask(TERMS, script("(assert (let ((a true)) a))", "(assert a)")).end is End.UNSUPPORTED


def test_a_number_is_no_symbol_of_the_same_digits() -> None:
    declared = ("(declare-const |4| Int)", "(declare-const |4.5| Real)")
    apart = script(*declared, "(assert (and (= |4| 5) (= |4.5| 1.5) (< 4 |4|) (< |4.5| 4.5)))")
    assert ask(TERMS, apart).end is End.ANSWERED
    assert kind(ask(TERMS, apart)) == "Sat"


def test_nesting_does_not_recurse() -> None:
    depth = 5000
    outcome = ask(TERMS, script(f"(assert {'(not ' * depth}true{')' * depth})"))
    assert outcome.end is End.ANSWERED


def test_tokens_are_those_of_the_standard() -> None:
    text = '(a |b (c| "d ""e"" ; f") ; (g\n(_ h 1)'
    assert read(text) == [["a", "|b (c|", '"d ""e"" ; f"'], ["_", "h", "1"]]


@pytest.mark.parametrize("text", ["(a", "a)", '"a', "|a"])
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a `[()]` without|no expression starts with"):
        read(text)
