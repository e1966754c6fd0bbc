"""The antichain search against the naive twin, the explorer, and itself in the other direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import inclusion
from automaton import regex as rx
from automaton.antichain import Antichain
from automaton.budget import Budget, LimitReached
from automaton.cells import Goal, Patterns, literals_of, patterns_of
from automaton.charset import CharSet
from automaton.determinise import determinise
from automaton.inclusion import find_string, fulfilling, text_beside
from automaton.mirror import mirror
from automaton.pattern import Pattern, compile_pattern
from automaton.regex import Regex
from automaton.verdict import Reason
from automaton.weight import weight
from portfolio.differential.strategies.characters import LETTERS, any_texts, texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.regexes import bounded_regexes, regexes
from tests import naive
from tests.budgets import narrow

ALL_TEXTS = list(naive.strings(LETTERS, 4))
NAIVE_AT_MOST = 8
"""The naive twin takes exponential time in the length of a string."""


@pytest.fixture(scope="module", autouse=True)
def _compiled_kernels() -> None:
    """Compile before the first test, for that may outlast a budget."""
    unlimited = Budget(wall_s=None)
    find_string([rx.glob("a*"), rx.glob("*a")], [rx.glob("*b")], unlimited)
    find_string([after(rx.ALL, "ab", 9)], [after(rx.ALL, x, 9) for x in "ab"], unlimited)
    determinise(rx.complement(rx.glob("a*")), unlimited)


def plain(regex: Regex) -> Regex:
    """Return `regex`, or where Boolean operators are at its top, one that holds them inside."""
    parts = regex.parts if isinstance(regex, rx.Union) else (regex,)
    if any(isinstance(part, rx.Complement | rx.Intersection) for part in parts):
        return rx.concat(regex, rx.optional(rx.literal("a")))
    return regex


def some(patterns: SearchStrategy[Regex]) -> SearchStrategy[list[Regex]]:
    return st.lists(patterns.map(plain), max_size=3)


def plain_regexes() -> SearchStrategy[Regex]:
    return regexes() | wildcards().map(rx.glob)


def fulfils(text: str, required: Sequence[Regex], forbidden: Sequence[Regex]) -> bool:
    return all(naive.matches(regex, text) for regex in required) and not any(
        naive.matches(regex, text) for regex in forbidden
    )


def compiled(regex: Regex) -> Pattern:
    return compile_pattern(regex, lambda inner: determinise(inner, Budget()), Budget())


@given(some(plain_regexes()), some(plain_regexes()), st.sets(texts(max_size=2)))
def test_a_string_is_found_iff_there_is_one(
    required: list[Regex], forbidden: list[Regex], excluded: set[str]
) -> None:
    found = find_string(required, forbidden, Budget(), excluded)

    if found is None:
        assert not any(
            fulfils(text, required, forbidden) for text in ALL_TEXTS if text not in excluded
        )
    else:
        assert found not in excluded
        assert len(found) > NAIVE_AT_MOST or fulfils(found, required, forbidden)


@given(bounded_regexes().map(plain), some(plain_regexes()))
def test_brute_force_over_a_finite_language_agrees(first: Regex, forbidden: list[Regex]) -> None:
    within = rx.loop(rx.chars(CharSet.chars(LETTERS)), 0, 4)

    found = find_string([first, within], forbidden, Budget())

    expected = any(fulfils(text, [first], forbidden) for text in ALL_TEXTS)
    assert (found is not None) == expected


@given(some(plain_regexes()), some(plain_regexes()))
def test_the_explorer_agrees(required: list[Regex], forbidden: list[Regex]) -> None:
    parts = [no_literals(regex) for regex in [*required, *forbidden]]
    aim = Goal((1 << len(required)) - 1, ((1 << len(forbidden)) - 1) << len(required))

    cells = [*Patterns(parts, Budget()).cells_beside(frozenset(), aim)]

    found = find_string(parts[: len(required)], parts[len(required) :], Budget())
    assert (found is not None) == bool(cells)
    assert (text_beside((), parts, aim, Budget()) is not None) == bool(cells)


def no_literals(regex: Regex) -> Regex:
    return rx.union(*patterns_of(regex))


@given(st.lists(plain_regexes(), min_size=1, max_size=3), some(plain_regexes()))
def test_both_directions_agree(required: list[Regex], forbidden: list[Regex]) -> None:
    forwards = searched(required, forbidden)
    backwards = searched([*map(mirror, required)], [*map(mirror, forbidden)])

    assert (forwards is None) == (backwards is None)
    for text in (forwards, backwards and backwards[::-1]):
        assert text is None or len(text) > NAIVE_AT_MOST or fulfils(text, required, forbidden)


def searched(required: Sequence[Regex], forbidden: Sequence[Regex]) -> str | None:
    search = Antichain([*map(compiled, required)], [*map(compiled, forbidden)], Budget())
    assert search.run(1 << 30)
    return search.text


@given(st.lists(plain_regexes(), min_size=1, max_size=3), some(plain_regexes()))
def test_a_search_in_small_steps_is_the_same_search(
    required: list[Regex], forbidden: list[Regex]
) -> None:
    whole, parted = (
        Antichain([*map(compiled, required)], [*map(compiled, forbidden)], Budget())
        for _ in range(2)
    )
    parted.pace.steps = 1

    whole.run(1 << 30)
    while not parted.run(1):
        parted.pace.steps = 1

    assert parted.text == whole.text


@given(plain_regexes())
def test_a_string_of_one_regex_is_a_shortest(regex: Regex) -> None:
    found = searched([regex], [])

    shortest = next((text for text in ALL_TEXTS if naive.matches(regex, text)), None)
    if found is None:
        assert shortest is None
    else:
        assert shortest is None or len(found) <= len(shortest)
        assert len(found) > NAIVE_AT_MOST or naive.matches(regex, found)


@given(
    st.lists(wildcards().map(rx.glob), max_size=8),
    st.lists(plain_regexes().map(plain), max_size=8),
    st.sampled_from([0, 2, 1 << 12]),
)
def test_conjuncts_on_demand_are_all_fulfilled(
    required: list[Regex], forbidden: list[Regex], heavy: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inclusion, "REQUIRED_AT_ONCE", 1)
        patch.setattr(inclusion, "FORBIDDEN_AT_ONCE", 0)
        patch.setattr(inclusion, "HEAVY", heavy)
        lazy = find_string(required, forbidden, Budget())

    assert (lazy is None) == (find_string(required, forbidden, Budget()) is None)
    assert lazy is None or len(lazy) > NAIVE_AT_MOST or fulfils(lazy, required, forbidden)


@given(
    st.frozensets(texts() | any_texts()),
    some(plain_regexes()),
    some(plain_regexes()),
    st.booleans(),
)
def test_strings_are_kept_iff_they_fulfil_all(
    strings: frozenset[str], required: list[Regex], forbidden: list[Regex], by_derivatives: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inclusion, "HEAVY", 0 if by_derivatives else 1 << 12)
        kept = fulfilling(strings, required, forbidden, Budget())

    assert kept == {text for text in strings if fulfils(text, required, forbidden)}


@given(regexes(), texts())
def test_a_mirrored_expression_matches_what_is_read_backwards(regex: Regex, text: str) -> None:
    assert naive.matches(mirror(regex), text[::-1]) == naive.matches(regex, text)
    assert mirror(mirror(regex)) is regex


@given(wildcards().map(rx.glob))
def test_a_wildcard_takes_no_more_positions_than_its_weight(regex: Regex) -> None:
    assert compiled(regex).size <= weight(regex) + 1


def after(head: Regex, letters: str, count: int) -> Regex:
    """Return the strings of `head`, one of `letters`, and `count` more characters."""
    return rx.concat(head, rx.chars(CharSet.chars(letters)), rx.loop(rx.ANY, count, count))


@pytest.mark.parametrize("count", [1, 7, 14, 30])
def test_what_blows_up_when_it_is_determinised_takes_few_steps(count: int) -> None:
    only_a, both = after(rx.ALL, "a", count), after(rx.ALL, "ab", count)

    assert find_string([only_a], [both], Budget(max_steps=10_000)) is None
    assert find_string([both], [only_a], Budget(max_steps=10_000)) == "b" + "a" * count
    assert (
        find_string([both], [only_a, after(rx.ALL, "b", count)], Budget(max_steps=1 << 15)) is None
    )


def test_dozens_of_negated_prefixes_take_few_steps() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    banned = [rx.glob(f"arn:aws:s3:::{letter}*") for letter in letters]
    others = after(rx.literal("arn:aws:s3:::"), letters, 0)

    found = find_string([rx.glob("arn:aws:s3:::?*")], banned, Budget(max_steps=10_000))

    assert found is not None
    assert found[-1] not in letters
    assert find_string([rx.concat(others, rx.ALL)], banned, Budget(max_steps=10_000)) is None


def test_forty_stars_take_few_steps() -> None:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"
    every, second = (rx.glob("*".join(["", *some_, ""])) for some_ in (letters, letters[::2]))

    assert find_string([every], [second], Budget(max_steps=100_000)) is None
    assert find_string([second], [every], Budget(max_steps=100_000)) == letters[::2]


def test_a_literal_that_fulfils_all_is_looked_up() -> None:
    huge = rx.loop(rx.complement(rx.literal("b")), 4000, 4000)
    forbidden = rx.concat(rx.literal("a"), huge)

    assert find_string([rx.literal("xyz")], [forbidden], Budget()) == "xyz"
    assert literals_of(rx.literal("xyz")) == {"xyz"}


@pytest.mark.parametrize(
    ("limited", "reason"),
    [
        (lambda: Budget(max_steps=2_000), Reason.STEPS),
        (lambda: Budget(wall_s=0.05), Reason.TIME),
        (lambda: narrow(100_000), Reason.MEMORY),
    ],
)
def test_a_search_that_blows_up_ends_at_its_limit(
    limited: Callable[[], Budget], reason: Reason
) -> None:
    one = rx.literal("a")
    no_multiples = [
        rx.concat(rx.star(rx.loop(one, prime, prime)), rx.loop(one, 1, prime - 1))
        for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
    ]

    with pytest.raises(LimitReached) as ended:
        find_string([rx.plus(one)], no_multiples, limited())

    assert ended.value.reason is reason
