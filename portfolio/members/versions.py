"""Releases of solvers from PyPI, each in an environment of its own, beside the one installed here.

`z3@4.12.0.0` names z3-solver 4.12.0.0. Its environment lies in the user's cache folder and is run
by our worker with its own Python, so that nothing of it is loaded here. Installing is asked for by
name: an environment is built aside and renamed when it is complete, one process at a time.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from portfolio.members.library import CVC5, INSTALLED, WORKER, Z3, LibraryMember

SOLVERS = {member.name: member for member in (Z3, CVC5)}
"""What has releases on PyPI."""

VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:[.a-z]*[0-9]+)*")
NEEDED = ("setuptools<81", "importlib_resources")
"""What releases import without saying so."""

PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
LOCK = ".lock"
INSTALL_TIMEOUT_S = 1800.0
SHOWN_LINES = 12


class InstallError(Exception):
    """A release could not be installed; the text says what pip said."""


def folder() -> Path:
    """Return the folder of all environments."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "keyaki" / "solvers"


def of_name(name: str) -> LibraryMember | None:
    """Return the release that a name such as `z3@4.12.0.0` stands for, installed or not.

    Return None iff the name is none of a release.
    """
    solver, _, version = name.partition("@")
    if solver not in SOLVERS or not VERSION.fullmatch(version):
        return None
    base = SOLVERS[solver]
    environment = folder() / f"{base.package}-{version}"
    python = str(environment / "bin" / "python")
    command = (python, *WORKER[1:], base.module)
    return replace(base, name=name, command=command, environment=environment)


def installed() -> tuple[LibraryMember, ...]:
    """Return the releases that are installed, in the order of their names."""
    found = (_of_folder(path.name) for path in sorted(folder().glob("*-*")))
    return tuple(member for member in found if member and member.is_installed())


def _of_folder(folder_name: str) -> LibraryMember | None:
    package, _, version = folder_name.rpartition("-")
    names = [name for name, member in SOLVERS.items() if member.package == package]
    return of_name(f"{names[0]}@{version}") if names else None


def install(name: str) -> LibraryMember:
    """Return the release of a name, which is installed from PyPI unless it is already.

    Raise ValueError iff the name is none of a release, InstallError iff it cannot be installed;
    then nothing is left of the attempt but the empty file that locks.
    """
    member = of_name(name)
    if member is None or member.environment is None:
        raise ValueError(f"`{name}` names no release; one is written `z3@4.12.0.0`")
    try:
        with _alone(member.environment) as lock:
            if not member.is_installed():
                _install(member, member.environment, lock)
    except OSError as error:
        raise InstallError(f"`{name}` cannot be installed: {error}") from error
    return member


@contextmanager
def _alone(environment: Path) -> Iterator[int]:
    """Have the folder of environments to ourselves, and yield the number of the file that says so.

    Children that get the file keep others out as long as they live.
    """
    environment.parent.mkdir(parents=True, exist_ok=True)
    with environment.with_name(LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _install(member: LibraryMember, environment: Path, lock: int) -> None:
    aside = environment.with_name(f".{environment.name}.part")
    _remove(aside)
    try:
        python = str(aside / "bin" / "python")
        version = member.name.partition("@")[2]
        _run(member, lock, sys.executable, "-m", "venv", str(aside))
        _run(member, lock, python, *PIP, *NEEDED, f"{member.package}=={version}")
        told = _run(member, lock, python, "-c", _TELL_VERSION, member.module, member.package)
        (aside / INSTALLED).write_text(told)
        _remove(environment)
        aside.rename(environment)
    finally:
        _remove(aside)


_TELL_VERSION = (
    "import importlib, importlib.metadata, sys; importlib.import_module(sys.argv[1]);"
    "print(importlib.metadata.version(sys.argv[2]), end='')"
)


def _remove(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)


def _run(member: LibraryMember, lock: int, *command: str) -> str:
    """Return what a command prints. Raise InstallError with its last lines iff it fails."""
    own = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"}
    others = {name: value for name, value in os.environ.items() if name not in own}
    try:
        done = subprocess.run(  # noqa: S603 - Python, with a checked version
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=INSTALL_TIMEOUT_S,
            check=False,
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            env=others,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(
            f"`{member.name}` is not installed after {error.timeout:.0f} s"
        ) from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-SHOWN_LINES:]
        raise InstallError("\n".join((f"`{member.name}` cannot be installed:", *last)))
    return done.stdout
