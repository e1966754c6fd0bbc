"""The command that puts the IAM tools to the documented rules and prints the score."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import click

from portfolio.differential.iam.case import IamCase
from portfolio.differential.iam.examination import WALL_S, Examination
from portfolio.differential.iam.installation import NotInstalled, launch_of
from portfolio.differential.iam.library import cases
from portfolio.differential.iam.record import write
from portfolio.differential.iam.roster import by_name
from portfolio.differential.iam.score import Score
from portfolio.differential.iam.table import as_json, as_text
from portfolio.differential.iam.tool import Kind, Launch, Tool
from portfolio.printing import print_text


@click.command(short_help="How IAM tools answer what AWS documents: a score table.")
@click.option("--tool", "names", multiple=True, metavar="NAME", help="A tool; all if left out.")
@click.option(
    "--own-tool",
    "owns",
    multiple=True,
    metavar="NAME=COMMAND",
    help="A tool of your own, which reads a JSON object a line and writes one a line.",
)
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Cases of a topic only.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
@click.option("--timeout", "wall_s", type=float, default=WALL_S, show_default=True, help="Seconds.")
@click.option("--record", type=click.Path(file_okay=False), help="A folder to write the run to.")
@click.option("--show-cases", is_flag=True, help="Print the cases, one JSON object a line, only.")
def iam_conformance(
    names: tuple[str, ...],
    owns: tuple[str, ...],
    topics: tuple[str, ...],
    output_format: str,
    wall_s: float,
    record: str | None,
    show_cases: bool,
) -> int:
    """Ask tools about every documented rule of IAM policies and print how they answer.

    A tool is installed into an environment of its own when it is first asked, and runs in a process
    of its own. Exit status 0 iff no tool gave a wrong answer on a rule that nobody contests.
    """
    chosen = _chosen(topics)
    if show_cases:
        print_text("".join(f"{json.dumps(_described(case))}\n" for case in chosen))
        return 0
    own = dict(_own_tool(text) for text in owns)
    tools = (*(() if own and not names else _tools(names)), *own)
    examination = Examination(wall_s=wall_s, start=_starting(own), progress=_progress(len(chosen)))
    scores = examination.scores(tools, chosen)
    if record is not None:
        write(Path(record), scores, chosen, command=shlex.join(["keyaki", *sys.argv[1:]]))
    if output_format == "json":
        print_text(json.dumps(as_json(scores, chosen), indent=2) + "\n")
    else:
        print_text(as_text(scores, chosen))
    return 1 if any(_is_wrong(score) for score in scores) else 0


def _is_wrong(score: Score) -> bool:
    return score.settled().wrong > 0


def _tools(names: tuple[str, ...]) -> tuple[Tool, ...]:
    try:
        return by_name(names)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _chosen(topics: tuple[str, ...]) -> tuple[IamCase, ...]:
    """Return the cases of the topics, all if none is named."""
    known = dict.fromkeys(case.rule.topic for case in cases())
    for topic in topics:
        if topic not in known:
            raise click.UsageError(f"unknown topic `{topic}`; known are {', '.join(known)}")
    return tuple(case for case in cases() if not topics or case.rule.topic in topics)


def _described(case: IamCase) -> dict[str, object]:
    """Return a case with its rule, as it is published."""
    rule = case.rule
    about = {"rule": rule.says, "source": rule.source, "status": rule.status.value}
    ruling = {"ruling": rule.ruling} if rule.ruling else {}
    topic = {"topic": rule.topic, "ruleId": rule.name}
    return {**case.line(), **topic, **about, **ruling, "expected": case.expected}


def _own_tool(text: str) -> tuple[Tool, Launch]:
    name, equals, command = text.partition("=")
    if not (name and equals and command.strip()):
        raise click.UsageError(f"`{text}` is not of the form NAME=COMMAND")
    tool = Tool(
        name=name,
        version="",
        kind=Kind.OWN,
        package=name,
        driver="",
        license="",
        about="a command that was given",
    )
    return tool, Launch(command=tuple(shlex.split(command)))


def _starting(own: dict[Tool, Launch]) -> Callable[[Tool], Launch | NotInstalled]:
    return lambda tool: own[tool] if tool in own else launch_of(tool)


def _progress(count: int) -> Callable[[str, int], None]:
    """Return what shows how far a tool is, on a terminal of the errors; nothing elsewhere."""

    def show(tool: str, done: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == count else ""
            click.echo(f"\r{tool}: {done} of {count}{end}", err=True, nl=False)

    return show
