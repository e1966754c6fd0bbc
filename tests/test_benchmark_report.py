"""What reports, comparisons and plots make of the rows of records."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import compare, report
from benchmarks.process_report import batch_lines
from benchmarks.rows import SLOWER, Row, Writer, read
from benchmarks.size_report import size_lines
from benchmarks.times import Times, figures, slope
from tests.benchmark_rows import ROW, written

BATCH = replace(ROW, case="pairs x1, run 1", family="batch", member="keyaki batch", count=10)


def beside(ours_s: float, theirs_s: float, name: str, verdict: str = "sat") -> list[Row]:
    """Return the rows of a case by the automaton and by z3."""
    ours = replace(ROW, case=name, cpu_s=ours_s)
    return [ours, replace(ours, member="z3", cpu_s=theirs_s, verdict=verdict)]


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [ROW, replace(ROW, case="two, three", verdict='unknown: "so"')]

    assert read(written(tmp_path, rows)) == rows


def test_a_wrong_answer_is_not_solved_and_fails_the_report(tmp_path: Path) -> None:
    wrong = replace(ROW, verdict="unsat", member="z3")

    result = CliRunner().invoke(report.main, [str(written(tmp_path, [ROW, wrong]))])

    assert result.exit_code == 1
    assert "wrong answers: 1\n  one: z3 0 says unsat, not sat" in result.output


def test_par2_counts_what_is_not_solved_twice_and_can_leave_out_starts() -> None:
    start = replace(ROW, case="start-0", family="start", cpu_s=0.05)
    late = replace(ROW, case="two", cpu_s=5.5)
    open_ = replace(ROW, case="three", verdict="unknown")

    times = Times([start, ROW, late, open_], "cpu", limit_s=5.0)

    assert times.starts == {"automaton": 0.05}
    assert times.par2(times.rows) == pytest.approx((0.1 + 10 + 10) / 3)
    assert times.par2(times.rows, 0.05) == pytest.approx((0.05 + 10 + 10) / 3)


def test_a_scatter_plot_has_a_panel_for_each_other_member() -> None:
    pytest.importorskip("matplotlib")
    from benchmarks.plot_scatter import scatter  # noqa: PLC0415 - only where there is matplotlib

    rows = [replace(ROW, member=member) for member in ("automaton", "z3", "cvc5")]

    figure = scatter(Times(rows, "cpu", 5.0), "title")

    assert [axes.get_ylabel() for axes in figure.axes] == ["z3, CPU s", "cvc5, CPU s"]


def test_rows_of_other_columns_are_not_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("case,member,version,verdict,seconds\n")

    with pytest.raises(ValueError, match="has other columns"):
        Writer(tmp_path)


def test_figures_hold_the_automaton_against_the_fastest_other() -> None:
    rows = [
        *beside(0.01, 0.1, "ten times"),
        *beside(0.01, 1.0, "a hundred times"),
        *beside(0.02, 0.01, "slower"),
        *beside(0.01, 0.5, "open", "timeout"),
        replace(ROW, case="ten times", member="cvc5", cpu_s=0.4),
        replace(ROW, case="undecided", verdict="timeout"),
    ]

    times = Times(rows, "cpu", limit_s=2.0)
    found = figures(times, times.by_case())

    assert found is not None
    assert (found.cases, found.compared, found.open_to_others, found.undecided) == (5, 3, 1, 1)
    assert found.slower == 1
    assert found.slower_share == pytest.approx(1 / 3)
    assert found.geometric_mean == pytest.approx((10 * 100 * 0.5) ** (1 / 3))
    assert found.with_open == pytest.approx((10 * 100 * 0.5 * 200) ** (1 / 4))
    assert [found.median, found.least] == pytest.approx([10, 0.5])


def test_several_runs_are_reported_with_their_spread(tmp_path: Path) -> None:
    others = written(tmp_path / "others", beside(9.0, 0.1, "one"))
    (others / "run.json").write_text(json.dumps({"limit_s": 10}))
    folders = [
        written(tmp_path / str(index), [replace(ROW, cpu_s=time)])
        for index, time in enumerate((0.01, 0.02, 0.005))
    ]

    arguments = [*map(str, folders), "--others", str(others)]
    result = CliRunner().invoke(report.main, arguments, catch_exceptions=False)

    assert "3 runs: median (least to most)" in result.output
    assert f"  {'geometric mean':<18}{10:>12}  (5 to 20)" in result.output


def test_another_member_of_ours_can_count_as_the_automaton(tmp_path: Path) -> None:
    rows = beside(0.01, 0.1, "one")
    folder = written(tmp_path, [*rows, replace(rows[0], member="automaton-solve", cpu_s=0.05)])

    found = report.times_of(folder, "cpu", timed_as="automaton-solve")

    assert [(row.member, row.cpu_s) for row in found.rows] == [("automaton", 0.05), ("z3", 0.1)]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(10, 0.001), (100, 0.01), (1000, 0.1)], 1.0),
        ([(2, 4.0), (4, 16.0)], 2.0),
        ([(2, 4.0)], None),
        ([(2, 4.0), (2, 5.0)], None),
    ],
)
def test_a_slope_is_the_exponent_of_growth(
    points: list[tuple[float, float]], expected: float | None
) -> None:
    assert slope(points) == (expected if expected is None else pytest.approx(expected))


def test_growth_is_reported_by_size_with_what_is_too_large() -> None:
    rows = [
        replace(ROW, case=f"f-{size}", family="f", size=size, cpu_s=size / 1e3, peak_mib=size)
        for size in (1000, 10, 100, 2000)
    ]
    rows[-1] = replace(rows[-1], verdict="timeout")

    lines = list(size_lines(Times(rows, "cpu", limit_s=1.5)))

    assert " ".join(lines[2].split()) == (
        "f 1.00 1.00 10: 10.0 100: 100.0 1000: 1000.0 2000: timeout (2000.0)"
    )
    assert lines[3:] == [
        "most memory: 2000 MiB, f-2000",
        "  more than 1024 MiB: f-2000, 2000 MiB",
        "  later than 1.5 s: f-2000, 2.0 s",
    ]


def test_a_batch_is_reported_by_input_and_without_its_start() -> None:
    later = replace(BATCH, case="pairs x5, run 1", count=50, wall_s=0.4, cpu_s=0.5)
    memory = replace(BATCH, case="pairs x1, memory", family="memory", peak_mib=99.6)

    lines = list(batch_lines([memory, BATCH, later]))

    assert lines[1].endswith("100 MiB")
    assert lines[2].endswith("50 (50 to 50); 10000.0 (10000.0 to 10000.0)")
    assert lines[4] == "pairs, without the start: 200 questions a second, 10000.0 CPU us each"


def test_a_strict_report_fails_where_ours_came_to_no_verdict(tmp_path: Path) -> None:
    rows = [replace(ROW, verdict="unknown: so"), replace(ROW, member="z3", verdict="timeout")]
    folder = str(written(tmp_path, rows))

    results = [CliRunner().invoke(report.main, [folder, *more]) for more in ([], ["--strict"])]

    assert [result.exit_code for result in results] == [0, 1]
    assert "undecided: 1\n  one: automaton unknown: so" in results[1].output


def test_a_comparison_tells_what_changed_and_by_how_much(tmp_path: Path) -> None:
    names = ("same", "lost", "won", "turned", "stopped")
    base = [replace(ROW, case=name, expected="", cpu_s=0.05) for name in names]
    new = [replace(row, cpu_s=0.025, version="1") for row in base]
    base[2] = replace(base[2], verdict="timeout")
    new[1] = replace(new[1], verdict="timeout")
    new[3] = replace(new[3], verdict="unsat")
    new[4] = replace(new[4], verdict=SLOWER)

    arguments = [str(written(tmp_path / "base", base)), str(written(tmp_path / "new", new))]
    result = CliRunner().invoke(compare.main, arguments, catch_exceptions=False)

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "automaton 0 -> 1: 4 cases",
        "  newly solved: won, sat",
        "  newly unsolved: lost, timeout",
        "  changed: turned, sat -> unsat",
        "  base below 0.1 s: 2 cases, new / base geometric mean 0.50, most 0.50;"
        " 0 slower and 0 faster by 2 or more",
    ]


def test_a_record_compared_with_itself_has_not_changed(tmp_path: Path) -> None:
    folder = str(written(tmp_path, [ROW]))

    assert CliRunner().invoke(compare.main, [folder, folder]).exit_code == 0


@pytest.mark.parametrize(
    ("rows", "options", "expected"),
    [
        (beside(0.01, 0.1, "one"), [], "scatter.png"),
        (beside(0.01, 0.1, "one"), ["--fastest"], "fastest.png"),
        ([BATCH, replace(BATCH, family="floor", member="parsing by json")], [], "batch.png"),
        ([replace(ROW, family="keys", size=4, peak_mib=1.0)], [], "growth.png"),
    ],
)
def test_a_record_is_drawn_as_its_rows_are(
    tmp_path: Path, rows: list[Row], options: list[str], expected: str
) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks import plots  # noqa: PLC0415 - only where there is matplotlib

    arguments = [str(written(tmp_path, rows)), *options]
    result = CliRunner().invoke(plots.main, arguments, catch_exceptions=False)

    assert result.exit_code == 0
    assert [path.name for path in tmp_path.glob("*.png")] == [expected]
