"""Whether a new run may take the place of the base: what speaks against it, a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from portfolio.workbench.bands import FEWEST, Band, band
from portfolio.workbench.compare import Comparison

DEFAULT_FACTOR = 1.5
DEFAULT_BAND_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What a new run has to clear.

    Queries that the base solves in less than `band_s` seconds, all together, must not become slower
    by more than `factor` beyond noise; those named in `allowed` may become unsolved or change.
    """

    factor: float = DEFAULT_FACTOR
    band_s: float = DEFAULT_BAND_S
    allowed: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What speaks against a new run; `query` is empty iff it is about many."""

    what: str
    query: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.what, self.query, self.sentence)))


def objections(found: Comparison, bar: Bar) -> Iterator[Objection]:
    """Yield what speaks against the new run; nothing iff it clears the bar."""
    yield from _unsolved(found, bar)
    for one in found.changed:
        if one.pair.query in bar.allowed:
            continue
        said = "; ".join((f"{one.pair.base.verdict}, now {one.pair.new.verdict}", *one.support))
        yield Objection(what="changed verdict", query=one.pair.query, sentence=said)
    easy = easy_band(found, bar)
    if easy is not None and easy.is_slower_than(bar.factor):
        yield Objection(
            what="slower",
            query="",
            sentence=(
                f"{easy.queries} queries {easy.name} take {easy.factor:.2f} times as long"
                f" (at least {easy.low:.2f} times, beyond noise), more than {bar.factor:g} times"
            ),
        )


def _unsolved(found: Comparison, bar: Bar) -> Iterator[Objection]:
    for pair in found.newly_unsolved:
        if pair.query not in bar.allowed:
            base, new = pair.base, pair.new
            sentence = f"was {base.verdict} in {base.wall_s:.2f} s, now {new.end}"
            if found.is_borderline(pair):
                sentence += " (borderline: more than half of the limit before)"
            yield Objection(what="newly unsolved", query=pair.query, sentence=sentence)


def easy_band(found: Comparison, bar: Bar) -> Band | None:
    """Return what became of the time of the easy queries, or None iff there are none.

    Easy is what the base solves fast, so that a query which became hard is among them.
    """
    seconds = (found.seconds(pair) for pair in found.both_solved)
    easy = [pair for pair in seconds if pair[0] < bar.band_s]
    return band(f"below {bar.band_s:g} s", easy) if easy else None


def is_told(found: Comparison, bar: Bar) -> bool:
    """Return whether there are enough easy queries to tell whether they became slower."""
    easy = easy_band(found, bar)
    return easy is not None and easy.queries >= FEWEST


def unused(found: Iterable[Comparison], bar: Bar) -> list[str]:
    """Return the allowed names that nothing would be said against, sorted."""
    strict = replace(bar, allowed=frozenset())
    return sorted(bar.allowed - {one.query for each in found for one in objections(each, strict)})
