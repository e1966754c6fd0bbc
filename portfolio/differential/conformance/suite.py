"""The whole suite, by operator, in a fixed order; made anew by each process that wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from portfolio.differential.conformance.fact import Fact
from portfolio.differential.conformance.sentences import facts_of_sentences
from portfolio.differential.conformance.uses import facts_of_uses
from portfolio.differential.terms import SIGNATURE

OPERATORS = tuple(dict.fromkeys(row.operator for row in SIGNATURE))
"""The operators that there are facts about, in the order in which tables show them."""


@cache
def _everything() -> tuple[Fact, ...]:
    order = {operator: place for place, operator in enumerate(OPERATORS)}
    facts = (*facts_of_sentences(), *facts_of_uses())
    return tuple(sorted(facts, key=lambda fact: order[fact.operator]))


def suite(operators: Iterable[str] | None = None, *, most: int | None = None) -> Sequence[Fact]:
    """Return the facts about some operators, or about all; of each at most some, evenly chosen.

    Those by hand come first. Raise ValueError iff there is no such operator.
    """
    chosen = OPERATORS if operators is None else tuple(operators)
    missing = [name for name in chosen if name not in OPERATORS]
    if missing:
        raise ValueError(f"there are no facts about `{missing[0]}`; see {' '.join(OPERATORS)}")
    facts = [fact for fact in _everything() if fact.operator in chosen]
    if most is None:
        return facts
    by_operator = ([fact for fact in facts if fact.operator == name] for name in OPERATORS)
    return [fact for found in by_operator for fact in _spread(found, most)]


def _spread(facts: Sequence[Fact], most: int) -> Sequence[Fact]:
    """Return at most so many facts: evenly chosen ones, from the first on."""
    if len(facts) <= most:
        return facts
    return [facts[place * len(facts) // most] for place in range(most)]
