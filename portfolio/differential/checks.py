"""What is wrong about the answers to a case.

Verdicts are held against each other, models against the referee, and an unsat against a
certificate. Who is wrong is said where a proof tells; a contradiction that nothing settles is a
finding about nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from automaton.verdict import Model, Reason, Sat, Unknown, Unsat
from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.finding import NOBODY_KNOWS, Fault, Finding
from portfolio.differential.panel import Outcomes
from portfolio.differential.proof import holds, proof_of_sat, proof_of_unsat, written
from portfolio.members.base import Outcome
from portfolio.members.smtlib import UNREAD_MODEL

CRASH_SIGNS = (
    "killed by",
    "exit status",
    "internal error",
    "assertion",
    "unreachable",
    "fatal failure",
    "unhandled",
    "core dumped",
)
"""Words by which a crash differs from a complaint about the script."""


def word_of(outcome: Outcome) -> str:
    """Return `sat` or `unsat` iff a member said so."""
    if isinstance(outcome.verdict, Unsat):
        return "unsat"
    if isinstance(outcome.verdict, Sat) or outcome.detail.startswith(UNREAD_MODEL):
        return "sat"
    return ""


def findings(case: Case, outcomes: Outcomes, *, certify: bool = True) -> list[Finding]:
    """Return what is wrong about what members say to a case.

    A certificate is sought where an unsat is contradicted; with `certify`, wherever one is said.
    """
    return [*_failures(outcomes), *_Weighing(case, outcomes, certify).findings()]


def _failures(outcomes: Outcomes) -> Iterator[Finding]:
    """Yield the members that crashed, or that refute themselves."""
    for name, outcome in outcomes.items():
        detail = outcome.detail.lower()
        is_own = name == "automaton" and not word_of(outcome)
        if outcome.end is End.CRASHED and (is_own or any(sign in detail for sign in CRASH_SIGNS)):
            yield Finding(name, Fault.CRASH, outcome.detail)
        if isinstance(outcome.verdict, Unknown) and outcome.verdict.reason is Reason.DISAGREEMENT:
            yield Finding(name, Fault.WRONG_MODEL, str(outcome.verdict))


class _Weighing:
    """The answers to one case, held against each other."""

    def __init__(self, case: Case, outcomes: Outcomes, certify: bool) -> None:
        self._case = case
        self._certify = certify
        words = {name: word_of(outcome) for name, outcome in outcomes.items()}
        self._sat = [name for name, word in words.items() if word == "sat"]
        self._unsat = [name for name, word in words.items() if word == "unsat"]
        verdicts = {name: outcome.verdict for name, outcome in outcomes.items()}
        self._models: dict[str, Model] = {
            name: verdict.model for name, verdict in verdicts.items() if isinstance(verdict, Sat)
        }

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with who says sat or unsat."""
        why_sat = proof_of_sat(self._case, self._models)
        if why_sat:
            if self._case.expected == "unsat":
                evidence = f"promised to be unsat ({self._case.why}), but {why_sat}"
                yield Finding(NOBODY_KNOWS, Fault.CONTRADICTION, evidence)
            for name in self._unsat:
                yield Finding(name, Fault.WRONG_UNSAT, why_sat)
        yield from self._wrong_models(why_sat)

    def _wrong_models(self, why_sat: str) -> Iterator[Finding]:
        wrong = [name for name, model in self._models.items() if holds(self._case, model) is False]
        doubtful = [name for name in self._sat if not why_sat]
        why_unsat = self._why_unsat(bool(doubtful))
        if isinstance(why_unsat, Finding):
            yield why_unsat
            why_unsat = ""
        if why_unsat and doubtful:
            yield from (Finding(name, Fault.WRONG_SAT, why_unsat) for name in doubtful)
            return
        for name in wrong:
            evidence = f"the script does not hold under {written(self._models[name])}"
            yield Finding(name, Fault.WRONG_MODEL, evidence)
        # One that is refuted by its own model does not stand against two.
        if len(self._unsat) > 1:
            doubtful = [name for name in doubtful if name not in wrong]
        if doubtful and self._unsat:
            evidence = f"sat: {', '.join(doubtful)}; unsat: {', '.join(self._unsat)}"
            yield Finding(NOBODY_KNOWS, Fault.CONTRADICTION, evidence)

    def _why_unsat(self, is_doubtful: bool) -> str | Finding:
        """Return a proof of unsat if it is asked for; nothing where the case is satisfiable."""
        is_promised = self._case.expected == "unsat" and is_doubtful
        is_contradicted = is_doubtful and bool(self._unsat)
        if is_promised or is_contradicted or (self._certify and self._unsat and not self._sat):
            return proof_of_unsat(self._case, is_claimed="automaton" in self._unsat)
        return ""
