"""What is needed to look into a disagreement, written to a folder of its own.

`task.smt2` is the task in SMT-LIB, `NAME.smt2` the script that a solver was given, in its dialect,
`answers.json` what each member said, in which version and under which limits, with all models.
`README.md` tells how to run it again. A folder is named by the digest of the task and of who
disagrees in which version, so that the same disagreement is written once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from automaton.terms import Problem
from automaton.verdict import Sat, Unsupported, Verdict
from automaton.version import VERSION
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.question import full_script
from portfolio.answer import WORDS, Answer, Disagreement, Json, MemberReport, value_to_json
from portfolio.limits import Limits
from portfolio.members.base import Task

TASK = "task.smt2"
ANSWERS = "answers.json"
README = "README.md"

MOST_FOLDERS = 1000
"""How many disagreements a folder keeps; of later ones only the answer tells."""


def default_folder() -> Path:
    """Return the folder that the command line keeps disagreements in."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "keyaki" / "disagreements"


def keep(folder: Path, task: Task, answer: Answer, limits: Limits) -> Answer:
    """Return `answer` with the folder in which its disagreements now are.

    Where nothing can be written it is the answer as it was: it tells who disagrees in any case.
    """
    files = {
        name: text.encode(errors="backslashreplace") for name, text in _files(task, answer, limits)
    }
    place = folder / _digest(files[TASK], answer)
    with contextlib.suppress(OSError):
        if not place.exists():
            _write(place, files)
        return replace(answer, evidence=str(place))
    return answer


def _digest(task: bytes, answer: Answer) -> str:
    versions = {report.name: report.version for report in answer.members}
    told = [(one.member, versions[one.member], one.to_json()) for one in answer.disagreements]
    return hashlib.sha256(task + json.dumps(told).encode()).hexdigest()[:16]


def _write(place: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder whole or not at all. Raise OSError iff it cannot be, or there are too many."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in place.parent.iterdir()) >= MOST_FOLDERS:
        raise OSError(f"`{place.parent}` is full")
    aside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        aside.mkdir()
        for name, content in files.items():
            (aside / name).write_bytes(content)
        # Another process may have been first: then its folder says the same.
        with contextlib.suppress(OSError):
            aside.rename(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _files(task: Task, answer: Answer, limits: Limits) -> Iterator[tuple[str, str]]:
    yield TASK, _script(task, "standard")
    for dialect in DIALECTS:
        if dialect != "standard":
            yield f"{dialect}.smt2", _script(task, dialect)
    yield ANSWERS, json.dumps(_answers(answer, limits), indent=1) + "\n"
    yield README, _readme(answer, limits)


def _script(task: Task, dialect: str) -> str:
    from encoders.smtlib.printer import script  # noqa: PLC0415 - few answers need it

    try:
        if isinstance(task, Problem):
            return script(task, DIALECTS[dialect])
        return full_script(task, DIALECTS[dialect])
    except Unsupported as gap:
        return f"; {gap}\n"


def _answers(answer: Answer, limits: Limits) -> Json:
    return {
        "verdict": WORDS[type(answer.verdict)],
        "winner": answer.winner,
        "disagreements": [_disagreement(one) for one in answer.disagreements],
        "members": [_report(report) for report in answer.members],
        "limits": asdict(limits),
        "keyaki": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _disagreement(one: Disagreement) -> Json:
    return {**one.to_json(), "model": _model(one.verdict)}


def _report(report: MemberReport) -> Json:
    verdict = report.verdict
    word = None if verdict is None else WORDS[type(verdict)]
    return {**report.to_json(), "verdict": word, "model": _model(verdict)}


def _model(verdict: Verdict | None) -> Json | None:
    if not isinstance(verdict, Sat):
        return None
    return {name: value_to_json(value) for name, value in verdict.model.items()}


def _readme(answer: Answer, limits: Limits) -> str:
    said = [
        f"- `{one.name}` {one.version}: {one.end.value}"
        + (f", {WORDS[type(one.verdict)]}" if one.verdict else "")
        + (f" ({one.detail})" if one.detail else "")
        for one in answer.members
    ]
    against = [
        f"- the {WORDS[type(one.verdict)]} of `{one.member}` does not stand: {one.objection}"
        for one in answer.disagreements
    ]
    names = ",".join(one.name for one in answer.members if one.name != "certificate")
    cpu = "" if limits.cpu_s is None else f" --cpu {limits.cpu_s:g}"
    given = f"--timeout {limits.wall_s:g}{cpu} --memory {limits.memory_mib}"
    return "\n".join(
        (
            "# Members contradict each other",
            "",
            *against,
            "",
            f"The answer is {WORDS[type(answer.verdict)]}. How each member ended:",
            "",
            *said,
            "",
            "Run it again, each member to its end:",
            "",
            f"    keyaki solve --schedule run-all --format json --members {names} {given} {TASK}",
            "",
            "or one solver alone, on the script that it was given: `z3 z3.smt2`, `cvc5 cvc5.smt2`,",
            "`cvc4 --lang smt2.6 --strings-exp cvc4.smt2`. `answers.json` has versions and models.",
            "",
        )
    )
