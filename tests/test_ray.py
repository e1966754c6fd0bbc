"""Work on a Ray cluster: what local processes give, whatever becomes of its actors.

One cluster of this machine serves all tests of a process; it takes some seconds to start.
"""

from __future__ import annotations

import io
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from portfolio import Conduct
from portfolio.batch import Answering
from portfolio.executors.cluster import Home, cluster, reason_of
from portfolio.executors.local import LocalExecutor
from portfolio.executors.on_ray import RayExecutor
from portfolio.executors.work import ExecutorError, Lost, MadeOnce
from portfolio.limits import Limits
from portfolio.members import by_name
from portfolio.pool import order, ray_crew, watch
from portfolio.pool.feed import Sizes
from portfolio.pool.on_ray import answered_on_ray
from portfolio.pool.work import Answerer, Part
from portfolio.workbench.queries import open_queries
from portfolio.workbench.run import Extent, plan_of, run
from tests import executor_fakes as fakes
from tests.fakes import wait_until
from tests.pool_fakes import Echo, Mischief, Unstartable, expected
from tests.test_batch_workers import MIXED, counts, outputs, questions, without_times

WORKERS = 2
GONE = "the worker that had it was lost: "


@pytest.fixture(scope="module", autouse=True)
def ray() -> Iterator[Any]:
    # Ray reads how quiet it is to be as it is loaded, which is left to `cluster`.
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    with cluster(None, WORKERS) as module:
        yield module


def both(items: list[str], folder: Path, **limits: Any) -> list[dict[str, object]]:
    """Return what becomes of items here and there, reasons of what is lost left out."""
    found = []
    for executor in (LocalExecutor(workers=2, **limits), RayExecutor(workers=2, **limits)):
        place = folder / type(executor).__name__
        place.mkdir()
        ends = executor.run(items, partial(fakes.behave, str(place)))
        found.append({item: told(end) for item, end in ends})
        assert len(found[-1]) == len(items)
    return found


def told(end: str | Lost) -> object:
    return ("lost", end.attempts) if isinstance(end, Lost) else end


def test_items_end_as_they_do_here(tmp_path: Path) -> None:
    words = ["raise", "kill", "once", "large", "print", "fine"]
    items = [f"{word} {place}" for place, word in enumerate(words)]
    here, there = both(items, tmp_path)

    assert there == here
    assert there["raise 0"] == ("lost", 1)
    assert there["kill 1"] == ("lost", 2)
    assert there["once 2"] == "once done"


@pytest.mark.slow
def test_items_of_every_kind_end_as_they_do_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["raise", "kill", "exit", "leave", "once", "hang", "stuck", "large", "fine"]
    items = [f"{word} {place}" for place, word in enumerate(words * 2)]
    here, there = both(items, tmp_path, limit_s=1.0, items_a_worker=3)

    assert there == here
    # What Ray says of lost workers comes late, and would stand among the answers of a batch.
    time.sleep(5)
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_what_is_lost_is_told_with_the_reason(tmp_path: Path) -> None:
    items = ["raise 0", "kill 1", "hang 2"]
    ends = RayExecutor(workers=2, limit_s=1.0).run(items, partial(fakes.behave, str(tmp_path)))
    why = {item: end.why for item, end in ends if isinstance(end, Lost)}

    assert why["raise 0"] == "ValueError: no 0"
    assert why["kill 1"].startswith(GONE)
    assert why["hang 2"] == "no result within 1 s"


def test_actors_killed_from_outside_cost_nothing() -> None:
    run = RayExecutor(workers=2).run(range(60), fakes.process)
    with closing(run):
        found = [next(run) for _ in range(4)]
        for _, number in found:
            assert isinstance(number, int)
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        found += run

    assert sorted(item for item, _ in found) == [*range(60)]
    assert [end for _, end in found if isinstance(end, Lost)] == []
    assert len({end for _, end in found}) > WORKERS


def is_there(number: int) -> bool:
    return Path(f"/proc/{number}").exists()


@pytest.mark.slow
def test_an_actor_keeps_what_it_made_and_is_replaced_after_some_items() -> None:
    ends = RayExecutor(workers=1, items_a_worker=2).run(range(5), MadeOnce(fakes.counter))

    assert [end[1] for _, end in ends if not isinstance(end, Lost)] == [1, 2, 1, 2, 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "why"),
    [
        (fakes.Unreadable(), "workers cannot have the work: ValueError: invalid literal"),
        (fakes.Deadly(), f"workers end as they start: {GONE}"),
    ],
)
def test_workers_that_cannot_start_are_told_of(work: Callable[[int], int], why: str) -> None:
    with pytest.raises(ExecutorError, match=why):
        list(RayExecutor(workers=2).run(range(3), work))


def test_closing_ends_actors_and_whom_they_started(tmp_path: Path) -> None:
    run = RayExecutor(workers=2).run([0, -1], partial(fakes.first_or_child, str(tmp_path)))
    next(run)
    assert wait_until(lambda: len(actors(tmp_path)) == 1, 20)
    run.close()

    assert wait_until(lambda: not any(map(is_there, actors(tmp_path))), 10)


def actors(folder: Path) -> list[int]:
    return [int(path.name.split("-")[1]) for path in folder.iterdir()]


