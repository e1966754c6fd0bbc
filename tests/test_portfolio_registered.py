"""Members of other distributions are found wherever Python finds distributions."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.metadata import Distribution, entry_points
from pathlib import Path
from zipfile import ZipFile

import pytest

from portfolio.members import available, by_name
from portfolio.members.registered import GROUP, may_be_registered, registered

SOURCE = """
from portfolio.members.automaton import AutomatonMember

class Fake(AutomatonMember):
    name = "fake"

FAKE = Fake()
"""
FAULTS = """
def named(word):
    member = Fake()
    member.name = word
    return member

KIND, NAMELESS, ODD, USURPER, TWIN = Fake, named(""), named("a:b"), named("z3"), Fake()
PROOF = named("certificate")
LAZY = Fake()
LAZY.start = None
"""
METADATA = "Metadata-Version: 2.1\nName: other\nVersion: 1\n"


@pytest.fixture(autouse=True)
def _looked_for_anew() -> Iterator[None]:
    registered.cache_clear()
    yield
    registered.cache_clear()


def install(folder: Path, name: str, listing: str) -> None:
    info = folder / name
    info.mkdir(parents=True)
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(listing)


def test_without_registrations_no_metadata_are_read() -> None:
    assert [*entry_points(group=GROUP)] == []
    assert not may_be_registered()


@pytest.mark.parametrize("name", ["other-1.dist-info", "other.egg-info"])
def test_a_registered_member_takes_part(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "registered_here.py").write_text(SOURCE)
    install(tmp_path, name, f"[{GROUP}]\nfake = registered_here:FAKE\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert [member.name for member in registered()] == ["fake"]
    assert available()[-1:] == registered()


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("no_such_module:X", "cannot be loaded from `no_such_module:X`: ModuleNotFoundError"),
        ("registered_with_faults:LACKING", "cannot be loaded from .*: AttributeError"),
        ("registered_that_exits:X", "cannot be loaded from `registered_that_exits:X`: SystemExit"),
        ("json:loads", "`json:loads` is no member: its name is None"),
        ("registered_with_faults:KIND", "is a class, where a member is wanted"),
        ("registered_with_faults:NAMELESS", "is no member: its name is ''"),
        ("registered_with_faults:ODD", "is no member: its name is 'a:b'"),
        ("registered_with_faults:LAZY", "is no member: it has no `start`"),
        ("registered_with_faults:USURPER", "another member is named `z3` too"),
        ("registered_with_faults:PROOF", "another member is named `certificate` too"),
        ("registered_with_faults:TWIN", "another member is named `fake` too"),
    ],
)
def test_an_entry_that_is_no_member_is_left_out_with_a_warning(
    entry: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "registered_here.py").write_text(SOURCE)
    (tmp_path / "registered_with_faults.py").write_text(SOURCE + FAULTS)
    (tmp_path / "registered_that_exits.py").write_text("raise SystemExit(3)\n")
    points = f"fake = registered_here:FAKE\nwrong = {entry}\n"
    install(tmp_path, "other-1.dist-info", f"[{GROUP}]\n{points}")
    monkeypatch.syspath_prepend(tmp_path)

    assert [member.name for member in available()[-1:]] == ["fake"]
    assert re.search(f"a member is left out: `wrong` of other 1: .*{why}", caplog.text)
    with pytest.raises(ValueError, match=f"member `wrong` was left out: .*{why}"):
        by_name(["fake", "wrong"])


def test_an_entry_of_another_group_is_no_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "other-1.dist-info", "[console_scripts]\nother = other:main\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert not may_be_registered()


def test_where_distributions_may_be_without_folders_they_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "other.zip"
    with ZipFile(archive, "w") as file:
        file.writestr("other-1.dist-info/METADATA", METADATA)
        file.writestr("other-1.dist-info/entry_points.txt", f"[{GROUP}]\nfake = other:FAKE\n")
    monkeypatch.syspath_prepend(str(archive))

    assert may_be_registered()
    assert [point.name for point in entry_points(group=GROUP)] == ["fake"]


def test_another_way_to_find_distributions_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder(MetaPathFinder):
        def find_distributions(self, context: object) -> Iterator[Distribution]:
            return iter(())

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])

    assert may_be_registered()
