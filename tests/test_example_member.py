"""A distribution of somebody else with a member: installed for real, and raced by the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
EXAMPLE = Path(__file__).with_name("example_member")
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation")

SHORT = '(declare-const s String)(assert (str.in_re s (re.+ (str.to_re "ab"))))(check-sat)'
LONG = '(declare-const s String)(assert (= s "ababab"))(check-sat)'
NONE = "(declare-const s String)(assert (str.in_re s re.none))(check-sat)"

BROKEN = """[keyaki.members]
broken = keyaki_broken:MEMBER
wrong = json:loads
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the example into a folder of its own, from a copy: a build leaves traces."""
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(EXAMPLE, source)
    target = tmp_path_factory.mktemp("installed")
    subprocess.run((*PIP, *OFFLINE, "--target", str(target), str(source)), check=True)
    return target


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Make a distribution whose entry points stand for no members."""
    info = tmp_path / "keyaki_broken-2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: keyaki-broken\nVersion: 2\n")
    (info / "entry_points.txt").write_text(BROKEN)
    (tmp_path / "keyaki_broken.py").write_text("import a_library_that_is_not_there\n")
    return tmp_path


def keyaki(*arguments: str, places: tuple[Path, ...], text: str = "") -> tuple[int, str, str]:
    """Return the exit status of the command, its output and its errors."""
    path = os.pathsep.join(map(str, (*places, PROJECT)))
    shown = subprocess.run(
        (sys.executable, "-m", "portfolio.cli", *arguments),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    return shown.returncode, shown.stdout, shown.stderr


def solved(members: str, text: str, *places: Path) -> dict[str, object]:
    options = ("solve", "-", "--format", "json", "--exit-zero", "--members", members)
    status, output, errors = keyaki(*options, places=places, text=text)
    assert status == 0, errors
    found: dict[str, object] = json.loads(output)
    return found


def ends(found: dict[str, object]) -> list[tuple[object, ...]]:
    members = found["members"]
    assert isinstance(members, list)
    return [(one["name"], one["version"], one["end"]) for one in members]


def test_its_answer_wins_the_race(folder: Path) -> None:
    found = solved("short-words", SHORT, folder)
    assert (found["verdict"], found["winner"]) == ("sat", "short-words")
    assert found["model"] == {"s": "ab"}
    assert ends(found) == [("short-words", "0.1", "answered")]


def test_it_takes_options(folder: Path) -> None:
    assert solved("short-words", LONG, folder)["verdict"] == "unknown"
    found = solved("short-words:length=6", LONG, folder)
    assert found["winner"] == "short-words:length=6"
    status, _, errors = keyaki(
        "solve", "-", "--members", "short-words:width=6", places=(folder,), text=LONG
    )
    assert (status, "its only option is `length`" in errors) == (2, True)


def test_it_races_beside_the_others(folder: Path) -> None:
    found = solved("short-words,automaton", NONE, folder)
    assert (found["verdict"], found["winner"]) == ("unsat", "automaton")


def test_it_is_listed(folder: Path) -> None:
    status, output, errors = keyaki("members", "--format", "json", places=(folder,))
    assert (status, errors) == (0, "")
    assert {"name": "short-words", "version": "0.1"} in json.loads(output)


def test_what_is_broken_is_told_and_takes_down_nobody(folder: Path, broken: Path) -> None:
    places = (folder, broken)
    status, output, errors = keyaki("members", "--format", "json", places=places)
    names = [one["name"] for one in json.loads(output)]
    assert (status, "short-words" in names, "broken" in names) == (0, True, False)
    why = "ModuleNotFoundError: No module named 'a_library_that_is_not_there'"
    assert [*errors.splitlines()] == [
        f"a member is left out: `broken` of keyaki-broken 2: it cannot be loaded from"
        f" `keyaki_broken:MEMBER`: {why}",
        "a member is left out: `wrong` of keyaki-broken 2: `json:loads` is no member:"
        " its name is None",
    ]
    assert solved("short-words", SHORT, *places)["winner"] == "short-words"
    status, _, errors = keyaki("solve", "-", "--members", "broken", places=places, text=SHORT)
    assert (status, "member `broken` was left out" in errors) == (2, True)