def parts_of(source: bytes, answerer: Answerer, **sizes: int) -> list[Part]:
    return [
        *answered_on_ray(
            io.BytesIO(source),
            answerer,
            workers=WORKERS,
            sizes=Sizes(**{"line": 1000, **sizes}),
            address=None,
            patience_s=0.0,
        )
    ]


def test_lines_are_answered_as_they_are_here() -> None:
    small = {"line": 50, "read": 512, "segment": 4000, "piece": 2000}

    assert outputs(parts_of(MIXED, Echo(), **small)) == expected(MIXED, 50)


def test_questions_are_answered_as_they_are_here() -> None:
    source = "\n".join(questions()).encode()
    answering = Answering(conduct=Conduct(members=by_name(["automaton"]), core_wall_s=0.0))
    found = parts_of(source, answering, line=3000)
    alone = [answering.reply(line if len(line) <= 3000 else None) for line in io.BytesIO(source)]

    assert timeless(outputs(found)) == timeless([each.output for each in alone])
    failed = sum(not each.passed and not each.is_error for each in alone)
    assert counts(found) == (len(alone), failed, sum(each.is_error for each in alone))


def timeless(lines: list[bytes]) -> list[object]:
    return [without_times(json.loads(line)) for line in lines]


def test_a_line_that_kills_costs_nobody_else_an_answer(tmp_path: Path) -> None:
    once = b"once " + os.fsencode(tmp_path / "seen")
    source = b"\n".join([b"a", b"kill", b"b", once, *[b"slow"] * 30, b"c"])
    found = outputs(parts_of(source, Mischief()))

    lost = {place: line for place, line in enumerate(found) if line.startswith(b"gave up")}
    assert [*lost] == [1]
    assert lost[1].startswith(b"gave up kill: %s" % GONE.encode())
    assert lost[1].endswith(b", twice\n")
    fine = [line for place, line in enumerate(source.splitlines(True)) if place not in lost]
    assert [line for line in found if line not in lost.values()] == expected(b"".join(fine), 1000)


def test_a_line_that_hangs_is_given_up_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "FIRST_LOOK_S", 0.1)
    found = outputs(parts_of(b"a\nhang\nb\nslow\nc\n", Mischief()))

    assert found == [
        b"2 a\n",
        b"gave up hang: no answer within 0.5 s\n",
        *expected(b"b\nslow\nc\n", 1000),
    ]


@pytest.mark.slow
def test_actors_killed_in_the_middle_of_lines_cost_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed: list[ray_crew._Hand] = []

    def serve(hand: ray_crew._Hand) -> None:
        if not killed:
            killed.append(hand)
            hand._ray.kill(hand._actor)
        real(hand)

    real = ray_crew._Hand._serve
    monkeypatch.setattr(ray_crew._Hand, "_serve", serve)
    source = b"slow\n" * 100

    assert outputs(parts_of(source, Mischief())) == expected(source, 1000)
    assert len(killed) == 1


@pytest.mark.slow
def test_answers_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "HELD_BYTES", 1 << 20)
    found = outputs(
        parts_of(b"slow\n" * 20 + b"large\n" * 12, Mischief(), read=32, segment=64, piece=8)
    )

    assert found == [b"5 slow\n"] * 20 + [b"x" * (1 << 20) + b"\n"] * 12


def test_a_run_of_queries_has_the_verdicts_that_it_has_here(tmp_path: Path) -> None:
    place = tmp_path / "queries"
    place.mkdir()
    for number in range(12):
        script = f'(declare-const x String)(assert (= (str.++ x "a") "{"a" * number}b"))(check-sat)'
        if number % 3:
            script = f"(declare-const x String)(assert (= (str.len x) {number}))(check-sat)"
        (place / f"{number}.smt2").write_text(script)
    queries = open_queries(place)
    limits = Limits(wall_s=20.0, memory_mib=1024)
    plan = plan_of(queries, "automaton", Extent(limits=limits, workers=WORKERS))
    executors = LocalExecutor(workers=WORKERS), RayExecutor(workers=WORKERS)
    runs = [
        [*run(queries, plan, tmp_path / type(executor).__name__, executor)]
        for executor in executors
    ]

    here, there = [sorted((row.query, row.verdict, row.end) for row in rows) for rows in runs]
    assert there == here
    assert Counter(verdict for _, verdict, _ in there) == {"sat": 8, "unsat": 4}


@pytest.mark.slow
def test_actors_that_cannot_answer_are_told_of() -> None:
    with pytest.raises(ExecutorError, match=f"workers end as they start: {GONE}"):
        parts_of(b"a\n", Unstartable())


def test_another_version_is_refused() -> None:
    here = Home(keyaki="1.0", python="3.11.2", node="here")
    there = Home(keyaki="0.9", python="3.11.2", node="there")

    here.check(here)
    with pytest.raises(ExecutorError, match=r"node `there` has keyaki 0.9 on Python 3.11.2"):
        here.check(there)


def test_what_ray_says_is_cut_to_its_reason() -> None:
    text = (
        "The actor died unexpectedly before finishing this task.\n\tpid: 7\n"
        "The actor is dead because its worker process has died. Worker exit type: SYSTEM_ERROR"
        " Worker exit detail: End of file. Some common causes include: (1) ..."
    )

    assert reason_of(RuntimeError(text)) == f"{GONE}End of file"
    assert reason_of(RuntimeError("")) == f"{GONE}RuntimeError"
