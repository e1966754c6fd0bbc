"""What Action and Resource name, prepared so that one set can be held against another.

Every answer here is one-sided: True is proved, False is "not seen".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from encoders.iam.compiled.globs import (
    are_apart,
    covers,
    covers_resources,
    has_wildcard,
    whole,
)
from encoders.iam.compiled.wild_index import WildIndex
from encoders.iam.policy import Patterns, is_start


@dataclass(frozen=True, eq=False)
class PatternSet:
    """Patterns as Action or Resource list them, or (`negated`) as NotAction or NotResource do.

    `texts` are distinct and in order; `exact` holds them all. `starts` are those that end in their
    only wildcard, a `*`, without it; `globs` are the others with wildcards.
    """

    texts: tuple[str, ...]
    negated: bool
    exact: frozenset[str]
    starts: tuple[str, ...]
    globs: tuple[str, ...]
    is_all: bool

    @property
    def meaning(self) -> tuple[bool, frozenset[str]]:
        """What is the same of any two that name the same patterns."""
        return self.negated, self.exact

    @cached_property
    def wild(self) -> tuple[str, ...]:
        """The patterns with wildcards."""
        return (*(f"{start}*" for start in self.starts), *self.globs)

    @cached_property
    def wild_actions(self) -> WildIndex:
        """The same by their ends."""
        return WildIndex((pattern, pattern) for pattern in self.wild)

    @cached_property
    def wild_resources(self) -> WildIndex:
        """The same by their ends, as patterns of resources."""
        return WildIndex((pattern, whole(pattern)) for pattern in self.wild)


def pattern_set(texts: Iterable[str], *, negated: bool) -> PatternSet:
    """Return the set of patterns of these texts."""
    distinct = tuple(dict.fromkeys(texts))
    wild = [text for text in distinct if "*" in text or "?" in text]
    starts = tuple(text[:-1] for text in wild if is_start(text))
    others = tuple(text for text in wild if not is_start(text))
    is_all = "*" in distinct and not negated
    return PatternSet(distinct, negated, frozenset(distinct), starts, others, is_all)


def actions_of(patterns: Patterns) -> PatternSet:
    """Return the set of Action or NotAction, in lower case."""
    lower = patterns.in_lower_case
    is_all = "*" in lower.texts and not patterns.negated
    exact = frozenset(lower.texts)
    return PatternSet(lower.texts, patterns.negated, exact, lower.starts, lower.globs, is_all)


def resources_of(patterns: Patterns) -> PatternSet:
    """Return the set of Resource or NotResource."""
    return pattern_set(patterns.values, negated=patterns.negated)


def uncovered_actions(atoms: Iterable[str], cover: PatternSet) -> list[str]:
    """Return the action patterns of `atoms` of which `cover` is not seen to name all."""
    if cover.is_all:
        return []
    if cover.negated:
        return [atom for atom in atoms if not _are_all_apart(atom, cover)]
    left = [atom for atom in atoms if atom not in cover.exact]
    if not left or not (cover.starts or cover.globs):
        return left
    if len(left) * len(cover.wild) > FEW:
        return _uncovered(left, cover.wild_actions.candidates, covers)
    if cover.starts:
        left = [atom for atom in left if not atom.startswith(cover.starts)]
    if cover.globs:
        left = [atom for atom in left if not any(covers(glob, atom) for glob in cover.globs)]
    return left


FEW = 64
"""So many pairs are compared one by one before anything is looked up."""

MOST_CANDIDATES = 64
"""How many patterns with the same ends are compared with one."""

MOST_LOOKS, LOOKS_OF_ONE = 1 << 12, 2
"""How many pairs are compared in all: so many, and so many more for each pattern."""


def _are_all_apart(atom: str, excluded: PatternSet) -> bool:
    """Return True only if no pattern that is left out names an action of `atom`."""
    if len(excluded.texts) <= MOST_CANDIDATES:
        return all(are_apart(atom, one) for one in excluded.texts)
    return not (has_wildcard(atom) or _names(excluded, atom))


def _names(patterns: PatternSet, action: str) -> bool:
    """Return True iff one of many patterns matches an action."""
    candidates = patterns.wild_actions.candidates(action)
    return action in patterns.exact or any(covers(one, action) for one in candidates)


def _uncovered(
    atoms: Sequence[str],
    candidates: Callable[[str], Iterator[str]],
    covers_one: Callable[[str, str], bool],
) -> list[str]:
    """Return the patterns of which no candidate is seen to name all, after so many looks."""
    left, looks = [], MOST_LOOKS + LOOKS_OF_ONE * len(atoms)
    for atom in atoms:
        for one in islice(candidates(atom), min(MOST_CANDIDATES, looks)):
            looks -= 1
            if covers_one(one, atom):
                break
        else:
            left.append(atom)
    return left


def may_share_actions(some: PatternSet, cover: PatternSet) -> bool:
    """Return False only if `cover` is not seen to name all of any pattern of `some`."""
    if cover.is_all or cover.negated or some.negated or cover.globs:
        return True
    if not cover.exact.isdisjoint(some.texts):
        return True
    if len(some.texts) * len(cover.starts) > FEW:
        return True
    return bool(cover.starts) and any(text.startswith(cover.starts) for text in some.texts)


def uncovered_resources(atoms: Iterable[str], cover: PatternSet) -> list[str]:
    """Return the resource patterns of `atoms` of which `cover` is not seen to name all."""
    if cover.is_all:
        return []
    if cover.negated:
        return list(atoms)
    left = [atom for atom in atoms if atom not in cover.exact]
    if not left or not (cover.starts or cover.globs):
        return left
    if len(left) * len(cover.wild) > FEW:
        index = cover.wild_resources
        return _uncovered(left, lambda atom: index.candidates(whole(atom)), covers_resources)
    return [atom for atom in left if not any(covers_resources(one, atom) for one in cover.wild)]


Uncovered = Callable[[Iterable[str], PatternSet], list[str]]


def names_all(inner: PatternSet, cover: PatternSet, uncovered: Uncovered) -> bool:
    """Return True only if `cover` names whatever `inner` does; `uncovered` compares their kind."""
    if inner is cover or cover.is_all or inner.meaning == cover.meaning:
        return True
    if not inner.negated:
        return not uncovered(inner.texts, cover)
    if not cover.negated:
        return False
    excluded = pattern_set(inner.texts, negated=False)
    return not any("${" in text for text in cover.texts) and not uncovered(cover.texts, excluded)
