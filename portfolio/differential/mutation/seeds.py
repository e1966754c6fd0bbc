"""Seeds of mutation: the scripts of a folder as cases, and why others of them are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automaton.verdict import Unsupported
from encoders.smtlib.literals import text_of
from encoders.smtlib.script import assertions_of
from encoders.smtlib.sexpr import Atom, List, ParseError, Sexpr, Source, read
from encoders.smtlib.term import Term
from portfolio.differential.case import Case
from portfolio.differential.rewriting import ours

MAX_BYTES = 20_000
"""The size of the largest script that is read, unless another is asked for."""


@dataclass(frozen=True)
class Seeds:
    """The cases of a folder, and why each other script of it is none."""

    cases: tuple[Case, ...]
    unread: Mapping[Path, str]


def read_seeds(folder: Path, *, max_bytes: int = MAX_BYTES) -> Seeds:
    """Return what each script (`*.smt2`) of a folder, at any depth, asserts at its first check.

    Its status says what is expected. Each script is among the cases or among those unread.
    """
    cases: list[Case] = []
    unread: dict[Path, str] = {}
    for path in sorted(folder.rglob("*.smt2")):
        try:
            cases.append(_case(path, folder, max_bytes))
        except (ParseError, Unsupported, OSError, UnicodeError, MemoryError) as error:
            unread[path] = str(error) or type(error).__name__
        except _NoSeed as reason:
            unread[path] = str(reason)
    return Seeds(tuple(cases), unread)


class _NoSeed(Exception):  # noqa: N818 - a reason, which goes into a table
    """Raised for a script that can be read and is of no use."""


def _case(path: Path, folder: Path, max_bytes: int) -> Case:
    size = path.stat().st_size
    if size > max_bytes:
        raise _NoSeed(f"{size} bytes, more than {max_bytes}")
    text = path.read_text(encoding="utf-8")
    assertions = _assertions(text)
    if not assertions:
        raise _NoSeed("it asserts nothing before its first check")
    expected = status_of(text)
    why = "the status of the script says so" if expected else ""
    return Case(ours(assertions), str(path.relative_to(folder)), expected, why)


def _assertions(text: str) -> list[Term]:
    """Return what a script asserts, in the names of today or, where it has none, in older ones."""
    try:
        return assertions_of(text)[0]
    except (ParseError, Unsupported):
        try:
            return assertions_of(text, old_names=True)[0]
        except (ParseError, Unsupported):
            pass
        raise


def status_of(text: str) -> str:
    """Return the status before the first check of a script, empty iff it is not known there."""
    status = ""
    for written in read(Source(text), text_of):
        match _words(written):
            case ["set-info", ":status", answer]:
                status = answer if answer in ("sat", "unsat") else ""
            case ["check-sat" | "check-sat-assuming", *_]:
                return status
    return status


def _words(written: Sexpr) -> list[str]:
    if not isinstance(written, List):
        return []
    return [item.text if isinstance(item, Atom) else "" for item in written.items]
