"""Facts that Hypothesis draws: scripts of each fragment in turn, the same for the same seed.

What they are worth is open until it is asked for: then our own solver decides, and its answer
counts iff it is proved.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice, zip_longest

from automaton.budget import Budget
from automaton.verdict import Sat, Unsat
from encoders.smtlib.decide import decide_question
from portfolio.differential.conformance.fact import FRAGMENT, Fact, Proof, UnprovedError, proved
from portfolio.differential.strategies.sampling import samples
from portfolio.differential.strategies.scripts import FRAGMENTS, scripts

DECIDE_S = 2.0
"""What our own answer may take."""


def drawn(count: int, number: int) -> list[Fact]:
    """Return `count` facts that are still open, drawn with the seed `number`."""
    share = -(-count // len(FRAGMENTS))
    columns = [_of(fragment.name, number, share) for fragment in FRAGMENTS]
    facts = chain.from_iterable(zip_longest(*columns))
    return list(islice(filter(None, facts), count))


def _of(fragment: str, number: int, count: int) -> list[Fact]:
    found = samples(scripts(fragment), number, count)
    return [
        Fact(f"{FRAGMENT}{fragment}", f"script {place} of seed {number}", script, "", Proof.MODEL)
        for place, script in enumerate(found)
    ]


def settled(fact: Fact) -> Fact | None:
    """Return an open fact with its answer, or None iff none is proved within our limits."""
    if fact.expected:
        return fact
    match decide_question(fact.case.question, Budget(wall_s=DECIDE_S)):
        case Sat(model):
            answered = replace(fact, expected="sat", proof=Proof.MODEL, model=model)
        case Unsat():
            answered = replace(fact, expected="unsat", proof=Proof.CERTIFICATE)
        case _:
            return None
    try:
        proved(answered)
    except UnprovedError:
        return None
    return answered
