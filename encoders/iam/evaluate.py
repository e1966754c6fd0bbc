"""Whether a policy allows one concrete request, by plain code on strings, numbers and addresses.

`authorize` has the same functions in the same order for all requests at once. Nothing here uses
its regular expressions or formulas, so that each checks the other.
"""

import operator as ordering
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from ipaddress import ip_address

from automaton.verdict import Unsupported
from encoders.iam.conditions import (
    READERS,
    Comparison,
    Family,
    Operator,
    operator_of,
    read_bool,
    values_of,
)
from encoders.iam.policy import Effect, Patterns, Policy, Principals, Quantifier, Statement, Test
from encoders.iam.principals import covers
from encoders.iam.request import NO_RESOURCE, ContextValue, Request
from encoders.iam.support import require_supported
from encoders.iam.values import read_date, read_network, read_number
from encoders.iam.variables import (
    Exactly,
    Piece,
    Reference,
    Text,
    pieces_of,
    references_of,
    segments_of,
)
from encoders.iam.wildcard import (
    ArnWildcards,
    folded_matches,
    glob_matches,
    segments_match,
    whole_resources,
)

PATTERNS_KEPT = 1 << 16
"""How many lists of resource patterns stay prepared between requests."""


def is_allowed(policy: Policy, request: Request, reading: ArnWildcards) -> bool:
    """Return True iff an Allow statement matches and no Deny statement does.

    Raise Unsupported iff the policy holds a construct that is not modelled.
    """
    require_supported(policy)
    effects = {
        statement.effect
        for statement in policy.statements
        if statement_matches(statement, request, reading)
    }
    return effects == {Effect.ALLOW}


def statement_matches(statement: Statement, request: Request, reading: ArnWildcards) -> bool:
    """Return True iff every element of `statement` matches the request."""
    return (
        principals_match(statement.principals, request)
        and actions_match(statement.actions, request)
        and resources_match(statement.resources, request, reading)
        and condition_holds(statement.tests, request)
    )


def principals_match(principals: Principals | None, request: Request) -> bool:
    """Return True iff the caller is one of `principals`, which None leaves open.

    Raise ValueError iff the request has no caller to compare.
    """
    if principals is None:
        return True
    if request.principal is None:
        raise ValueError("a policy with principals needs a request with one")
    is_named = any(covers(principal, request.principal) for principal in principals.values)
    return is_named is not principals.negated


def actions_match(actions: Patterns, request: Request) -> bool:
    """Return True iff the action is one of Action, or none of NotAction."""
    patterns, name = actions.in_lower_case, request.action.lower()
    is_named = (
        name in patterns.plain
        or name.startswith(patterns.starts)
        or any(glob_matches(pattern, name) for pattern in patterns.globs)
    )
    return is_named is not actions.negated


def resources_match(resources: Patterns | None, request: Request, reading: ArnWildcards) -> bool:
    """Return True iff the resource is one of Resource, or none of NotResource.

    A statement without either applies to every resource. A pattern with a policy variable that has
    no value matches nothing, and NotResource with one does not apply.
    """
    if resources is None:
        return True
    resource = NO_RESOURCE if request.resource is None else request.resource
    patterns = _patterns(whole_resources(resources.values), resources.has_variables)
    if patterns is None:
        whole = replace(resources, values=whole_resources(resources.values))
        substituted = _substituted(whole, request)
        patterns = tuple(None if one is None else _prepared(one) for one in substituted)
    if resources.negated and None in patterns:
        return False
    text = resource.translate(_LITERAL)
    is_named = any(
        pattern is not None and _resource_matches(pattern, text, reading) for pattern in patterns
    )
    return is_named is not resources.negated


def condition_holds(tests: tuple[Test, ...], request: Request) -> bool:
    """Return True iff every test of a condition holds."""
    return all(test_holds(test, request) for test in tests)


def test_holds(test: Test, request: Request) -> bool:
    """Return True iff `test` holds.

    Values are alternatives; a negated operator holds iff none fits. Where the key is absent, a
    positive operator fails, and a negated one and one with IfExists hold. A list of values fits
    nothing without a set operator. Under ForAllValues every value must fit, which is so of
    none; under ForAnyValue some value must, whatever else holds of an absent key.
    """
    operator, value = operator_of(test), request.values(test.key)
    if operator.family is Family.PRESENCE:
        return _presence_holds(test, value)
    if test.quantifier is not None:
        found = (
            _fits(test, operator, one, request) is not operator.negated for one in _list(value)
        )
        return all(found) if test.quantifier is Quantifier.FOR_ALL_VALUES else any(found)
    if value is None:
        return operator.negated or test.if_exists
    if isinstance(value, tuple):
        return False
    return _fits(test, operator, value, request) is not operator.negated


def _presence_holds(test: Test, value: ContextValue | None) -> bool:
    """Return the truth of a test with Null; under a set operator it no longer tests the key."""
    if test.quantifier is not None:
        return test.quantifier is Quantifier.FOR_ALL_VALUES
    return (not _list(value)) in values_of(test, read_bool)


