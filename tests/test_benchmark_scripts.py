from __future__ import annotations

import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import report, scripts
from benchmarks.report import Times
from benchmarks.rows import Row, Writer, read
from benchmarks.script_solvers import first_answer

SCRIPTS = {
    "contained": '(declare-fun x () String)(assert (str.prefixof "ab" x))(check-sat)',
    "neither": '(declare-fun x () String)(assert (= (str.++ x "a") "b"))(check-sat)(exit)',
    "strange": "(declare-fun x () Int)(assert (= (* x x) 2))(check-sat)",
}
TABLE = "id\tclass\tanswer\ncontained\tF1\tsat\nneither\tF2\tunsat\nstrange\tF4\tunsat\n"

ROW = Row("one", "F1", "automaton", "0", "sat", "sat", wall_s=0.2, cpu_s=0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SCRIPTS.items():
        (tmp_path / f"{name}.smt2").write_text(text)
    (tmp_path / "cases.tsv").write_text(TABLE)
    return tmp_path


def measure(folder: Path, *options: str) -> dict[str, str]:
    """Return the verdicts of a run, by case."""
    table = ("--cases", str(folder / "cases.tsv"))
    arguments = (str(folder), *table, "--record", str(folder / "record"), *options)
    result = CliRunner().invoke(scripts.main, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return {row.case: row.verdict for row in read(folder / "record") if row.family != "start"}


def test_the_automaton_answers_scripts_as_they_stand(folder: Path) -> None:
    verdicts = measure(folder, "--members", "automaton")

    assert (verdicts["contained"], verdicts["neither"]) == ("sat", "unsat")
    assert verdicts["strange"].startswith("unknown: ")


def test_a_record_is_gone_on_with(folder: Path) -> None:
    assert set(measure(folder, "--members", "automaton", "--classes", "F1")) == {"contained"}
    before = read(folder / "record")

    assert set(measure(folder, "--members", "automaton")) == set(SCRIPTS)
    assert read(folder / "record")[: len(before)] == before


@pytest.mark.parametrize("member", ["z3", "cvc5", "cvc4"])
def test_the_other_solvers_answer_scripts_as_they_stand(folder: Path, member: str) -> None:
    if not scripts.MEMBERS[member].is_installed():
        pytest.skip(f"{member} is not installed")

    verdicts = measure(folder, "--members", member, "--classes", "F1,F2")

    assert verdicts == {"contained": "sat", "neither": "unsat"}


def test_an_archive_holds_what_its_folder_does(folder: Path) -> None:
    archive = folder / "scripts.tar.xz"
    with tarfile.open(archive, "w:xz") as file:
        for path in sorted(folder.glob("*.smt2")):
            file.add(path, arcname=f"cases/{path.name}")

    assert scripts.scripts_of(archive, None) == scripts.scripts_of(folder, None)


def test_a_share_keeps_strata_in_proportion_and_is_the_same_each_time() -> None:
    every = [
        scripts.ScriptFile(f"{name}{index}", "", family=name)
        for name, count in (("F1", 10), ("F2", 3))
        for index in range(count)
    ]

    half = scripts.share(every, 0.5)

    assert [sum(each.family == name for each in half) for name in ("F1", "F2")] == [5, 2]
    assert scripts.share(every, 0.5) == half
    assert scripts.share(every, 1.0) == every


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("sat\n((x))\n", "sat"),
        ("success\nunsat\n", "unsat"),
        ("unknown\nincomplete\n", "unknown"),
        ('(error "no")\nsat\n', "sat"),
        ('(error "no")\n', 'error: (error "no")'),
        ("", "error: no output"),
    ],
)
def test_the_first_answer_of_an_output(output: str, expected: str) -> None:
    assert first_answer(output) == expected


def written(folder: Path, rows: Sequence[Row]) -> Path:
    writer = Writer(folder)
    for row in rows:
        writer.write(row)
    writer.close()
    return folder


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
    from benchmarks.plots import scatter  # noqa: PLC0415 - only where there is matplotlib

    rows = [replace(ROW, member=member) for member in ("automaton", "z3", "cvc5")]

    figure = scatter(Times(rows, "cpu", 5.0), "title")

    assert [axes.get_ylabel() for axes in figure.axes] == ["z3, CPU s", "cvc5, CPU s"]
