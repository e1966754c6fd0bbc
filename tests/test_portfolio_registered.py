"""Members of other distributions are found wherever Python finds distributions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.metadata import Distribution, entry_points
from pathlib import Path
from zipfile import ZipFile

import pytest

from portfolio.members import available
from portfolio.members.automaton import AutomatonMember
from portfolio.members.registered import GROUP, may_be_registered, registered

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
    source = "from portfolio.members.automaton import AutomatonMember\nFAKE = AutomatonMember()\n"
    (tmp_path / "registered_here.py").write_text(source)
    install(tmp_path, name, f"[{GROUP}]\nfake = registered_here:FAKE\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert [type(member) for member in registered()] == [AutomatonMember]
    assert available()[-1:] == registered()


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
