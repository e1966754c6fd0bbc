"""A run on record: a row for each answer, the tables, and what it was made by and on."""

from __future__ import annotations

import csv
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from automaton.version import VERSION
from portfolio.differential.iam.case import IamCase
from portfolio.differential.iam.score import Graded, Score
from portfolio.differential.iam.table import as_json, as_markdown

COLUMNS = ("tool", "version", "case", "rule", "status", "expected", "answer", "grade", "wall_s")


def write(folder: Path, scores: Sequence[Score], cases: Sequence[IamCase], *, command: str) -> None:
    """Write the record of a run into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for score in scores:
            table.writerows(_row(score, one) for one in score.graded)
    (folder / "score.md").write_text(as_markdown(scores, cases), encoding="utf-8")
    _write_json(folder / "score.json", as_json(scores, cases))
    _write_json(folder / "run.json", {"command": command, **_machine()})


def _row(score: Score, one: Graded) -> tuple[object, ...]:
    case, reply = one.case, one.reply
    words = [_word(case.expected), _word(reply.answer)]
    place = (case.name, case.rule.name, case.rule.status.value)
    return (score.tool, score.version, *place, *words, one.grade.value, f"{reply.wall_s:.3f}")


def _word(answer: object) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _machine() -> dict[str, str]:
    """Return what the record was made on."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "keyaki": VERSION,
    }
