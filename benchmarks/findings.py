"""Measure findings: `python -m benchmarks.findings --keys 6 --sizes 5,15,30`.

The policies are those of `findings_policies`. `cells` is what Keyaki does; `automaton` and `z3` are
the algorithm of the paper, which asks one query after another, with that solver to answer them.
Z3 gives up on what makes a caller believable, even of one statement, so `--requests any` leaves
that out for everybody: there a request is any text for each key.
A record is a folder with `rows.csv` (requests, keys, statements, way, findings, seconds; the best
of some repetitions) and `run.json`.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import click

from automaton.budget import Budget, LimitReached
from automaton.terms import TRUE, Formula, Problem
from automaton.verdict import Reason
from automaton.warming import warm
from benchmarks import machine
from benchmarks.findings_policies import policy
from encoders.iam.authorize import statement_matches
from encoders.iam.context_keys import keys_of
from encoders.iam.findings.by_cells import Decided, by_cells
from encoders.iam.findings.external import SEGMENTS, by_queries, described, is_satisfiable
from encoders.iam.findings.labels import axes_of
from encoders.iam.findings.outside_access import Access, access_of
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Effect, Policy
from encoders.iam.request import SymbolicRequest
from encoders.iam.strangers import is_stranger
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.printer import script
from portfolio.members.worker import LIBRARIES, Solve

FIELDS = ("requests", "keys", "statements", "way", "findings", "seconds")


def with_cells(access: Access, budget: Budget) -> list[Decided]:
    """Return the findings as Keyaki finds them."""
    return by_cells(access, budget)


def with_automaton(access: Access, budget: Budget) -> list[Decided]:
    """Return the findings by queries to the automaton."""
    return by_queries(access, lambda formula: is_satisfiable(formula, budget))


def with_z3(access: Access, budget: Budget) -> list[Decided]:
    """Return the findings by queries to Z3, in this process; its own time limit ends it late."""

    def holds(formula: Formula) -> bool:
        budget.spend()
        text = script(Problem((formula,)), DIALECTS["z3"], get_model=False)
        verdict = _z3()(text, []).split(maxsplit=1)[0]
        if verdict not in ("sat", "unsat"):
            raise LimitReached(Reason.INCOMPLETE, verdict)
        return verdict == "sat"

    return by_queries(access, holds)


@cache
def _z3() -> Solve:
    return LIBRARIES["z3"]()


WAYS: dict[str, Callable[[Access, Budget], list[Decided]]] = {
    "cells": with_cells,
    "automaton": with_automaton,
    "z3": with_z3,
}


def any_request(document: Policy) -> Access:
    """Return the access to `document` of requests that need not be believable."""
    request = SymbolicRequest(keys_of([document]), has_principal=True, has_resource=True)
    statements = [
        (statement.effect, statement_matches(statement, request, SEGMENTS))
        for statement in document.statements
    ]
    return Access(
        allowed=tuple(formula for effect, formula in statements if effect is Effect.ALLOW),
        denied=tuple(formula for effect, formula in statements if effect is Effect.DENY),
        believable=TRUE,
        stranger=is_stranger(document, request),
        axes=axes_of(document, request, SEGMENTS),
        elements=(),
    )


REQUESTS: dict[str, Callable[[Policy], Access]] = {
    "believable": lambda document: access_of(document, (), SEGMENTS),
    "any": any_request,
}


@click.command()
@click.option("--keys", default="5,6", show_default=True)
@click.option("--sizes", default="5,15,30", show_default=True, help="Numbers of statements.")
@click.option("--ways", default="cells", show_default=True, help=f"Of {', '.join(WAYS)}.")
@click.option("--requests", type=click.Choice([*REQUESTS]), default="believable")
@click.option("--repeat", type=int, default=3, show_default=True)
@click.option("--limit", "limit_s", type=float, default=600.0, show_default=True, help="Seconds.")
@click.option("--record", "folder", type=click.Path(path_type=Path), default=None)
def main(
    keys: str,
    sizes: str,
    ways: str,
    requests: str,
    repeat: int,
    limit_s: float,
    folder: Path | None,
) -> None:
    """Print, and record, how long findings take from the parsed policy on."""
    warm()
    rows = []
    cases = product(keys.split(","), sizes.split(","), ways.split(","))
    for key_count, size, way in cases:
        document = policy_from_json(policy(int(size), keys=int(key_count)))
        found = [measure(document, way, requests, limit_s) for _ in range(repeat)]
        rows.append((requests, key_count, size, way, *min(found, key=lambda pair: pair[1])))
        click.echo("  ".join(map(str, rows[-1])))
    if folder is not None:
        write(folder, rows)


def measure(document: Policy, way: str, requests: str, limit_s: float) -> tuple[str, float]:
    """Return the number of findings, or why there is none, and the seconds it took."""
    budget = Budget(wall_s=limit_s, memory_mib=4096)
    started = time.perf_counter()
    try:
        access = REQUESTS[requests](document)
        found = str(len(described(access.axes, WAYS[way](access, budget))))
    except LimitReached as limit:
        found = limit.reason.name.lower()
    return found, round(time.perf_counter() - started, 4)


def write(folder: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write the record."""
    folder.mkdir(parents=True, exist_ok=True)
    command = "python -m benchmarks.findings " + " ".join(sys.argv[1:])
    about = {"command": command, **machine.description()}
    (folder / "run.json").write_text(json.dumps(about, indent=1) + "\n")
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([FIELDS, *rows])


if __name__ == "__main__":
    main()
