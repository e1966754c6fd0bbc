"""The three sides of a request that one asks for (who, what, where), and the words of a policy.

A side knows which patterns a statement names for it, what each matches, twice as everywhere, and
what several have in common. A principal is written as its kind and value, `AWS:111122223333`,
everyone as `*`; `anonymous` is the caller without credentials, for whom no policy has a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from automaton import regex as rx
from automaton import terms
from automaton.budget import Budget
from automaton.pieces import Piece as Part
from automaton.regex import Regex
from automaton.terms import Formula, Variable
from automaton.verdict import Unsupported
from encoders.iam import templates
from encoders.iam.access.language import meet_actions, meet_all, meet_arns, meet_texts
from encoders.iam.conditions import Comparison
from encoders.iam.policy import Principal, PrincipalKind, Statement
from encoders.iam.principals import ANONYMOUS, Caller, covers, principal_regex, require_known_form
from encoders.iam.symbols import ACTION, PRINCIPAL, RESOURCE
from encoders.iam.variables import Exactly, Reference, Text, pieces_of, references_of
from encoders.iam.wildcard import (
    ArnWildcards,
    action_matches,
    action_regex,
    arn_matches,
    glob_matches,
)

ALL_OF_A_SIDE = "*"
NOBODY_KNOWN = "anonymous"

_CODES = {ord("*"): "\ufdd0", ord("?"): "\ufdd1"}
"""Noncharacters for the wildcards of a text that stand for themselves."""

_KIND = re.compile(rf"({'|'.join(kind.value for kind in PrincipalKind if kind.value != '*')}):")


class Side(Enum):
    """What is asked for; the value is the question's word."""

    WHO = "who"
    WHAT = "what"
    WHERE = "where"


VARIABLES: dict[Side, Variable] = {
    Side.WHO: PRINCIPAL,
    Side.WHAT: ACTION,
    Side.WHERE: RESOURCE,
}


@dataclass(frozen=True)
class Words:
    """How patterns of one side are read.

    `reading` is that of resource patterns, in which `${` starts a policy variable iff
    `has_variables`. A variable that stands for a value is read as `*`.
    """

    side: Side
    reading: ArnWildcards
    has_variables: bool = False

    @property
    def variable(self) -> Variable:
        """The variable of the request that holds the side."""
        return VARIABLES[self.side]

    @property
    def always(self) -> tuple[str, ...]:
        """The patterns that are there whether or not a policy names them."""
        callers = (NOBODY_KNOWN,) if self.side is Side.WHO else ()
        return (ALL_OF_A_SIDE, *callers)

    def regex(self, pattern: str) -> Regex:
        """Return what `pattern` matches as the solver sees it."""
        match self.side:
            case Side.WHAT:
                return action_regex(pattern)
            case Side.WHERE:
                return self._resource_regex(pattern)
        if pattern == NOBODY_KNOWN:
            return rx.literal(ANONYMOUS.text)
        return principal_regex(read_principal(pattern))

    def _resource_regex(self, pattern: str) -> Regex:
        found: list[Regex] = []

        def take(parts: Sequence[Part]) -> Formula:
            found.extend(part for part in parts if isinstance(part, Regex))
            return terms.TRUE

        is_text = self.reading is ArnWildcards.TEXT
        comparison = Comparison.LIKE if is_text else Comparison.ARN_LIKE
        templates.matches(take, comparison, self._pieces(pattern))
        return rx.concat(*found)

    def _pieces(self, pattern: str) -> list[Text | Exactly]:
        """Return the pieces of a resource pattern with a star for each reference."""
        pieces = pieces_of(pattern, self.has_variables)
        return [Text("*") if isinstance(piece, Reference) else piece for piece in pieces]

    def matches(self, pattern: str, value: str | Caller) -> bool:
        """Return True iff `pattern` matches a value: a caller for WHO, else a text."""
        if isinstance(value, Caller):
            if pattern == NOBODY_KNOWN:
                return value == ANONYMOUS
            return covers(read_principal(pattern), value)
        if self.side is Side.WHAT:
            return action_matches(pattern, value)
        coded, value = self._coded(pattern), value.translate(_CODES)
        if self.reading is ArnWildcards.TEXT:
            return glob_matches(coded, value)
        return arn_matches(coded, value)

    def _coded(self, pattern: str) -> str:
        """Return a resource pattern in which each literal wildcard is one other character."""
        if set(_CODES.values()) & set(pattern):
            raise Unsupported(f"a noncharacter in `{pattern}`")
        pieces = self._pieces(pattern)
        return "".join(p.text if isinstance(p, Text) else p.text.translate(_CODES) for p in pieces)

    def plain(self, pattern: str) -> str:
        """Return a pattern that matches the same and refers to no key."""
        if self.side is not Side.WHERE or not references_of((pattern,), self.has_variables):
            return pattern
        return _decoded(self._coded(pattern))

    def common(self, patterns: Sequence[str], budget: Budget) -> tuple[str, ...]:
        """Return patterns that together match what all of `patterns`, two or more, match."""
        match self.side:
            case Side.WHAT:
                return meet_all(patterns, meet_actions, budget)
            case Side.WHERE:
                meet = meet_texts if self.reading is ArnWildcards.TEXT else meet_arns
                return tuple(map(_decoded, meet_all([*map(self._coded, patterns)], meet, budget)))
        raise Unsupported(f"what the principals {', '.join(patterns)} have in common")

    def patterns_in(self, statement: Statement) -> Iterator[str]:
        """Yield the patterns that `statement` names for this side."""
        match self.side:
            case Side.WHO:
                if statement.principals is not None:
                    yield from map(write_principal, statement.principals.values)
            case Side.WHAT:
                yield from statement.actions.values
            case Side.WHERE:
                if statement.resources is not None:
                    yield from statement.resources.values


def _decoded(coded: str) -> str:
    for char, code in (("*", "\ufdd0"), ("?", "\ufdd1")):
        coded = coded.replace(code, f"${{{char}}}")
    return coded


def write_principal(principal: Principal) -> str:
    """Return a principal as one text."""
    if principal.kind is PrincipalKind.ANYONE:
        return ALL_OF_A_SIDE
    return f"{principal.kind.value}:{principal.value}"


def read_principal(text: str) -> Principal:
    """Return the principal of a text: `*`, a kind and a value, or what stands alone under AWS.

    Raise Unsupported iff it is not documented whom a principal of this form covers.
    """
    if text == ALL_OF_A_SIDE:
        return Principal(PrincipalKind.ANYONE, text, path="")
    found = _KIND.match(text)
    kind = PrincipalKind.AWS if found is None else PrincipalKind(found[1])
    principal = Principal(kind, text if found is None else text[found.end() :], path="")
    require_known_form(principal)
    return principal
