"""The suite at work on an engine with a planted bug, until it finds something.

Run as a script, `python -m benchmarks.planted_hunt`, in a folder that has the packages with the
bug. One line of JSON tells after how many cases it ended, and what was found last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Container, Iterator, Mapping
from itertools import count
from pathlib import Path

import click

import automaton
from benchmarks.planted_cases import Asked, engine, kept, wrong_about
from portfolio.differential.campaign.drawing import cases_of
from portfolio.differential.campaign.plan import Plan
from portfolio.differential.case import Case
from portfolio.differential.checks import findings
from portfolio.differential.iam.drivers import own
from portfolio.differential.iam.library import cases as documented
from portfolio.differential.panel import Panel
from portfolio.differential.strategies.policies import Json
from portfolio.differential.strategies.requests import policies_and_requests
from portfolio.differential.strategies.sampling import samples

Found = tuple[str, str, str, str]
"""Who is wrong, in which way, about a case of which origin, and the case."""

IAM = Plan(members=("automaton",), sources=("IAM",), drawn=20, mutants=0)


def in_scripts(cases: Iterator[Asked]) -> Iterator[Found | None]:
    """Yield for each case what is wrong about it."""
    panel = engine()
    for asked in cases:
        found = wrong_about(asked, panel)
        who = ", ".join(dict.fromkeys(one.member for one in found))
        how = ", ".join(dict.fromkeys(one.fault.value for one in found))
        yield (who, how, asked.origin, asked.text) if found else None


def in_policies(but: Container[str] = ()) -> Iterator[Found | None]:
    """Yield what is wrong about each documented case, then about what is drawn, by turns."""
    for case in documented():
        if case.name not in but:
            answer = _answer(case.line())
            found = ("keyaki", f"says {answer}", case.rule.name, json.dumps(case.line()))
            yield None if answer == case.expected else found
    panel = engine()
    for batch in count():
        for question in cases_of(IAM, batch):
            yield _about_question(question, panel)
        for policy, request in samples(policies_and_requests("identity"), batch, IAM.drawn):
            yield _about_request(policy, request)


def _about_question(case: Case, panel: Panel) -> Found | None:
    """Return whether the engine decides a question otherwise than the compiled policies tell."""
    found = findings(case, panel.ask(case))
    how = ", ".join(dict.fromkeys(one.fault.value for one in found))
    return ("keyaki", how, case.origin, f"{case.why}\n{case.text}") if found else None


def _about_request(policy: Json, request: Json) -> Found | None:
    """Return whether a request is allowed that the check of all requests says is not granted."""
    simulation = {"question": "simulate", "request": request, "policies": {"identity": [policy]}}
    # The root user has more than its policies grant.
    if str(request["principal"]).endswith(":root") or _answer(simulation) != "allowed":
        return None
    access = {"actions": [request["action"]], "resources": [request["resource"]]}
    check = {"question": "access-not-granted", "policy": policy, "access": access}
    if _answer(check) != "PASS":
        return None
    asked = json.dumps({"simulation": simulation, "check": check})
    return "keyaki", "allows what it says is not granted", "a request near a policy", asked


def _answer(line: Mapping[str, object]) -> object:
    return own.answer({"id": "asked", **line}, None)[0]


def wrong_already() -> list[str]:
    """Return the documented cases that the engine as it is answers otherwise."""
    return [case.name for case in documented() if _answer(case.line()) != case.expected]


@click.command()
@click.option("--asked", "path", type=click.Path(path_type=Path), required=True)
@click.option("--part", type=click.Choice(["scripts", "iam"]), required=True)
@click.option("--cases", "most", type=int, required=True)
@click.option("--but", multiple=True)
def main(path: Path, part: str, most: int, but: tuple[str, ...]) -> None:
    """Ask cases of a file, or about policies, until something is found."""
    here = Path(automaton.__file__).resolve()
    if not here.is_relative_to(Path.cwd().resolve()):
        sys.exit(f"the engine is that of `{here.parent}`")
    number, found = 0, None
    hunt = in_scripts(kept(path)) if part == "scripts" else in_policies(but)
    for number, found in zip(range(1, most + 1), hunt, strict=False):  # noqa: B007 - told below
        if found:
            break
    click.echo(json.dumps({"cases": number, "found": found}))


if __name__ == "__main__":
    main()
