"""The steps of a batch, timed one by one."""

from pathlib import Path

from click.testing import CliRunner

from benchmarks.parts import main
from benchmarks.rows import read


def test_each_step_of_a_batch_has_a_row(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["managed", "--sample", "3", "--record", str(tmp_path)])
    rows = read(tmp_path)

    assert result.exit_code == 0, result.output
    assert [row.case for row in rows] == [
        "floor: json.loads",
        "read the line",
        "look its statements up",
        "decide",
        "all of it, to the result",
        "write the result",
        "0 lines left to the race",
    ]
    assert {row.count for row in rows} == {3}
