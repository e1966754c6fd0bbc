"""Who, what and where: one side of all the requests that a policy allows, as a set of patterns.

The side's variable is cut into the cells of the policy's own patterns. In each cell it is decided
whether the rest of some request makes it allowed, and whether it does so in every context. The
cells of a kind are then covered by patterns without other patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from automaton.budget import Budget, LimitReached
from automaton.verdict import Reason, Unknown
from encoders.iam.access.asked import Asked, Context
from encoders.iam.access.set_cover import Part, cover
from encoders.iam.access.side_cells import Answer, SideCells, has_value, side_cells
from encoders.iam.access.sides import Side, Words
from encoders.iam.policy import Policy
from encoders.iam.principals import Caller
from encoders.iam.wildcard import ArnWildcards

SEGMENTS = ArnWildcards.SEGMENTS


@dataclass(frozen=True)
class Piece:
    """What `pattern` matches and none of `but_not` does.

    Without `conditions`, each value is that of some request asked about that is allowed in every
    context; else these condition keys may decide. `is_exact`: each value is that of some request
    that is allowed in some context; else perhaps only some values are, because the conditions speak
    of the caller or the resource itself.
    """

    pattern: str
    but_not: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    is_exact: bool = True

    def to_json(self) -> dict[str, object]:
        """Return the piece as a value for JSON."""
        return {
            "pattern": self.pattern,
            "butNot": [*self.but_not],
            "conditions": [*self.conditions],
            "isExact": self.is_exact,
        }


@dataclass(frozen=True)
class Access:
    """The values of one side of the requests that are allowed.

    A value that a request may have is in a piece if, and where all pieces are exact only if, some
    request with it is allowed. Patterns are read as in a policy, as `words` says: actions ignore
    case, a principal covers callers. So `*` names every value, and also texts that no request has.
    """

    words: Words
    pieces: tuple[Piece, ...]

    def to_json(self) -> dict[str, object]:
        """Return the access as a value for JSON."""
        return {
            "question": self.words.side.value,
            "pieces": [piece.to_json() for piece in self.pieces],
            "arnWildcards": self.words.reading.value,
        }


def matches(access: Access, value: str | Caller) -> bool:
    """Return True iff a piece of `access` holds the value: a caller for WHO, else a text."""
    return any(piece_matches(access, piece, value) for piece in access.pieces)


def piece_matches(access: Access, piece: Piece, value: str | Caller) -> bool:
    """Return True iff `piece`, which is one of `access`, holds the value."""
    is_excepted = any(access.words.matches(pattern, value) for pattern in piece.but_not)
    return access.words.matches(piece.pattern, value) and not is_excepted


def who_can(
    policy: Policy,
    action: str | None = None,
    resource: str | None = None,
    *,
    context: Context | None = None,
    reading: ArnWildcards = SEGMENTS,
    budget: Budget | None = None,
) -> Access | Unknown:
    """Return the callers that may do some of `action` on some of `resource`; None is any.

    `context` None is any; else see `Asked`. Raise ValueError iff the policy names no principals,
    Unsupported iff the policy or the context is not modelled whole.
    """
    if not policy.policy_type.has_principal:
        raise ValueError(f"a policy of type `{policy.policy_type.value}` names no principals")
    asked = Asked(None, action, resource, context)
    return _answer(Side.WHO, policy, asked, reading, budget)


def what_can(
    policy: Policy,
    principal: str | None = None,
    resource: str | None = None,
    *,
    context: Context | None = None,
    reading: ArnWildcards = SEGMENTS,
    budget: Budget | None = None,
) -> Access | Unknown:
    """Return the actions that some of `principal` may do on some of `resource`; None is any.

    A principal is written as by `sides.write_principal`, `context` is that of `who_can`. Raise
    ValueError iff a principal is given though the policy names none, Unsupported as `who_can` does.
    """
    _require_principals(policy, principal)
    asked = Asked(principal, None, resource, context)
    return _answer(Side.WHAT, policy, asked, reading, budget)


def where_can(
    policy: Policy,
    principal: str | None = None,
    action: str | None = None,
    *,
    context: Context | None = None,
    reading: ArnWildcards = SEGMENTS,
    budget: Budget | None = None,
) -> Access | Unknown:
    """Return the resources on which some of `principal` may do some of `action`; None is any.

    Principal, context and errors are those of `what_can`.
    """
    _require_principals(policy, principal)
    asked = Asked(principal, action, None, context)
    return _answer(Side.WHERE, policy, asked, reading, budget)


def _require_principals(policy: Policy, principal: str | None) -> None:
    if principal is not None and not policy.policy_type.has_principal:
        raise ValueError(f"a policy of type `{policy.policy_type.value}` names no principals")


def _answer(
    side: Side, policy: Policy, asked: Asked, reading: ArnWildcards, budget: Budget | None
) -> Access | Unknown:
    """Return the whole answer, or why there is none: never a part of it."""
    try:
        words = Words(side, reading, _has_variables(policy))
        return Access(words, tuple(_pieces(words, policy, asked, budget or Budget())))
    except LimitReached as limit:
        return Unknown(limit.reason, limit.detail)
    except MemoryError:
        return Unknown(Reason.MEMORY)
    except RecursionError:
        return Unknown(Reason.MEMORY, "the formula is nested too deeply")


def _has_variables(policy: Policy) -> bool:
    resources = (statement.resources for statement in policy.statements)
    return any(patterns is not None and patterns.has_variables for patterns in resources)


def _pieces(words: Words, policy: Policy, asked: Asked, budget: Budget) -> Iterator[Piece]:
    cells = side_cells(words, policy, asked, budget)
    answers = [*cells.answers.values()]
    blocks = _blocks(cells)
    for said in sorted({answer for answer in answers if answer.is_possible}, key=_order):
        wanted = _bits(answer == said for answer in answers)
        unwanted = _bits(not said.may_hold(answer) for answer in answers)
        for part in cover(blocks, wanted, unwanted, budget):
            yield from _written(words, cells.patterns, part, said, budget)


def _blocks(cells: SideCells) -> list[int]:
    """Return for each pattern the cells that it holds, a bit for each cell in order."""
    blocks = [0] * len(cells.patterns)
    for place, vector in enumerate(cells.answers):
        left = vector
        while left:
            lowest = left & -left
            blocks[lowest.bit_length() - 1] |= 1 << place
            left ^= lowest
    return blocks


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _order(answer: Answer) -> tuple[bool, bool, tuple[str, ...]]:
    """Return a key that sorts what holds without conditions first, what is not exact last."""
    return not answer.is_certain, not answer.is_exact, answer.conditions


def _written(
    words: Words, patterns: Sequence[str], part: Part, said: Answer, budget: Budget
) -> Iterator[Piece]:
    """Yield the pieces that are the cells of `part`: one, unless an intersection is several."""
    # INVARIANT: what is not allowed in every context has a condition; no reader may miss it.
    assert said.is_certain or said.conditions
    inside = tuple(patterns[number] for number in part.inside)
    outside = tuple(words.plain(patterns[number]) for number in part.outside)
    if len(inside) == 1:
        pattern = words.plain(inside[0]) if said.is_exact else inside[0]
        yield Piece(pattern, outside, said.conditions, said.is_exact)
        return
    for pattern in words.common(inside, budget):
        if has_value(words, (pattern,), budget):
            kept = tuple(other for other in outside if has_value(words, (pattern, other), budget))
            yield Piece(pattern, kept, said.conditions, said.is_exact)
