"""The members that a race can have.

Modules, each importing only those above it:
base (the two protocols), automaton (in process), guard and worker (scripts, importing nothing of
ours), process, exchange, smtlib (what solvers print), library, binary (rows of data).
"""

from collections.abc import Iterable
from importlib.metadata import entry_points

from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import Ended, Member, Outcome, Run
from portfolio.members.binary import CVC4, BinaryMember
from portfolio.members.library import CVC5, Z3, LibraryMember, close_idle
from portfolio.members.process import close_all as _close_processes

__all__ = [
    "OWN",
    "BinaryMember",
    "Ended",
    "LibraryMember",
    "Member",
    "Outcome",
    "Run",
    "available",
    "by_name",
    "close_all",
]

ENTRY_POINTS = "keyaki.members"

OWN: tuple[AutomatonMember | LibraryMember | BinaryMember, ...] = (
    AutomatonMember(),
    Z3,
    CVC5,
    CVC4,
)
"""Our members, in the order in which a staggered race starts them."""


def available() -> tuple[Member, ...]:
    """Return our members that are installed, then those of entry points, in order."""
    own = (member for member in OWN if member.is_installed())
    found: list[Member] = list(own)
    for point in entry_points(group=ENTRY_POINTS):
        found.append(point.load())
    return tuple(found)


def by_name(names: Iterable[str]) -> tuple[Member, ...]:
    """Return the members of these names, in order.

    Raise ValueError iff one is not known, not installed, or named twice.
    """
    known = {member.name: member for member in available()}
    chosen: dict[str, Member] = {}
    for name in names:
        if name not in known:
            raise ValueError(_missing(name, known))
        if name in chosen:
            raise ValueError(f"member `{name}` is named twice")
        chosen[name] = known[name]
    return tuple(chosen.values())


def _missing(name: str, known: Iterable[str]) -> str:
    if any(member.name == name for member in OWN):
        return f"member `{name}` is not installed"
    return f"there is no member `{name}`; there are {', '.join(known)}"


def close_all() -> None:
    """End every process of every member; the next question starts new ones."""
    close_idle()
    _close_processes()
