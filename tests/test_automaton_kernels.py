"""The kernels against plain Python: bits, hash tables, and the explorer against the naive twin."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton.alphabet import Alphabet
from automaton.budget import Budget, LimitReached
from automaton.cells import Goal, Patterns, patterns_of
from automaton.determinise import determinise
from automaton.explorer import Exploration, goal, truth_of
from automaton.kernels import bits
from automaton.nfa import Nfa, Owned, join, to_bits, to_words
from automaton.pattern import Dfa, compile_pattern
from automaton.regex import Regex
from automaton.verdict import Reason
from portfolio.differential.strategies.characters import LETTERS, any_texts, texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.regexes import regexes
from tests import naive

WORDS = st.integers(0, 2**64 - 1)
ALL_TEXTS = list(naive.strings(LETTERS, 4))


def embed(regex: Regex) -> Dfa:
    return determinise(regex, Budget())


def joined(parts: list[Regex]) -> tuple[Nfa, Alphabet]:
    owned = [
        Owned(compile_pattern(part, embed, Budget()), 1 << number)
        for number, part in enumerate(parts)
    ]
    return join(owned, len(parts), Budget())


@given(WORDS.filter(bool))
def test_the_lowest_bit_is_found(word: int) -> None:
    expected = (word & -word).bit_length() - 1

    assert bits.lowest_bit(np.uint64(word)) == expected


@given(st.integers(0, 2**200), st.integers(4, 6))
def test_bits_survive_the_way_through_words(number: int, words: int) -> None:
    assert to_bits(to_words(number, words)) == number


@given(st.lists(st.tuples(WORDS, WORDS), unique=True, max_size=40))
def test_a_hash_table_finds_every_row_and_nothing_else(rows: list[tuple[int, int]]) -> None:
    table = np.array(rows, dtype=np.uint64).reshape(-1, 2)
    slots = np.full(128, -1, dtype=np.int64)
    bits.fill_slots(table, len(rows), slots)

    found = [int(slots[bits.find_row(table, slots, row)]) for row in table]

    assert found == list(range(len(rows)))


@given(st.lists(regexes(), min_size=1, max_size=4), st.lists(any_texts(), min_size=1, max_size=5))
def test_matching_many_strings_is_matching_each_pattern(
    parts: list[Regex], strings: list[str]
) -> None:
    nfa, alphabet = joined(parts)

    expected = [
        sum(naive.matches(part, text) << number for number, part in enumerate(parts))
        for text in strings
    ]

    assert truth_of(nfa, alphabet, strings, Budget()) == expected


@given(st.lists(regexes(), min_size=1, max_size=4))
def test_the_explorer_finds_the_truth_vector_of_every_string(parts: list[Regex]) -> None:
    nfa, alphabet = joined(parts)
    exploration = Exploration(nfa, goal(nfa, 0, 0), Budget())

    found = {vector for vector, _ in exploration.vectors()}

    assert set(truth_of(nfa, alphabet, ALL_TEXTS, Budget())) <= found


@given(st.lists(regexes(), min_size=1, max_size=4), st.integers(0, 15), st.integers(0, 15))
def test_a_goal_keeps_exactly_the_vectors_that_fulfil_it(
    parts: list[Regex], required: int, forbidden: int
) -> None:
    required, forbidden = (bits % (1 << len(parts)) for bits in (required, forbidden))
    nfa, _ = joined(parts)
    everything = {v for v, _ in Exploration(nfa, goal(nfa, 0, 0), Budget()).vectors()}

    found = {v for v, _ in Exploration(nfa, goal(nfa, required, forbidden), Budget()).vectors()}

    assert found == {v for v in everything if v & required == required and not v & forbidden}


@given(st.lists(wildcards(), min_size=1, max_size=6))
def test_a_word_of_the_explorer_leads_to_its_state_and_none_is_shorter(texts_: list[str]) -> None:
    parts = [rx.glob(text) for text in texts_]
    nfa, alphabet = joined(parts)
    exploration = Exploration(nfa, goal(nfa, 0, 0), Budget())
    for vector, state in exploration.vectors():
        word = exploration.word(state)
        text = "".join(alphabet.characters[number] for number in word)

        assert truth_of(nfa, alphabet, [text], Budget()) == [vector]
        shorter = [other for other in ALL_TEXTS if len(other) < len(text)]
        assert not shorter or vector not in truth_of(nfa, alphabet, shorter, Budget())


@given(st.lists(regexes(), min_size=1, max_size=4), st.sets(texts(max_size=2)))
def test_cells_beside_some_strings_are_those_of_all_others(
    parts: list[Regex], banned: set[str]
) -> None:
    cells = dict(Patterns(parts, Budget()).cells_beside(banned, Goal()))

    def vector_of(text: str) -> int:
        return sum(naive.matches(no_literals(part), text) << n for n, part in enumerate(parts))

    assert {vector_of(text) for text in ALL_TEXTS if text not in banned} <= set(cells)
    assert banned.isdisjoint(cells.values())
    assert all(vector_of(text) == vector for vector, text in cells.items() if len(text) <= 8)


@given(st.lists(regexes(), min_size=1, max_size=4), st.sets(any_texts(), min_size=1))
def test_cells_of_some_strings_are_theirs(parts: list[Regex], strings: list[str]) -> None:
    cells = dict(Patterns(parts, Budget()).cells_of(strings))

    expected: dict[int, set[str]] = {}
    for text in strings:
        vector = sum(naive.matches(no_literals(part), text) << n for n, part in enumerate(parts))
        expected.setdefault(vector, set()).add(text)
    assert set(cells) == set(expected)
    assert all(text in expected[vector] for vector, text in cells.items())


def no_literals(regex: Regex) -> Regex:
    return rx.union(*patterns_of(regex))


def test_literals_in_the_way_of_a_witness_are_stepped_around() -> None:
    short_ones = frozenset(naive.strings("ab", 3))
    short = rx.loop(rx.char_range("a", "b"), 0, 4)

    cells = dict(Patterns([short], Budget()).cells_beside(short_ones, Goal(required=1)))

    assert cells == {1: "aaaa"}


def test_a_determinised_complement_is_minimal() -> None:
    no_b = rx.complement(rx.glob("*b*"))

    assert len(determinise(no_b, Budget()).accepting) == 1


@pytest.mark.parametrize(
    ("limited", "reason"),
    [
        (lambda: Budget(wall_s=0.05), Reason.TIME),
        (lambda: Budget(max_steps=10_000), Reason.STEPS),
        (lambda: Budget(memory_mib=1), Reason.MEMORY),
    ],
)
def test_an_exploration_that_blows_up_ends_at_its_limit(
    limited: Callable[[], Budget], reason: Reason
) -> None:
    parts = [rx.concat(rx.ALL, rx.literal(char), rx.loop(rx.ANY, 24, 24)) for char in "ab"]
    nfa, _ = joined(parts)

    with pytest.raises(LimitReached) as ended:
        for _ in Exploration(nfa, goal(nfa, 0, 0), limited()).vectors():
            pass

    assert ended.value.reason is reason


def test_an_exploration_is_cancelled_from_another_thread() -> None:
    parts = [rx.concat(rx.ALL, rx.literal(char), rx.loop(rx.ANY, 24, 24)) for char in "ab"]
    nfa, _ = joined(parts)
    budget = Budget(wall_s=20, memory_mib=4096)
    threading.Timer(0.1, budget.cancel).start()
    started = time.monotonic()

    with pytest.raises(LimitReached) as ended:
        for _ in Exploration(nfa, goal(nfa, 0, 0), budget).vectors():
            pass

    assert ended.value.reason is Reason.CANCELLED
    assert time.monotonic() - started < 10


def test_building_a_huge_pattern_keeps_to_the_budget() -> None:
    pair = rx.union(rx.literal("ab"), rx.literal("ba"), rx.glob("*c"))
    huge = rx.concat(rx.loop(pair, 3000, 9000), rx.complement(rx.loop(rx.literal("ab"), 100, 4000)))
    budget = Budget(wall_s=0.2)
    started = time.monotonic()

    with pytest.raises(LimitReached):
        joined_within(huge, budget)

    assert time.monotonic() - started < 5


def joined_within(regex: Regex, budget: Budget) -> tuple[Nfa, Alphabet]:
    pattern = compile_pattern(regex, lambda inner: determinise(inner, budget), budget)
    return join([Owned(pattern, 1)], 1, budget)