def _list(value: ContextValue | None) -> tuple[str, ...]:
    """Return the values of a key; an empty text is none."""
    if isinstance(value, tuple):
        return value
    return (value,) if value else ()


_Pattern = Sequence[Text | Exactly]


def _substituted(part: Patterns | Test, request: Request) -> Iterator[_Pattern | None]:
    """Yield each value with its policy variables replaced, None where one has no value."""
    for value in part.values:
        pieces = [_replaced(piece, request) for piece in pieces_of(value, part.has_variables)]
        yield None if None in pieces else [piece for piece in pieces if piece is not None]


def _replaced(piece: Piece, request: Request) -> Text | Exactly | None:
    if not isinstance(piece, Reference):
        return piece
    value = request.values(piece.key)
    if isinstance(value, tuple):
        raise Unsupported(f"a policy variable for `{piece.key}`, which holds several values,")
    found = piece.default if value is None else value
    return None if found is None else Exactly(found)


_LITERAL = str.maketrans({"*": "\U0010fffe", "?": "\U0010ffff"})
"""Wildcards that stand for themselves, as characters that no text here may hold."""


def _glob(pattern: _Pattern) -> str:
    """Return `pattern` with `*` and `?` only where they are wildcards."""
    return "".join(
        piece.text if isinstance(piece, Text) else piece.text.translate(_LITERAL)
        for piece in pattern
    )


def _is_equal(pattern: _Pattern, value: str) -> bool:
    return "".join(piece.text for piece in pattern) == value


def _is_equal_folded(pattern: _Pattern, value: str) -> bool:
    return folded_matches("".join(piece.text for piece in pattern), value)


def _is_like(pattern: _Pattern, value: str) -> bool:
    return glob_matches(_glob(pattern), value.translate(_LITERAL))


def _is_arn_like(pattern: _Pattern, value: str) -> bool:
    return _prepared(pattern).matches_segments(value.translate(_LITERAL))


@dataclass(frozen=True)
class _Prepared:
    """A pattern as globs, whole and cut at its first five colons; see `segments_match`."""

    glob: str
    segments: Sequence[str]
    takes_rest: bool

    def matches_segments(self, text: str) -> bool:
        return segments_match(self.segments, text, takes_rest=self.takes_rest)


def _prepared(pattern: _Pattern) -> _Prepared:
    segments = segments_of(pattern)
    last = segments[-1][-1] if segments[-1] else None
    takes_rest = isinstance(last, Text) and last.text.endswith("*")
    return _Prepared(_glob(pattern), [_glob(segment) for segment in segments], takes_rest)


@lru_cache(PATTERNS_KEPT)
def _patterns(values: tuple[str, ...], has_variables: bool) -> tuple[_Prepared | None, ...] | None:
    """Return the patterns that `values` are in every request, None iff a reference is in them."""
    if references_of(values, has_variables):
        return None
    pieces = (pieces_of(value, has_variables) for value in values)
    return tuple(
        _prepared([piece for piece in own if not isinstance(piece, Reference)]) for own in pieces
    )


def _resource_matches(pattern: _Prepared, text: str, reading: ArnWildcards) -> bool:
    if reading is ArnWildcards.TEXT:
        return glob_matches(pattern.glob, text)
    return pattern.matches_segments(text)


def _fits(test: Test, operator: Operator, value: str, request: Request) -> bool:
    """Return True iff the value of the request fits a value of the test."""
    match operator.family:
        case Family.TEXT:
            fits = _TEXTS[operator.comparison]
            patterns = _substituted(test, request)
            return any(pattern is not None and fits(pattern, value) for pattern in patterns)
        case Family.BOOL:
            wanted_words = map(str, values_of(test, read_bool))
            return any(folded_matches(word, value) for word in wanted_words)
    try:
        return any(_is_typed_match(operator, value, wanted) for wanted in test.values)
    except ValueError:
        # The value of the request is none of the operator's kind: it fits nothing.
        return False


def _is_typed_match(operator: Operator, value: str, wanted: str) -> bool:
    """Return True iff the values fit; raise ValueError iff the request's is not of the kind."""
    read = READERS[operator.family]
    if operator.family is Family.ADDRESS:
        return ip_address(value) in read_network(wanted)
    if operator.family is Family.BINARY:
        return read(value) == read(wanted)
    read_moment = read_date if operator.family is Family.DATE else read_number
    return _NUMBERS[operator.comparison](read_moment(value), read_moment(wanted))


_TEXTS: dict[Comparison, Callable[[_Pattern, str], bool]] = {
    Comparison.EQUAL: _is_equal,
    Comparison.EQUAL_FOLDED: _is_equal_folded,
    Comparison.LIKE: _is_like,
    Comparison.ARN_LIKE: _is_arn_like,
}

_NUMBERS: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    Comparison.EQUAL: ordering.eq,
    Comparison.LESS: ordering.lt,
    Comparison.AT_MOST: ordering.le,
    Comparison.GREATER: ordering.gt,
    Comparison.AT_LEAST: ordering.ge,
}
