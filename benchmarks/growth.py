"""The suite `growth`: policies with more patterns, statements, values, keys, or stars in a pattern.

Each family draws two policies of a size as `policy_families` says. What grows should cost in
proportion; stars need not, but must stay affordable.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain
from string import ascii_lowercase, digits

from benchmarks.policy_families import ACCOUNT, Family, allow, bucket, deny, policy, tag
from benchmarks.posed import Drawn, Json

Two = tuple[Json, Json]


def _shuffled(items: list[Json]) -> list[Json]:
    found = list(items)
    random.Random(1).shuffle(found)  # noqa: S311 - the same every time
    return found


def _actions(size: int, end: str = "") -> list[str]:
    return [f"service{number % 97}:Do{number}{end}" for number in range(size)]


def actions(size: int, wider: bool) -> Two:
    """Draw a list of actions in two orders. Wider by one that the existing policy lacks."""
    names = _actions(size)
    return policy(allow(names[wider:])), policy(allow(names[::-1]))


def actions_of_a_prefix(size: int, wider: bool) -> Two:
    """Draw actions that all begin like one pattern. Wider by one that does not."""
    names = [f"service:Do{number}" for number in range(size)]
    return policy(allow("service:Do*")), policy(allow([*names, "service:Undo"][: size + wider]))


def action_prefixes(size: int, wider: bool) -> Two:
    """Draw beginnings of actions, and longer ones. Wider by one with none that is shorter."""
    return policy(allow(_actions(size, "x*")[wider:])), policy(allow(_actions(size, "xy*")))


def resource_prefixes(size: int, wider: bool) -> Two:
    """Draw beginnings of resources, and longer ones. Wider by one with none that is shorter."""
    whole = [bucket(f"bucket-{number}/*") for number in range(size)]
    part = [bucket(f"bucket-{number}/public/*") for number in range(size)]
    return policy(allow(resource=whole[wider:])), policy(allow(resource=part))


def resources_with_stars(size: int, wider: bool) -> Two:
    """Draw resources with stars inside, and the same with more text. Wider by one with no match."""
    whole = [f"arn:aws:sqs:*:*:queue{number}-*" for number in range(size)]
    part = [f"arn:aws:sqs:*:{ACCOUNT}:queue{number}-*-end" for number in range(size)]
    return policy(allow("sqs:*", whole[wider:])), policy(allow("sqs:*", part))


def _statements(size: int, end: str = "") -> list[Json]:
    return [
        allow(
            f"service{number % 97}:Do{number}",
            f"arn:aws:service:*:{ACCOUNT}:thing/{number}/*{end}",
            {"StringEquals": {"aws:RequestedRegion": f"region-{number % 50}"}},
        )
        for number in range(size)
    ]


def statements(size: int, wider: bool) -> Two:
    """Draw statements in two orders. Wider by one that the existing policy lacks."""
    found = _statements(size)
    return policy(*found[wider:], allow("s3:List*")), policy(*_shuffled(found))


def statements_narrowed(size: int, wider: bool) -> Two:
    """Draw statements, and each for fewer resources. Wider by one for all of them."""
    narrow = _statements(size, "-x")
    narrow[-1] = {**narrow[-1], "Resource": "*"} if wider else narrow[-1]
    return policy(*_statements(size)), policy(*narrow)


def statements_merged(size: int, wider: bool) -> Two:
    """Draw statements of an action each, and one of them all. Wider by an action."""
    each = [allow(name, "arn:aws:service:*:*:a/*") for name in _actions(size)]
    return policy(*each), policy(allow(_actions(size + wider), "arn:aws:service:*:*:a/*"))


def statements_split(size: int, wider: bool) -> Two:
    """Draw a statement of resources, and statements of one each. Wider by a resource."""
    found = [f"arn:aws:service:*:*:a{number}/*" for number in range(size + wider)]
    each = [allow("service:Do", resource) for resource in found]
    return policy(allow("service:Do", found[:size])), policy(*each)


def statements_of_an_action(size: int, wider: bool) -> Two:
    """Draw statements that differ by resource only, and narrower ones. Wider by one for more."""
    test: dict[str, dict[str, object]] = {"Bool": {"aws:SecureTransport": "true"}}
    whole = [allow("a:Do", f"arn:aws:a:*:*:a{number}/*", test) for number in range(size)]
    part = [allow("a:Do", f"arn:aws:a:*:*:a{number}/b*", test) for number in range(size + wider)]
    return policy(*whole), policy(*part)


def statements_with_denies(size: int, wider: bool) -> Two:
    """Draw Allows with a Deny each, and the same with wider Denies. Wider by a Deny less."""
    allows = [allow(f"a:Do{number}") for number in range(size)]
    denies = [deny(f"a:Do{n}", f"arn:aws:a:*:*:secret{n}/*") for n in range(size)]
    more = [deny(f"a:Do{n}", f"arn:aws:a:*:*:secret{n}*") for n in range(wider, size)]
    return policy(*allows, *denies), policy(*more, *allows)


def _listed(operator: str, key: str, value: Callable[[int], str], size: int, wider: bool) -> Two:
    values = [value(number) for number in range(size)]
    existing, new = values[wider:], values[::-1]
    return (
        policy(allow(condition={operator: {key: existing}})),
        policy(allow(condition={operator: {key: new}})),
    )


def values(size: int, wider: bool) -> Two:
    """Draw the values of a condition in two orders. Wider by a value."""
    return _listed("StringEquals", "aws:SourceVpce", lambda n: f"vpce-{n:08x}", size + 1, wider)


def value_patterns(size: int, wider: bool) -> Two:
    """Draw patterns in a condition in two orders. Wider by a pattern."""
    key = "aws:PrincipalTag/team"
    return _listed("StringLike", key, lambda n: f"team-{n}-*", size + 1, wider)


def networks(size: int, wider: bool) -> Two:
    """Draw networks in two halves each, and whole. Wider by a half that is missing."""
    starts = [f"{10 + n // 65536}.{n // 256 % 256}.{n % 256}" for n in range(size)]
    halves = [f"{start}.{half}/25" for start in starts for half in (0, 128)]
    key, whole = "aws:SourceIp", [f"{start}.0/24" for start in starts]
    return (
        policy(allow(condition={"IpAddress": {key: halves[wider:]}})),
        policy(allow(condition={"IpAddress": {key: whole}})),
    )


def keys(size: int, wider: bool) -> Two:
    """Draw a statement that tests keys, by pattern and by value. Wider by a test less."""
    likes: dict[str, object] = {tag(number): f"v{number}*" for number in range(size)}
    equals: dict[str, object] = {tag(number): f"v{number}" for number in range(wider, size)}
    equals = equals or {tag(size): "v"}
    return (
        policy(allow(condition={"StringLike": likes})),
        policy(allow(condition={"StringEquals": equals})),
    )


def keys_of_statements(size: int, wider: bool) -> Two:
    """Draw statements with a key each, and the same with longer beginnings. Wider by a shorter."""

    def statement(number: int, value: str) -> Json:
        return allow(f"a:Do{number}", condition={"StringLike": {tag(number): value}})

    ends = ["*" if wider and number == size - 1 else "va*" for number in range(size)]
    return (
        policy(*(statement(number, "v*") for number in range(size))),
        policy(*(statement(number, end) for number, end in enumerate(ends))),
    )


def keys_of_denies(size: int, wider: bool) -> Two:
    """Draw Denies with a key each, and one more of them. Wider by one less."""
    denies = [deny(condition={"StringNotEquals": {tag(n): "v"}}) for n in range(size + 1)]
    few, many = policy(allow("*"), *denies[1:]), policy(allow("*"), *denies)
    return (many, few) if wider else (few, many)


def stars(size: int, wider: bool) -> Two:
    """Draw `*a*a...*`, and `*ab*ab...*`. Wider by what of the first has no b."""
    wide = policy(allow(resource=bucket("x" + "*a" * size + "*")))
    narrow = policy(allow(resource=bucket("x" + "*ab" * size + "*")))
    return (narrow, wide) if wider else (wide, narrow)


def stars_in_order(size: int, wider: bool) -> Two:
    """Draw some words in an order, and more of them. Wider by all in the reverse order."""
    words = [f"{first}{second}" for first in ascii_lowercase for second in digits][: size + 1]
    some = policy(allow(resource=bucket("*".join(["", *words[:-1:2], words[-1], ""]))))
    every = words[::-1] if wider else words
    return some, policy(allow(resource=bucket("*".join(["", *every, ""]))))


def stars_of_a_union(size: int, wider: bool) -> Two:
    """Draw the patterns without one word of a pattern each, and it. Wider by one without two."""
    words = [f"p{number}q" for number in range(size + 1)]
    fewer = [bucket("*" + "*".join(words[:n] + words[n + 1 :]) + "*") for n in range(size + 1)]
    kept = words[2:] if wider else words
    return (
        policy(allow(resource=fewer)),
        policy(allow(resource=bucket("*".join(["", *kept, ""])))),
    )


PATTERNS = (10, 100, 1_000, 10_000, 100_000)
STATEMENTS = (10, 100, 1_000, 10_000)
KEYS = (1, 4, 16, 64, 256)
STARS = (1, 2, 5, 10, 20, 30)

FAMILIES = (
    Family(actions, PATTERNS, "patterns"),
    Family(actions_of_a_prefix, PATTERNS, "patterns"),
    Family(action_prefixes, PATTERNS, "patterns"),
    Family(resource_prefixes, PATTERNS, "patterns"),
    Family(resources_with_stars, PATTERNS, "patterns"),
    Family(statements, STATEMENTS, "statements"),
    Family(statements_narrowed, STATEMENTS, "statements"),
    Family(statements_merged, STATEMENTS, "statements"),
    Family(statements_split, STATEMENTS, "statements"),
    Family(statements_of_an_action, STATEMENTS, "statements"),
    Family(statements_with_denies, STATEMENTS, "statements"),
    Family(values, STATEMENTS, "values"),
    Family(value_patterns, STATEMENTS, "values"),
    Family(networks, STATEMENTS, "values"),
    Family(keys, KEYS, "keys"),
    Family(keys_of_statements, KEYS, "keys"),
    Family(keys_of_denies, KEYS, "keys"),
    Family(stars, STARS, "stars"),
    Family(stars_in_order, STARS, "stars"),
    Family(stars_of_a_union, STARS, "stars"),
)


def cases() -> Iterator[Drawn]:
    """Yield the suite, family by family."""
    return chain.from_iterable(family.cases() for family in FAMILIES)
