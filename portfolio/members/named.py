"""Members by name, with options: `z3:seed=7`, `cvc5:strings-exp=true:seed=3`.

What follows the name are the solver's own options, each after a colon; `seed` stands for whatever
each solver calls its seed. Options are tried out before any race, once a process, on a problem
without constraints: what a solver does not know, or does not take, is an error here.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

from automaton.terms import Problem
from portfolio.answer import End
from portfolio.limits import Limits
from portfolio.members.base import Member, Options

TRIED = Problem(())
TRIAL_LIMITS = Limits(wall_s=20.0)
FINE = (End.ANSWERED, End.UNKNOWN, End.TIMED_OUT)
"""How a member may end that took its options."""

EXAMPLE = "`z3:seed=7`"


def split(name: str) -> tuple[str, Options]:
    """Return the name of a member and its options. Raise ValueError iff one is not `name=value`."""
    base, *texts = name.split(":")
    options = tuple(_option(name, text) for text in texts)
    for option, _ in options:
        if sum(other == option for other, _ in options) > 1:
            raise ValueError(f"member `{name}`: option `{option}` is given twice")
    return base, options


def _option(name: str, text: str) -> tuple[str, str]:
    option, _, value = text.partition("=")
    if not option or not value:
        raise ValueError(
            f"member `{name}`: `{text}` is no option, which is written as in {EXAMPLE}"
        )
    return option, value


def with_options(member: Member, name: str, options: Options) -> Member:
    """Return a member with a name and options. Raise ValueError iff it does not take these."""
    make = getattr(member, "with_options", None)
    if make is None:
        raise ValueError(f"member `{member.name}` takes no options")
    made: Member = _made(member, name, options)
    complaint = _complaint(made)
    if complaint is None or _complaint(member) is not None:
        # Who fails without options too is no judge of them; its end in the race will tell.
        return made
    for option in options:
        alone = _complaint(_made(member, f"{member.name}:{_text(option)}", (option,)))
        if alone is not None:
            raise ValueError(f"member `{member.name}` does not take `{_text(option)}`: {alone}")
    shown = ":".join(map(_text, options))
    raise ValueError(f"member `{member.name}` does not take `{shown}` together: {complaint}")


def _made(member: Member, name: str, options: Options) -> Member:
    try:
        made: Member = member.with_options(name, options)  # type: ignore[attr-defined]
    except ValueError as error:
        raise ValueError(f"member `{name}`: {error}") from None
    return made


def _text(option: tuple[str, str]) -> str:
    return "=".join(option)


def _complaint(member: Member) -> str | None:
    """Return what speaks against the options of a member, or None iff it works with them."""
    with suppress(TypeError):
        return _complaint_of_hashable(member)  # type: ignore[arg-type]
    return _complaint_now(member)


@cache
def _complaint_of_hashable(member: Member) -> str | None:
    return _complaint_now(member)


def _complaint_now(member: Member) -> str | None:
    outcome = member.start(TRIED, TRIAL_LIMITS).wait(None)
    if outcome is None or outcome.end in FINE:
        return None
    return _essence(outcome.detail) or outcome.end.value


def _essence(detail: str) -> str:
    """Return what a solver says of an option, without what it says around it."""
    said = detail.rpartition('(error "')[2]
    return re.split(r'"\)| Legal parameters are', said)[0]
