"""`keyaki fuzz`: a lying solver is found, a campaign that is killed goes on, bad input is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import marked_processes, processes

KEYAKI = (sys.executable, "-m", "portfolio.cli", "fuzz")
ALONE = ("--members", "automaton", "--workers", "1")

LIAR = """
import sys
script = sys.stdin.read()
print("unsat" if "re.opt" in script else "unknown")
"""


def fuzz(folder: Path, *options: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        (*KEYAKI, "--out", str(folder), *options), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("Traceback")) == (status, 0), done.stderr
    return done


def lines_of(folder: Path) -> dict[int, dict[str, Any]]:
    """Return what a journal says of its batches, without what the clock has a part in."""
    written = (folder / "journal.jsonl").read_text().splitlines()
    rows = {row["batch"]: row for row in map(json.loads, written)}
    names = ("source", "cases", "derived", "found")
    return {number: {name: row[name] for name in names} for number, row in rows.items()}


def test_members_that_agree_leave_nothing(tmp_path: Path) -> None:
    done = fuzz(tmp_path, *ALONE, "--cases", "300", "--sources", "F1", "--format", "json")

    found = json.loads(done.stdout)
    assert found["cases"] >= 300
    assert found["members"]["automaton"]["sat"] > 0
    assert (found["found"], found["lost"]) == ({}, [])


@pytest.fixture
def liar(tmp_path: Path) -> str:
    """Return a solver that says unsat where a regex is optional, else that it does not know."""
    program = tmp_path / "liar.py"
    program.write_text(LIAR)
    return f"liar={sys.executable} {program}"


def test_a_solver_that_lies_is_found_with_a_small_script_and_a_report(
    tmp_path: Path, liar: str
) -> None:
    folder = tmp_path / "campaign"
    options = ("--solver", liar, "--sources", "F1", "--cases", "50", "--timeout", "5")
    done = fuzz(folder, *ALONE, *options, "--shrink", "5", status=1)

    stored = list((folder / "findings").glob("liar-wrong-unsat-*"))
    assert stored
    assert all(f"  {one.name}, " in done.stdout for one in stored)
    script = min((one / "case.smt2").read_text() for one in stored)
    assert script.count("(assert ") == 1
    assert "re.opt" in script
    report = (stored[0] / "report.md").read_text()
    assert "wrong unsat" in report
    proofs = ("the model of `automaton` satisfies it", "by the definitions it is true")
    assert any(proof in report for proof in proofs)


def test_a_campaign_that_is_killed_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    options = (*ALONE, "--cases", "600", "--sources", "F1,F0", "--seed", "3")
    killed = tmp_path / "killed"
    with marked_processes() as mark:
        process = subprocess.Popen(
            (*KEYAKI, "--out", str(killed), *options), stdout=subprocess.DEVNULL
        )
        for _ in waiting():
            if (killed / "journal.jsonl").exists() and len(lines_of(killed)) >= 1:
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        for _ in waiting():
            if not processes(mark):
                break
    before = lines_of(killed)

    fuzz(killed, *options)
    fuzz(tmp_path / "whole", *options)

    assert before.items() <= lines_of(killed).items()
    assert lines_of(killed) == lines_of(tmp_path / "whole")


def waiting() -> Iterator[None]:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        yield
        time.sleep(0.05)
    pytest.fail("nothing happened")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--members", "z9"), "there is no member `z9`"),
        (("--sources", "F9"), "there is no source `F9`"),
        (("--sources", "seeds"), "the source `seeds` needs a folder of scripts"),
        (("--solver", "mine"), "`mine` is not NAME=COMMAND"),
        (("--solver", "mine=no-such-solver"), "there is no command `no-such-solver`"),
        (("--cases", "0"), "0 is not in the range"),
    ],
)
def test_bad_input_is_told(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    assert message in fuzz(tmp_path / "campaign", *options, status=2).stderr


def test_another_plan_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    fuzz(tmp_path, *ALONE, "--cases", "1", "--sources", "F0")

    again = fuzz(tmp_path, *ALONE, "--cases", "1", "--sources", "F0", "--seed", "5", status=2)
    assert "has a campaign of another plan" in again.stderr


def test_an_interrupt_ends_a_campaign_and_leaves_its_journal(tmp_path: Path) -> None:
    signal_before = signal.getsignal(signal.SIGINT)
    assert signal_before is not signal.SIG_IGN, "this shell starts its jobs deaf to interrupts"
    process = subprocess.Popen(
        (*KEYAKI, "--out", str(tmp_path), *ALONE, "--minutes", "10", "--sources", "F0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in waiting():
        if (tmp_path / "journal.jsonl").exists():
            break
    os.kill(process.pid, signal.SIGINT)
    printed, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Traceback" not in errors
    assert printed.startswith(f"{lines_of(tmp_path)[0]['cases']:,} cases (F0 ")
