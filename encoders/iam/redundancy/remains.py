"""What is left of a policy while parts are taken from it, and what is proved of the rest."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from automaton import Problem, terms
from automaton.terms import Formula
from encoders.iam import authorize
from encoders.iam.policy import Patterns, Policy, Statement
from encoders.iam.request import SymbolicRequest
from encoders.iam.shrink import Effort
from encoders.iam.wildcard import ArnWildcards

ELEMENTS = ("actions", "resources")
"""The elements that list patterns, by the names of their attributes."""


def element(statement: Statement, name: str) -> Patterns | None:
    """Return the Action or NotAction, or the Resource or NotResource, of a statement."""
    return statement.actions if name == "actions" else statement.resources


def listed(statement: Statement, name: str) -> tuple[str, ...] | None:
    """Return the patterns that an element matches; None iff it is a negated one, or missing."""
    part = element(statement, name)
    return None if part is None or part.negated else part.values


def with_values(statement: Statement, name: str, values: tuple[str, ...]) -> Statement:
    """Return `statement` with other patterns in its element; one that is missing stays so."""
    part = element(statement, name)
    return (
        statement if part is None else with_element(statement, name, replace(part, values=values))
    )


def with_element(statement: Statement, name: str, part: Patterns) -> Statement:
    """Return `statement` with another element."""
    if name == "actions":
        return replace(statement, actions=part)
    return replace(statement, resources=part)


def only(part: Patterns, value: str) -> Patterns:
    """Return the element like `part` that matches what one pattern does."""
    return replace(part, values=(value,), negated=False)


class Remains:
    """The statements of a policy that are left, by their places, and what they are left with.

    Raise Unsupported, when made, iff the policy holds a construct that is not modelled.
    """

    def __init__(self, policy: Policy, reading: ArnWildcards, effort: Effort) -> None:
        self._request = SymbolicRequest.of([policy])
        authorize.is_allowed(policy, self._request, reading)
        self._policy = policy
        self._effort = effort
        self._proved: dict[Formula, bool] = {}
        self.reading = reading
        self.statements = dict(enumerate(policy.statements))

    def places(self) -> list[int]:
        """Return the places of the statements that are left, the last one first."""
        return sorted(self.statements, reverse=True)

    def elements(self, name: str) -> list[Patterns | None]:
        """Return an element of each statement by its place; of one that is gone it is empty."""
        nothing = Patterns((), negated=False, path="")
        count = len(self._policy.statements)
        left = (self.statements.get(place) for place in range(count))
        return [nothing if statement is None else element(statement, name) for statement in left]

    def paths(self, places: Sequence[int]) -> tuple[str, ...]:
        """Return the JSON paths of the statements at `places`, in order."""
        return tuple(self._policy.statements[place].path for place in sorted(places))

    def values(self) -> Iterator[tuple[int, str, str]]:
        """Yield each pattern with its place and element, a late one before an early one."""
        for place in self.places():
            for name in ELEMENTS:
                part = element(self.statements[place], name)
                for value in reversed(part.values if part else ()):
                    yield place, name, value

    def path(self, place: int, name: str, value: str) -> str:
        """Return the JSON path of a pattern: where it first stood in the policy."""
        part = element(self._policy.statements[place], name)
        assert part is not None
        return f"{part.path}[{part.values.index(value)}]"

    def drop_paths(self, gone: Collection[str]) -> None:
        """Take the patterns at some JSON paths, all of the policy as it was, from their lists."""
        for place, statement in self.statements.items():
            for name in ELEMENTS:
                part = element(statement, name)
                if part is not None:
                    values = enumerate(part.values)
                    stay = tuple(v for n, v in values if f"{part.path}[{n}]" not in gone)
                    self.statements[place] = with_values(self.statements[place], name, stay)

    def drop(self, place: int, name: str, value: str) -> None:
        """Take one pattern, which stands there once, from an element of a statement."""
        statement = self.statements[place]
        part = element(statement, name)
        others = tuple(other for other in (part.values if part else ()) if other != value)
        self.statements[place] = with_values(statement, name, others)

    def is_impossible(self, matched: Statement, unmatched: Sequence[Statement] = ()) -> bool:
        """Return True iff it is proved that some of `unmatched` match whatever `matched` does."""
        formula = terms.conjunction(
            self._matches(matched),
            *(terms.negation(self._matches(statement)) for statement in unmatched),
        )
        if formula not in self._proved:
            believable = self._request.believable(formula)
            self._proved[formula] = self._effort.proves(Problem((formula, believable)))
        return self._proved[formula]

    def _matches(self, statement: Statement) -> Formula:
        return authorize.statement_matches(statement, self._request, self.reading)
