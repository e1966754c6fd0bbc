"""The long profile asks for nothing that is not there: its commands and their options."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NIGHTLY = (ROOT / ".ci" / "nightly").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = {
    words[1]: words[2:]
    for words in (shlex.split(line) for line in NIGHTLY.splitlines() if line.startswith("step "))
}
OURS = {name: words for name, words in STEPS.items() if "pytest" not in words[0]}
PROGRAMS = {"keyaki": ["-m", "portfolio.cli"], "python": []}


def test_each_part_of_the_long_profile_is_a_step() -> None:
    assert list(STEPS) == ["properties", "slow", "conformance", "planted", "campaign"]


@pytest.mark.parametrize("name", OURS)
def test_a_step_has_options_that_its_command_knows(name: str) -> None:
    program, *words = OURS[name]
    plain = [word for word in words if not word.startswith(("-", "$", "tests/")) or word == "-m"]
    command = plain[: 3 if plain[0] == "-m" else 1]
    shown = subprocess.run(
        [sys.executable, *PROGRAMS[Path(program).name], *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    asked = {word for word in words if word.startswith("--")}
    assert asked <= set(re.findall(r"--[a-z-]+", shown))


def test_the_step_before_the_long_ones_is_the_usual_run() -> None:
    usual = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert usual.rstrip().endswith("exec bash .ci/nightly\nfi")
