"""What becomes of a finding: it is shrunk, told from what is known, and stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portfolio.differential.case import Case
from portfolio.differential.filing.ddsmt import reduced
from portfolio.differential.filing.found import Found, Source
from portfolio.differential.filing.known import KnownBug, known_bug
from portfolio.differential.filing.store import Store
from portfolio.differential.finding import Finding
from portfolio.differential.panel import Panel
from portfolio.differential.shape import shape_of
from portfolio.differential.shrinking.minimal import Effort, minimal, shown

FINDINGS, KNOWN = "findings", "known"
"""The folders of a campaign in which findings are stored."""


@dataclass(frozen=True)
class Followed:
    """Where a finding is stored, and the id of the known bug that it shows, or nothing."""

    name: str
    known: str = ""


@dataclass(frozen=True)
class Follower:
    """Follows findings of one campaign up, in its folder; `shrink_s` as in a plan."""

    folder: Path
    panel: Panel
    seed: int
    shrink_s: float

    def follow(
        self, case: Case, finding: Finding, *, batch: int, where: str, base: Case | None = None
    ) -> Followed:
        """Return where a finding is stored, after it was shrunk.

        `base` is the case from which a relation derived this one. `where` a finding was met is
        counted once.
        """
        effort = Effort(wall_s=self.shrink_s)
        small = minimal(case, finding, self.panel, effort=effort)
        now = shown(small, finding, self.panel) or finding
        shape = shape_of(now, small)
        known = self.known(small, now)
        store = Store(self.folder / (KNOWN if known else FINDINGS))
        stored = store.count(shape.name, where)
        if stored is None:
            rest = reduced(small, now, self.panel, wall_s=self.shrink_s)
            stored = store.add(
                Found(
                    finding=rest.finding,
                    case=rest.case,
                    original=case,
                    panel=self.panel,
                    outcomes=self.panel.ask(rest.case),
                    shape=shape,
                    source=Source(seed=self.seed, batch=batch),
                    notes=(rest.note, *_derivation(base)),
                    known=known.id if known else "",
                    link=known.link if known else "",
                ),
                where,
            )
        return Followed(stored.name, known.id if known else "")

    def known(self, case: Case, finding: Finding) -> KnownBug | None:
        """Return the known bug that a finding looks like by the terms of its case, or None."""
        versions = self.panel.only(finding.member).versions()
        return known_bug(finding, case, versions.get(finding.member, ""))


def _derivation(base: Case | None) -> tuple[str, ...]:
    return () if base is None else (f"derived from this script:\n{base.text}",)
