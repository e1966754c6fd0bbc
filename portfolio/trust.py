"""What each member is trusted for, and how much an answer must be confirmed.

A sat needs no trust: the referee confirms its model. An unsat stands at once iff its member is
trusted for every fragment of the task; otherwise it waits until a member of another solver says the
same, or until a certificate is accepted. Options, seeds and releases make no other solver. One that
is trusted for nothing is not trusted where a task uses nothing either, and with options other than
a seed, which may change what is asked, nobody is trusted.

What is declared here was found by the differential suite (`keyaki fuzz`, `keyaki conformance`):
a solver is trusted for a fragment iff no release from the one named on gave a wrong answer there.
The known bugs are in `portfolio/differential/filing/known.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from portfolio.fragment import Fragment
from portfolio.members.base import Member

ALL = frozenset(Fragment)
READ = ALL - {Fragment.OTHER}
PLAIN = frozenset({Fragment.MEMBERSHIPS, Fragment.NUMBERS, Fragment.LENGTHS})
LANGUAGES = PLAIN | {Fragment.COMPLEMENTS, Fragment.DIFFERENCES, Fragment.LOOPS}

CERTIFICATE = ":certificate"
"""The solver whose unsat is a certificate that the checker accepted. No member is named so."""

Release = tuple[int, ...]

DECLARED: Mapping[str, Sequence[tuple[Release, frozenset[Fragment]]]] = {
    "automaton": (((), ALL),),
    "z3": (((5, 1), READ), ((4, 12), LANGUAGES)),
    "cvc5": (((1, 0, 7), READ),),
    "cvc4": (((1, 8), PLAIN),),
}
"""For each solver the first releases that are trusted, the newest first, and for what."""


class Confirm(Enum):
    """What an unsat needs besides trust; the value is its name on the command line."""

    NOTHING = "nothing"
    """An unsat stands that its member is trusted for."""

    MEMBER = "member"
    """A member of another solver must say the same."""

    CERTIFICATE = "certificate"
    """The checker must accept a certificate."""

    EITHER = "either"
    """One of the two."""


@dataclass(frozen=True, kw_only=True)
class Scrutiny:
    """How much a race is to doubt its members.

    What is needed to reproduce a disagreement is written to a folder of its own in `evidence`, and
    nowhere iff that is None.
    """

    confirm: Confirm = Confirm.NOTHING
    evidence: Path | None = None


TRUSTING = Scrutiny()


@dataclass(frozen=True)
class Standing:
    """Whose answers a member gives, and the fragments in which its unsat stands alone."""

    solver: str
    trusted: frozenset[Fragment] = frozenset()


PROOF = Standing(CERTIFICATE, ALL)
"""The standing of what seeks a certificate."""


def standing_of(member: Member) -> Standing:
    """Return the standing of a member, as it declares it or as the table has it.

    A member of another distribution declares its `trusted` fragments, and its `solver` if that is
    not its name; one that does not declare `trusted` is trusted for nothing.
    """
    claimed = getattr(member, "solver", None)
    own = re.split("[@:]", member.name)[0]
    solver = own if claimed in (None, CERTIFICATE) else str(claimed)
    declared = getattr(member, "trusted", None)
    if declared is None:
        declared = _by_release(solver, member) if claimed is None else ()
    return Standing(solver, frozenset(declared))


def _by_release(solver: str, member: Member) -> frozenset[Fragment]:
    rows = DECLARED.get(solver, ())
    if not rows:
        return frozenset()
    release = tuple(map(int, re.findall(r"\d+", member.version())))
    return next((fragments for first, fragments in rows if release >= first), frozenset())
