"""The commands of a script, as data."""

from __future__ import annotations

from dataclasses import dataclass

from encoders.smtlib.term import Term


@dataclass(frozen=True)
class Assert:
    """Assert a Bool term; `written` is its text."""

    term: Term
    written: str


@dataclass(frozen=True)
class Declare:
    """A variable was declared; None stands for a symbol of a kind that is not supported."""

    variable: Term | None


@dataclass(frozen=True)
class Define:
    """A function, a constant, a sort or a datatype was defined."""

    name: str


@dataclass(frozen=True)
class Push:
    """Open levels of assertions and declarations."""

    levels: int


@dataclass(frozen=True)
class Pop:
    """Close levels of assertions and declarations."""

    levels: int


@dataclass(frozen=True)
class Reset:
    """Forget everything, options too."""


@dataclass(frozen=True)
class ResetAssertions:
    """Forget assertions and levels, and declarations that are not global."""


@dataclass(frozen=True)
class CheckSat:
    """Decide the assertions together with `assumptions`, which stand as they are `written`."""

    assumptions: tuple[Term, ...] = ()
    written: tuple[str, ...] = ()


@dataclass(frozen=True)
class GetModel:
    """Print the value of every variable."""


@dataclass(frozen=True)
class GetValue:
    """Print the values of terms; `written` are their texts."""

    terms: tuple[Term, ...]
    written: tuple[str, ...]


@dataclass(frozen=True)
class GetAssertions:
    """Print the assertions as they were written."""


@dataclass(frozen=True)
class GetAssignment:
    """Print the values of the named Bool terms."""


@dataclass(frozen=True)
class GetInfo:
    """Print what is known under a keyword."""

    keyword: str


@dataclass(frozen=True)
class GetOption:
    """Print the value of an option."""

    keyword: str


@dataclass(frozen=True)
class SetOption:
    """Set an option; `value` is as written, but for a string, which is its text."""

    keyword: str
    value: str


@dataclass(frozen=True)
class SetInfo:
    """Take note of something."""

    keyword: str


@dataclass(frozen=True)
class SetLogic:
    """Set the logic."""

    logic: str


@dataclass(frozen=True)
class Echo:
    """Print a string literal as it is written."""

    written: str


@dataclass(frozen=True)
class Exit:
    """End."""


Command = (
    Assert
    | Declare
    | Define
    | Push
    | Pop
    | Reset
    | ResetAssertions
    | CheckSat
    | GetModel
    | GetValue
    | GetAssertions
    | GetAssignment
    | GetInfo
    | GetOption
    | SetOption
    | SetInfo
    | SetLogic
    | Echo
    | Exit
)
