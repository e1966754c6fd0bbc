"""Members of other distributions, registered under an entry point.

The library that reads entry points takes longer to load than most commands take to answer, so it is
asked only where a look at the files says that there may be some.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from portfolio.members.base import Member

GROUP = "keyaki.members"


@cache
def registered() -> tuple[Member, ...]:
    """Return the members of entry points, loaded once a process."""
    if not may_be_registered():
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415

    return tuple(point.load() for point in entry_points(group=GROUP))


def may_be_registered() -> bool:
    """Return False only if no distribution that Python finds has an entry point of our group."""
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    if len(finders) > 1:
        return True
    places = [Path(place) for place in dict.fromkeys(sys.path)]
    return any(place.is_file() or any(map(_names_group, _listings(place))) for place in places)


def _listings(place: Path) -> Iterator[Path]:
    """Yield the files of a folder in which distributions list their entry points."""
    for kind in ("*.dist-info", "*.egg-info", "EGG-INFO"):
        yield from place.glob(f"{kind}/entry_points.txt")


def _names_group(listing: Path) -> bool:
    return GROUP.encode() in listing.read_bytes()
