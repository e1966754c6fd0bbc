"""The automaton on one case in a process of its own: `python -m benchmarks.apart SUITE CASE`.

The process loads the kernels, decides a small case of each other family, then its own case once,
and prints the `Timing` as JSON with the most memory that the process had: start, kernels and the
reading of policies are part of that, not of the times.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from importlib.metadata import version

import click

from benchmarks import machine
from benchmarks.members import MEMBERS, timed
from benchmarks.ours import from_policies
from benchmarks.posed import Posed
from benchmarks.processes import WALL_FACTOR
from benchmarks.rows import TIMEOUT, Timing
from benchmarks.times import OURS

MEMORY_MIB = 512
"""What the tables of the engine may take; the whole process should stay within twice that."""

WARM_UP_S = 1.0
"""How long the process tries each case that it decides before its own."""

START_S = 60.0
"""How long a process may take before its case is ready."""


class Apart:
    """The automaton with a process for each case; one that does not end in time is killed."""

    name = OURS

    def __init__(self, suite: str) -> None:
        self._suite = suite

    def version(self) -> str:
        """Return the version of Keyaki."""
        return version("keyaki")

    def time(self, case: Posed, limit_s: float) -> Timing:
        """Time the case, as its process does."""
        command = (sys.executable, "-m", "benchmarks.apart", self._suite, case.name, str(limit_s))
        until_s = START_S + WALL_FACTOR * limit_s
        try:
            done = subprocess.run(  # noqa: S603 - our own command
                command, capture_output=True, text=True, timeout=until_s, check=False
            )
        except subprocess.TimeoutExpired:
            return Timing(verdict=TIMEOUT, wall_s=until_s, cpu_s=limit_s)
        if done.returncode != 0:
            said = done.stderr.strip().rpartition("\n")[2]
            return Timing(verdict=f"error: {done.returncode} {said}", wall_s=0.0, cpu_s=0.0)
        return Timing(**json.loads(done.stdout))

    def close(self) -> None:
        """Do nothing: no process is left."""


def others(cases: Iterable[Posed], family: str) -> list[Posed]:
    """Return the first case of each family but one."""
    found: dict[str, Posed] = {}
    for case in cases:
        found.setdefault(case.family, case)
    return [case for name, case in found.items() if name != family]


@click.command()
@click.argument("suite")
@click.argument("name")
@click.argument("limit_s", type=float)
def main(suite: str, name: str, limit_s: float) -> None:
    """Print how the case NAME of SUITE ended, and what it took."""
    from benchmarks.suites import SUITES  # noqa: PLC0415 - suites run their cases apart

    cases = list(SUITES[suite].cases())
    case = next(case for case in cases if case.name == name)
    member = MEMBERS[OURS]()
    for other in others(cases, case.family):
        member.time(other, WARM_UP_S)
    found = timed(lambda: from_policies(case.ready()), limit_s, memory_mib=MEMORY_MIB)
    click.echo(json.dumps(asdict(replace(found, peak_mib=machine.peak_mib()))))


if __name__ == "__main__":
    main()
