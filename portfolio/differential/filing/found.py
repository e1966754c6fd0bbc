"""What is known of a finding: enough to show it again, and to write a bug report of it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from automaton.version import VERSION
from encoders.smtlib.script import assertions_of
from portfolio.answer import Json
from portfolio.differential.case import CHECK, Case
from portfolio.differential.checks import word_of
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.panel import Outcomes, Panel
from portfolio.differential.shape import Shape
from portfolio.differential.solver_command import CommandMember
from portfolio.limits import Limits
from portfolio.members import BinaryMember, Member, by_name
from portfolio.members.base import Outcome

FORMAT = 1

STATUS = {Fault.WRONG_SAT: "unsat", Fault.WRONG_UNSAT: "sat"}
"""What a case is, by the fault that is proved."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What made the case: a seed, one of its batches, and the command that was given."""

    seed: int | None = None
    batch: int | None = None
    command: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finding about `case`, which was shrunk from `original`.

    `outcomes` are what the members of `panel` say to `case`; `notes` tell how it was shrunk;
    `shape` is that of the case as our own shrinking left it.
    """

    finding: Finding
    case: Case
    original: Case
    panel: Panel
    outcomes: Outcomes
    shape: Shape
    source: Source = Source()
    notes: tuple[str, ...] = ()
    known: str = ""
    link: str = ""

    @property
    def status(self) -> str:
        """What the case is: `sat` or `unsat` where that is proved, else empty."""
        return STATUS.get(self.finding.fault, "")

    @property
    def version(self) -> str:
        """The version of the member that is wrong; empty where nobody knows who is."""
        return self.panel.only(self.finding.member).versions().get(self.finding.member, "")

    def to_json(self) -> Json:
        """Return all but the scripts."""
        return {
            "format": FORMAT,
            "name": self.shape.name,
            "member": self.finding.member,
            "fault": self.finding.fault.value,
            "evidence": self.finding.evidence,
            "operators": list(self.shape.operators),
            "known": self.known,
            "link": self.link,
            "origin": self.original.origin,
            "expected": self.original.expected,
            "why": self.original.why,
            "members": [member_to_json(member) for member in self.panel.members],
            "limits": asdict(self.panel.limits),
            "said": {name: said(outcome) for name, outcome in self.outcomes.items()},
            "source": asdict(self.source),
            "notes": list(self.notes),
            "keyaki": VERSION,
            "python": platform.python_version(),
            "platform": platform.platform(),
        }


def said(outcome: Outcome) -> str:
    """Return what a member said, with its reason if it gave none of sat and unsat."""
    word = word_of(outcome)
    if word and outcome.verdict is not None:
        return word
    shown = word or outcome.end.value
    return f"{shown}: {outcome.detail}" if outcome.detail else shown


def member_to_json(member: Member) -> Json:
    """Return what makes a member again: its name, or its command if it is one of the user's."""
    row: Json = {"name": member.name, "version": member.version()}
    if isinstance(member, BinaryMember | CommandMember):
        row |= {
            "command": list(member.command),
            "dialect": member.dialect,
            "version_command": list(member.version_command),
        }
    return row


def member_of_json(row: Mapping[str, object]) -> Member:
    """Return the member that a row stands for.

    Raise ValueError iff it is not installed, KeyError or TypeError iff the row is none.
    """
    name = str(row["name"])
    if "command" not in row:
        return by_name([name])[0]
    command = _words(row["command"])
    if shutil.which(command[0]) is None:
        raise ValueError(f"the command `{command[0]}` of member `{name}` is not installed")
    return CommandMember(
        name=name,
        command=command,
        dialect=str(row["dialect"]),
        version_command=_words(row["version_command"]),
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("a command is a list of words")
    return tuple(map(str, value))


def finding_of_json(row: Mapping[str, object]) -> Finding:
    """Return the finding of a record; raise KeyError or ValueError iff it has none."""
    return Finding(str(row["member"]), Fault(row["fault"]), str(row["evidence"]))


def limits_of_json(row: Mapping[str, object]) -> Limits:
    """Return the limits of a record; raise KeyError, TypeError or ValueError iff it has none."""
    limits = row["limits"]
    if not isinstance(limits, dict):
        raise TypeError("limits are an object")
    return Limits(
        wall_s=float(limits["wall_s"]),
        memory_mib=int(limits["memory_mib"]),
        grace_s=float(limits["grace_s"]),
    )


def case_of_text(text: str, origin: str, *, expected: str = "", why: str = "") -> Case:
    """Return the case of a script; raise ParseError or Unsupported iff it cannot be read."""
    return Case(tuple(assertions_of(text)[0]), origin, expected, why)


def script_file(case: Case, comments: Sequence[str], *, status: str = "") -> str:
    """Return a script as a file: comments first, and its status where that is known."""
    head = [f"; {line}" for comment in comments for line in comment.splitlines()]
    logic, _, commands = case.text.removesuffix(CHECK).partition("\n")
    info = [f"(set-info :status {status})"] if status else []
    return "\n".join([*head, logic, *info, commands]) + CHECK
