"""Where the time of a batch goes: `python -m benchmarks parts upgrades --record DIR`.

The steps of answering a plain line are timed one by one, in this process, on lines whose statements
it has met: the least processor time of a few rounds, as microseconds a line, over all lines. The
floor is what a parser takes to read the same lines. What is left open goes to the race, whole.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.posed import Case
from benchmarks.rows import Row, Writer, describe
from benchmarks.suites import POLICIES, sample
from encoders.iam.compiled import decide
from encoders.iam.compiled.library import PolicyText
from encoders.iam.compiled.row import Compiled
from encoders.iam.policy import PolicyType
from portfolio import at_once, plain_lines
from portfolio.batch import MANY, Reply, reply
from portfolio.check import Result

ROUNDS = 4

Asked = tuple[PolicyText, PolicyText, PolicyType | None]


@click.command()
@click.argument("suite", type=click.Choice(list(POLICIES)))
@click.option("--sample", "count", type=int, default=None, help="Cases to draw; default: all.")
@click.option("--record", "folder", type=click.Path(path_type=Path), required=True)
def main(suite: str, count: int | None, folder: Path) -> None:
    """Time the steps of a batch on SUITE and record them in a folder."""
    describe(folder, "benchmarks.parts", suite=suite, rounds=ROUNDS)
    cases = sample(POLICIES[suite](), count, seed=1)
    writer = Writer(folder)
    for name, cpu_s in parts_of([line_of(case) for case in cases]):
        click.echo(f"{name:32}{cpu_s / len(cases) * 1e6:10.1f} us a line")
        writer.write(
            Row(
                case=name,
                family=suite,
                member="keyaki batch",
                version=machine.description()["keyaki"],
                verdict="right",
                expected="right",
                wall_s=cpu_s,
                cpu_s=cpu_s,
                count=len(cases),
            )
        )
    writer.close()


def line_of(case: Case) -> bytes:
    """Return the line of a batch that asks what a case does."""
    asked = {"id": case.name, "question": "no-new-access"}
    return json.dumps({**asked, "existing": case.existing, "new": case.new}).encode() + b"\n"


def parts_of(lines: list[bytes]) -> Iterator[tuple[str, float]]:
    """Yield each step with the processor seconds that it takes on all lines."""
    for line in lines:
        reply(line, MANY)
    texts = [asked for line in lines if (asked := _texts(line))]
    policies = [pair for asked in texts if (pair := _compiled(asked))]
    results = [found[1] for line in lines if (found := plain_lines.answered(line, MANY))]
    left = [line for line in lines if plain_lines.answered(line, MANY) is None]
    yield "floor: json.loads", _least(lambda: [json.loads(line) and None for line in lines])
    yield "read the line", _least(lambda: [_texts(line) and None for line in lines])
    yield "look its statements up", _least(lambda: [_compiled(asked) and None for asked in texts])
    yield "decide", _least(lambda: [decide.no_new_access(*pair) and None for pair in policies])
    yield (
        "all of it, to the result",
        _least(lambda: [plain_lines.answered(line, MANY) and None for line in lines]),
    )
    yield "write the result", _least(lambda: [len(_written(one)) and None for one in results])
    yield (
        f"{len(left)} lines left to the race",
        _least(lambda: [reply(line, MANY) for line in left]),
    )


def _texts(line: bytes) -> Asked | None:
    read = plain_lines.read(line)
    return None if read is None else read[1:]


def _compiled(asked: Asked) -> tuple[Compiled, Compiled] | None:
    existing, new, policy_type = asked
    one, other = (at_once.LIBRARY.read(text, policy_type) for text in (existing, new))
    return None if one is None or other is None else (one, other)


def _written(result: Result) -> bytes:
    return Reply(content={"id": "", **result.to_json()}, passed=result.passed).output


def _least(work: Callable[[], object]) -> float:
    """Return the least processor seconds of a few rounds, in which nothing is collected."""
    gc.collect()
    gc.disable()
    try:
        return min(_time_of(work) for _ in range(ROUNDS))
    finally:
        gc.enable()


def _time_of(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
