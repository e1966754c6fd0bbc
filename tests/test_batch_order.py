"""Order and retries, with an executor that lives here and does what Hypothesis likes."""

from __future__ import annotations

import io
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from portfolio.pool.feed import Feed, Sizes
from portfolio.pool.memory import Bell, SharedMemory
from portfolio.pool.order import answers_in_order
from portfolio.pool.work import Answered, Ask, Demand, Lost, Part, Piece, lines_of
from tests.pool_fakes import Echo, Said

SIZES = Sizes(line=30, read=16, segment=64, piece=32)
HANDS = 2
PER_HAND = 2


class Whimsical:
    """Workers that answer, stop in between and die as they like, all in one process.

    A line that starts with `x` kills whoever tries it; one that starts with `z` has it hang, until
    it is ended. A death by chance costs whatever is at hand. Of some deaths nobody knows the line.
    """

    def __init__(self, feed: Feed, whims: bytes) -> None:
        self.feed = feed
        self.whims = iter(whims)
        self.hands: list[list[Piece]] = [[] for _ in range(HANDS)]
        self.blames: Counter[bytes] = Counter()

    def demand(self) -> Demand:
        loads = [len(hand) for hand in self.hands]
        return Demand(loads.count(0), sum(PER_HAND - load for load in loads))

    def submit(self, piece: Piece) -> None:
        min(self.hands, key=len).append(piece)

    def collect(self, urgent: Piece | None) -> list[Answered | Lost]:
        while not any(self.hands):
            self.feed.step()
            if self.feed.has_lines or self.feed.is_over:
                return []
        busy = [hand for hand in self.hands if hand and (urgent is None or urgent in hand)]
        assert busy
        hand = busy[self.whim(len(busy))]
        if self.whim(2) and not self.feed.is_over and self.feed.available < SIZES.segment:
            self.feed.step()
        return self._work(hand)

    def whim(self, choices: int) -> int:
        """Return a number below `choices`, the last one when there are no more whims."""
        return next(self.whims, choices - 1) % choices

    def _work(self, hand: list[Piece]) -> list[Answered | Lost]:
        piece = hand[0]
        lines = self._lines(piece)[piece.answered :]
        count = self.whim(len(lines) + 1)
        is_unsure = len(lines) > 1 and self.whim(4) == 1
        if self.whim(8) == 1:
            return self._die(hand, Lost(piece, None, "died", is_unsure))
        said: list[Said] = []
        for index, line in enumerate(lines[:count]):
            if line is not None and line[:1] in (b"x", b"z"):
                if piece.ask is Ask.ANSWER:
                    self.blames[line] += not is_unsure
                    place = None if is_unsure else piece.answered + index
                    is_final = line.startswith(b"z")
                    return self._die(hand, Lost(piece, place, "died", is_unsure, is_final))
                said.append(Echo().unanswered(line, piece.why))
            else:
                said.append(Echo().reply(line))
        if count == len(lines):
            hand.pop(0)
        part = Part(b"".join(one.output for one in said), len(said), 0, 0, piece.span.size)
        return [Answered(piece, part, count == len(lines))]

    def _die(self, hand: list[Piece], lost: Lost) -> list[Answered | Lost]:
        others = [Lost(own, None, "died") for own in hand if own is not lost.piece]
        hand.clear()
        return [lost, *others]

    def _lines(self, piece: Piece) -> list[bytes | None]:
        if piece.span.is_too_long:
            return [None]
        return [*lines_of(self.feed.content(piece.span), SIZES.line)]

    def close(self) -> None: ...


KINDS = st.sampled_from([b"x", b"x", b"z"])
LINES = st.lists(
    st.one_of(
        st.sampled_from([b"", b"a", b"bb", b"ccc" * 5, b"y" * 29, b"y" * 30, b"y" * 100]),
        st.builds(lambda kind, number: b"%s%d" % (kind, number), KINDS, st.integers(0, 99)),
    ),
    max_size=25,
)


@given(LINES, st.booleans(), st.binary(max_size=200))
def test_every_line_is_answered_once_and_in_order(
    lines: list[bytes], ends: bool, whims: bytes
) -> None:
    source = b"\n".join(lines) + b"\n" * ends
    bell = Bell()
    memory = SharedMemory(b"", cells=0, segments=HANDS * PER_HAND + 2, segment_bytes=SIZES.capacity)
    feed = Feed(io.BytesIO(source), memory, SIZES, bell)
    executor = Whimsical(feed, whims)

    parts = [*answers_in_order(feed, executor, piece_bytes=SIZES.piece)]
    bell.close()
    memory.close()

    assert b"".join(part.output for part in parts) == b"".join(map(said_of, io.BytesIO(source)))
    assert sum(part.lines for part in parts) == len([*io.BytesIO(source)])
    tried = Counter(line for line in io.BytesIO(source) if line[:1] in (b"x", b"z"))
    twice = {line: 2 if line.startswith(b"x") else 1 for line in tried}
    assert +executor.blames == Counter({line: twice[line] * tried[line] for line in tried})


def said_of(line: bytes) -> bytes:
    if line.startswith(b"x"):
        return Echo().unanswered(line, "died, twice").output
    if line.startswith(b"z"):
        return Echo().unanswered(line, "died").output
    return Echo().reply(line if len(line) <= SIZES.line else None).output
