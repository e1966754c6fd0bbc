"""The members that a race can have.

Modules, each importing only those above it:
base (the two protocols), automaton and certificate (in process), guard, worker and worker_terms
(scripts, importing nothing of ours), tree and meter (what processes cost), process, workers (those
that wait), placed (how many run at once), exchange, smtlib (what solvers print), library, versions
(releases in environments of their own), binary (rows of data), named (with
options), registered (of other distributions).
"""

from collections.abc import Iterable, Iterator

from portfolio.members import named, versions
from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import Ended, Member, Outcome, Run
from portfolio.members.binary import CVC4, BinaryMember
from portfolio.members.certificate import CertificateMember
from portfolio.members.library import CVC5, Z3, LibraryMember
from portfolio.members.process import close_all as _close_processes
from portfolio.members.registered import left_out, registered
from portfolio.members.workers import waiting as _waiting

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

Own = AutomatonMember | LibraryMember | BinaryMember

OWN: tuple[Own, ...] = (AutomatonMember(), Z3, CVC5, CVC4)
"""Our members, in the order in which a staggered race starts them."""

TAKEN = frozenset({*(member.name for member in OWN), CertificateMember.name})
"""Names that no member of another distribution may have."""


def available() -> tuple[Member, ...]:
    """Return our members that are installed, then those of entry points, in order."""
    return (*_installed(OWN), *registered(TAKEN))


def by_name(names: Iterable[str]) -> tuple[Member, ...]:
    """Return the members of these names, in order.

    `z3@4.12.0.0` names a release, `z3:seed=7` a member with options of its own. Raise ValueError
    iff one is not known, not installed, or named twice, or does not take its options.
    """
    known = {member.name: member for member in available()}
    chosen: dict[str, Member] = {}
    for name in names:
        if name in chosen:
            raise ValueError(f"member `{name}` is named twice")
        base, options = named.split(name)
        release = versions.of_name(base)
        if release and release.is_installed():
            known[base] = release
        if base not in known:
            raise ValueError(_missing(base, known))
        member = known[base]
        chosen[name] = named.with_options(member, name, options) if options else member
    return tuple(chosen.values())


def _installed(members: Iterable[Own]) -> Iterator[Own]:
    return (member for member in members if member.is_installed())


def _missing(name: str, known: Iterable[str]) -> str:
    if why := left_out(name):
        return f"member `{name}` was left out: {why}"
    if any(member.name == name for member in OWN):
        return f"member `{name}` is not installed"
    if versions.of_name(name):
        return f"member `{name}` is not installed; `keyaki members --install {name}` does it"
    return f"there is no member `{name}`; there are {', '.join(known)}"


def close_all() -> None:
    """End every process of every member; the next question starts new ones."""
    _waiting.close()
    _close_processes()
