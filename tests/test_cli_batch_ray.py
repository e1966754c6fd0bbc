"""`keyaki batch --executor ray`: how it is asked for, and how it is refused."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from portfolio.cli import BAD_INPUT, commands
from portfolio.executors import cluster
from tests.fakes import marked_processes, processes, wait_until

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "portfolio.cli", "batch", "--executor", "ray", "--workers", "2")
NEEDS_RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed"
)

POLICY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
}
LINE = json.dumps({"id": 1, "question": "no-new-access", "existing": POLICY, "new": POLICY})


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{LINE}\n")
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit status of the command, and all that it printed."""
    found = CliRunner().invoke(commands, ["batch", *arguments], standalone_mode=False)
    if isinstance(found.exception, click.ClickException):
        return BAD_INPUT, found.exception.format_message()
    return int(found.return_value), found.output


def test_an_address_needs_the_executor(questions: str) -> None:
    status, told = run("--ray-address", "here:6379", questions)

    assert status == 2
    assert "`--ray-address` needs `--executor ray`" in told


def test_without_ray_it_is_said_what_to_install(
    questions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    status, told = run("--executor", "ray", questions)

    assert status == 2
    assert "Ray is not installed: pip install 'keyaki[ray]'" in told


@NEEDS_RAY
@pytest.mark.parametrize(
    ("address", "why"),
    [("127.0.0.1:1", "Connection refused"), ("nonsense", "Invalid address format")],
)
def test_a_cluster_that_is_not_there_is_an_error(questions: str, address: str, why: str) -> None:
    status, told = run("--executor", "ray", "--ray-address", address, questions)

    assert status == 2
    assert f"no Ray cluster at `{address}`: {why}" in told


@NEEDS_RAY
def test_few_lines_need_no_cluster(questions: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_connect", None)
    status, told = run("--executor", "ray", questions)

    assert status == 0
    assert json.loads(told)["result"] == "PASS"


@pytest.fixture
def mark() -> Iterator[str]:
    with marked_processes() as value:
        yield value


@NEEDS_RAY
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_no_process(number: signal.Signals, mark: str, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(f"{LINE}\n" * 300_000)
    with subprocess.Popen((*COMMAND, str(path)), cwd=ROOT, stdout=subprocess.DEVNULL) as child:
        assert wait_until(lambda: has_actor(mark), 60)
        child.send_signal(number)
        child.wait(20)

        assert wait_until(lambda: processes(mark) == {}, 20), processes(mark)


def has_actor(mark: str) -> bool:
    return any("ray::Worker" in line for line in processes(mark).values())
