from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import scripts
from benchmarks.rows import read
from benchmarks.script_solvers import first_answer

SCRIPTS = {
    "contained": '(declare-fun x () String)(assert (str.prefixof "ab" x))(check-sat)',
    "neither": '(declare-fun x () String)(assert (= (str.++ x "a") "b"))(check-sat)(exit)',
    "strange": "(declare-fun x () Int)(assert (= (* x x) 2))(check-sat)",
}
TABLE = "id\tclass\tanswer\ncontained\tF1\tsat\nneither\tF2\tunsat\nstrange\tF4\tunsat\n"


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
