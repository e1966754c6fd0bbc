"""The gate: what keeps a new run from taking the place of the base."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given
from hypothesis import strategies as st

from portfolio.cli_bench_compare import gate
from portfolio.reading import BadInput
from portfolio.workbench.compare import Comparison, compared
from portfolio.workbench.gate import Bar, easy_band, is_told, objections
from portfolio.workbench.record import Run
from portfolio.workbench.row import Row
from portfolio.workbench.times import Clock
from tests.workbench_runs import drawn_runs, lost, row, run_of, write, write_record

EASY = [row(f"q{at}", seconds=0.01 + at / 1000) for at in range(20)]


def held(base: Sequence[Row], new: Sequence[Row]) -> Comparison:
    return compared(run_of(base), run_of(new, "z3@5.0.0.0"), clock=Clock.CPU)


def against(found: Comparison, bar: Bar | None = None) -> list[str]:
    return [one.what for one in objections(found, bar or Bar())]


def slowed(rows: Sequence[Row], factor: float) -> list[Row]:
    return [replace(each, cpu_s=each.cpu_s * factor) for each in rows]


@given(drawn_runs(1))
def test_a_run_passes_against_itself(runs: list[Run]) -> None:
    assert against(compared(*runs, *runs, clock=Clock.CPU)) == []


@given(drawn_runs(2))
def test_nothing_is_said_iff_nothing_is_lost_or_changed(runs: list[Run]) -> None:
    found = compared(*runs, clock=Clock.CPU)

    old, new = ({r.query: r.verdict for r in run.rows if r.end == "answered"} for run in runs)
    expected = sorted(name for name in old if new.get(name) != old[name])
    assert sorted(one.query for one in objections(found, Bar())) == expected


@given(drawn_runs(2), st.data())
def test_losing_a_query_that_the_base_solves_never_passes(
    runs: list[Run], data: st.DataObject
) -> None:
    base, new = runs
    solved = [at for at, each in enumerate(base.rows) if each.is_solved]
    assume(solved)
    at = data.draw(st.sampled_from(solved))
    rows = list(new.rows)
    rows[at] = lost(rows[at].query)

    after = against(compared(base, run_of(rows, new.member), clock=Clock.CPU))

    assert "newly unsolved" in after
    assert len(after) >= len(against(compared(base, new, clock=Clock.CPU)))


@given(drawn_runs(2))
def test_what_is_allowed_is_not_spoken_of(runs: list[Run]) -> None:
    found = compared(*runs, clock=Clock.CPU)
    every = frozenset(one.query for one in objections(found, Bar()))

    assert against(found, Bar(allowed=every)) == []


def test_a_changed_verdict_does_not_pass_whoever_is_right() -> None:
    found = held([row("q", "unsat")], [row("q", "sat")])

    assert [str(one) for one in objections(found, Bar())] == [
        "changed verdict: q: unsat, now sat; sat is proved: the referee accepts the model of"
        " z3@5.0.0.0"
    ]


def test_a_borderline_loss_is_a_loss() -> None:
    found = held([row("q", seconds=6.0)], [lost("q")])

    assert [str(one) for one in objections(found, Bar())] == [
        "newly unsolved: q: was sat in 6.00 s, now timed out"
        " (borderline: more than half of the limit before)"
    ]


@pytest.mark.parametrize(
    ("factor", "bar", "expected"),
    [
        (1.4, Bar(), []),
        (1.6, Bar(), ["slower"]),
        (1.6, Bar(factor=2.0), []),
        (1.6, Bar(band_s=0.015), []),
        (3.0, Bar(band_s=0.02, factor=2.5), ["slower"]),
    ],
)
def test_easy_queries_may_be_slower_by_a_factor(
    factor: float, bar: Bar, expected: list[str]
) -> None:
    assert against(held(EASY, slowed(EASY, factor)), bar) == expected


def test_noise_does_not_make_easy_queries_slower() -> None:
    noisy = [
        replace(each, cpu_s=each.cpu_s * (0.5 if at % 2 else 8.0)) for at, each in enumerate(EASY)
    ]

    easy = easy_band(held(EASY, noisy), Bar())

    assert easy is not None
    assert (easy.factor > 1.9, against(held(EASY, noisy))) == (True, [])


def test_slow_queries_may_be_slower() -> None:
    slow = [row(f"q{at}", seconds=1.0) for at in range(20)]

    assert against(held(slow, slowed(slow, 4.0))) == []


def test_too_few_easy_queries_tell_nothing() -> None:
    found = held(EASY[:9], slowed(EASY[:9], 4.0))

    assert (against(found), is_told(found, Bar())) == ([], False)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(gate, list(map(str, arguments)), standalone_mode=False)


def written(folder: Path, rows: Sequence[Row], **changes: object) -> Path:
    return write(folder, run_of(rows, **changes))  # type: ignore[arg-type]


def test_the_command_passes_what_loses_nothing(tmp_path: Path) -> None:
    base = written(tmp_path / "base", EASY)
    new = written(tmp_path / "new", [*EASY[:-1], replace(EASY[-1], cpu_s=0.5)])

    result = run(base, new)

    assert (result.return_value, result.output) == (0, "passed\n")


def test_the_command_says_what_speaks_against_a_run(tmp_path: Path) -> None:
    base = written(tmp_path / "base", [*EASY, row("x")])
    new = written(tmp_path / "new", [*slowed(EASY, 3.0), lost("x")], member="z3@5.0.0.0")

    result = run(base, new)

    assert result.return_value == 1
    assert result.output.splitlines() == [
        "z3@4.12.0.0 -> z3@5.0.0.0: newly unsolved: x: was sat in 1.00 s, now timed out",
        "z3@4.12.0.0 -> z3@5.0.0.0: slower: 20 queries below 0.1 s take 3.00 times as long"
        " (at least 3.00 times, beyond noise), more than 1.5 times",
        "FAILED",
    ]
    assert run(base, new, "--slower", 4).output.count("\n") == 2


def test_a_file_names_what_may_be_lost(tmp_path: Path) -> None:
    base = written(tmp_path / "base", [*EASY, row("x"), row("y", "unsat")])
    new = written(tmp_path / "new", [*EASY, lost("x"), row("y", "sat")])
    allowed = tmp_path / "allowed"
    allowed.write_text("# known since 5.0\nx\n\ny\nz\n")

    result = run(base, new, "--allow", allowed)

    assert result.return_value == 0
    assert result.output == ("note: z is allowed, but nothing is said against it\npassed\n")


def test_the_command_says_the_same_as_json(tmp_path: Path) -> None:
    base, new = written(tmp_path / "base", [row("x")]), written(tmp_path / "new", [lost("x")])

    result = run(base, new, "--format", "json")

    assert (result.return_value, json.loads(result.output)) == (
        1,
        {
            "passed": False,
            "objections": {
                "z3@4.12.0.0 4.12.0.0 -> 4.12.0.0": [
                    {
                        "what": "newly unsolved",
                        "query": "x",
                        "sentence": "was sat in 1.00 s, now timed out",
                    }
                ]
            },
            "notes": ["z3@4.12.0.0 4.12.0.0 -> 4.12.0.0: too few easy queries to tell"],
        },
    )


def refused(*arguments: object) -> str:
    found = run(*arguments).exception
    assert isinstance(found, BadInput)
    return found.message


def test_a_run_that_is_cut_off_is_bad_input(tmp_path: Path) -> None:
    base = written(tmp_path / "base", EASY)
    new = written(tmp_path / "new", EASY[:-1], count=20)

    assert "the new run has rows for 19 of its 20 queries" in refused(base, new)


def test_a_member_that_is_not_run_anew_is_bad_input(tmp_path: Path) -> None:
    base = write_record(tmp_path / "base", run_of(EASY, "z3"), run_of(EASY, "cvc5"))
    new = write_record(tmp_path / "new", run_of(EASY, "z3"), run_of(EASY, "cvc4"))

    assert "only the base has a run of cvc5" in refused(base, new)


def test_rows_that_cannot_be_read_are_bad_input(tmp_path: Path) -> None:
    base, new = written(tmp_path / "base", EASY), written(tmp_path / "new", EASY)
    (new / "rows.jsonl").write_text('{"query": 1}\n')

    assert "line 1" in refused(base, new)


def test_packed_rows_that_are_cut_off_are_bad_input(tmp_path: Path) -> None:
    base, new = written(tmp_path / "base", EASY), written(tmp_path / "new", EASY)
    rows = (new / "rows.jsonl").read_bytes()
    (new / "rows.jsonl").unlink()
    (new / "rows.jsonl.xz").write_bytes(lzma.compress(rows)[:-20])

    assert "ended before" in refused(base, new)


def test_a_new_machine_is_told(tmp_path: Path) -> None:
    base = written(tmp_path / "base", EASY)
    new = written(tmp_path / "new", EASY, member="z3@5.0.0.0", workers=2)

    assert run(base, new).output.splitlines() == [
        "note: z3@4.12.0.0 -> z3@5.0.0.0: times may not compare: 1 workers, then 2",
        "passed",
    ]


def test_the_exit_status_is_that_of_the_pipeline(tmp_path: Path) -> None:
    base, new = written(tmp_path / "base", EASY), written(tmp_path / "new", [lost("q0")], count=20)
    worse = written(tmp_path / "worse", [lost("q0"), *EASY[1:]])

    status = [
        subprocess.run(
            [sys.executable, "-m", "portfolio.cli", "bench", "gate", str(base), str(other)],
            capture_output=True,
            check=False,
        ).returncode
        for other in (base, worse, new)
    ]

    assert status == [0, 1, 2]
