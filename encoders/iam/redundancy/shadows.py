"""Which parts of a policy may go, across its statements: redundant, shadowed and vacuous ones.

Two policies are equivalent here iff they allow the same requests and deny the same requests: a
Deny speaks to other policies too, so that one which denies what this policy allows nowhere is not
to spare. Parts are looked at one after another, each against what those before it have left: all
that is reported may go at once.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import product
from operator import or_

from automaton import solve
from encoders.iam.policy import Effect, Policy, Statement
from encoders.iam.redundancy.cover import ACTIONS, FRESH, resources, sample
from encoders.iam.redundancy.lists import Kind, Report, redundant_values
from encoders.iam.redundancy.overlap import Overlap
from encoders.iam.redundancy.remains import (
    ELEMENTS,
    Remains,
    element,
    listed,
    only,
    with_element,
    with_values,
)
from encoders.iam.shrink import Decide, Effort, shrink
from encoders.iam.wildcard import ArnWildcards

COMPLETED = "execute-api:"
"""API Gateway completes a resource that begins so to an ARN, and which is not known here."""

_POSSIBLE = {
    "actions": re.compile(r"\*|[a-z0-9*?-]+:[a-z0-9*?-]+", re.IGNORECASE),
    "resources": re.compile(r"\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL),
}
"""The patterns that surely match something, for most that do."""

_WILD = {"actions": "0", "resources": FRESH}
ANY_ACTION = "0:0"
EVERY = -1
"""The bits of all statements."""

_LITERAL = re.compile(r"[^*?$]*")

NamesAnAction = Callable[[str], bool]


@dataclass(frozen=True)
class Redundancy:
    """The parts of a policy that may go; `is_complete` unless a limit came before the end."""

    reports: tuple[Report, ...]
    is_complete: bool


def find_redundancy(
    policy: Policy,
    decide: Decide = solve,
    *,
    reading: ArnWildcards = ArnWildcards.SEGMENTS,
    max_calls: int = 10_000,
    wall_s: float = 10.0,
    names_an_action: NamesAnAction = lambda _: True,
) -> Redundancy:
    """Return the parts of `policy` without which, all at once, it is equivalent.

    These are values of its lists that others of the same list cover; statements, and patterns of
    Action and Resource, that match no request that is possible, or whose requests other Deny
    statements deny, or other Allow statements allow where Deny statements do not deny them.
    Only what is proved is reported. `names_an_action` returns False only if no service has an
    action of a pattern. Raise Unsupported iff the policy holds a construct that is not modelled.
    """
    effort = Effort(decide, max_calls=max_calls, wall_s=wall_s)
    left = Remains(policy, reading, effort)
    reports = [*redundant_values(policy, reading=reading, effort=effort)]
    left.drop_paths({report.path for report in reports})
    reports += _vacuous_statements(left, names_an_action)
    reports += _vacuous_patterns(left, names_an_action)
    reports += _Across(left).reports()
    return Redundancy(tuple(reports), is_complete=not effort.is_spent)


def _vacuous_statements(left: Remains, names_an_action: NamesAnAction) -> Iterator[Report]:
    """Yield the statements that match no request that is possible."""
    for place in left.places():
        statement = left.statements[place]
        actions = listed(statement, "actions")
        is_unknown = actions is not None and not any(map(names_an_action, actions))
        if is_unknown or _is_vacuous(statement, left):
            del left.statements[place]
            yield Report(Kind.VACUOUS, statement.path, None)


def _is_vacuous(statement: Statement, left: Remains) -> bool:
    smaller = statement
    for name in ELEMENTS:
        possible = [v for v in listed(statement, name) or () if _POSSIBLE[name].fullmatch(v)]
        if possible:
            smaller = with_values(smaller, name, (possible[0],))
    # PERF: one pattern of each list mostly shows that the statement matches something.
    return (
        not _may_be_completed(statement)
        and left.is_impossible(smaller)
        and left.is_impossible(statement)
    )


def _may_be_completed(statement: Statement) -> bool:
    part = element(statement, "resources")
    return part is not None and any(value.startswith(COMPLETED) for value in part.values)


def _vacuous_patterns(left: Remains, names_an_action: NamesAnAction) -> Iterator[Report]:
    """Yield the patterns that match nothing possible of lists that match something."""
    for place, name, value in [*left.values()]:
        is_known = name != "actions" or names_an_action(value)
        if is_known and _POSSIBLE[name].fullmatch(value):
            continue
        # A variable has NotResource hold only with a value, whatever the pattern matches.
        if _is_last(left.statements[place], name) or value.startswith(COMPLETED) or "${" in value:
            continue
        if not is_known or left.is_impossible(_of_pattern(left.statements[place], name, value)):
            yield Report(Kind.VACUOUS, left.path(place, name, value), value)
            left.drop(place, name, value)


def _is_last(statement: Statement, name: str) -> bool:
    part = element(statement, name)
    return part is not None and len(part.values) == 1


def _of_pattern(statement: Statement, name: str, value: str) -> Statement:
    """Return a statement that matches whatever the pattern does, and asks for nothing else."""
    part = element(statement, name)
    assert part is not None
    anything = only(statement.actions, "*")
    bare = replace(statement, principals=None, actions=anything, resources=None, tests=())
    return with_element(bare, name, only(part, value))


class _Across:
    """The search for what other statements cover."""

    def __init__(self, left: Remains) -> None:
        self._left = left
        self._overlaps = {
            name: Overlap(language, left.elements(name))
            for name, language in (("actions", ACTIONS), ("resources", resources(left.reading)))
        }

    def reports(self) -> Iterator[Report]:
        """Yield the statements, then the patterns, that others cover."""
        gone = [
            *self._covered_statements(Effect.DENY),
            *self._covered_statements(Effect.ALLOW),
            *self._covered_patterns(),
        ]
        for part in gone:
            # What covered it may have gone later; what covers that one covers both.
            found = self._cover(part.place, part.alone) or part.found
            yield Report(found.kind, part.path, part.value, self._left.paths(found.places))

    def _covered_statements(self, effect: Effect) -> Iterator["_Gone"]:
        """Take out statements that others cover, first those for which one other is enough."""
        for enough in (1, len(self._left.statements)):
            for place in self._left.places():
                statement = self._left.statements[place]
                found = self._cover(place, statement) if statement.effect is effect else None
                if found is not None and len(found.places) <= enough:
                    del self._left.statements[place]
                    yield _Gone(statement.path, None, place, statement, found)

    def _covered_patterns(self) -> Iterator["_Gone"]:
        """Take out patterns that other statements cover, but for the last one of each list."""
        for place, name, value in [*self._left.values()]:
            statement = self._left.statements[place]
            if listed(statement, name) is None or _is_last(statement, name):
                continue
            alone = with_values(statement, name, (value,))
            found = self._cover(place, alone)
            if found is not None:
                self._left.drop(place, name, value)
                self._overlaps[name].remove(place, value)
                yield _Gone(self._left.path(place, name, value), value, place, alone, found)

    def _cover(self, place: int, candidate: Statement) -> "_Found | None":
        """Return which statements beside the one at `place` cover `candidate`, a part of it.

        Return None unless it is proved that they do.
        """
        if _may_be_completed(candidate):
            return None
        denies = self._others(place, Effect.DENY)
        attempts = [(Kind.SHADOWED, denies)]
        if candidate.effect is Effect.ALLOW:
            attempts.append((Kind.REDUNDANT, [*self._others(place, Effect.ALLOW), *denies]))
        for kind, others in attempts:
            likely = self._likely(candidate, others)
            if likely and self._is_covered(candidate, likely):
                needed = self._needed(candidate, likely)
                return _Found(kind if needed else Kind.VACUOUS, needed)
        return None

    def _needed(self, candidate: Statement, others: Sequence[int]) -> Sequence[int]:
        """Return few of `others` that cover `candidate`, one if one is enough."""
        alone = (other for other in others if self._is_covered(candidate, [other]))
        one = next(alone, None)
        if one is not None and not self._is_covered(candidate, []):
            return [one]
        return shrink(others, partial(self._is_covered, candidate))

    def _others(self, place: int, effect: Effect) -> list[int]:
        statements = self._left.statements.items()
        return [other for other, s in statements if other != place and s.effect is effect]

    def _likely(self, candidate: Statement, others: Sequence[int]) -> list[int]:
        """Return those of `others` that may help to cover `candidate`; none if they surely do not.

        Any action on any resource must be met by one of them. A pattern without wildcards is met
        by no more than those that its sample meets.
        """
        useful = sum(1 << other for other in others)
        met = {name: self._met(candidate, name) for name in ELEMENTS}
        if not all(one & other & useful for one, other in product(*met.values())):
            return []
        for name, bits in met.items():
            if all(map(_LITERAL.fullmatch, listed(candidate, name) or "*")):
                useful &= reduce(or_, bits)
        return [other for other in others if useful >> other & 1]

    def _met(self, candidate: Statement, name: str) -> list[int]:
        """Return for each pattern of an element the statements, as bits, that match a sample."""
        patterns = listed(candidate, name)
        if patterns is None:
            return [EVERY]
        samples = (_sample(name, pattern) for pattern in patterns)
        return [EVERY if text is None else self._overlaps[name].of(text) for text in samples]

    def _is_covered(self, candidate: Statement, others: Sequence[int]) -> bool:
        covering = [self._left.statements[other] for other in others]
        for name in ELEMENTS:
            # PERF: whoever meets the only text meets it alike, so that one proof serves many.
            if _is_one_text(candidate, name) and not any(_has_variables(s, name) for s in covering):
                candidate = _opened(candidate, name)
                covering = [_opened(statement, name) for statement in covering]
        return self._left.is_impossible(candidate, covering)


@dataclass(frozen=True)
class _Found:
    """Why a part may go, and the places of the statements that cover it."""

    kind: Kind
    places: Sequence[int]


@dataclass(frozen=True)
class _Gone:
    """A part that went: `alone` is the statement that matches what the part does."""

    path: str
    value: str | None
    place: int
    alone: Statement
    found: _Found


def _sample(name: str, pattern: str) -> str | None:
    """Return a text that a pattern matches, None where it depends on variables."""
    if "${" in pattern:
        return None
    return ANY_ACTION if (name, pattern) == ("actions", "*") else sample(pattern, _WILD[name])


def _is_one_text(statement: Statement, name: str) -> bool:
    patterns = listed(statement, name)
    return patterns is not None and len(patterns) == 1 and bool(_LITERAL.fullmatch(patterns[0]))


def _has_variables(statement: Statement, name: str) -> bool:
    part = element(statement, name)
    return part is not None and "${" in "".join(part.values)


def _opened(statement: Statement, name: str) -> Statement:
    """Return `statement` with an element that matches everything."""
    part = element(statement, name)
    return statement if part is None else with_element(statement, name, only(part, "*"))
