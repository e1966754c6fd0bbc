"""What every question takes on the command line, gathered into one `Options`.

A command made with `cls=QuestionCommand` and `race_options` or `question_options` has these options
besides its own; its function gets them as its argument `options`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from encoders.iam.policy import PolicyType
from encoders.iam.wildcard import ArnWildcards
from portfolio.conduct import Conduct
from portfolio.gathering import gathering
from portfolio.limits import DEFAULT_LIMITS, Limits, Schedule
from portfolio.members import Member, by_name
from portfolio.trust import Confirm, Scrutiny

if TYPE_CHECKING:
    from portfolio.analyses import Analyst

E = TypeVar("E", bound=Enum)
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, kw_only=True)
class Options:
    """The common options as given; `members` is None for all that are installed."""

    timeout: float
    cpu: float | None = None
    memory: int = DEFAULT_LIMITS.memory_mib
    exit_zero: bool = False
    arn_wildcards: ArnWildcards = ArnWildcards.SEGMENTS
    members: tuple[Member, ...] | None = None
    schedule: Schedule = Schedule.STAGGERED
    confirm: Confirm = Confirm.NOTHING
    evidence: str | None = None
    output_format: str = "json"
    policy_type: PolicyType | None = None

    @property
    def conduct(self) -> Conduct:
        """How the races are to be run."""
        return Conduct(
            members=self.members,
            limits=self.limits,
            schedule=self.schedule,
            reading=self.arn_wildcards,
            scrutiny=self.scrutiny,
        )

    @property
    def limits(self) -> Limits:
        """What a question may cost."""
        return Limits(wall_s=self.timeout, cpu_s=self.cpu, memory_mib=self.memory)

    @property
    def scrutiny(self) -> Scrutiny:
        """How much is doubted, and where disagreements are written."""
        return Scrutiny(confirm=self.confirm, evidence=_folder(self.evidence))

    def conduct_for_many(self, *, with_reasons: bool) -> Conduct:
        """Return how the races of a batch are run."""
        return self.conduct if with_reasons else replace(self.conduct, core_wall_s=0.0)

    @property
    def analyst(self) -> Analyst:
        """How analyses are to be made."""
        from portfolio.analyses import Analyst  # noqa: PLC0415 - checks need none of it

        return Analyst(limits=self.limits, reading=self.arn_wildcards)


QuestionCommand = gathering(Options)
"""The class of commands whose function gets the common options."""


def _folder(evidence: str | None) -> Path:
    if evidence is not None:
        return Path(evidence)
    from portfolio.evidence import default_folder  # noqa: PLC0415 - a path, and no more is read

    return default_folder()


class ByValue(click.Choice[E]):
    """A choice of a member of an enum, named on the command line by its value."""

    def __init__(self, kind: type[E]) -> None:
        super().__init__(tuple(kind))

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        """Return the word that stands for `choice` on the command line."""
        return str(choice.value) if isinstance(choice, Enum) else str(choice)


def _members(
    context: click.Context,
    parameter: click.Parameter,
    value: str | None,
) -> tuple[Member, ...] | None:
    if value is None:
        return None
    try:
        return by_name(name.strip() for name in value.split(","))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def seconds(
    context: click.Context,
    parameter: click.Parameter,
    value: float | None,
) -> float | None:
    """Return a time that can be spent, None for none; raise BadParameter for any other."""
    if value is not None and (not math.isfinite(value) or value <= 0):
        raise click.BadParameter(f"`{value}` is not a time to spend")
    return value


_RACERS = (
    click.option(
        "--members",
        metavar="NAME,...",
        callback=_members,
        help="Who takes part in the race; with options as in z3:seed=7 or"
        " cvc5:strings-exp=true:seed=3.  [default: all that are installed]",
    ),
    click.option(
        "--schedule",
        type=ByValue(Schedule),
        default=Schedule.STAGGERED,
        help="All members at once; the first one ahead; all at once, each to its end."
        "  [default: staggered]",
    ),
    click.option(
        "--confirm",
        type=ByValue(Confirm),
        default=Confirm.NOTHING,
        help="What an unsat needs besides a member that is trusted: another solver that says the"
        " same, a certificate that a checker accepts, or either.  [default: nothing]",
    ),
    click.option(
        "--evidence",
        type=click.Path(file_okay=False),
        metavar="FOLDER",
        help="Where disagreements are written.  [default: ~/.local/state/keyaki/disagreements]",
    ),
    click.option(
        "--cpu",
        type=float,
        metavar="SECONDS",
        callback=seconds,
        help="Processor time of each member for each question.  [default: none]",
    ),
    click.option(
        "--memory",
        type=click.IntRange(min=64),
        default=DEFAULT_LIMITS.memory_mib,
        show_default=True,
        metavar="MIB",
        help="Memory of each member for each question.",
    ),
)

_TIMEOUT = click.option(
    "--timeout",
    type=float,
    default=DEFAULT_LIMITS.wall_s,
    show_default=True,
    metavar="SECONDS",
    callback=seconds,
    help="Wall time for each question.",
)

_EXIT_ZERO = click.option(
    "--exit-zero", is_flag=True, help="Exit with status 0 whatever the answer is."
)

_LIMITS = (
    _TIMEOUT,
    click.option(
        "--arn-wildcards",
        type=ByValue(ArnWildcards),
        default=ArnWildcards.SEGMENTS,
        help="Whether a wildcard of a resource stays within its segment of the ARN."
        "  [default: segments]",
    ),
    _EXIT_ZERO,
)

_FORMAT = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)

_POLICY_TYPE = click.option(
    "--policy-type",
    type=ByValue(PolicyType),
    help="Where the policies are attached.  [default: resource iff one names a principal]",
)


_ZONE = (
    click.option(
        "--trusted-account", "accounts", metavar="ID", multiple=True, help="May be given often."
    ),
    click.option(
        "--trusted-organization",
        "organizations",
        metavar="ID",
        multiple=True,
        help="May be given often.",
    ),
)


def zone_options(function: F) -> F:
    """Add the options for the accounts and organizations that are trusted."""
    return _with(function, *_ZONE)


def race_options(function: F) -> F:
    """Add the options that say how races are run."""
    return _with(function, *_RACERS, *_LIMITS)


def question_options(function: F) -> F:
    """Add those, and the options for what is read and printed."""
    return _with(function, _FORMAT, _POLICY_TYPE, *_RACERS, *_LIMITS)


def solver_options(function: F) -> F:
    """Add the options of a script that is put to the race."""
    return _with(function, _FORMAT, *_RACERS, _TIMEOUT, _EXIT_ZERO)


def service_options(function: F) -> F:
    """Add the options of a service, which has no answer of its own to exit with."""
    return _with(function, *_RACERS, *(option for option in _LIMITS if option is not _EXIT_ZERO))


def stack_options(function: F) -> F:
    """Add the options of a question about stacks, whose policies say of what type they are."""
    return _with(function, _FORMAT, *_RACERS, *_LIMITS)


def analysis_options(function: F) -> F:
    """Add the options of an analysis, which is no race."""
    return _with(function, _FORMAT, _POLICY_TYPE, *_LIMITS)


def simulation_options(function: F) -> F:
    """Add the options of a simulation, which is no race and whose policies say their types."""
    return _with(function, _FORMAT, *_LIMITS)


def _with(function: F, *options: Callable[[F], F]) -> F:
    for option in reversed(options):
        function = option(function)
    return function
