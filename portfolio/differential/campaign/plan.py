"""What a campaign does: its members, where its cases come from, its limits, its seed.

A campaign is a row of batches, numbered from 0. The cases of a batch depend on the plan and its
number alone, so that batches can be made in any order, by any process, and again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from portfolio.limits import Limits
from portfolio.members import by_name
from portfolio.members.base import Member

SEEDS = "seeds"
"""The source that makes mutants of the scripts of a folder."""

FRAGMENTS = ("F0", "F1", "F1x", "F2", "F3", "F4", "IAM")
"""The sources that draw from strategies."""


class PlanError(ValueError):
    """What is asked of a campaign cannot be done."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A campaign. The same plan makes the same cases, whichever process makes them.

    `members` are names; `solvers` are other commands, by name. `sources` take turns, a batch each:
    names of FRAGMENTS, or `seeds`, which are the scripts below the folder `seeds`. Of a source's
    `drawn` cases a batch has `mutants` each. `derived` is the share of cases that a relation is
    tried on, `chained` the share of those whose languages make a chain, `certified` the share of
    unsats whose certificate is sought though nobody contradicts. `wall_s` and `memory_mib` hold for
    a member and a case; a finding is shrunk for `shrink_s`, and for as long again by ddSMT.
    """

    members: tuple[str, ...]
    solvers: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = FRAGMENTS
    seeds: str = ""
    seed: int = 0
    drawn: int = 100
    mutants: int = 2
    derived: float = 0.25
    chained: float = 0.02
    certified: float = 0.1
    wall_s: float = 1.0
    memory_mib: int = 1024
    shrink_s: float = 20.0

    @property
    def limits(self) -> Limits:
        """What a member may spend on a case."""
        return Limits(wall_s=self.wall_s, memory_mib=self.memory_mib)

    def source_of(self, batch: int) -> str:
        """Return the source of a batch."""
        return self.sources[batch % len(self.sources)]

    def seed_of(self, batch: int) -> int:
        """Return the seed of everything that is drawn for a batch."""
        written = f"{self.seed}:{self.source_of(batch)}:{batch}"
        return int.from_bytes(hashlib.sha256(written.encode()).digest()[:8])

    def to_json(self) -> str:
        """Return the text of the plan."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @staticmethod
    def from_json(text: str) -> Plan:
        """Return the plan of a text. Raise PlanError iff it is none."""
        try:
            written = json.loads(text)
            lists = {name: tuple(written[name]) for name in ("members", "sources")}
            solvers = tuple((name, command) for name, command in written["solvers"])
            return Plan(**{**written, **lists, "solvers": solvers})
        except (ValueError, TypeError, KeyError) as error:
            raise PlanError(f"no plan of a campaign: {error}") from error

    def check(self) -> None:
        """Raise PlanError iff a source is none, or a folder or a member is not there."""
        for source in self.sources:
            if source not in (*FRAGMENTS, SEEDS):
                known = ", ".join((*FRAGMENTS, SEEDS))
                raise PlanError(f"there is no source `{source}`; there are {known}")
        if not self.sources:
            raise PlanError("a campaign needs a source of cases")
        if SEEDS in self.sources and not self.seeds:
            raise PlanError(f"the source `{SEEDS}` needs a folder of scripts")
        if SEEDS in self.sources and not Path(self.seeds).is_dir():
            raise PlanError(f"`{self.seeds}` is no folder of seeds")
        try:
            members_of(self)
        except ValueError as error:
            raise PlanError(str(error)) from None


def members_of(plan: Plan) -> Sequence[Member]:
    """Return the members of a plan. Raise ValueError iff one is not there."""
    from portfolio.differential.solver_command import member_of  # noqa: PLC0415

    others = [member_of(command, name=name) for name, command in plan.solvers]
    return (*by_name(plan.members), *others)
