"""A finding as a bug report, ready to be sent: what was asked, what is right, what was said."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from encoders.smtlib.dialect import DIALECTS, Dialect
from encoders.smtlib.question import full_script
from portfolio.differential.filing.found import Found, said
from portfolio.differential.finding import NOBODY_KNOWS, Fault
from portfolio.differential.shape import operators_of
from portfolio.differential.solver_command import FILE, CommandMember
from portfolio.members.binary import BinaryMember
from portfolio.members.library import LibraryMember

CORE = frozenset({"and", "or", "not", "=", "=>", "xor", "ite", "distinct"})
SHOWN_OPERATORS = 4

CONCLUSIONS = {
    Fault.WRONG_SAT: "The script is unsatisfiable",
    Fault.WRONG_UNSAT: "The script is satisfiable",
    Fault.WRONG_MODEL: "The model that is printed does not satisfy the script",
    Fault.CRASH: "The solver should end with an answer",
    Fault.BROKEN_CERTIFICATE: "The certificate of the answer does not stand",
    Fault.CONTRADICTION: "Two answers contradict each other, and nothing tells which is wrong",
}

PLAIN_COMMANDS = {"z3": "z3", "cvc5": "cvc5", "cvc4": "cvc4 --lang=smt2.6 --strings-exp"}
"""How the solver of a dialect is run by hand."""


def report(found: Found) -> str:
    """Return the report in Markdown."""
    return "\n".join([f"# {title(found)}", "", *_body(found), ""])


def title(found: Found) -> str:
    """Return the finding in a line: who, in which version, in which way, with which functions."""
    member = found.finding.member
    who = "members contradict each other" if member == NOBODY_KNOWS else _who(found)
    names = [name for name in dict.fromkeys(operators_of(found.case)) if name not in CORE]
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN_OPERATORS])
    more = " and others" if len(names) > SHOWN_OPERATORS else ""
    return f"{who}{f' with {shown}{more}' if shown else ''}"


def _who(found: Found) -> str:
    # Of a release such as `z3@4.12.0.0` the version stands in the name, too.
    words = [found.finding.member.partition("@")[0], found.version]
    return f"{' '.join(filter(None, words))}: {found.finding.fault.value}"


def _body(found: Found) -> Iterator[str]:
    if found.known:
        yield from (f"This looks like the known bug {found.known}: {found.link}", "")
    yield from ("```smt2", script_as_given(found).rstrip(), "```", "", "## Expected", "")
    yield f"{CONCLUSIONS[found.finding.fault]}: {found.finding.evidence}."
    yield from ("", "## Actual", "", "| solver | version | says |", "| --- | --- | --- |")
    yield from _answers(found)
    yield from ("", "## To reproduce", "")
    yield from _commands(found)
    yield from ("", "## How it was found", "", *_source(found))


def _answers(found: Found) -> Iterator[str]:
    versions = found.panel.versions()
    for name, outcome in found.outcomes.items():
        words = " ".join(said(outcome).split()).replace("|", "\\|")
        yield f"| {name} | {versions.get(name, '')} | {words} |"


def script_as_given(found: Found) -> str:
    """Return the script with the options that the accused member was given."""
    dialect = _dialect(found)
    text = full_script(found.case.question, DIALECTS.get(dialect, Dialect()))
    text = text.replace("\n\n", "\n")
    return text if _wants_model(found) else text.replace("(get-model)\n", "")


def _wants_model(found: Found) -> bool:
    return found.finding.fault in (Fault.WRONG_MODEL, Fault.WRONG_SAT, Fault.CRASH)


def _dialect(found: Found) -> str:
    for member in found.panel.only(found.finding.member).members:
        if isinstance(member, LibraryMember | BinaryMember | CommandMember):
            return member.dialect
    return ""


def _commands(found: Found) -> Iterator[str]:
    for member in found.panel.only(found.finding.member).members:
        if isinstance(member, BinaryMember | CommandMember):
            command = shlex.join(member.command)
            shown = command.replace(FILE, "script.smt2")
            shown = shown if shown != command else f"{command} < script.smt2"
            yield f"Save the script as `script.smt2`, then: `{shown}`"
        elif isinstance(member, LibraryMember):
            command = PLAIN_COMMANDS.get(member.dialect, member.dialect)
            options = "".join(f" {name}={value}" for name, value in member.options)
            yield f"Save the script as `script.smt2`, then: `{command}{options} script.smt2`"
            yield f"(from PyPI: `pip install {member.package}=={member.version()}`)"
        elif member.name == "automaton":
            yield "Save the script as `script.smt2`, then: `keyaki-automaton script.smt2`"
        yield ""
    yield "In the folder of this report: `python -m portfolio.differential.reproduce .`"


def _source(found: Found) -> Iterator[str]:
    yield f"Made from {found.original.origin}."
    if found.source.seed is not None:
        batch = "" if found.source.batch is None else f", batch {found.source.batch}"
        yield f"Seed {found.source.seed}{batch}."
    if found.source.command:
        yield f"Command: `{found.source.command}`"
    yield from (f"{note[:1].upper()}{note[1:]}." for note in found.notes)
