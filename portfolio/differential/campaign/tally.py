"""What came of a campaign so far: the sums over its batches, and how they read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from portfolio.differential.campaign.journal import Done
from portfolio.differential.filing.known import listing

Json = dict[str, object]


@dataclass
class Tally:
    """Sums over batches; `add` one after another."""

    batches: int = 0
    cases: int = 0
    derived: int = 0
    certified: int = 0
    wall_s: float = 0.0
    sources: Counter[str] = field(default_factory=Counter)
    ends: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    found: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    unshrunk: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)

    def add(self, done: Done) -> None:
        """Add a batch."""
        self.batches += 1
        self.cases += done.cases
        self.derived += done.derived
        self.certified += done.certified
        self.wall_s += done.wall_s
        self.sources[done.source] += done.cases
        for name, ends in done.ends.items():
            self.ends[name].update(ends)
        self.found.update(done.found)
        self.known.update(done.known)
        self.unshrunk.update(done.unshrunk)
        if done.lost:
            self.lost.append(done.batch)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found but what is known, and nothing was lost."""
        return not (self.found or self.unshrunk or self.lost)

    def to_json(self) -> Json:
        """Return the sums as JSON."""
        return {
            "batches": self.batches,
            "cases": self.cases,
            "derived": self.derived,
            "certified": self.certified,
            "wall_s": round(self.wall_s, 1),
            "sources": dict(sorted(self.sources.items())),
            "members": {name: dict(sorted(ends.items())) for name, ends in self.ends.items()},
            "found": dict(self.found.most_common()),
            "known": dict(self.known.most_common()),
            "unshrunk": dict(self.unshrunk.most_common()),
            "lost": self.lost,
        }

    def to_text(self) -> str:
        """Return the sums as lines."""
        by_source = ", ".join(f"{name} {number}" for name, number in sorted(self.sources.items()))
        lines = [
            f"{self.cases:,} cases ({by_source}), {self.derived:,} of them derived by relations",
            *(f"  {name}: {_counted(ends)}" for name, ends in self.ends.items()),
            *_listed("found", self.found),
            f"known already: {len(self.known)}",
            *(f"  {line}" for line in listing(self.known).splitlines()),
            *_listed("of a kind that its batch had enough of, not shrunk", self.unshrunk),
        ]
        if self.lost:
            lines.append(f"lost: the batches {', '.join(map(str, self.lost))}")
        return "\n".join([*lines, ""])


def _counted(ends: Mapping[str, int]) -> str:
    return ", ".join(f"{end} {number:,}" for end, number in sorted(ends.items()))


def _listed(title: str, counts: Counter[str]) -> list[str]:
    rows = [f"  {name}, {number} times" for name, number in counts.most_common()]
    return [f"{title}: {len(counts)}", *rows]
