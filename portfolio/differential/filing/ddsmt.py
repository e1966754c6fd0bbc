"""ddSMT on a shrunk script (Kremer, Niemetz and Preiner, ddSMT 2.0, CAV 2021), as a process.

It asks over and over whether a script still shows the finding; this process answers, whose solvers
are warm. What it comes to is taken only if it shows the finding once more, and is smaller.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from automaton.verdict import Unsupported
from encoders.smtlib.sexpr import ParseError
from portfolio.differential.case import Case
from portfolio.differential.filing.found import case_of_text
from portfolio.differential.finding import Finding
from portfolio.differential.panel import Panel
from portfolio.differential.shrinking.minimal import needed_panel, shown
from portfolio.differential.shrinking.weight import weight_of

COMMAND = "ddsmt"
CHECK = Path(__file__).with_name("ddsmt_check.py")
ENV = shutil.which("env") or "/usr/bin/env"
LOG = "log"

DEFAULT_S = 60.0
START_S = 5.0
"""What a check may take beyond the limits of its members."""

LONGEST = 60
TICK_S = 0.1
SHOWS, GONE, UNREADABLE = b"1", b"0", b"2"

NOT_INSTALLED = "not reduced further: ddsmt is not installed"
PROMISED = "not reduced further: only a promise about this very case tells the answer"


@dataclass(frozen=True)
class Reduced:
    """The case that is left, how ddSMT fared, and the finding as it shows on that case."""

    case: Case
    note: str
    finding: Finding


def command() -> str | None:
    """Return the path of ddSMT's command: of this environment, else of the system."""
    beside = Path(sys.executable).with_name(COMMAND)
    return str(beside) if os.access(beside, os.X_OK) else shutil.which(COMMAND)


def reduced(case: Case, finding: Finding, panel: Panel, *, wall_s: float = DEFAULT_S) -> Reduced:
    """Return the case after ddSMT had `wall_s` seconds; the case itself iff it finds no smaller."""
    program = command()
    if program is None:
        return Reduced(case, NOT_INSTALLED, finding)
    needed = needed_panel(case, finding, panel)
    if needed is None:
        return Reduced(case, PROMISED, finding)

    with tempfile.TemporaryDirectory(prefix="ddsmt-", dir=_temporary()) as name:
        folder = Path(name)

        def answer(path: str) -> bytes:
            try:
                smaller = _read(folder / path, case)
            except (OSError, UnicodeDecodeError, ParseError, Unsupported):
                return UNREADABLE
            return GONE if shown(smaller, finding, needed) is None else SHOWS

        (folder / "in.smt2").write_text(case.text, encoding="utf-8")
        with _answering(folder / "socket", answer):
            ended = _run(program, folder, needed, wall_s)
        return _judged(folder / "out.smt2", ended, case, finding, needed)


def _temporary() -> str:
    """Return the folder for temporary files, or another where its path is too long for sockets."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST else "/tmp"  # noqa: S108 - a new folder is made in it


def _read(path: Path, case: Case) -> Case:
    return case_of_text(path.read_text(encoding="utf-8"), case.origin)


@contextmanager
def _answering(path: Path, answer: Callable[[str], bytes]) -> Iterator[None]:
    """Answer the checks that connect to a socket, in a thread, until the block is left."""
    is_over = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(TICK_S)
        thread = threading.Thread(target=_serve, args=(listener, answer, is_over))
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def _serve(
    listener: socket.socket, answer: Callable[[str], bytes], is_over: threading.Event
) -> None:
    while not is_over.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        # A check that was killed meanwhile wants no answer.
        with connection, contextlib.suppress(OSError):
            connection.settimeout(None)
            with connection.makefile("rb") as asked:
                connection.sendall(answer(asked.read().decode()))


def _run(program: str, folder: Path, panel: Panel, wall_s: float) -> str:
    """Run ddSMT in a folder and return how it ended."""
    check_s = START_S + len(panel.members) * panel.limits.wall_s
    options = ["-q", "-q", "-j", "1", "--ignore-output", "--timeout", f"{check_s:g}"]
    files = [str(folder / "in.smt2"), str(folder / "out.smt2")]
    # ddSMT follows the links of a command's path, which would lead out of this environment.
    check = [ENV, sys.executable, "-S", "-E", str(CHECK), str(folder / "socket")]
    status = _status([program, *options, *files, *check], folder, wall_s)
    if status is None:
        return f"stopped after {wall_s:g} s"
    if status == 0:
        return "run to its end"
    lines = (folder / LOG).read_text(errors="replace").strip().splitlines()
    return f"failed with exit status {status}: {lines[-1][:200] if lines else 'no output'}"


def _status(started: list[str], folder: Path, wall_s: float) -> int | None:
    """Run a command in a folder and return its exit status; None iff it had to be stopped."""
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the command of ddSMT
            started,
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return process.wait(wall_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _judged(path: Path, ended: str, case: Case, finding: Finding, panel: Panel) -> Reduced:
    """Return the script that ddSMT left iff it is smaller and shows the finding."""
    try:
        smaller = _smaller(path, ended, case)
        now = shown(smaller, finding, panel)
        if now is None:
            raise _UselessError(f"what ddSMT, {ended}, left does not show it")
    except _UselessError as error:
        return Reduced(case, f"not reduced further: {error}", finding)
    before, after = weight_of(case.assertions), weight_of(smaller.assertions)
    note = f"reduced by ddSMT, {ended}, from {before.nodes} terms to {after.nodes}"
    return Reduced(smaller, note, now)


class _UselessError(Exception):
    """What ddSMT left is of no use; the text says why."""


def _smaller(path: Path, ended: str, case: Case) -> Case:
    if not path.is_file():
        raise _UselessError(f"ddSMT, {ended}, left no script")
    try:
        smaller = _read(path, case)
    except (UnicodeDecodeError, ParseError, Unsupported) as error:
        raise _UselessError(f"ddSMT, {ended}, left what is no script: {error}") from error
    if weight_of(smaller.assertions) >= weight_of(case.assertions):
        raise _UselessError(f"ddSMT, {ended}, found nothing smaller")
    return smaller
