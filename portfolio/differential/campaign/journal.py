"""The journal of a campaign: its plan, and a line for each batch that is done.

A line is written whole and flushed; one that was cut off by a kill counts as never written, and its
batch is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from portfolio.differential.campaign.plan import Plan, PlanError

PLAN, LINES = "plan.json", "journal.jsonl"

Ends = dict[str, dict[str, int]]
"""How often each member ended in which way; `sat` and `unsat` are ends of their own."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """A batch that is done: how many cases it had, how each member ended, what was found.

    `found` are the names of folders of findings, `known` the ids of known bugs that showed,
    `unshrunk` counts findings, by member and fault, that were not followed because the batch had
    enough of their kind. Each is there as often as it was met. `lost` says why a batch has no
    cases: it raised, or its process died twice.
    """

    batch: int
    source: str
    cases: int
    derived: int = 0
    certified: int = 0
    wall_s: float = 0.0
    ends: Ends = field(default_factory=dict)
    found: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    unshrunk: dict[str, int] = field(default_factory=dict)
    lost: str = ""


class Journal:
    """The journal in a folder, written by one process."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        """Open the journal, or begin it. Raise PlanError iff the folder has another campaign."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lines = folder / LINES
        written = folder / PLAN
        if not written.exists():
            if self._lines.exists():
                raise PlanError(f"`{folder}` has a journal without a plan")
            _write(written, plan.to_json())
        elif Plan.from_json(written.read_text(encoding="utf-8")) != plan:
            raise PlanError(f"`{folder}` has a campaign of another plan: see `{written}`")
        self.done = {done.batch: done for done in self._read()}

    def _read(self) -> Iterator[Done]:
        if not self._lines.exists():
            return
        text = self._lines.read_text(encoding="utf-8")
        whole, _, rest = text.rpartition("\n")
        if rest:
            _write(self._lines, f"{whole}\n" if whole else "")
        for line in whole.splitlines():
            written = json.loads(line)
            lists = {name: tuple(written[name]) for name in ("found", "known")}
            yield Done(**{**written, **lists})

    def add(self, done: Done) -> None:
        """Write that a batch is done."""
        with self._lines.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(done)) + "\n")
        self.done[done.batch] = done


def _write(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()
