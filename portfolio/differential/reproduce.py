"""Show a stored finding again: `python -m portfolio.differential.reproduce FOLDER [SCRIPT]`.

The members of its record are asked about its case, or about SCRIPT. The exit status is 1 iff the
finding still shows, 0 iff it does not, and 2 iff that cannot be told: a record or script that
cannot be read, or a member that is not installed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from automaton.verdict import Unsupported
from encoders.smtlib.sexpr import ParseError
from portfolio.differential.case import Case
from portfolio.differential.filing.found import (
    case_of_text,
    finding_of_json,
    limits_of_json,
    member_of_json,
    said,
)
from portfolio.differential.filing.store import CASE, FINDING, ORIGINAL
from portfolio.differential.finding import Finding
from portfolio.differential.panel import Panel
from portfolio.differential.shrinking.minimal import finding_like
from portfolio.members import close_all

START_S = 60.0
"""What a member may take to answer its first question."""

SHOWS, GONE, BAD_INPUT = 1, 0, 2


class BadInputError(Exception):
    """It cannot be told whether a finding shows; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Show a finding again and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options.record, options.script, is_quiet=options.quiet)
    except BadInputError as error:
        sys.stderr.write(f"{error}\n")
    except Exception as error:
        # An uncaught error would end with the status of a finding that shows.
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        close_all()
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m portfolio.differential.reproduce",
        description="Ask the members of a stored finding again.",
        epilog="exit status: 1 iff the finding still shows, 0 iff not, 2 iff that cannot be told",
    )
    parser.add_argument("record", metavar="FOLDER", type=Path, help="its folder or finding.json")
    parser.add_argument("script", metavar="SCRIPT", type=Path, nargs="?", help="another script")
    parser.add_argument("--quiet", action="store_true", help="print nothing, only exit")
    return parser


def _run(record: Path, script: Path | None, *, is_quiet: bool) -> int:
    path = record / FINDING if record.is_dir() else record
    row = _read_record(path)
    finding, panel = _finding(row, path), _panel(row, path)
    case = _case(script) if script else _recorded_case(row, path.parent)
    _start(panel)
    outcomes = panel.ask(case)
    shown = finding_like(finding, case, outcomes)
    if not is_quiet:
        versions = panel.versions()
        recorded = _recorded_versions(row)
        for name, outcome in outcomes.items():
            note = _other_version(versions[name], recorded.get(name, ""))
            sys.stdout.write(f"{name} {versions[name]}{note} says {said(outcome)}\n")
        sys.stdout.write(_conclusion(finding, shown))
    return SHOWS if shown else GONE


def _start(panel: Panel) -> None:
    """Have every member answer something: starting takes some longer than their limits."""
    for member in panel.members:
        member.warm()
    Panel(panel.members, replace(panel.limits, wall_s=START_S)).ask(Case((), "nothing"))


def _conclusion(finding: Finding, shown: Finding | None) -> str:
    what = f"{finding.member}: {finding.fault.value}"
    if shown is None:
        return f"{what} does not show\n"
    return f"{what} shows: {shown.evidence}\n"


def _other_version(version: str, recorded: str) -> str:
    return f" (recorded with {recorded})" if recorded not in ("", version) else ""


def _read_record(path: Path) -> Mapping[str, object]:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"`{path}` cannot be read: {error}") from error
    if not isinstance(row, dict):
        raise BadInputError(f"`{path}` is no record of a finding")
    return row


def _finding(row: Mapping[str, object], path: Path) -> Finding:
    try:
        return finding_of_json(row)
    except (KeyError, ValueError) as error:
        raise BadInputError(f"`{path}` is no record of a finding: {error!r}") from error


def _panel(row: Mapping[str, object], path: Path) -> Panel:
    try:
        return Panel([member_of_json(each) for each in _members(row)], limits_of_json(row))
    except (KeyError, TypeError) as error:
        raise BadInputError(f"`{path}` is no record of a finding: {error!r}") from error
    except ValueError as error:
        raise BadInputError(str(error)) from error


def _members(row: Mapping[str, object]) -> list[dict[str, object]]:
    members = row["members"]
    if not isinstance(members, list) or not all(isinstance(each, dict) for each in members):
        raise TypeError("members are a list of objects")
    return members


def _recorded_versions(row: Mapping[str, object]) -> dict[str, str]:
    return {str(each["name"]): str(each.get("version", "")) for each in _members(row)}


def _recorded_case(row: Mapping[str, object], folder: Path) -> Case:
    """Return the case of a record; what was promised of the original holds of nothing smaller."""
    case = _case(folder / CASE)
    original = folder / ORIGINAL
    if row.get("expected") and original.is_file() and _case(original).text == case.text:
        expected, why = str(row["expected"]), str(row.get("why", ""))
        return Case(case.assertions, case.origin, expected, why)
    return case


def _case(path: Path) -> Case:
    try:
        return case_of_text(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError, ParseError, Unsupported) as error:
        raise BadInputError(f"`{path}` cannot be read: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
