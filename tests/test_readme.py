"""The README as it stands: its Python examples, its transcripts, its two commands."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = Path(sys.executable).parent
VENV = ".venv/bin/"

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TRANSCRIPTS = [body for language, body in FENCE.findall(README) if language == "console"]
FIRST_OUTPUT = next(body for language, body in FENCE.findall(README) if language == "text")


def command(title: str) -> str:
    """Return the one line of the block under a title, as `.ci/run` finds it."""
    found = re.findall(rf"^<!-- {title} -->\n```sh\n(python3 .*)\n```$", README, re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def run(line: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a line of the README with this environment's commands on the path."""
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}"}
    return subprocess.run(
        line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def assert_same(expected: str, actual: str) -> None:
    checker = doctest.OutputChecker()
    # What takes milliseconds may take seconds where many tests run at once.
    actual = re.sub(r" in [0-9.]+ s$", " in 1 ms", actual, flags=re.MULTILINE)
    assert checker.check_output(expected, actual, doctest.ELLIPSIS), actual


def test_the_python_examples_print_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)

    assert results.failed == 0
    assert results.attempted >= 10


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda text: text.split("\n")[0][2:60])
def test_the_transcripts_print_what_they_say(transcript: str) -> None:
    line, _, expected = transcript.removeprefix("$ ").partition("\n")

    assert_same(expected, run(line).stdout)


def test_the_first_command_prints_what_is_said_after_it() -> None:
    *_, last = command("first command").split(" && ")
    assert last.startswith(f"{VENV}keyaki ")

    finished = run(last.removeprefix(VENV))

    assert (finished.returncode, finished.stderr) == (0, "")
    assert_same(FIRST_OUTPUT, finished.stdout)


def test_the_ci_run_executes_the_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extraction = next(line for line in script.splitlines() if line.startswith("test_command="))

    finished = run(f'{extraction}; printf %s "$test_command"')

    assert finished.stdout == command("test command")
    assert 'bash -euo pipefail -c "$test_command"' in script


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"(?<![\w/.])((?:examples|tests|benchmarks|portfolio)/[\w./-]*)", README)

    assert [name for name in named if not (ROOT / name).exists()] == []
