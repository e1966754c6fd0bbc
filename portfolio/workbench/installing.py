"""Releases side by side, by the names that PyPI has for them."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from portfolio.members import versions
from portfolio.members.library import LibraryMember

REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)==([0-9A-Za-z.]+)")
TIMEOUT_S = 600.0


def install(written: str) -> LibraryMember:
    """Return the release of `z3-solver==4.13.0` or of `z3@4.13.0.0`, installed if it was not.

    Raise ValueError iff it names no release of a solver, InstallError iff it cannot be installed.
    """
    requirement = REQUIREMENT.fullmatch(written)
    if requirement is None:
        return versions.install(written)
    package, version = requirement.groups()
    solvers = {member.package: name for name, member in versions.SOLVERS.items()}
    if package not in solvers:
        known = " and ".join(sorted(solvers))
        raise ValueError(f"`{package}` is no solver; releases are taken of {known}")
    release = _installed(package, version) or _on_pypi(package, version)
    return versions.install(f"{solvers[package]}@{release}")


def _installed(package: str, version: str) -> str | None:
    """Return the release that is installed and that PyPI takes for this version, if there is."""
    of_package = [member for member in versions.installed() if member.package == package]
    releases = [member.name.partition("@")[2] for member in of_package]
    same = [release for release in releases if _shortest(release) == _shortest(version)]
    return same[0] if same else None


def _shortest(version: str) -> str:
    """Return a version without the zeros at its end, which to PyPI make no other version."""
    return re.sub(r"(\.0+)+$", "", version)


def _on_pypi(package: str, version: str) -> str:
    """Return the release that pip would take. Raise InstallError iff there is none."""
    wanted = f"{package}=={version}"
    asked = ("-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet")
    report = ("--disable-pip-version-check", "--no-input", "--report", "-", wanted)
    try:
        done = subprocess.run(  # noqa: S603 - Python, with a checked requirement
            (sys.executable, *asked, *report),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode == 0:
            return str(json.loads(done.stdout)["install"][0]["metadata"]["version"])
    except (OSError, subprocess.TimeoutExpired, ValueError, LookupError) as error:
        raise versions.InstallError(f"`{wanted}` cannot be looked up: {error}") from None
    told = (done.stderr.strip() or "pip says nothing").splitlines()[-1]
    raise versions.InstallError(f"`{wanted}` cannot be installed: {told}")
