"""Limits that a solver keeps by itself, so that its process need not be killed and made anew.

A process that was killed has to load its library before it can answer the next case, which takes
longer than most cases. So a solver that knows a limit on time is told it, and gets several times as
long until it is killed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from portfolio.limits import Limits
from portfolio.members.base import Member
from portfolio.members.binary import BinaryMember
from portfolio.members.library import LibraryMember

TIMES = 4
EXTRA_S = 5.0
"""A solver that is told its limit is killed after so many times as long, and so much more."""

STEPS_A_MS = 60
"""cvc5 does not always look at the clock; so many of its steps are about a millisecond."""

Options = tuple[tuple[str, str], ...]

OPTIONS: dict[str, Callable[[int], Options]] = {
    "z3": lambda ms: (("timeout", str(ms)),),
    "cvc5": lambda ms: (("tlimit-per", str(ms)), ("rlimit-per", str(STEPS_A_MS * ms))),
}
"""How a library of a dialect is told a limit in milliseconds."""

WORDS: dict[str, Callable[[int], str]] = {"cvc4": lambda ms: f"--tlimit-per={ms}"}
"""How a command of a dialect is told a limit in milliseconds."""


def told(member: Member, limits: Limits) -> tuple[Member, Limits]:
    """Return a member that keeps the limit on time by itself, and the limits to kill it by.

    Both are as they were iff it knows no such limit.
    """
    ms = max(round(1000 * limits.wall_s), 1)
    patient = replace(limits, wall_s=TIMES * limits.wall_s + EXTRA_S)
    if isinstance(member, LibraryMember) and member.dialect in OPTIONS:
        options = (*member.options, *OPTIONS[member.dialect](ms))
        return replace(member, options=options), patient
    if isinstance(member, BinaryMember) and member.dialect in WORDS:
        first, *others = member.command
        command = (first, WORDS[member.dialect](ms), *others)
        return replace(member, command=command), patient
    return member, limits
