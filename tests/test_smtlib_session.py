from __future__ import annotations

import itertools
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.budget import Budget
from automaton.verdict import Reason, Sat, Unknown, Unsat, Unsupported, Value, Verdict
from encoders.smtlib.evaluate import values
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.session import Session, SessionLimits, question_of
from encoders.smtlib.sexpr import ParseError, Source, Splitter
from encoders.smtlib.term import TermSort

DIALOGUES = Path(__file__).parent / "corpus" / "dialogues"
EXPECTED = ";= "

TRIED: dict[TermSort, tuple[Value, ...]] = {
    TermSort.BOOL: (False, True),
    TermSort.INT: (0, 2, -2),
    TermSort.REAL: (Fraction(0), Fraction(-1, 2)),
    TermSort.STRING: ("", "a", 'b"\xe9\\'),
}


def by_trial(question: ScriptQuestion, _: Budget) -> Verdict:
    """Try a few values for each variable: enough for the dialogues, and plain to see."""
    tried = [variable for variable in question.declared if variable.sort in TRIED]
    names = [variable.name for variable in tried]
    for chosen in itertools.product(*(TRIED[variable.sort] for variable in tried)):
        model = dict(zip(names, chosen, strict=True))
        if all(values(question.assertions, model)):
            refusals = question.refusals
            return Unknown(Reason.UNSUPPORTED, str(refusals[0])) if refusals else Sat(model)
    return Unsat()


def answers(session: Session, text: str) -> list[str]:
    splitter = Splitter()
    pieces = [*splitter.feed(text), splitter.finish()]
    return [answer for piece in pieces for answer in session.respond(piece)]


@pytest.mark.parametrize("path", sorted(DIALOGUES.glob("*.smt2")), ids=lambda path: path.stem)
def test_a_dialogue_goes_as_it_should(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [line[len(EXPECTED) :] for line in text.splitlines() if line.startswith(EXPECTED)]

    assert "\n".join(answers(Session(by_trial), text)).split("\n") == expected


def test_every_dialogue_is_found() -> None:
    assert len(list(DIALOGUES.glob("*.smt2"))) >= 7


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Unknown(Reason.TIME), "timeout"),
        (Unknown(Reason.MEMORY, "512 MiB"), "memout"),
        (Unknown(Reason.STEPS), "resourceout"),
        (Unknown(Reason.INCOMPLETE), "incomplete"),
        (Unknown(Reason.INCOMPLETE, 'a "b"'), '(incomplete "the solver gave up: a ""b""")'),
        (Unknown(Reason.CANCELLED), '(incomplete "the search was cancelled")'),
    ],
)
def test_an_unknown_has_its_reason(verdict: Unknown, expected: str) -> None:
    session = Session(lambda *_: verdict)

    told = answers(session, "(check-sat)(get-info :reason-unknown)")
    assert told == ["unknown", f"(:reason-unknown {expected})"]


def test_a_lack_of_memory_is_an_unknown() -> None:
    def exhausted(*_: object) -> Verdict:
        raise MemoryError

    told = answers(Session(exhausted), "(check-sat)(get-info :reason-unknown)")
    assert told == ["unknown", "(:reason-unknown memout)"]


def test_a_refusal_of_the_decider_is_an_unknown() -> None:
    def refusing(*_: object) -> Verdict:
        raise Unsupported("that")

    assert answers(Session(refusing), "(check-sat)") == ["unknown"]


