"""Releases of solvers in environments of their own, from an index that is a folder."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest

from automaton.verdict import Unsat
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members import by_name, close_all, versions
from tests.fakes import UNSATISFIABLE

FAKE_Z3 = """
import pkg_resources


class Context:
    pass


class Solver:
    def __init__(self, ctx):
        pass

    def from_string(self, script):
        assert "str.in_re" in script

    def check(self):
        return "unsat"
"""
RELEASE = "z3@9.9.9"


def make_wheel(place: Path, package: str, version: str, module: str, source: str) -> None:
    name = f"{package.replace('-', '_')}-{version}"
    about = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    kind = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(place / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{module}.py", source)
        wheel.writestr(f"{name}.dist-info/METADATA", about)
        wheel.writestr(f"{name}.dist-info/WHEEL", kind)
        wheel.writestr(f"{name}.dist-info/RECORD", "")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("index")
    make_wheel(place, "z3-solver", "9.9.9", "z3", FAKE_Z3)
    make_wheel(place, "z3-solver", "9.9.8", "z3", "raise ImportError('libz3 is missing')")
    make_wheel(place, "setuptools", "80.0.0", "pkg_resources", "")
    make_wheel(place, "importlib-resources", "6.0.0", "importlib_resources", "")
    return place


@pytest.fixture(autouse=True)
def offline(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize("name", ["z3", "z3@", "cvc4@1.8", "z3@../1", "z3@4.12 --pre", "z3@-e."])
def test_other_names_stand_for_no_release(name: str) -> None:
    assert versions.of_name(name) is None
    with pytest.raises(ValueError, match="names no release; one is written"):
        versions.install(name)


@pytest.mark.parametrize("name", ["z3@4.12.0.0", "cvc5@1.0.7", "z3@4.5.1.0.post2"])
def test_a_release_has_a_place_of_its_own(name: str, tmp_path: Path) -> None:
    solver, _, version = name.partition("@")
    package = {"z3": "z3-solver", "cvc5": "cvc5"}[solver]
    member = versions.of_name(name)
    assert member
    assert member.environment == tmp_path / "keyaki" / "solvers" / f"{package}-{version}"
    assert not member.is_installed()
    assert member.version() == "unknown"


def test_a_release_that_is_not_installed_says_how_it_is() -> None:
    with pytest.raises(ValueError, match=r"not installed; `keyaki members --install z3@9\.9\.9`"):
        by_name([RELEASE])


def test_an_installed_release_answers_beside_the_one_that_is_here(tmp_path: Path) -> None:
    leave_pieces(tmp_path)
    failures: list[Exception] = []
    installs = [threading.Thread(target=install, args=(failures,)) for _ in range(2)]
    for thread in installs:
        thread.start()
    for thread in installs:
        thread.join()
    (member,) = by_name([RELEASE])
    outcome = member.start(UNSATISFIABLE, Limits(wall_s=20)).wait(None)
    close_all()
    assert failures == []
    assert member.version() == "9.9.9"
    assert outcome
    assert (outcome.end, outcome.verdict) == (End.ANSWERED, Unsat())
    assert [found.name for found in versions.installed()] == [RELEASE]
    assert left_in(tmp_path) == ["z3-solver-9.9.9"]


def leave_pieces(cache: Path) -> None:
    """Leave what an install leaves that was killed, and one that somebody else spoilt."""
    for name in ("z3-solver-9.9.9", ".z3-solver-9.9.9.part"):
        (cache / "keyaki" / "solvers" / name / "bin").mkdir(parents=True)
    assert versions.installed() == ()


def install(failures: list[Exception]) -> None:
    try:
        versions.install(RELEASE)
    except Exception as error:
        failures.append(error)


@pytest.mark.parametrize(
    ("name", "said"),
    [("z3@9.9.7", "No matching distribution found"), ("z3@9.9.8", "libz3 is missing")],
)
def test_a_failed_install_says_why_and_leaves_nothing(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(versions.InstallError, match=f"`{name}` cannot be installed:(.|\n)*{said}"):
        versions.install(name)
    assert left_in(tmp_path) == []


def left_in(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "keyaki/solvers").iterdir() if path.is_dir())
