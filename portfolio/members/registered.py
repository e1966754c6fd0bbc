"""Members of other distributions, registered under an entry point.

The library that reads entry points takes longer to load than most commands take to answer, so it is
asked only where a look at the files says that there may be some. An entry that cannot be loaded, or
is no member, is left out with a warning: the others race without it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio.members.base import Member

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "keyaki.members"
METHODS = ("version", "warm", "start")
NOT_IN_NAMES = ":@,"
"""Characters with a meaning of their own where members are named."""

_left_out: dict[str, str] = {}


class RegistrationError(Exception):
    """An entry point stands for no member; the text says why."""


@cache
def registered(taken: frozenset[str] = frozenset()) -> tuple[Member, ...]:
    """Return the members of entry points, whose names are not `taken`; loaded once a process."""
    if not may_be_registered():
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415

    found: dict[str, Member] = {}
    for point in entry_points(group=GROUP):
        try:
            member = _loaded(point)
            if member.name in taken | found.keys():
                raise RegistrationError(f"another member is named `{member.name}` too")
            found[member.name] = member
        except RegistrationError as error:
            _leave_out(point, str(error))
    return tuple(found.values())


def _leave_out(point: EntryPoint, why: str) -> None:
    """Warn that an entry point gives no member, and remember why."""
    import logging  # noqa: PLC0415 - seldom needed

    _left_out[point.name] = told = f"`{point.name}` of {_distribution(point)}: {why}"
    logging.getLogger("keyaki").warning("a member is left out: %s", told)


def left_out(name: str) -> str | None:
    """Return why the member of this name was left out, or None iff none was."""
    return _left_out.get(name)


def _loaded(point: EntryPoint) -> Member:
    """Return the member that an entry point stands for. Raise RegistrationError iff it is none."""
    try:
        loaded: Member = point.load()
    except (Exception, SystemExit) as error:
        told = f"{type(error).__name__}: {error}"
        raise RegistrationError(f"it cannot be loaded from `{point.value}`: {told}") from error
    if isinstance(loaded, type):
        raise RegistrationError(f"`{point.value}` is a class, where a member is wanted")
    name = getattr(loaded, "name", None)
    if not isinstance(name, str) or not name or any(one in NOT_IN_NAMES for one in name):
        raise RegistrationError(f"`{point.value}` is no member: its name is {name!r}")
    lacking = [method for method in METHODS if not callable(getattr(loaded, method, None))]
    if lacking:
        raise RegistrationError(f"`{point.value}` is no member: it has no `{lacking[0]}`")
    return loaded


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"


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
