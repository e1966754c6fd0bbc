"""The conformance suite: each fact is proved, and its script says what was proved."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from automaton.verdict import Reason as Why
from automaton.verdict import Sat, Unknown, Unsat, Verdict
from encoders.smtlib.evaluate import values
from encoders.smtlib.script import assertions_of
from portfolio.answer import End
from portfolio.differential.conformance.drawn import drawn, settled
from portfolio.differential.conformance.fact import Fact, Proof, UnprovedError, definition, proved
from portfolio.differential.conformance.judging import Judgement, Result, explanation, judged
from portfolio.differential.conformance.sentences import facts_of_sentences
from portfolio.differential.conformance.suite import OPERATORS, suite
from portfolio.differential.conformance.table import Table, line_of, markdown, text, to_json
from portfolio.differential.terms import SIGNATURE, I, S, call, variable
from portfolio.members.base import Outcome, outcome_of

X = variable("x", S)
FACTS = suite()


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_fact_is_proved(operator: str) -> None:
    unproved = []
    for fact in suite((operator,)):
        try:
            assert proved(fact)
        except UnprovedError as error:
            unproved.append(str(error))

    assert unproved == []


def test_what_solvers_read_is_what_was_proved() -> None:
    wrong = []
    for fact in FACTS:
        read, _ = assertions_of(fact.case.text)
        if fact.proof is not Proof.CERTIFICATE:
            holds = all(value is True for value in values(read, fact.model))
            wrong += [str(fact)] if holds is not (fact.expected == "sat") else []

    assert wrong == []


def test_each_operator_of_the_signature_has_facts_of_either_answer() -> None:
    answers = defaultdict(set)
    for fact in FACTS:
        answers[fact.operator].add(fact.expected)

    assert answers == {row.operator: {"sat", "unsat"} for row in SIGNATURE}


def test_each_operator_has_facts_by_hand() -> None:
    by_hand = Counter(fact.operator for fact in facts_of_sentences())

    assert [operator for operator in OPERATORS if by_hand[operator] < 3] == []


def test_the_suite_is_of_a_size_that_one_waits_for() -> None:
    assert 1000 <= len(FACTS) <= 3000


def test_no_two_facts_have_one_name() -> None:
    assert [name for name, count in Counter(map(str, FACTS)).items() if count > 1] == []


def test_the_suite_is_the_same_in_each_process_whatever_was_made_before() -> None:
    program = (
        "from portfolio.differential.terms import call\n"
        "[call('str.len', 'x' * n) for n in range({extra})]\n"
        "from portfolio.differential.conformance.suite import suite\n"
        "import hashlib\n"
        "told = ''.join(f'{{fact}}{{fact.expected}}{{fact.case.text}}' for fact in suite())\n"
        "print(hashlib.sha256(told.encode()).hexdigest())"
    )
    told = "".join(f"{fact}{fact.expected}{fact.case.text}" for fact in FACTS)

    finished = subprocess.run(
        [sys.executable, "-c", program.format(extra=7)], capture_output=True, text=True, check=True
    )

    assert finished.stdout.strip() == hashlib.sha256(told.encode()).hexdigest()


def test_some_facts_of_an_operator_are_spread_over_all_of_them() -> None:
    every = suite(("str.substr",))

    some = suite(("str.substr",), most=10)

    assert len(some) == 10
    assert some[0] == every[0]
    assert every.index(some[-1]) > len(every) * 0.8


def test_an_operator_without_facts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there are no facts about `str\.rev`"):
        suite(("str.rev",))


@pytest.mark.parametrize(
    "fact",
    [
        Fact("str.len", "", (call("=", call("str.len", "ab"), 1),), "sat", Proof.EVALUATION),
        Fact("str.len", "", (call("=", call("str.len", X), 1),), "sat", Proof.MODEL, {"x": "ab"}),
        Fact("str.len", "", (call("=", call("str.len", X), 1),), "unsat", Proof.CERTIFICATE),
        # One assignment that does not hold proves nothing where there are others.
        Fact("str.len", "", (call("=", X, "a"),), "unsat", Proof.EVALUATION, {"x": "b"}),
        Fact("str.len", "", (call("<", call("str.len", X), 0),), "unsat", Proof.EVALUATION),
    ],
    ids=["value", "model", "certificate", "other value", "no value"],
)
def test_what_is_not_so_is_not_proved(fact: Fact) -> None:
    with pytest.raises(UnprovedError):
        proved(fact)


@pytest.mark.parametrize(
    ("operator", "theory"),
    [
        *(("str.at", "UnicodeStrings"), ("re.*", "UnicodeStrings"), ("div", "Ints")),
        *(("ite", "Core"), ("=>", "Core"), ("to_int", "Reals_Ints")),
        *(("<=", "Reals_Ints"), ("/", "Reals_Ints")),
    ],
)
def test_a_fact_tells_where_its_operator_is_defined(operator: str, theory: str) -> None:
    assert definition(operator) == f"https://smt-lib.org/theories-{theory}.shtml"


SOUGHT = Fact("str.len", "one", (call("=", call("str.len", X), 1),), "sat", Proof.MODEL, {"x": "a"})


@pytest.mark.parametrize(
    ("verdict", "result"),
    [
        (Sat({"x": "b"}), Result.RIGHT),
        (Sat({"x": "ab"}), Result.WRONG),
        (Unsat(), Result.WRONG),
        (Unknown(Why.INCOMPLETE, ""), Result.UNKNOWN),
        (Unknown(Why.UNSUPPORTED, ""), Result.UNSUPPORTED),
        (Unknown(Why.TIME, ""), Result.TIMED_OUT),
        (Unknown(Why.MEMORY, ""), Result.TIMED_OUT),
    ],
)
def test_a_verdict_is_judged_by_the_proof(verdict: Verdict, result: Result) -> None:
    assert judged(SOUGHT, outcome_of(verdict))[0] is result


@pytest.mark.parametrize(
    ("detail", "result"),
    [
        ('(error "unknown constant str.len")', Result.UNSUPPORTED),
        ("killed by SIGSEGV", Result.CRASHED),
        ("sat, with a model that cannot be read: two values for `x`", Result.RIGHT),
    ],
)
def test_an_error_is_a_refusal_and_a_death_is_none(detail: str, result: Result) -> None:
    assert judged(SOUGHT, Outcome(End.CRASHED, detail=detail))[0] is result


def test_a_wrong_answer_is_explained_by_script_and_proof() -> None:
    told = explanation(Judgement("mine", SOUGHT, *judged(SOUGHT, outcome_of(Unsat()))))

    assert told.splitlines() == [
        "`mine` on str.len: one",
        "wrong: the answer is unsat, not sat",
        f"expected sat by a model; `str.len` is defined at {definition('str.len')}",
        "proof    it holds where x = 'a'",
        "",
        "(set-logic ALL)",
        "(declare-fun x () String)",
        "(assert (= (str.len x) 1))",
        "(check-sat)",
    ]


def test_a_table_counts_by_operator_in_the_order_of_the_signature() -> None:
    table = Table()
    at = replace(SOUGHT, operator="str.at")
    for fact, result in ((at, Result.WRONG), (SOUGHT, Result.RIGHT), (SOUGHT, Result.UNKNOWN)):
        table.add(line_of(Judgement("mine", fact, result, "why"), "1.2"))

    assert text(table, OPERATORS).split("\n") == [
        "mine 1.2",
        "           right  wrong  unknown  unsupported  crashed  timed out",
        "  str.len      1               1",
        "  str.at              1",
        "  all          1      1        1",
    ]
    assert "| `all` | 1 | 1 | 1 |  |  |  |" in markdown(table, OPERATORS).split("\n")
    assert [fault["operator"] for fault in as_list(to_json(table, OPERATORS)["faults"])] == [
        "str.at"
    ]
    assert table.has_wrong


def as_list(found: object) -> list[dict[str, str]]:
    assert isinstance(found, list)
    return found


def test_a_drawn_fact_is_settled_by_a_proof_and_drawn_again_from_its_seed() -> None:
    facts = drawn(12, 3)

    found = [settled(fact) for fact in facts]

    assert {fact.operator for fact in facts} > {"fragment F1", "fragment F4"}
    assert [str(fact) for fact in drawn(12, 3)] == [str(fact) for fact in facts]
    assert [fact.case.text for fact in drawn(12, 3)] == [fact.case.text for fact in facts]
    assert all(proved(fact) for fact in found if fact is not None)
    assert sum(fact is not None for fact in found) >= 6


def test_a_drawn_fact_that_nothing_proves_stays_open() -> None:
    n = variable("n", I)
    cube = call("=", call("*", n, n, n), 100)

    assert settled(Fact("fragment F4", "", (cube,), "", Proof.MODEL)) is None
