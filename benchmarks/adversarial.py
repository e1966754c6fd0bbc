"""The suite `adversarial`: policies that make automata, cells or the search of cases blow up.

Each family draws two policies of a size as `policy_families` says. A case must end in its verdict
or in an unknown, in time and within 1 GiB.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain, combinations
from string import ascii_lowercase

from benchmarks.policy_families import Family, Test, allow, bucket, deny, nothing, policy, tag
from benchmarks.posed import Drawn, Json

Two = tuple[Json, Json]


def late_letter(size: int, wider: bool) -> Two:
    """Draw `*a?...?`, whose deterministic automaton doubles with each mark, and `*aa?...?`.

    The second lies in the first. Wider by `*b?...?` in its place.
    """
    end = "?" * size
    new = f"*b{end}" if wider else f"*aa{end}"
    return policy(allow(resource=bucket(f"*a{end}"))), policy(allow(resource=bucket(new)))


def late_letters(size: int, wider: bool) -> Two:
    """Draw `*a?...?`, `*b?...?`, ..., and two such with another letter before.

    Each ends like one of the first. Wider by a letter that is not among these.
    """
    end = "?" * size
    each = [bucket(f"*{letter}{end}") for letter in ascii_lowercase]
    two = [bucket(f"*a*b{end}"), bucket(f"*c*{'0' if wider else 'd'}{end}")]
    return policy(allow(resource=each)), policy(allow(resource=two))


def late_letter_at_each_place(size: int, wider: bool) -> Two:
    """Draw `*a`, `*a?`, `*a??`, ..., and the same after another a. Wider by one mark more."""
    each = [bucket("*a" + "?" * count) for count in range(size)]
    more = [bucket("*aa" + "?" * count) for count in range(wider, size + wider)]
    return policy(allow(resource=each)), policy(allow(resource=more))


def words_of_statements(size: int, wider: bool) -> Two:
    """Draw statements of an action and a word each, and the same with a second word.

    Wider by a statement without its word.
    """
    return _words(size, wider, [f"a:Do{number}" for number in range(size)])


def words_of_an_action(size: int, wider: bool) -> Two:
    """Draw statements of one action and a word each: that makes 2 ** size cells.

    The new ones have a second word. Wider by a statement without its word.
    """
    return _words(size, wider, ["a:Do"] * size)


def _words(size: int, wider: bool, actions: list[str]) -> Two:
    words = [f"w{number}x" for number in range(size)]
    ends = [*words[1:], words[0]]
    whole = [allow(do, bucket(f"*{word}*")) for do, word in zip(actions, words, strict=True)]
    patterns = [bucket(f"*{word}*{end}*") for word, end in zip(words, ends, strict=True)]
    if wider:
        patterns[-1] = bucket(f"{words[-1][:-1]}*")
    return policy(*whole), policy(*map(allow, actions, patterns))


def words_of_denies(size: int, wider: bool) -> Two:
    """Draw Denies of a word each with a key each, and the same for more resources.

    Wider by a Deny less.
    """

    def statement(number: int, end: str) -> Json:
        test: Test = {"StringNotEquals": {tag(number): "v"}}
        return deny("s3:*", bucket(f"*w{number}{end}"), test)

    kept = [number for number in range(size) if not (wider and number == size // 2)]
    return (
        policy(allow("s3:*"), *(statement(number, "x*") for number in range(size))),
        policy(allow("s3:*"), *(statement(number, "*") for number in kept)),
    )


def towers_of_not(size: int, wider: bool) -> Two:
    """Draw Allows and Denies of what is neither of some actions nor of some resources, by turns.

    The new policy has a Deny more. Wider by an Allow more.
    """

    def level(number: int, effect: str) -> Json:
        return {
            "Effect": effect,
            "NotAction": [f"service{number}:*", f"*:Get{number}x*"],
            "NotResource": [bucket(f"*t{number}x*"), bucket(f"u{number}x*")],
        }

    levels = [level(number, ("Allow", "Deny")[number % 2]) for number in range(size)]
    return policy(*levels), policy(*levels, level(size, "Allow" if wider else "Deny"))


def denies_of_not(size: int, wider: bool) -> Two:
    """Draw Denies of all but some actions each, and one with fewer of these. Wider by one more."""

    def statement(number: int, *more: str) -> Json:
        actions = [f"a:*x{number}*", *more]
        return {"Effect": "Deny", "NotAction": actions, "Resource": "*"}

    fewer = [statement(0), *(statement(number, f"a:*y{number}*") for number in range(1, size))]
    more = [statement(0, "a:*y0*"), *fewer[1:]]
    old, new = (fewer, more) if wider else (more, fewer)
    return policy(allow("*"), *old), policy(allow("*"), *new)


def choices(size: int, wider: bool) -> Two:
    """Draw keys in a circle with two values each: any two neighbours may have any two values.

    So 2 ** size requests are allowed by the existing policy, one way or another. Wider by a value.
    """
    two: list[Json] = [
        allow(condition={"StringEquals": {tag(number): one, tag((number + 1) % size): other}})
        for number in range(size)
        for one in "ab"
        for other in "ab"
    ]
    some: dict[str, object] = {
        tag(number): list("abc" if wider else "ab") for number in range(size)
    }
    return policy(*two), policy(allow(condition={"StringEquals": some}))


def _free(values: dict[str, list[str]], *denies: Json) -> Two:
    """Return the question whether the Denies leave a choice of a value for each key."""
    tests: dict[str, object] = {**values}
    return nothing(), policy(allow(condition={"StringEquals": tests}), *denies)


def _never(both: dict[str, str]) -> Json:
    return deny(condition={"StringEquals": {**both}})


def pigeonholes(size: int, wider: bool) -> Two:
    """Draw keys of `size` values, one more than these, no two alike, which cannot be.

    Wider with as many keys as values.
    """
    names = [tag(number) for number in range(size + (not wider))]
    holes = [f"h{number}" for number in range(size)]
    alike = [{one: hole, other: hole} for one, other in combinations(names, 2) for hole in holes]
    return _free(dict.fromkeys(names, holes), *map(_never, alike))


def circles(size: int, wider: bool) -> Two:
    """Draw keys of two values in a circle of odd length, where neighbours differ: that cannot be.

    Wider with an even length.
    """
    names = [tag(number) for number in range(2 * size + (not wider))]
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    alike = [{one: value, other: value} for one, other in pairs for value in "01"]
    return _free({name: ["0", "1"] for name in names}, *map(_never, alike))


def random_choices(size: int, wider: bool) -> Two:
    """Draw Denies of three random values at once, many for the keys, but none of one request.

    So it is always wider, by that request.
    """
    assert wider
    rng = random.Random(size)  # noqa: S311 - the same every time
    names = [tag(number) for number in range(size)]
    request = {name: rng.choice("01") for name in names}
    denies: list[Json] = []
    while len(denies) < 4.26 * size:
        three = {name: rng.choice("01") for name in rng.sample(names, 3)}
        if any(request[name] != value for name, value in three.items()):
            denies.append(_never(three))
    return _free({name: ["0", "1"] for name in names}, *denies)


def _owner(number: int, default: str = "") -> str:
    return f"${{aws:PrincipalTag/t{number}{default}}}"


def variables(size: int, wider: bool) -> Two:
    """Draw resources that end in variables, one after a star. Wider if that is the new one."""
    ends = "/".join(map(_owner, range(size)))
    wide = policy(allow(resource=bucket(f"b/*/{ends}")))
    narrow = policy(allow(resource=bucket(f"b/c/{ends}")))
    return (narrow, wide) if wider else (wide, narrow)


def variables_with_defaults(size: int, wider: bool) -> Two:
    """Draw a chain of variables with defaults, and it with a star. Wider the other way round."""
    ends = "-".join(_owner(number, f", 'd{number}'") for number in range(size))
    whole, part = (policy(allow(resource=bucket(ends + star))) for star in ("*", ""))
    return (part, whole) if wider else (whole, part)


def variables_in_a_chain(size: int, wider: bool) -> Two:
    """Draw tags of which each contains the next one, so that the first contains the last.

    Wider by a first one that is to end in the last.
    """

    def contains(one: int, other: int, end: str = "*") -> dict[str, object]:
        return {f"aws:PrincipalTag/t{one}": f"*{_owner(other)}{end}"}

    links = [contains(number, number + 1) for number in range(size)]
    chained = {name: value for link in links for name, value in link.items()}
    ends = contains(0, size, "" if wider else "*")
    return (
        policy(allow(condition={"StringLike": ends})),
        policy(allow(condition={"StringLike": chained})),
    )


def set_operators(size: int, wider: bool) -> Two:
    """Draw beginnings of which any value of a key has one, and longer ones. Wider by a word."""
    key = "aws:TagKeys"
    each = [allow(condition={"ForAnyValue:StringLike": {key: f"k{n}x*"}}) for n in range(size)]
    longer = [f"k{number}xy*" for number in range(size + wider)]
    tests: Test = {
        "ForAnyValue:StringLike": {key: longer},
        "ForAllValues:StringLike": {key: "k*"},
    }
    return policy(*each), policy(allow(condition=tests))


def set_operators_denied(size: int, wider: bool) -> Two:
    """Draw Denies of a word in any value of a key, and one more of them. Wider by one less."""
    key = "aws:TagKeys"
    denies = [deny(condition={"ForAnyValue:StringLike": {key: f"*d{n}x*"}}) for n in range(size)]
    allows = [allow(condition={"ForAnyValue:StringLike": {key: f"*a{n}x*"}}) for n in range(size)]
    few, many = policy(*allows, *denies[1:]), policy(*allows, *denies)
    return (many, few) if wider else (few, many)


FAMILIES = (
    Family(late_letter, (14, 20, 40, 100)),
    Family(late_letters, (6, 14, 20, 40)),
    Family(late_letter_at_each_place, (5, 10, 20, 40)),
    Family(words_of_statements, (5, 10, 20, 40, 100)),
    Family(words_of_an_action, (5, 10, 20, 40, 100)),
    Family(words_of_denies, (5, 10, 20, 40)),
    Family(towers_of_not, (2, 4, 8, 16, 32)),
    Family(denies_of_not, (2, 4, 8, 16)),
    Family(choices, (4, 8, 16, 32)),
    Family(pigeonholes, (3, 5, 7, 9)),
    Family(circles, (5, 20, 100)),
    Family(random_choices, (10, 20, 40, 80), wider=(True,)),
    Family(variables, (1, 2, 4, 8)),
    Family(variables_with_defaults, (1, 2, 4, 8)),
    Family(variables_in_a_chain, (1, 2, 4, 8)),
    Family(set_operators, (2, 5, 10, 20)),
    Family(set_operators_denied, (2, 4, 8, 16)),
)


def cases() -> Iterator[Drawn]:
    """Yield the suite, family by family."""
    return chain.from_iterable(family.cases() for family in FAMILIES)
