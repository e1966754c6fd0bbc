"""The smoke test of the benchmarks: little of everything, where answers count and times do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import everything
from benchmarks.__main__ import MODULES, main
from benchmarks.everything import FULL, QUICK, Step
from benchmarks.rows import read

COMMANDS = [name for name in MODULES if name != "plot"]


@pytest.mark.parametrize("step", QUICK, ids=lambda step: step.name)
def test_the_quick_form_finds_nothing_wrong(step: Step, tmp_path: Path) -> None:
    if not everything.is_possible(step):
        pytest.skip("the corpora are not here")

    command = (sys.executable, "-m", "benchmarks", "all", "--quick", "--only", step.name)
    done = subprocess.run(
        (*command, "--record", str(tmp_path)), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "failed: none"), done.stdout
    assert read(tmp_path / step.name) != []


def test_the_full_form_has_a_step_for_each_of_the_quick_one() -> None:
    assert {step.name for step in QUICK} - {step.name for step in FULL} == {"small"}


def test_a_step_that_fails_fails_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Step(name="broken", module="run", arguments=("no-such-suite",))
    monkeypatch.setattr(everything, "QUICK", (broken,))

    result = CliRunner().invoke(everything.main, ["--quick", "--record", str(tmp_path)])

    assert (result.exit_code, result.output) == (1, "failed: broken\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_does(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])

    assert (result.exit_code, result.output[:6]) == (0, "Usage:")
