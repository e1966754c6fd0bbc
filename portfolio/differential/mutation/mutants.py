"""Mutants of cases: operators, terms, constants and assertions exchanged, sorts kept.

Operators for others of the same signature after Winterer, Zhang and Su, "On the unusual
effectiveness of type-aware operator mutations for testing SMT solvers", OOPSLA 2020; terms for
others of the same sort, some of them new, after Park et al., "Generative type-aware mutation for
testing SMT solvers", OOPSLA 2021. Two cases with the same answer are fused now and then (`fusion`).
A mutant is a graph of terms like its seed: it is well-sorted, and it can be shrunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from encoders.smtlib.term import CONSTANT, Term
from portfolio.differential.case import Case
from portfolio.differential.mutation.fusion import fused
from portfolio.differential.mutation.seeds import Seeds, read_seeds
from portfolio.differential.mutation.subject import Subject
from portfolio.differential.mutation.terms import (
    may_have_less,
    may_have_more,
    other_constant,
    other_indices,
    other_operator,
    small_term,
)
from portfolio.differential.rewriting import (
    Script,
    nodes_of,
    ours,
    variables_among,
    with_parts,
)
from portfolio.differential.terms import B, call

__all__ = ["MutationLimits", "Seeds", "mutants", "read_seeds"]


@dataclass(frozen=True, kw_only=True)
class MutationLimits:
    """How far mutation goes: `rounds` from a seed on, scripts of `max_terms` different terms.

    A mutant of a seed that has more terms than that may have twice as many as the seed.
    """

    rounds: int = 12
    max_terms: int = 400
    part_fused: float = 0.15
    """How many of the mutants are fusions, where two seeds have the same known answer."""


DEFAULT_LIMITS = MutationLimits()


def _is_applied(node: Term) -> bool:
    return bool(node.parts)


def _operator(subject: Subject) -> Script | None:
    node = subject.some(_is_applied)
    other = other_operator(node, subject.chance) if node else None
    return subject.exchange(node, other) if node and other else None


def _order(subject: Subject) -> Script | None:
    """Return a script with two parts of the same sort exchanged."""
    node = subject.some(lambda node: len(node.parts) > 1)
    if node is None:
        return None
    left, right = subject.chance.sample(range(len(node.parts)), 2)
    parts = list(node.parts)
    parts[left], parts[right] = parts[right], parts[left]
    if parts[left].sort is not parts[right].sort:
        return None
    return subject.exchange(node, with_parts(node, parts))


def _arguments(subject: Subject) -> Script | None:
    """Return a script with one more or one less argument."""
    node = subject.some(lambda node: len(node.parts) > 1)
    if node is None:
        return None
    chance, parts = subject.chance, list(node.parts)
    if may_have_less(node) and chance.random() < 0.5:
        del parts[chance.randrange(len(parts))]
    elif may_have_more(node):
        parts.insert(chance.randrange(len(parts) + 1), _another(subject, parts[-1]))
    else:
        return None
    return subject.exchange(node, with_parts(node, parts))


def _another(subject: Subject, like: Term) -> Term:
    if subject.chance.random() < 0.5:
        return small_term(like.sort, subject.variables, subject.chance)
    return subject.chance.choice([node for node in subject.nodes if node.sort is like.sort])


def _constant(subject: Subject) -> Script | None:
    node = subject.some(lambda node: node.operator == CONSTANT)
    if node is None or node.value is None:
        return None
    return subject.exchange(node, other_constant(node.value, subject.texts, subject.chance))


def _index(subject: Subject) -> Script | None:
    node = subject.some(lambda node: bool(node.indices))
    return subject.exchange(node, other_indices(node, subject.chance)) if node else None


def _own_term(subject: Subject) -> Script | None:
    """Return a script with one of its terms in the place of another."""
    old = subject.some(lambda _: True)
    new = subject.some(lambda node: old is not None and node.sort is old.sort)
    return subject.exchange(old, new) if old and new else None


def _new_term(subject: Subject) -> Script | None:
    old = subject.some(lambda _: True)
    if old is None:
        return None
    depth = subject.chance.choice((1, 1, 2, 3))
    new = small_term(old.sort, subject.variables, subject.chance, depth)
    return subject.exchange(old, new)


def _foreign_term(subject: Subject) -> Script | None:
    """Return a script with a term of another seed, about variables of its own."""
    donor = subject.chance.choice(subject.donors)
    old = subject.some(lambda _: True)
    nodes = nodes_of(donor.assertions)
    found = [node for node in nodes if old is not None and node.sort is old.sort]
    if old is None or not found:
        return None
    return subject.exchange(old, _adopted(subject.chance.choice(found), subject))


def _adopted(term: Term, subject: Subject) -> Term:
    """Return a term of another seed with variables of the subject, or constants, for its own."""
    names: dict[Term, Term] = {}
    for old in variables_among(nodes_of((term,))):
        known = [each for each in subject.variables if each.sort is old.sort]
        if known:
            names[old] = subject.chance.choice(known)
        else:
            names[old] = small_term(old.sort, (), subject.chance, 0)
    return ours((term,), names)[0]


def _negation(subject: Subject) -> Script | None:
    node = subject.some(lambda node: node.sort is B)
    if node is None:
        return None
    return subject.exchange(node, node.parts[0] if node.operator == "not" else call("not", node))


def _connection(subject: Subject) -> Script | None:
    """Return a script with a formula joined to another one."""
    first, second = (subject.some(lambda node: node.sort is B) for _ in range(2))
    if first is None or second is None:
        return None
    operator = subject.chance.choice(("and", "or", "xor", "=>", "=", "ite"))
    parts = [first, second, subject.chance.choice((first, call("not", second)))]
    subject.chance.shuffle(parts)
    joined = call(operator, *(parts if operator == "ite" else parts[:2]))
    return subject.exchange(first, joined)


def _assertions(subject: Subject) -> Script | None:
    """Return a script with an assertion negated, dropped, or added."""
    chance, script = subject.chance, subject.script
    place = chance.randrange(len(script))
    match chance.randrange(3):
        case 0 if len(script) > 1:
            return (*script[:place], *script[place + 1 :])
        case 1:
            return (*script[:place], call("not", script[place]), *script[place + 1 :])
    added = small_term(B, subject.variables, chance, 3)
    return (*script, chance.choice((added, call("not", script[place]), _foreign(subject))))


def _foreign(subject: Subject) -> Term:
    donor = subject.chance.choice(subject.donors)
    return _adopted(subject.chance.choice(donor.assertions), subject)


MUTATORS: Mapping[str, Callable[[Subject], Script | None]] = {
    "operator": _operator,
    "order": _order,
    "arguments": _arguments,
    "constant": _constant,
    "index": _index,
    "own term": _own_term,
    "new term": _new_term,
    "foreign term": _foreign_term,
    "negation": _negation,
    "connection": _connection,
    "assertions": _assertions,
}
"""What mutates a script, by what it changes; None where it does not apply."""

_NAMES = (*MUTATORS, "operator", "operator", "constant", "index")


def mutants(
    seeds: Sequence[Case], chance: Random, limits: MutationLimits = DEFAULT_LIMITS
) -> Iterator[Case]:
    """Yield mutants of random seeds for ever, the same ones for the same chance.

    Raise ValueError iff no seed has an assertion. What a mutant is expected to be is not known,
    but for fusions.
    """
    asserting = [seed for seed in seeds if seed.assertions]
    if not asserting:
        raise ValueError("there is no seed with an assertion")
    pairs = _pairs(asserting)
    while True:
        yield from _descendants(chance.choice(asserting), asserting, chance, limits)
        while pairs and chance.random() < _share_to_odds(limits):
            answer = chance.choice(sorted(pairs))
            first, second = (chance.choice(pairs[answer]) for _ in range(2))
            merged = fused(first, second, chance)
            if merged is not None and len(nodes_of(merged.assertions)) <= limits.max_terms:
                yield merged


def _share_to_odds(limits: MutationLimits) -> float:
    """Return how often another fusion follows, so that their part is as asked for."""
    fusions = limits.part_fused * limits.rounds / max(1e-9, 1 - limits.part_fused)
    return fusions / (1 + fusions)


def _pairs(seeds: Sequence[Case]) -> Mapping[str, Sequence[Case]]:
    """Return the seeds that can be fused, by their answer."""
    known = {answer: [s for s in seeds if s.expected == answer] for answer in ("sat", "unsat")}
    return {answer: found for answer, found in known.items() if found}


def _descendants(
    seed: Case, donors: Sequence[Case], chance: Random, limits: MutationLimits
) -> Iterator[Case]:
    """Yield mutants, each of the one before, beginning with a seed."""
    subject, origin = Subject(seed.assertions, donors, chance), seed.origin
    most = max(limits.max_terms, 2 * len(subject.nodes))
    for _ in range(limits.rounds):
        name = chance.choice(_NAMES)
        changed = MUTATORS[name](subject)
        if changed is None or changed in (subject.script, seed.assertions):
            continue
        subject, origin = Subject(changed, donors, chance), f"{origin}; {name}"
        if len(subject.nodes) > most:
            return
        yield Case(changed, origin)
