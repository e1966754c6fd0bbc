"""What a race may spend, and in which order its members start."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one race.

    `wall_s` counts from the start of the race, for all its members. `cpu_s` is the processor time
    of each member, all its processes together; None is as much as fits into `wall_s`. `memory_mib`
    holds for each member beyond what it takes to start. `grace_s` is the head start of the first
    member under the staggered schedule.
    """

    wall_s: float = 30.0
    cpu_s: float | None = None
    memory_mib: int = 2048
    grace_s: float = 0.05


DEFAULT_LIMITS = Limits()


class Schedule(Enum):
    """When members start and when the race ends; the value is its name on the command line."""

    EAGER = "eager"
    """All start at once; the first answer that stands ends the race."""

    STAGGERED = "staggered"
    """The first member starts alone, the others when it declines or its head start is over."""

    RUN_ALL = "run-all"
    """All start at once and run to their own ends, so that every contradiction shows."""
