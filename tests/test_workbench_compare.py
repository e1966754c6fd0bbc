"""Runs held together: what is newly solved, lost, changed and slower, and which runs fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given

from portfolio.cli_bench_compare import compare
from portfolio.reading import BadInput
from portfolio.workbench.compare import Comparison, compared
from portfolio.workbench.fitting import UnfitError, matched
from portfolio.workbench.record import Run
from portfolio.workbench.row import WRONG_MODEL, Row
from portfolio.workbench.times import Clock
from portfolio.workbench.truth import UNCHECKED
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


def held(base: Sequence[Row], new: Sequence[Row], *others: Run) -> Comparison:
    return compared(run_of(base), run_of(new, "z3@5.0.0.0"), clock=Clock.CPU, others=others)


def names(pairs: Sequence[object]) -> list[str]:
    return [str(getattr(getattr(pair, "pair", pair), "query", "")) for pair in pairs]


@given(drawn_runs(2))
def test_a_comparison_is_what_dictionaries_say(runs: list[Run]) -> None:
    found = compared(*runs, clock=Clock.CPU)

    old, new = ({r.query: r.verdict for r in run.rows if r.end == "answered"} for run in runs)
    assert set(names(found.newly_solved)) == new.keys() - old.keys()
    assert set(names(found.newly_unsolved)) == old.keys() - new.keys()
    both = old.keys() & new.keys()
    assert set(names(found.changed)) == {name for name in both if old[name] != new[name]}
    assert set(names(found.both_solved)) == {name for name in both if old[name] == new[name]}
    assert sum(band.queries for band in found.bands) == len(found.both_solved)
    assert found.solved == (len(old), len(new))


@given(drawn_runs(2))
def test_par2_counts_twice_the_limit_for_what_is_not_solved(runs: list[Run]) -> None:
    found = compared(*runs, clock=Clock.WALL)

    scores = [[r.wall_s if r.end == "answered" else 2 * LIMIT_S for r in run.rows] for run in runs]
    assert found.par2 == pytest.approx([sum(each) / len(each) for each in scores])


@given(drawn_runs(1))
def test_a_run_is_like_itself(runs: list[Run]) -> None:
    found = compared(*runs, *runs, clock=Clock.CPU)

    assert (found.newly_solved, found.newly_unsolved, found.changed) == ((), (), ())
    assert (found.slower, found.faster) == ((), ())
    assert [(each.factor, each.low, each.high) for each in found.bands] == [
        (1.0, 1.0, 1.0) for _ in found.bands
    ]


@given(drawn_runs(2))
def test_what_one_way_is_lost_is_solved_the_other_way(runs: list[Run]) -> None:
    there, back = (compared(*pair, clock=Clock.CPU) for pair in (runs, runs[::-1]))

    assert names(there.newly_unsolved) == names(back.newly_solved)
    assert names(there.changed) == names(back.changed)


def test_a_loss_near_the_limit_is_borderline_and_still_a_loss() -> None:
    base = [row("near", seconds=5.5), row("far", seconds=1.0)]

    found = held(base, [lost("near"), lost("far")])

    assert [(p.query, found.is_borderline(p)) for p in found.newly_unsolved] == [
        ("near", True),
        ("far", False),
    ]


def test_a_wrong_model_is_no_solution() -> None:
    found = held([row("q")], [row("q", end=WRONG_MODEL)])

    assert (names(found.newly_unsolved), found.changed) == (["q"], ())


@pytest.mark.parametrize(
    ("detail", "others", "support"),
    [
        ("", (), "sat is proved: the referee accepts the model of z3@5.0.0.0"),
        (UNCHECKED, (), ""),
        (UNCHECKED, ("unsat",), "unsat is what other0 says too"),
        (
            UNCHECKED,
            ("unsat", "sat", "unsat"),
            "sat is what other1 says too; unsat is what other0, other2 says too",
        ),
        (UNCHECKED, ("unknown",), ""),
    ],
)
def test_a_changed_verdict_says_what_supports_it(
    detail: str, others: Sequence[str], support: str
) -> None:
    said = [
        run_of([row("q", verdict, detail=UNCHECKED)], f"other{at}")
        for at, verdict in enumerate(others)
    ]

    (changed,) = held([row("q", "unsat")], [row("q", "sat", detail=detail)], *said).changed

    assert "; ".join(changed.support) == support


def test_a_third_run_can_prove_a_verdict() -> None:
    third = run_of([row("q", "sat")], "cvc5")
    unchecked = row("q", "sat", detail=UNCHECKED)

    (changed,) = held([row("q", "unsat")], [unchecked], third).changed

    assert changed.support == ("sat is proved: the referee accepts the model of cvc5",)


BASE = run_of([row("a"), row("b")])


@pytest.mark.parametrize(
    ("new", "difference"),
    [
        (
            run_of([row("a"), row("b")], wall_s=5.0),
            "limit of 10 s, the new run a time limit of 5 s",
        ),
        (run_of([row("a"), row("b")], memory_mib=99), "the new run a memory limit of 99 MiB"),
        (run_of([row("a"), row("b")], cpu_s=3.0), "has no processor time limit, the new run a"),
        (run_of([row("a"), row("b")], digest="f" * 16), "two query sets"),
        (run_of([row("a")], count=2), "the new run has rows for 1 of its 2 queries"),
        (run_of([row("a"), row("c")]), "only the base has 1 of the queries, the first `b`"),
        (
            run_of([row("a")], count=2, sample=1, seed=5),
            "asks all 2 queries, the new run 1 of 2 queries, drawn with seed 5",
        ),
    ],
)
def test_runs_that_do_not_fit_are_refused_by_name_but_for_what_they_share(
    new: Run, difference: str
) -> None:
    with pytest.raises(UnfitError, match=f"{difference}"):
        compared(BASE, new, clock=Clock.CPU)

    found = compared(BASE, new, clock=Clock.CPU, common=True)
    assert any(difference in note for note in found.held.notes)


def test_runs_without_a_common_query_are_refused_always() -> None:
    with pytest.raises(UnfitError, match="no query in common"):
        compared(BASE, run_of([row("x")]), clock=Clock.CPU, common=True)


def test_the_shorter_limit_holds_for_both_runs() -> None:
    base = run_of([row("slow", seconds=8.0)])
    new = run_of([lost("slow", 5.0)], wall_s=5.0)

    found = compared(base, new, clock=Clock.CPU, common=True)

    assert (found.newly_unsolved, found.solved) == ((), (0, 0))


def test_a_limit_of_processor_time_counts_like_one_of_time() -> None:
    base = run_of([row("a", seconds=8.0, cpu_s=1.0), row("b", seconds=2.0, cpu_s=1.8)], cpu_s=3.0)
    new = run_of([row("a"), lost("b")], cpu_s=3.0)
    unlimited = run_of([row("a", seconds=8.0, cpu_s=4.0), row("b")])

    found = compared(base, new, clock=Clock.CPU)
    cut = compared(base, unlimited, clock=Clock.CPU, common=True)

    assert found.par2 == (1.4, (1.0 + 2 * 3.0) / 2)
    assert compared(base, new, clock=Clock.WALL).par2[1] == (1.0 + 2 * LIMIT_S) / 2
    assert [found.is_borderline(p) for p in found.held.pairs] == [True, True]
    assert names(cut.newly_unsolved) == ["a"]


def test_another_machine_is_told() -> None:
    new = run_of([row("a"), row("b")], machine={"cpu": "another", "cores": "2"})

    notes = compared(BASE, new, clock=Clock.CPU).held.notes

    assert notes == (
        "times may not compare: cpu `a cpu`, then `another`",
        "times may not compare: system `a system`, then `not told`",
    )


def run(*arguments: object) -> Result:
    return CliRunner().invoke(compare, list(map(str, arguments)), standalone_mode=False)


def test_the_command_tells_what_became_of_the_queries(tmp_path: Path) -> None:
    base = write(tmp_path / "base", run_of([row("a"), row("b"), row("f-c", "unsat"), lost("d")]))
    new = write(
        tmp_path / "new",
        run_of([row("a"), lost("b"), row("f-c", "sat"), row("d", seconds=2.0)], "z3@5.0.0.0"),
    )

    result = run(base, new)

    assert result.return_value == 0
    assert result.output.splitlines() == [
        "z3@4.12.0.0 -> z3@5.0.0.0: 4 queries, CPU time, limit 10 s",
        "  solved 3 -> 3, PAR2 5.750 s -> 6.000 s",
        "  newly solved: 1",
        "    d: timed out in 10.0 s -> sat in 2.0 s",
        "  newly unsolved: 1",
        "    b: sat in 1.0 s -> timed out in 10.0 s",
        "  changed verdict: 1",
        "    f-c: unsat in 1.0 s -> sat in 1.0 s; sat is proved: the referee accepts the model"
        " of z3@5.0.0.0",
        "  time    queries  new / base  99 % interval  median   change",
        "  1-10 s        1       1.000    1.000-1.000   1.000  too few",
        "  slower: 0",
        "  faster: 0",
    ]


def test_the_command_tells_the_same_as_json(tmp_path: Path) -> None:
    base = write(tmp_path / "base", run_of([row("a", seconds=6.0)]))
    new = write(tmp_path / "new", run_of([lost("a")], "z3@5.0.0.0"))

    (found,) = json.loads(run(base, new, "--format", "json").output)["comparisons"]

    assert found["new"] == {
        "member": "z3@5.0.0.0",
        "version": "5.0.0.0",
        "options": "",
        "solved": 0,
        "par2_s": 20.0,
    }
    assert [(one["query"], one["borderline"]) for one in found["newly_unsolved"]] == [("a", True)]


def test_the_command_names_no_more_than_it_is_told(tmp_path: Path) -> None:
    base = write(tmp_path / "base", run_of([row(f"q{at}") for at in range(5)]))
    new = write(tmp_path / "new", run_of([lost(f"q{at}") for at in range(5)]))

    lines = run(base, new, "--most", 2).output.splitlines()

    assert [line for line in lines if line.startswith("    ")][2:] == ["    and 3 more"]


def test_records_are_compared_member_by_member(tmp_path: Path) -> None:
    base = write_record(
        tmp_path / "base", run_of([row("a")], "z3"), run_of([row("a")], "cvc5"), run_of([], "cvc4")
    )
    new = write_record(tmp_path / "new", run_of([row("a")], "cvc5"), run_of([lost("a")], "z3"))

    output = run(base, new).output

    assert "z3 1.0 -> z3 1.0" not in output
    assert [line for line in output.splitlines() if not line.startswith(" ")] == [
        "cvc5 1.0 -> 1.0: 1 queries, CPU time, limit 10 s",
        "z3 1.0 -> 1.0: 1 queries, CPU time, limit 10 s",
        "only the base has a run of cvc4",
    ]


def test_releases_of_one_solver_in_two_records_belong_together() -> None:
    base = record_of(*(run_of([], name) for name in ("automaton", "z3@4.12.0.0", "cvc5@1.0.7")))
    names_ = ("automaton", "z3@5.0.0.0", "cvc5@1.2.0", "cvc5")
    new = record_of(*(run_of([], name) for name in names_))

    pairs, notes = matched(base, new)

    assert [(old.member, one.member) for old, one in pairs] == [
        ("automaton", "automaton"),
        ("z3@4.12.0.0", "z3@5.0.0.0"),
    ]
    assert notes == [
        "only the base has a run of cvc5@1.0.7",
        "only the new record has a run of cvc5@1.2.0",
        "only the new record has a run of cvc5",
    ]
    with pytest.raises(UnfitError, match="no member in common: cvc4, z3 and automaton"):
        matched(record_of(run_of([], "cvc4"), run_of([], "z3")), record_of(run_of([], "automaton")))


def test_what_the_command_cannot_hold_together_is_bad_input(tmp_path: Path) -> None:
    base = write(tmp_path / "base", BASE)
    other = write(tmp_path / "new", run_of([row("a"), row("b")], wall_s=5.0))
    (tmp_path / "empty").mkdir()

    for new, message in ((other, "time limit of 5 s"), (tmp_path / "empty", "holds no run")):
        found = run(base, new).exception
        assert isinstance(found, BadInput)
        assert message in found.message
        assert found.exit_code != 0
    assert run(base, other, "--common").exception is None


def test_names_cannot_move_the_cursor(tmp_path: Path) -> None:
    base = write(tmp_path / "base", run_of([row("a\x1b[2J")]))
    new = write(tmp_path / "new", run_of([lost("a\x1b[2J")]))

    output = run(base, new).output

    assert "\x1b" not in output
    assert r"a\x1b[2J: sat" in output
