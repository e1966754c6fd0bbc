"""Who is wrong about a case: by a model, a promise, a certificate; and when nobody can tell."""

from __future__ import annotations

import pytest

from automaton import certify as certificates
from automaton.verdict import Reason, Sat, Unknown, Unsat
from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.checks import findings
from portfolio.differential.finding import Fault
from portfolio.differential.terms import S, call, variable
from portfolio.members.base import Outcome

X = variable("x", S)
SATISFIABLE = Case((call("=", X, "a"),), "by hand")
UNSATISFIABLE = Case((call("=", X, "a"), call("=", X, "b")), "by hand")
UNCERTIFIED = Case((call("=", call("str.replace_re_all", X, call("re.all"), X), "a"),), "by hand")
FALSE = Case((call("=", call("str.replace_re", "a", call("re.none"), "b"), "b"),), "by hand")
TRUE = Case((call("=", call("str.replace_re", "a", call("re.none"), "b"), "a"),), "by hand")

UNSAT = Outcome(End.ANSWERED, Unsat())
A, B = Outcome(End.ANSWERED, Sat({"x": "a"})), Outcome(End.ANSWERED, Sat({"x": "b"}))
UNREAD = Outcome(End.CRASHED, detail="sat, with a model that cannot be read: `(witness`")
UNKNOWN = Outcome(End.UNKNOWN, Unknown(Reason.INCOMPLETE))


def found(
    case: Case, outcomes: dict[str, Outcome], *, certify: bool = True
) -> set[tuple[str, Fault]]:
    return {(one.member, one.fault) for one in findings(case, outcomes, certify=certify)}


@pytest.mark.parametrize(
    ("case", "outcomes", "expected"),
    [
        (SATISFIABLE, {"z3": A, "cvc5": A}, set()),
        (SATISFIABLE, {"z3": A, "cvc5": UNSAT}, {("cvc5", Fault.WRONG_UNSAT)}),
        (SATISFIABLE, {"z3": B, "cvc5": A}, {("z3", Fault.WRONG_MODEL)}),
        (SATISFIABLE, {"z3": A, "cvc5": UNREAD}, set()),
        (SATISFIABLE, {"z3": A, "cvc5": UNKNOWN}, set()),
        (UNSATISFIABLE, {"z3": UNSAT, "cvc5": UNSAT}, set()),
        (UNSATISFIABLE, {"z3": A, "cvc5": UNSAT}, {("z3", Fault.WRONG_SAT)}),
        (UNSATISFIABLE, {"z3": UNREAD, "cvc5": UNSAT}, {("z3", Fault.WRONG_SAT)}),
        (UNSATISFIABLE, {"z3": A}, {("z3", Fault.WRONG_MODEL)}),
        (UNCERTIFIED, {"z3": UNREAD, "cvc5": UNSAT}, {("?", Fault.CONTRADICTION)}),
        (
            UNCERTIFIED,
            {"z3": B, "cvc5": UNSAT},
            {("z3", Fault.WRONG_MODEL), ("?", Fault.CONTRADICTION)},
        ),
        (UNCERTIFIED, {"z3": B, "cvc5": UNSAT, "cvc4": UNSAT}, {("z3", Fault.WRONG_MODEL)}),
        (FALSE, {"z3": UNREAD, "cvc5": UNSAT}, {("z3", Fault.WRONG_SAT)}),
        (TRUE, {"z3": UNREAD, "cvc5": UNSAT}, {("cvc5", Fault.WRONG_UNSAT)}),
    ],
)
def test_who_is_wrong_is_told_by_what_is_proved(
    case: Case, outcomes: dict[str, Outcome], expected: set[tuple[str, Fault]]
) -> None:
    assert found(case, outcomes) == expected


def test_a_promise_refutes_whoever_breaks_it() -> None:
    promised = Case(UNCERTIFIED.assertions, "by hand", expected="unsat", why="it was unsat before")
    kept = Case(UNCERTIFIED.assertions, "by hand", expected="sat", why="it was sat before")

    assert found(promised, {"z3": UNREAD, "cvc5": UNSAT}) == {("z3", Fault.WRONG_SAT)}
    assert found(kept, {"z3": UNREAD, "cvc5": UNSAT}) == {("cvc5", Fault.WRONG_UNSAT)}


def test_a_promise_that_a_model_breaks_is_nobodys_fault_for_certain() -> None:
    promised = Case(SATISFIABLE.assertions, "by hand", expected="unsat", why="a relation says so")

    assert ("?", Fault.CONTRADICTION) in found(promised, {"z3": A})


def test_a_model_of_ours_that_does_not_hold_is_a_finding() -> None:
    refuted = Outcome(End.UNKNOWN, Unknown(Reason.DISAGREEMENT, "it does not hold"))

    assert found(SATISFIABLE, {"automaton": refuted}) == {("automaton", Fault.WRONG_MODEL)}


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("killed by SIGSEGV", {("z3", Fault.CRASH)}),
        ('(error "Fatal failure within the theory of strings")', {("z3", Fault.CRASH)}),
        ('(error "unknown constant re.diff")', set()),
    ],
)
def test_a_crash_is_no_complaint(detail: str, expected: set[tuple[str, Fault]]) -> None:
    assert found(SATISFIABLE, {"z3": Outcome(End.CRASHED, detail=detail)}) == expected


def test_an_exception_of_ours_is_a_crash_whatever_it_says() -> None:
    broken = Outcome(End.CRASHED, detail="KeyError: 3")

    assert found(SATISFIABLE, {"automaton": broken}) == {("automaton", Fault.CRASH)}


def test_a_certificate_that_its_checker_refuses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise certificates.CertificateError("steps", "it is refused")

    monkeypatch.setattr(certificates, "check", refuse)

    broken = {("automaton", Fault.BROKEN_CERTIFICATE)}
    assert found(UNSATISFIABLE, {"automaton": UNSAT}) == broken
    assert found(UNSATISFIABLE, {"automaton": UNSAT}, certify=False) == set()


def test_a_claim_that_no_certificate_bears_out_is_found() -> None:
    broken = {("automaton", Fault.BROKEN_CERTIFICATE)}

    assert found(SATISFIABLE, {"automaton": UNSAT}) == broken
