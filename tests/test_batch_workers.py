"""Workers: the same answers as without them, whatever becomes of them, and as soon as can be."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from portfolio import Conduct
from portfolio.batch import Answering
from portfolio.executors.work import ExecutorError
from portfolio.members import by_name
from portfolio.pool import order, watch
from portfolio.pool.feed import Sizes
from portfolio.pool.stream import answered
from portfolio.pool.work import Answerer, Part
from tests.fakes import marked_processes, processes, wait_until
from tests.pool_fakes import Echo, Lethal, Mischief, Patient, Trickle, Unstartable, expected

SIZES = Sizes(line=1000)
SMALL = Sizes(line=50, read=64, segment=300, piece=100)
COSTS = ("wall_s", "cpu_s", "peak_mib")
KILLED = b"the process that worked on it was ended by SIGKILL"


@pytest.fixture(autouse=True)
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def parts_of(
    source: bytes,
    answerer: Answerer,
    *,
    workers: int = 2,
    sizes: Sizes = SIZES,
    patience_s: float = 0.0,
) -> list[Part]:
    given = io.BytesIO(source)
    return [*answered(given, answerer, workers=workers, sizes=sizes, patience_s=patience_s)]


def outputs(parts: list[Part]) -> list[bytes]:
    return b"".join(part.output for part in parts).splitlines(keepends=True)


MIXED = b"\n".join(
    [b"", b"one", b"no", b"x" * 49, b"x" * 50, b"x" * 500, b"\r", b"\xff\x00", b" a b "] * 40
)


@pytest.mark.parametrize("source", [MIXED, MIXED + b"\n\n"])
@pytest.mark.parametrize("sizes", [SMALL, Sizes(line=50)])
def test_any_number_of_workers_says_the_same(sizes: Sizes, source: bytes) -> None:
    alone, *others = [parts_of(source, Echo(), workers=count, sizes=sizes) for count in (1, 2, 3)]

    assert outputs(alone) == expected(source, 50)
    for parts in others:
        assert outputs(parts) == outputs(alone)
        assert counts(parts) == counts(alone)


def counts(parts: list[Part]) -> tuple[int, int, int]:
    return (
        sum(part.lines for part in parts),
        sum(part.failed for part in parts),
        sum(part.errors for part in parts),
    )


def statement(*actions: str, effect: str = "Allow") -> dict[str, object]:
    return {"Effect": effect, "Action": [*actions], "Resource": "*"}


def questions() -> Iterator[str]:
    """Yield lines that ask, some of them nothing, some too long."""
    policies = [
        {"Version": "2012-10-17", "Statement": [*statements]}
        for statements in (
            [],
            [statement("s3:Get*")],
            [statement("s3:*"), statement("s3:PutObject", effect="Deny")],
            [statement("ec2:*" * 2)],
            [statement("?" * 3000)],
        )
    ]
    for old, new in product(policies, repeat=2):
        yield json.dumps({"id": [1], "question": "no-new-access", "existing": old, "new": new})
        yield json.dumps({"id": "x", "question": "compare", "first": old, "second": new})
        yield json.dumps({"id": None, "question": "redundancy", "policy": new})
        yield from ("", "{", "[]", '{"id": 1, "question": "who-can"}')


def test_questions_are_answered_by_workers_as_without() -> None:
    source = "\n".join(questions()).encode()
    answering = Answering(conduct=Conduct(members=by_name(["automaton"]), core_wall_s=0.0))

    alone, shared = (
        parts_of(source, answering, workers=count, sizes=Sizes(line=3000)) for count in (1, 2)
    )

    assert counts(shared) == counts(alone)
    timeless = [
        [without_times(json.loads(line)) for line in outputs(each)] for each in (alone, shared)
    ]
    assert timeless[0] == timeless[1]
    assert counts(alone)[0] == len(source.splitlines())


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {name: without_times(part) for name, part in value.items() if name not in COSTS}
    return [*map(without_times, value)] if isinstance(value, list) else value


def test_it_is_told_how_much_was_read() -> None:
    for workers in (1, 2):
        parts = parts_of(MIXED, Echo(), workers=workers)
        assert sum(part.read for part in parts) == len(MIXED)


def test_nothing_has_no_answers() -> None:
    assert parts_of(b"", Echo()) == []


def test_workers_take_over_in_the_middle_of_what_was_read() -> None:
    source = b"slow\n" * 20

    found = parts_of(source, Mischief(), patience_s=0.1)

    assert outputs(found) == expected(source, 1000)
    assert [len(part.output.splitlines()) for part in found[:3]] == [1, 1, 1]


def test_few_lines_need_no_worker(mark: str) -> None:
    before = processes(mark)
    parts = answered(io.BytesIO(b"a\n" * 100), Echo(), workers=2, sizes=SIZES)

    next(parts)

    assert processes(mark) == before
    assert len([*parts]) == 99


def test_what_a_question_prints_is_no_answer() -> None:
    assert outputs(parts_of(b"print\na\n", Mischief())) == expected(b"print\na\n", 1000)


def test_a_worker_that_dies_costs_the_line_that_killed_it() -> None:
    endings = {
        b"kill": b"was ended by SIGKILL",
        b"fault": b"was ended by SIGSEGV",
        b"exit": b"ended with status 3",
    }
    source = b"".join(b"a\n%s\n" % word for word in endings)

    found = outputs(parts_of(source, Mischief()))

    said = b"2 a\ngave up %s: the process that worked on it %s, twice\n"
    assert found == [line for pair in endings.items() for line in (said % pair).splitlines(True)]


def test_a_line_whose_worker_died_is_tried_once_more(tmp_path: Path) -> None:
    line = b"once " + os.fsencode(tmp_path / "seen")
    source = b"\n".join([b"a", line, b"b"])

    assert outputs(parts_of(source, Mischief())) == expected(source, 1000)


def test_a_line_that_nobody_survives_even_to_give_up_is_an_error() -> None:
    parts = parts_of(b"a\nkill\nb\n", Lethal())

    first, error, last = outputs(parts)
    assert (first, last) == (b"2 a\n", b"2 b\n")
    assert b'"id": null' in error
    assert KILLED in error
    assert sum(part.errors for part in parts) == 1


def test_workers_killed_from_outside_cost_nothing(mark: str) -> None:
    source = b"slow\n" * 100
    parts = answered(io.BytesIO(source), Mischief(), workers=2, sizes=SIZES, patience_s=0)
    found = [next(parts)]

    for number, line in processes(mark).items():
        if "portfolio.pool.worker" in line:
            os.kill(number, signal.SIGKILL)
    found += parts

    assert outputs(found) == expected(source, 1000)


def test_answers_longer_than_a_pipe_come_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "HELD_BYTES", 1 << 20)
    sizes = Sizes(line=1000, read=32, segment=64, piece=8)

    found = outputs(parts_of(b"slow\n" * 10 + b"large\n" * 12, Mischief(), sizes=sizes))

    assert found == [b"5 slow\n"] * 10 + [b"x" * (1 << 20) + b"\n"] * 12


@pytest.mark.parametrize("workers", [1, 2])
def test_a_source_that_trickles_is_answered_line_by_line(workers: int) -> None:
    reader, writer = os.pipe()
    with open(reader, "rb", buffering=0) as source:  # noqa: PTH123 - a descriptor
        parts = answered(source, Echo(), workers=workers, sizes=SIZES, patience_s=0)
        for text in (b"a\n", b"bb\n", b"ccc\n"):
            os.write(writer, text)
            assert next(parts).output.endswith(text)
        os.close(writer)

        assert outputs([*parts]) == []


def test_an_answer_does_not_wait_for_those_of_its_piece() -> None:
    parts = answered(
        io.BytesIO(b"a\nslow\nhang\n"), Mischief(), workers=2, sizes=SIZES, patience_s=0
    )

    assert outputs([next(parts)])[0] == b"2 a\n"
    parts.close()


def test_a_source_that_fails_raises_after_its_answers() -> None:
    class Broken(Trickle):
        def readinto(self, buffer: object) -> int:
            count = super().readinto(buffer)
            if not count:
                raise OSError("gone")
            return count

    for workers in (1, 2):
        source = Broken(b"a\nb\n", [3])
        parts = answered(source, Echo(), workers=workers, sizes=SIZES, patience_s=0)  # type: ignore[arg-type]
        assert outputs([next(parts)])[0] == b"2 a\n"
        with pytest.raises(OSError, match="gone"):
            list(parts)


def test_workers_that_cannot_start_are_told_of() -> None:
    with pytest.raises(ExecutorError, match=r"workers end as they start: .* status 5"):
        parts_of(b"a\n", Unstartable())


@pytest.mark.parametrize("lines", [b"a\n", b"a\nhang\nhang\n"])
def test_closing_ends_all_processes_and_the_thread(mark: str, lines: bytes) -> None:
    reader, writer = os.pipe()
    os.write(writer, lines)
    before = threading.active_count()
    with open(reader, "rb", buffering=0) as source:  # noqa: PTH123 - a descriptor
        parts = answered(source, Mischief(), workers=2, sizes=SIZES, patience_s=0)
        next(parts)
        started = time.monotonic()
        parts.close()

        assert time.monotonic() - started < 5
        assert wait_until(lambda: not workers_of(mark))
        os.close(writer)
        assert wait_until(lambda: threading.active_count() <= before + 1)


def workers_of(mark: str) -> list[str]:
    return [line for line in processes(mark).values() if "portfolio.pool.worker" in line]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "FIRST_LOOK_S", 0.1)


@pytest.mark.usefixtures("impatient")
def test_a_line_that_hangs_is_given_up_alone_and_at_once() -> None:
    source = b"a\nhang\nb\nslow\nhang 2\nc\n"

    found = outputs(parts_of(source, Mischief()))

    assert found == [
        *(b"2 a\n", b"gave up hang: no answer within 0.5 s\n", b"2 b\n", b"5 slow\n"),
        *(b"gave up hang 2: no answer within 0.5 s\n", b"2 c\n"),
    ]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_line_that_hangs_in_this_process_is_given_up_too(workers: int) -> None:
    source = b"a\nhang\nb\n\nhang 2\nc\n"

    parts = parts_of(source, Mischief(), workers=workers, patience_s=60.0)

    assert outputs(parts) == [
        *(b"2 a\n", b"gave up hang: no answer within 0.5 s\n", b"2 b\n", b"1 \n"),
        *(b"gave up hang 2: no answer within 0.5 s\n", b"2 c\n"),
    ]
    assert sum(part.failed for part in parts) == 2
    assert sum(part.read for part in parts) == len(source)


@pytest.mark.usefixtures("impatient")
def test_a_line_may_take_as_long_as_the_answerer_says() -> None:
    found = outputs(parts_of(b"a\nhang\n" + b"slow\n" * 200, Patient()))

    assert found == expected(b"a\nhang\n" + b"slow\n" * 200, 1000)


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_waits_to_be_heard_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "HELD_BYTES", 1 << 20)
    sizes = Sizes(line=1000, read=32, segment=64, piece=8)

    found = outputs(parts_of(b"nap\n" + b"large\n" * 12, Patient(), sizes=sizes))

    assert found == [b"4 nap\n"] + [b"x" * (1 << 20) + b"\n"] * 12
