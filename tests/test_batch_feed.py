"""Reading a source into shared memory: every line whole, in order, in bounded memory."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.pool.feed import Feed, Sizes
from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.work import Span, lines_of
from tests.pool_fakes import Trickle

TINY = Sizes(line=12, read=5, segment=16, piece=8)

SOURCES = st.lists(
    st.one_of(
        st.binary(max_size=16).map(lambda line: line.replace(b"\n", b"\r")),
        st.integers(0, 60).map(lambda size: b"y" * size),
    ),
    max_size=12,
).map(b"\n".join)


@contextmanager
def feeding(source: io.RawIOBase | io.BufferedIOBase, sizes: Sizes) -> Iterator[Feed]:
    bell = Bell()
    memory = SharedMemory(b"", cells=0, segments=3, segment_bytes=sizes.capacity)
    feed = Feed(source, memory, sizes, bell)  # type: ignore[arg-type]
    try:
        yield feed
    finally:
        feed.close()
        bell.close()
        memory.close()


def taken(feed: Feed, most: int) -> Iterator[Span]:
    while True:
        while not feed.has_lines and not feed.is_over:
            feed.step()
        if feed.is_empty:
            return
        yield feed.take(most)


def lines_in(feed: Feed, most: int, longest: int) -> Iterator[bytes | None]:
    for span in taken(feed, most):
        if span.is_too_long:
            yield None
        yield from lines_of(feed.content(span), longest)
        feed.release(span)


@given(SOURCES, st.lists(st.integers(1, 9), max_size=20), st.integers(0, 20))
def test_lines_come_as_readline_gives_them(source: bytes, sizes: list[int], most: int) -> None:
    with feeding(Trickle(source, sizes), TINY) as feed:
        found = [*lines_in(feed, most, TINY.line)]

    assert found == [line if len(line) <= TINY.line else None for line in io.BytesIO(source)]


@given(SOURCES, st.integers(0, 20), st.randoms())
def test_a_span_keeps_its_lines_until_it_is_released(
    source: bytes, most: int, rng: random.Random
) -> None:
    held: list[tuple[Span, bytes]] = []
    with feeding(Trickle(source, [4]), TINY) as feed:
        for span in taken(feed, most):
            held.append((span, feed.content(span)))
            # Two segments may be pinned at once, or none is left to read into.
            while len({span.segment for span, _ in held}) > 1:
                kept, content = held.pop(rng.randrange(len(held)))
                assert feed.content(kept) == content
                feed.release(kept)

        assert [feed.content(span) for span, _ in held] == [content for _, content in held]


@given(SOURCES.filter(bool), st.data())
def test_a_span_is_cut_between_lines(source: bytes, data: st.DataObject) -> None:
    whole = Sizes(line=1000)
    with feeding(io.BytesIO(source), whole) as feed:
        while not feed.is_over:
            feed.step()
        span = feed.take(1 << 20)
        lines = [*io.BytesIO(source)]
        first = data.draw(st.integers(0, len(lines)))
        second = data.draw(st.integers(first, len(lines)))

        parts = [feed.content(part) for part in feed.cut(span, [first, second])]

    cuts = (lines[:first], lines[first:second], lines[second:])
    assert parts == [b"".join(part) for part in cuts]


@given(SOURCES.filter(bool), st.integers(1, 20))
def test_what_is_given_back_comes_again(source: bytes, most: int) -> None:
    with feeding(io.BytesIO(source), TINY) as feed:
        first = next(taken(feed, most))
        available = feed.available
        feed.give_back(first)

        assert feed.available == available + first.size
        assert feed.take(most) == first


def test_a_line_is_there_before_the_next_one_is() -> None:
    with feeding(Trickle(b"one\ntwo\n", [2, 2, 1]), Sizes(line=100)) as feed:
        feed.step()
        assert not feed.has_lines
        feed.step()
        assert feed.content(feed.take(100)) == b"one\n"


def test_a_source_that_fails_gives_what_it_gave_before() -> None:
    broken = gzip.compress(b"one\ntwo\n" * 1000, mtime=0)[:-8]
    with feeding(gzip.GzipFile(fileobj=io.BytesIO(broken)), Sizes(line=100)) as feed:
        found = [*lines_in(feed, 100, 100)]

        assert found[:2] == [b"one\n", b"two\n"]
        assert isinstance(feed.failure, EOFError)


def test_an_endless_line_takes_no_memory() -> None:
    class Endless(io.RawIOBase):
        left = 1000

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            self.left -= 1
            return len(buffer) if self.left else 0

    with feeding(Endless(), Sizes(line=1000, read=4096)) as feed:
        assert [span.is_too_long for span in taken(feed, 100)] == [True]


@pytest.mark.parametrize("count", [1, 3])
def test_a_bell_is_heard_once_however_often_it_is_rung(count: int) -> None:
    bell = Bell()
    bell.ring()
    bell.silence()
    bell.is_wanted = True
    for _ in range(count):
        bell.ring()
    bell.silence()
    bell.silence()
    bell.close()
    bell.ring()
