"""Members side by side: the virtual best solver, wins, duels, and what schedules spend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result
from hypothesis import given

from portfolio.cli_bench_report import best, report, scatter
from portfolio.reading import BadInput
from portfolio.workbench.best import LineUp, line_up
from portfolio.workbench.fitting import common_times
from portfolio.workbench.record import Run
from portfolio.workbench.releases import by_solver, newest, steps
from portfolio.workbench.row import WRONG_MODEL
from portfolio.workbench.schedules import EAGER, STAGGERED, Spent, eager, savings, staggered
from portfolio.workbench.times import Clock, Times
from portfolio.workbench.truth import UNCHECKED, disagreements, truth_of
from tests.workbench_runs import (
    LIMIT_S,
    drawn_runs,
    lost,
    record_of,
    row,
    run_of,
    write,
    write_record,
)

TIMES = Times(clock=Clock.CPU, wall_s=LIMIT_S)


def lined_up(*runs: Run) -> LineUp:
    truth = truth_of(each for run in runs for each in run.rows)
    return line_up(runs, common_times(runs, Clock.CPU), truth)


@given(drawn_runs(4))
def test_a_line_up_is_what_dictionaries_say(runs: list[Run]) -> None:
    found = lined_up(*runs)

    rows = {(r.query, run.member): r for run in runs for r in run.rows}
    sat = {query for (query, _), r in rows.items() if r.is_solved and r.verdict == "sat"}
    for query in found.solved:
        expected = {
            run.member: rows[query, run.member].cpu_s
            for run in runs
            if rows[query, run.member].is_solved
            and (rows[query, run.member].verdict == "sat" or query not in sat)
        }
        assert found.solved[query] == expected


@given(drawn_runs(4))
def test_the_virtual_best_solver_is_no_worse_than_any_member(runs: list[Run]) -> None:
    found = lined_up(*runs)
    best_of_all = found.best()

    for member in found.members:
        own = found.of(member)
        assert all(best_of_all[query] <= seconds for query, seconds in own.items())
        assert found.par2(best_of_all) <= found.par2(own)


@given(drawn_runs(4))
def test_standings_count_what_they_say(runs: list[Run]) -> None:
    found = lined_up(*runs)

    for one in found.standings():
        own = found.of(one.member)
        left = lined_up(*(run for run in runs if run.member != one.member))
        others = {query: found.solved[query].keys() - {one.member} for query in own}
        assert one.solved == len(own)
        assert one.alone == sum(not each for each in others.values())
        assert one.wins == sum(
            all(own[query] <= found.solved[query][other] for other in each)
            for query, each in others.items()
        )
        assert 0 <= one.shared <= one.wins
        assert one.par2_without_s >= found.par2(found.best())
        # Without the member nobody may know that an unsat is wrong, so more can count as solved.
        assert left.par2(left.best()) <= one.par2_without_s + 1e-9


@given(drawn_runs(3))
def test_every_query_that_is_solved_is_won(runs: list[Run]) -> None:
    found = lined_up(*runs)

    wins = sum(one.wins for one in found.standings())

    assert wins >= len(found.best())
    assert wins == len(found.best()) or any(one.shared for one in found.standings())


def test_each_is_told_against_each() -> None:
    found = lined_up(
        run_of([row("a"), row("b", seconds=3.0), row("c")], "z3"),
        run_of([row("a", seconds=2.0), row("b"), lost("c")], "cvc5"),
    )

    assert {(one.member, one.other): (one.faster, one.alone) for one in found.duels()} == {
        ("z3", "cvc5"): (1, 1),
        ("cvc5", "z3"): (1, 0),
    }


def test_an_unsat_is_wrong_where_a_model_holds() -> None:
    runs = [run_of([row("q", "sat", 5.0)], "z3"), run_of([row("q", "unsat")], "cvc4")]

    assert lined_up(*runs).solved == {"q": {"z3": 5.0}}
    unchecked = run_of([row("q", "sat", 5.0, detail=UNCHECKED)], "z3")
    assert lined_up(unchecked, runs[1]).solved == {"q": {"z3": 5.0, "cvc4": 1.0}}


def test_disagreements_say_who_says_what_and_what_is_proved() -> None:
    runs = [
        run_of([row("a", "sat"), row("b", "unsat"), row("c", end=WRONG_MODEL)], "z3"),
        run_of([row("a", "unsat"), row("b", "unsat"), row("c", "unsat")], "cvc4"),
    ]

    found = {one.query: (one.said, one.support) for one in disagreements(runs)}

    assert found == {
        "a": (
            {"sat": ("z3",), "unsat": ("cvc4",)},
            ("sat is proved: the referee accepts the model of z3",),
        ),
        "c": (
            {"a model that does not hold": ("z3",), "unsat": ("cvc4",)},
            ("unsat is what cvc4 says too",),
        ),
    }


@pytest.mark.parametrize(
    ("first", "other", "expected_eager", "expected_staggered"),
    [
        # The first answers within its head start.
        (row(seconds=0.04), row(seconds=0.08), (0.04, 0.08), (0.04, 0.04)),
        # The first declines at once: the other starts then.
        (row("q", "unknown", 0.01), row(seconds=0.2), (0.2, 0.21), (0.21, 0.21)),
        # The other is faster than the first, whose head start is over after 50 ms.
        (row(seconds=4.0), row(seconds=1.0), (1.0, 2.0), (1.05, 2.05)),
        # The first answers soon after the other started.
        (row(seconds=0.06), row(seconds=1.0), (0.06, 0.12), (0.06, 0.07)),
        # Nobody answers: all run to their ends.
        (lost("q", 1.0), lost("q", 2.0), (2.0, 3.0), (2.05, 3.0)),
    ],
)
def test_what_a_race_spends_is_estimated_from_single_runs(
    first: object, other: object, expected_eager: object, expected_staggered: object
) -> None:
    rows = [first, other]

    spent = [eager(rows, TIMES), staggered(rows, TIMES)]  # type: ignore[arg-type]

    assert [(one.seconds, one.cpu_s) for one in spent] == [
        pytest.approx(expected_eager),
        pytest.approx(expected_staggered),
    ]


@given(drawn_runs(3))
def test_no_schedule_spends_more_than_all_that_members_do(runs: list[Run]) -> None:
    for query in runs[0].by_query:
        rows = [run.by_query[query] for run in runs]
        for spent in (eager(rows, TIMES), staggered(rows, TIMES)):
            assert spent.cpu_s <= sum(each.cpu_s for each in rows) + 1e-9
            assert spent.solved == any(each.is_solved for each in rows)
        assert eager(rows, TIMES).seconds <= staggered(rows, TIMES).seconds


def test_a_race_without_an_answer_is_not_solved() -> None:
    assert eager([lost("q", 1.0)], TIMES) == Spent(solved=False, seconds=1.0, cpu_s=1.0)


def test_races_that_were_run_are_measured() -> None:
    runs = record_of(
        run_of([row("a", cpu_s=3.0), row("b", cpu_s=1.0)], EAGER),
        run_of([row("a", cpu_s=1.5), row("b", cpu_s=0.5)], STAGGERED),
        run_of([row("a"), row("b")], "automaton"),
        run_of([row("a"), row("b")], "z3"),
    )

    measured, estimated = savings(runs, ["automaton", "z3"], TIMES)

    assert (measured.how, measured.eager.cpu_s, measured.saved) == ("measured", 4.0, 0.5)
    assert estimated.how == "estimated from the runs of automaton, z3"


def test_an_answer_that_is_known_to_be_wrong_ends_no_race() -> None:
    sure = [row("a", "sat", 4.0)]
    hasty = [row("a", "unsat", 1.0)]
    runs = record_of(
        run_of(hasty, EAGER),
        run_of(hasty, STAGGERED),
        run_of(sure, "automaton"),
        run_of(hasty, "z3"),
    )

    measured, estimated = savings(runs, ["automaton", "z3"], TIMES)

    assert (measured.eager.solved, measured.staggered.solved) == (0, 0)
    assert (estimated.eager.solved, estimated.eager.cpu_s) == (1, 5.0)


def test_nothing_is_estimated_of_one_member() -> None:
    assert list(savings(record_of(run_of([row("a")], "z3")), ["z3"], TIMES)) == []


def test_releases_follow_each_other_by_their_numbers() -> None:
    names = ("z3@4.8.0.0", "z3@4.12.0.0", "z3@5.0.0.0", "cvc5@1.2.0", "cvc5@1.0.7", "race:eager")
    runs = record_of(*(run_of([row("q")], name) for name in reversed(names)))
    installed = run_of([row("q")], "cvc5", version="1.4.2")

    every = {**runs, "cvc5": installed}

    assert [(old.member, new.member) for old, new in steps(every)] == [
        ("cvc5@1.0.7", "cvc5@1.2.0"),
        ("cvc5@1.2.0", "cvc5"),
        ("z3@4.8.0.0", "z3@4.12.0.0"),
        ("z3@4.12.0.0", "z3@5.0.0.0"),
    ]
    assert [run.member for run in newest(every)] == ["cvc5", "z3@5.0.0.0"]


def test_of_equal_releases_the_one_installed_is_the_newest() -> None:
    installed = run_of([row("q")], "z3", version="5.4.1")
    runs = record_of(installed, run_of([row("q")], "z3@5.4.1.0"), run_of([row("q")], "z3@5.4.0.0"))

    assert [run.member for run in by_solver(runs)["z3"]] == ["z3@5.4.0.0", "z3@5.4.1.0", "z3"]


def test_options_make_another_solver() -> None:
    runs = record_of(run_of([row("q")], "z3@4.12.0.0:seed=7"), run_of([row("q")], "z3@5.0.0.0"))

    assert list(steps(runs)) == []


def run(*arguments: object) -> Result:
    return CliRunner().invoke(best, list(map(str, arguments)), standalone_mode=False)


RUNS = (
    run_of([row("a", seconds=0.5), lost("b")], "automaton"),
    run_of([row("a"), row("b")], "z3@5.0.0.0"),
    run_of([row("a"), lost("b")], "z3@4.12.0.0"),
)


def test_the_command_tells_who_wins(tmp_path: Path) -> None:
    output = run(write_record(tmp_path / "record", *RUNS)).output

    assert output.splitlines()[:5] == [
        "2 queries",
        "member        solved  wins  shared  alone   PAR2 s  best without, PAR2 s",
        "automaton          1     1       0      0  10.2500                1.0000",
        "z3@5.0.0.0         2     1       0      1   1.0000               10.2500",
        "virtual best       2                        0.7500",
    ]
    assert "faster + alone  automaton  z3@5.0.0.0" in output.splitlines()
    assert "estimated from the runs of automaton, z3@5.0.0.0" in output.splitlines()


def test_the_command_tells_of_the_members_named(tmp_path: Path) -> None:
    record = write_record(tmp_path / "record", *RUNS)

    named = ("--member", "z3@4.12.0.0", "--member", "automaton", "--format", "json")
    found = json.loads(run(record, *named).output)

    assert [one["member"] for one in found["standings"]] == ["automaton", "z3@4.12.0.0"]
    assert found["best"] == {"solved": 1, "par2_s": 10.25}
    error = run(record, "--member", "z9").exception
    assert isinstance(error, BadInput)
    assert "has no run of `z9`" in error.message


@pytest.mark.parametrize("command", [best, report])
def test_runs_of_two_query_sets_are_not_held_side_by_side(command: Command, tmp_path: Path) -> None:
    other = run_of([row("a", "unsat"), row("b")], "z3@5.0.0.0", digest="f" * 16)
    record = write_record(tmp_path / "record", RUNS[0], other)

    out = ["--out", str(tmp_path / "out")] if command is report else []
    error = CliRunner().invoke(command, [str(record), *out], standalone_mode=False).exception

    assert isinstance(error, BadInput)
    assert "two query sets" in error.message
    assert not (tmp_path / "out").exists()


def test_two_runs_are_drawn(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", RUNS[1]), write(tmp_path / "b", RUNS[2])
    out = tmp_path / "plot.png"

    arguments = [str(first), str(second), "--out", str(out)]
    CliRunner().invoke(scatter, arguments, standalone_mode=False, catch_exceptions=False)

    assert out.read_bytes().startswith(b"\x89PNG\r\n")