@pytest.mark.parametrize(
    ("limits", "options", "expected"),
    [
        (SessionLimits(), "", None),
        (SessionLimits(wall_s=50), "", 50),
        (SessionLimits(), "(set-option :timeout 60000)", 60),
        (SessionLimits(wall_s=50), "(set-option :timeout 60000)", 50),
        (SessionLimits(wall_s=80), "(set-option :timeout 60000)(set-option :tlimit-per 7)", 0.007),
        (SessionLimits(wall_s=80), "(set-option :timeout 60000)(reset)", 80),
        (SessionLimits(wall_s=80), "(set-option :timeout 0)", 80),
    ],
)
def test_the_shortest_time_limit_counts(
    limits: SessionLimits, options: str, expected: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("automaton.clock.now", lambda: 0.0)
    seen: list[float | None] = []

    def remember(_: ScriptQuestion, budget: Budget) -> Verdict:
        seen.append(budget.deadline)
        return Unsat()

    assert answers(Session(remember, limits), f"{options}(check-sat)") == ["unsat"]
    assert seen == [expected]


def test_steps_and_memory_are_limited() -> None:
    seen: list[Budget] = []

    def remember(_: ScriptQuestion, budget: Budget) -> Verdict:
        seen.append(budget)
        return Unsat()

    session = Session(remember, SessionLimits(memory_mib=7))
    answers(session, "(set-option :reproducible-resource-limit 9)(check-sat)")
    assert (seen[0].max_steps, seen[0].memory_bytes) == (9, 7 << 20)


def test_the_session_ends_with_exit() -> None:
    session = Session(by_trial)

    assert (answers(session, "(push)"), session.is_over) == ([], False)
    assert (answers(session, "(exit)(echo 5)"), session.is_over) == ([], True)
    assert session.errors == []


def test_errors_are_remembered() -> None:
    session = Session(by_trial)
    list(session.respond(Source("(assert 5)")))

    assert [str(error) for error in session.errors] == [
        "line 1, column 9: a Bool was expected, not a term of sort Int"
    ]


def test_old_names_are_read_on_request() -> None:
    script = '(assert (str.in.re "\\x41" (str.to.re "A")))(check-sat)'

    assert answers(Session(by_trial, old_names=True), script) == ["sat"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("(declare-const x String)(assert (= x x))(check-sat)(assert false)", 2),
        ("(set-logic QF_S)(push)(declare-const x Int)(assert (= x 1))(pop)(assert true)", 2),
        ("(declare-fun f (Int) Int)(assert (! (= (f 1) 2) :named a))", 2),
        ("(set-option :produce-models true)(define-fun two () Int 2)(assert (= two 2))", 2),
        ("(declare-const p Bool)(check-sat-assuming (p (not p)))", 3),
        ("(set-logic ALL)(declare-const p Bool)(assert p)(reset-assertions)(check-sat)", 1),
        (
            "(set-option :global-declarations true)(push)(declare-const p Bool)(assert p)"
            "(reset-assertions)",
            1,
        ),
        (
            "(set-option :global-declarations true)(declare-const p Bool)(assert p)"
            "(reset-assertions)",
            1,
        ),
    ],
)
def test_a_question_has_the_words_that_are_in_force(script: str, expected: int) -> None:
    question = question_of(script)

    assert len(question.text.splitlines()) == expected
    assert bool(question.refusals) is ("f 1" in script)
    again = question_of(question.text)
    assert (again.text, len(again.assertions)) == (question.text, len(question.assertions))


def test_what_is_no_script_asks_nothing() -> None:
    with pytest.raises(ParseError, match="line 1, column 9"):
        question_of("(assert 5)(check-sat)")


WORDS = re.findall(
    r"\S+",
    """( ( ( ( ) ) ) ) assert declare-const define-fun push pop check-sat get-value get-model reset
    check-sat-assuming declare-fun get-assertions set-option :named ! let forall _ as re.loop re.++
    str.in_re re.all str.len = and not ite + - p q x y 0 1 2 1.5 "a" "b" #x41 char Bool Int String
    RegLan U true :global-declarations :print-success f (p) (push) (pop) (check-sat) () | " ;""",
)
COMMANDS = """(declare-const p Bool)(declare-const q Bool)(define-fun f ((x Bool)) Bool (not x))
(push)(assert (! (f p) :named x))(check-sat)(get-value (p x))(check-sat-assuming ((f q)))(pop)
(assert (or p q))(check-sat)(get-model)(get-assignment)(get-assertions)(reset-assertions)"""


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_whatever_is_written_gets_an_answer(words: list[str]) -> None:
    answers(Session(by_trial), " ".join(words))


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(WORDS)), min_size=1, max_size=6))
def test_a_spoiled_script_gets_an_answer(changes: list[tuple[int, str]]) -> None:
    text = COMMANDS
    for place, word in changes:
        text = f"{text[:place]} {word} {text[place + len(word) :]}"

    answers(Session(by_trial), text)
