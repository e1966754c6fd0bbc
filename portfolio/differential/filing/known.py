"""Known bugs of solvers, as data: what is found of them is counted apart, so that it hides nothing.

A row of `known.toml` matches as narrowly as the bug is understood: the solver, a range of its
versions, the fault, and terms that the shrunk script must have. A term is a pattern: `_` stands for
any term, `...` for any further arguments, `?x` for the same term wherever it stands; an index may
be `_`, too. A text that holds several patterns is met by any of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from encoders.smtlib.sexpr import Atom, Kind, List, Sexpr, read_all
from encoders.smtlib.term import CONSTANT, Term, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.case import Case
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.text import constant

TABLE = Path(__file__).with_name("known.toml")
ANY, MORE, SAME = "_", "...", "?"


@dataclass(frozen=True, kw_only=True)
class KnownBug:
    """A bug of `solver` in versions of at least `first` and below `fixed`, where these are known.

    Each text of `terms` has patterns, one of which some term of a script must match. `shows` is a
    script that shows the bug in version `seen`.
    """

    id: str
    solver: str
    faults: tuple[Fault, ...]
    terms: tuple[str, ...]
    link: str
    note: str
    shows: str
    seen: str
    first: str = ""
    fixed: str = ""

    def affects(self, version: str) -> bool:
        """Return whether a version has the bug; one that is not known may have any."""
        number = numbers(version)
        if not number:
            return True
        is_early = bool(self.first) and number < numbers(self.first)
        is_late = bool(self.fixed) and number >= numbers(self.fixed)
        return not is_early and not is_late

    def matches(self, case: Case) -> bool:
        """Return whether every pattern is matched by some term of a case."""
        terms = in_order(*case.assertions, parts_of=parts_of)
        return all(
            any(is_match(pattern, term) for pattern in read_all(text) for term in terms)
            for text in self.terms
        )


def known_bug(
    finding: Finding, case: Case, version: str, bugs: Sequence[KnownBug] | None = None
) -> KnownBug | None:
    """Return the first known bug that a finding about a shrunk case looks like, or None."""
    solver = finding.member.partition("@")[0]
    candidates = (
        bug
        for bug in (known_bugs() if bugs is None else bugs)
        if bug.solver == solver and finding.fault in bug.faults and bug.affects(version)
    )
    return next((bug for bug in candidates if bug.matches(case)), None)


@cache
def known_bugs() -> tuple[KnownBug, ...]:
    """Return the rows of the table, in order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["bug"]
    return tuple(
        KnownBug(
            **{
                **row,
                "faults": tuple(map(Fault, row["faults"])),
                "terms": tuple(row["terms"]),
            }
        )
        for row in rows
    )


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers that compare, `5.0` and `5.0.0` as the same."""
    found = [int(digits) for digits in re.findall(r"\d+", version)]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def is_match(pattern: Sexpr, term: Term) -> bool:
    """Return whether a term is what a pattern says; names that begin with ? are alike."""
    bound: dict[str, Term] = {}
    todo: list[tuple[Sexpr, Term]] = [(pattern, term)]
    while todo:
        wanted, given = todo.pop()
        if isinstance(wanted, Atom):
            if not _is_atom(wanted, given, bound):
                return False
        elif not _is_head(wanted, given):
            return False
        else:
            arguments = [each for each in wanted.items[1:] if not _is_symbol(each, MORE)]
            todo += zip(arguments, given.parts, strict=False)
    return True


def _is_atom(wanted: Atom, given: Term, bound: dict[str, Term]) -> bool:
    if wanted.kind is Kind.SYMBOL and wanted.text.startswith(SAME):
        return bound.setdefault(wanted.text, given) is given
    if _is_symbol(wanted, ANY):
        return True
    if given.operator == CONSTANT:
        assert given.value is not None
        same_kind = (wanted.kind is Kind.STRING) == isinstance(given.value, str)
        text = given.value if isinstance(given.value, str) else constant(given.value)
        return same_kind and wanted.text == text
    return wanted.kind is Kind.SYMBOL and not given.parts and wanted.text == given.operator


def _is_head(wanted: List, given: Term) -> bool:
    """Return whether function, indices and number of arguments are as wanted."""
    head, *arguments = wanted.items
    may_have_more = bool(arguments) and _is_symbol(arguments[-1], MORE)
    number = len(arguments) - may_have_more
    if len(given.parts) < number or (len(given.parts) > number and not may_have_more):
        return False
    if isinstance(head, Atom):
        return head.text == given.operator and not given.indices
    name, *indices = head.items[1:]
    return (
        isinstance(name, Atom)
        and name.text == given.operator
        and len(indices) == len(given.indices)
        and all(_is_index(each, index) for each, index in zip(indices, given.indices, strict=True))
    )


def _is_index(wanted: Sexpr, index: int) -> bool:
    return _is_symbol(wanted, ANY) or (isinstance(wanted, Atom) and wanted.text == str(index))


def _is_symbol(wanted: Sexpr, text: str) -> bool:
    return isinstance(wanted, Atom) and wanted.kind is Kind.SYMBOL and wanted.text == text


def listing(counts: Mapping[str, int]) -> str:
    """Return the known bugs that were met, one a line: how often, which, and where it is told."""
    links = {bug.id: bug for bug in known_bugs()}
    return "\n".join(
        f"{count} times {name}: {links[name].note} ({links[name].link})"
        if name in links
        else f"{count} times {name}"
        for name, count in sorted(counts.items())
    )
