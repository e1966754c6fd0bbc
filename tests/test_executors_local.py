"""The executor of local processes: what a plain loop gives, whatever becomes of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.executors.local import LocalExecutor
from portfolio.executors.work import Executor, ExecutorError, Lost, MadeOnce
from tests import executor_fakes as fakes
from tests.fakes import marked_processes, processes, wait_until

ROOT = Path(__file__).parents[1]
LIMIT_S = 0.4


@pytest.fixture(autouse=True)
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


def workers_of(mark: str) -> list[int]:
    found = processes(mark).items()
    return [number for number, line in found if "portfolio.executors.worker" in line]


FINE = ("fine", "once", "print")
LOST = {
    "raise": Lost(why="ValueError: no 0", attempts=1),
    "exit": Lost(why="the process that worked on it ended with status 3", attempts=2),
    "leave": Lost(why="the process that worked on it ended with status 4", attempts=2),
    "kill": Lost(why="the process that worked on it was ended by SIGKILL", attempts=2),
    "hang": Lost(why=f"no result within {LIMIT_S:g} s", attempts=2),
}


def naive(items: Iterable[str]) -> dict[str, object]:
    """Return what is to come of items that `behave` has to do with."""
    words = {item: item.partition(" ")[0] for item in items}
    return {item: LOST.get(word, f"{word} done") for item, word in words.items()}


def without_traces(found: Iterable[tuple[str, str | Lost]]) -> list[tuple[str, object]]:
    return [
        (item, Lost(why=end.why, attempts=end.attempts) if isinstance(end, Lost) else end)
        for item, end in found
    ]


@settings(max_examples=6, deadline=None)
@given(
    words=st.lists(st.sampled_from([*FINE, "fine", "fine", *sorted(set(LOST) - {"raise"})])),
    workers=st.integers(1, 3),
    items_a_worker=st.sampled_from([None, 1, 3]),
)
def test_it_gives_what_a_loop_does_and_says_what_is_lost(
    words: list[str], workers: int, items_a_worker: int | None
) -> None:
    items = [f"{word} {place}" for place, word in enumerate(words)]
    executor = LocalExecutor(workers=workers, items_a_worker=items_a_worker, limit_s=LIMIT_S)
    with TemporaryDirectory() as folder:
        found = without_traces(executor.run(items, partial(fakes.behave, folder)))

    assert len(found) == len(items)
    assert dict(found) == naive(items)


def test_an_executor_is_one() -> None:
    executor: Executor = LocalExecutor(workers=2)
    found = executor.run(range(50), fakes.square)

    assert sorted(found) == [(number, number * number) for number in range(50)]


def test_what_raises_is_told_with_its_place_and_not_tried_again(tmp_path: Path) -> None:
    ((item, end),) = LocalExecutor(workers=1).run(["raise 0"], partial(fakes.behave, str(tmp_path)))

    assert item == "raise 0"
    assert isinstance(end, Lost)
    assert end.why == "ValueError: no 0"
    assert "executor_fakes.py" in end.trace
    assert fakes.tries_of(tmp_path, "raise 0") == 1


@pytest.mark.parametrize("item", ["exit 0", "kill 0", "hang 0"])
def test_an_item_that_costs_two_workers_is_lost_alone(item: str, tmp_path: Path) -> None:
    items = [f"fine {number}" for number in range(5)] + [item] + ["fine 5", "fine 6"]
    executor = LocalExecutor(workers=2, limit_s=LIMIT_S)
    found = dict(without_traces(executor.run(items, partial(fakes.behave, str(tmp_path)))))

    assert found == naive(items)
    assert [fakes.tries_of(tmp_path, each) for each in items] == [
        2 if each == item else 1 for each in items
    ]


@pytest.mark.parametrize("item", ["once 0", "stuck 0"])
def test_an_item_whose_first_worker_is_lost_is_tried_once_more(item: str, tmp_path: Path) -> None:
    executor = LocalExecutor(workers=1, limit_s=LIMIT_S)
    found = list(executor.run([item, "fine 1"], partial(fakes.behave, str(tmp_path))))

    assert dict(found) == {item: f"{item[:-2]} done", "fine 1": "fine done"}
    assert fakes.tries_of(tmp_path, item) == 2


def test_items_and_results_may_be_large(tmp_path: Path) -> None:
    ((_, text),) = LocalExecutor(workers=1).run(["large 0"], partial(fakes.behave, str(tmp_path)))

    assert text == "x" * (3 << 20)
    ((_, size),) = LocalExecutor(workers=1).run(["y" * (5 << 20)], fakes.length)
    assert size == 5 << 20


def test_a_result_that_cannot_be_sent_is_lost() -> None:
    ((_, end),) = LocalExecutor(workers=1).run([1], fakes.awkward)

    assert isinstance(end, Lost)
    assert end.why == "TypeError: nobody can send this"


def test_a_worker_keeps_what_it_made_for_itself() -> None:
    found = [*LocalExecutor(workers=1).run(range(5), MadeOnce(fakes.counter))]

    assert len({end[0] for _, end in found if not isinstance(end, Lost)}) == 1
    assert [end[1] for _, end in found if not isinstance(end, Lost)] == [1, 2, 3, 4, 5]


def test_a_worker_is_replaced_after_some_items() -> None:
    executor = LocalExecutor(workers=1, items_a_worker=2)
    found = [*executor.run(range(5), MadeOnce(fakes.counter))]

    assert [end[1] for _, end in found if not isinstance(end, Lost)] == [1, 2, 1, 2, 1]
    assert len({end[0] for _, end in found if not isinstance(end, Lost)}) == 3


def test_items_are_taken_as_they_are_needed() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    run = LocalExecutor(workers=2).run(items(), fakes.square)
    next(run)
    run.close()

    assert taken == [0, 1]


def test_there_are_no_more_workers_than_items(mark: str) -> None:
    run = LocalExecutor(workers=5).run(range(2), fakes.process)
    next(run)

    assert len(workers_of(mark)) <= 2
    assert len([*run]) == 1


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (fakes.Unreadable(), "workers cannot have the work: ValueError: invalid literal"),
        (fakes.Deadly(), "workers end as they start: the process ended with status 5"),
    ],
)
def test_workers_that_cannot_start_are_told_of(work: Callable[[int], int], why: str) -> None:
    with pytest.raises(ExecutorError, match=why):
        list(LocalExecutor(workers=2).run(range(3), work))


def test_workers_killed_from_outside_cost_nothing(mark: str) -> None:
    run = LocalExecutor(workers=2).run(range(40), fakes.process)
    found = [next(run)]
    for number in workers_of(mark):
        os.kill(number, signal.SIGKILL)
    found += run

    assert sorted(item for item, _ in found) == [*range(40)]
    assert [end for _, end in found if isinstance(end, Lost)] == []


def test_closing_ends_all_workers_and_whom_they_started(mark: str, tmp_path: Path) -> None:
    run = LocalExecutor(workers=3).run(range(-1, 2), partial(fakes.first_or_child, str(tmp_path)))
    next(run)
    assert wait_until(lambda: len(children(tmp_path)) == 2)
    run.close()

    assert workers_of(mark) == []
    assert wait_until(lambda: not any(map(is_alive, children(tmp_path))))


def children(folder: Path) -> list[int]:
    return [int(path.name.split("-")[2]) for path in folder.iterdir()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_no_process(number: signal.Signals, mark: str, tmp_path: Path) -> None:
    program = (sys.executable, "-m", "tests.executor_program", str(tmp_path))
    with subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE) as child:
        assert wait_until(lambda: len(children(tmp_path)) == 2, 20)
        child.send_signal(number)
        child.wait(10)

        assert wait_until(lambda: processes(mark) == {}, 5), processes(mark)
        assert not any(map(is_alive, children(tmp_path)))
