from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from portfolio.members import versions
from portfolio.workbench import installing


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have releases looked for in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("z3-solver-4.13.0.0", "cvc5-1.2.0"):
        folder = versions.folder() / name
        folder.mkdir(parents=True)
        (folder / "installed-version").write_text(name.rpartition("-")[2])
    return tmp_path


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("z3-solver==4.13.0", "z3@4.13.0.0"),
        ("z3-solver==4.13", "z3@4.13.0.0"),
        ("z3-solver==4.13.0.0", "z3@4.13.0.0"),
        ("z3@4.13.0.0", "z3@4.13.0.0"),
        ("cvc5==1.2.0", "cvc5@1.2.0"),
    ],
)
def test_a_release_is_named_as_pypi_has_it(environments: Path, written: str, name: str) -> None:
    assert installing.install(written).name == name


def test_a_release_that_is_not_there_yet_is_the_one_that_pip_would_take(
    environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[str] = []

    def pretend(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        asked_for.append(command[-1])
        told = {"install": [{"metadata": {"version": "4.12.0.0"}}]}
        return subprocess.CompletedProcess(command, 0, json.dumps(told), "")

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(versions, "install", versions.of_name)
    assert installing.install("z3-solver==4.12.0").name == "z3@4.12.0.0"
    assert asked_for == ["z3-solver==4.12.0"]


def test_a_release_that_pypi_does_not_have_is_told(
    environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "ERROR: first\nERROR: none found\n")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(versions.InstallError, match="cannot be installed: ERROR: none found"):
        installing.install("z3-solver==0.1")


@pytest.mark.parametrize("written", ["numpy==2.0", "z3-solver", "z3-solver>=4.13", "nothing"])
def test_what_names_no_release_is_refused(environments: Path, written: str) -> None:
    with pytest.raises(ValueError, match=r"is no solver|names no release"):
        installing.install(written)
