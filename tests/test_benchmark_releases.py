"""What releases of a solver say to a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from automaton.verdict import Sat, Unsat, Verdict
from benchmarks.releases import main
from portfolio.members import versions
from tests.fakes import Scripted

SCRIPT = '(declare-const x String)\n(assert (distinct x ""))\n(check-sat)\n'
SAYS: dict[str, Verdict] = {
    "z3@1.0": Sat({"x": ""}),
    "z3@1.1": Unsat(),
    "z3@1.2": Sat({"x": "a"}),
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.smt2"
    path.write_text(SCRIPT)
    return path


def test_each_release_has_a_line(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(name: str) -> Scripted:
        if name not in SAYS:
            raise versions.InstallError(f"`{name}` cannot be installed:\nno such release")
        return Scripted(name, SAYS[name])

    monkeypatch.setattr(versions, "install", install)
    shown = CliRunner().invoke(main, ["z3", str(script), "1.0", "1.1", "1.2", "1.3"])
    assert shown.output.splitlines() == [
        "1.0           sat, with a model that does not satisfy the script",
        "1.1           unsat",
        "1.2           sat",
        "1.3           is not installed: no such release",
    ]


def test_what_is_no_release_is_refused(script: Path) -> None:
    shown = CliRunner().invoke(main, ["z3", str(script), "../1"])
    assert shown.exit_code == 2
    assert "`z3@../1` names no release" in shown.output
