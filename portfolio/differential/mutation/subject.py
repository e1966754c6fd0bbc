"""A script that is mutated: what is in it, and one of its terms exchanged for another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from encoders.smtlib.term import CONSTANT, Term
from portfolio.differential.case import Case
from portfolio.differential.rewriting import (
    Script,
    nodes_of,
    replaced,
    replaced_once,
    replaced_outside_languages,
    text_in,
    variables_among,
)
from portfolio.differential.terms import L, S


@dataclass(frozen=True)
class Subject:
    """A script that is mutated, what other seeds it may take terms from, and the chance."""

    script: Script
    donors: Sequence[Case]
    chance: Random

    @cached_property
    def nodes(self) -> list[Term]:
        """Every term, each after its parts."""
        return nodes_of(self.script)

    @cached_property
    def variables(self) -> list[Term]:
        """The variables of the script."""
        return variables_among(self.nodes)

    @cached_property
    def texts(self) -> list[str]:
        """The constants of sort String."""
        return [text for node in self.nodes if (text := text_in(node)) is not None]

    def some(self, is_wanted: Callable[[Term], bool]) -> Term | None:
        """Return a random term of those wanted, None iff there is none."""
        found = [node for node in self.nodes if is_wanted(node)]
        return self.chance.choice(found) if found else None

    def exchange(self, old: Term, new: Term) -> Script:
        """Return the script with another term in one place of a term, or in all of them."""
        if self.chance.random() < 0.5:
            return self._everywhere(old, new)
        path, is_in_language = self._path_to(old)
        if is_in_language and not _may_stand_in_language(new):
            return self.script
        return replaced_once(self.script, path, new)

    def _everywhere(self, old: Term, new: Term) -> Script:
        if _may_stand_in_language(new):
            return replaced(self.script, {old: new})
        return replaced_outside_languages(self.script, old, new)

    def _path_to(self, node: Term) -> tuple[list[int], bool]:
        """Return a random path to a term, and whether it leads through a RegLan."""
        path: list[int] = []
        is_in_language = False
        roots = [place for place, root in enumerate(self.script) if root is node]
        while not roots or (self._users[node] and self.chance.random() < 0.5):
            node, place = self.chance.choice(self._users[node])
            path.append(place)
            is_in_language = is_in_language or node.sort is L
            roots = [place for place, root in enumerate(self.script) if root is node]
        return [self.chance.choice(roots), *reversed(path)], is_in_language

    @cached_property
    def _users(self) -> Mapping[Term, Sequence[tuple[Term, int]]]:
        users: dict[Term, list[tuple[Term, int]]] = {node: [] for node in self.nodes}
        for node in self.nodes:
            for place, part in enumerate(node.parts):
                users[part].append((node, place))
        return users


def _may_stand_in_language(term: Term) -> bool:
    return term.sort is not S or term.operator == CONSTANT
