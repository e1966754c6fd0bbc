"""The options that a script may set, with their defaults: rows of data.

Not the whole standard is here: an option that is not answers `unsupported`, and so does a value
that would ask for what we do not do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """An option: how its value is when none is set, and which values it takes."""

    default: str
    takes: Callable[[str], bool]


def _is_truth(value: str) -> bool:
    return value in ("true", "false")


def _is_numeral(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _only(*wanted: str) -> Callable[[str], bool]:
    return lambda value: value in wanted


OPTIONS: dict[str, Option] = {
    ":diagnostic-output-channel": Option('"stderr"', _only("stderr")),
    ":global-declarations": Option("false", _is_truth),
    ":interactive-mode": Option("false", _is_truth),
    ":print-success": Option("false", _is_truth),
    ":produce-assertions": Option("true", _is_truth),
    ":produce-assignments": Option("true", _is_truth),
    ":produce-models": Option("true", _is_truth),
    ":produce-proofs": Option("false", _only("false")),
    ":produce-unsat-assumptions": Option("false", _only("false")),
    ":produce-unsat-cores": Option("false", _only("false")),
    ":random-seed": Option("0", _is_numeral),
    ":regular-output-channel": Option('"stdout"', _only("stdout")),
    ":reproducible-resource-limit": Option("0", _is_numeral),
    ":timeout": Option("0", _is_numeral),
    ":tlimit-per": Option("0", _is_numeral),
    ":verbosity": Option("0", _is_numeral),
}
"""Times are in milliseconds for each check, and 0 is no limit; `:timeout` is z3's word and
`:tlimit-per` cvc5's. A resource is a step of the search."""


class Settings:
    """The options of a session, and those that are set."""

    def __init__(self) -> None:
        self._set: dict[str, str] = {}

    def has(self, keyword: str) -> bool:
        """Return whether there is such an option."""
        return keyword in OPTIONS

    def set(self, keyword: str, value: str) -> bool:
        """Set an option; return whether it is one, and takes the value."""
        is_known = keyword in OPTIONS and OPTIONS[keyword].takes(value)
        if is_known:
            self._set[keyword] = value
        return is_known

    def written(self, keyword: str) -> str:
        """Return the value of an option as it is written."""
        return self._set.get(keyword, OPTIONS[keyword].default)

    def is_on(self, keyword: str) -> bool:
        """Return whether an option with two values is set."""
        return self.written(keyword) == "true"

    def number(self, keyword: str) -> int | None:
        """Return the value of a limit, or None iff it is no limit."""
        return int(self.written(keyword)) or None
