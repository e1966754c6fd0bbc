from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from benchmarks import report, run
from benchmarks.rows import read


def test_a_sample_of_the_wildcards_is_measured_recorded_and_reported(tmp_path: Path) -> None:
    options = ("--sample", "4", "--members", "automaton", "--record", str(tmp_path))
    measured = CliRunner().invoke(run.main, ("wildcards", *options), catch_exceptions=False)
    reported = CliRunner().invoke(report.main, (str(tmp_path), "--slow", "1000"))

    rows = read(tmp_path)
    about = json.loads((tmp_path / "run.json").read_text())

    assert measured.exit_code == 0
    assert [(row.member, row.verdict) for row in rows] == [("automaton", r.expected) for r in rows]
    assert (len(rows), about["cases"], about["unsupported"]) == (4, 4, 0)
    assert reported.exit_code == 0
    assert "wrong answers: 0\ncontradictions: 0" in reported.output
    assert "automaton: 0 not solved within 1000.0 s" in reported.output


def test_an_old_record_is_read_by_its_wall_time(tmp_path: Path) -> None:
    lines = "case,member,version,verdict,seconds\none,z3,5,sat,0.5\n"
    (tmp_path / "rows.csv").write_text(lines)

    (row,) = read(tmp_path)

    assert (row.verdict, row.wall_s, row.cpu_s, row.expected) == ("sat", 0.5, 0.5, "")
