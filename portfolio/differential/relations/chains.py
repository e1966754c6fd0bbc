"""Chains of containments: a member that says R1 ⊆ R2 and R2 ⊆ R3 has said R1 ⊆ R3.

Here nothing is known by construction: a member is held to what it says itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from automaton.verdict import Sat, Unsat
from encoders.smtlib.term import Term
from portfolio.differential.case import Case
from portfolio.differential.relations.bounds import WEAKER
from portfolio.differential.relations.formulas import no
from portfolio.differential.relations.languages import RULES
from portfolio.differential.relations.rules import stepped
from portfolio.differential.rewriting import Script, nodes_of
from portfolio.differential.terms import L, S, call, variable
from portfolio.members.base import Outcome

_TEXT = variable("text", S)
_WIDER = tuple(step for step in WEAKER.steps if step.head is L)
_SAME = tuple(step for rule in RULES for step in rule.steps)


@dataclass(frozen=True)
class Chain:
    """Cases that ask for a text in one language and in no other.

    The languages of the premises follow on one another; the conclusion has the first and the last.
    If the premises are unsat, so is the conclusion.
    """

    premises: tuple[Case, ...]
    conclusion: Case

    @property
    def cases(self) -> tuple[Case, ...]:
        """What a member is asked: the premises, then the conclusion."""
        return (*self.premises, self.conclusion)


def chain(case: Case, chance: Random, length: int = 2) -> Chain | None:
    """Return a chain about languages of a case, None iff it has none.

    Each language is some other one of the case, or comes from the one before it by steps that
    keep it or make it larger: premises are unsat often, not always.
    """
    languages = [node for node in nodes_of(case.assertions) if node.sort is L]
    if not languages:
        return None
    links = [chance.choice(languages)]
    for _ in range(length):
        links.append(_next(links[-1], languages, chance))
    origin = f"{case.origin}; chain"
    premises = [
        Case(_outside(smaller, bigger, chance), f"{origin}, premise {place}")
        for place, (smaller, bigger) in enumerate(pairwise(links), start=1)
    ]
    conclusion = Case(_outside(links[0], links[-1], chance), f"{origin}, conclusion")
    return Chain(tuple(premises), conclusion)


def _next(language: Term, languages: Sequence[Term], chance: Random) -> Term:
    found = language
    for steps in chance.choice(((_WIDER,), (_SAME,), (_WIDER, _SAME), (_SAME, _WIDER), ())):
        # Only the whole may be made larger: what stands in a complement would make it smaller.
        allowed = [found] if steps is _WIDER else None
        found = (stepped((found,), steps, chance, allowed) or (found,))[0]
    return chance.choice(languages) if found is language else found


def _outside(smaller: Term, bigger: Term, chance: Random) -> Script:
    """Return that a text is in one language and not in another."""
    if chance.random() < 0.5:
        return (call("str.in_re", _TEXT, call("re.diff", smaller, bigger)),)
    return (call("str.in_re", _TEXT, smaller), no(call("str.in_re", _TEXT, bigger)))


def check_chain(outcomes: Sequence[Outcome]) -> str | None:
    """Return how one member contradicts itself by what it says to the cases of a chain."""
    *premises, conclusion = (outcome.verdict for outcome in outcomes)
    if not all(isinstance(verdict, Unsat) for verdict in premises):
        return None
    if not isinstance(conclusion, Sat):
        return None
    return "sat, where unsat to each premise of the chain implies unsat"
