"""What a solver must answer to facts, as `knowing_solver` is told it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from automaton.verdict import Model
from portfolio.differential.case import CHECK
from portfolio.differential.conformance.fact import Fact
from portfolio.differential.terms import constant, sort_of
from portfolio.differential.text import text_of

SOLVER = Path(__file__).with_name("knowing_solver.py")


def knowing_solver(folder: Path, facts: Iterable[Fact], *behaviours: str) -> str:
    """Return the command of a solver that knows these facts."""
    told = folder / "answers.json"
    told.write_text(json.dumps({_key(fact): _told(fact) for fact in facts}))
    return " ".join((sys.executable, str(SOLVER), str(told), *behaviours))


def _key(fact: Fact) -> str:
    return fact.case.text.removesuffix(CHECK).strip()


def _told(fact: Fact) -> dict[str, str]:
    is_sat = fact.expected == "sat"
    known = fact.model if is_sat else {}
    wrong = {name: _other(value) for name, value in known.items()}
    return {
        "operator": fact.operator,
        "answer": f"sat\n{printed(known)}" if is_sat else "unsat",
        "lie": "unsat" if is_sat else "sat\n()",
        "wrong_model": f"sat\n{printed(wrong)}" if is_sat else "unsat",
    }


def _other(value: object) -> bool | int | str:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
    return f"{value}!"


def printed(model: Model) -> str:
    """Return a model as solvers print one."""
    rows = (
        f"(define-fun {name} () {sort_of(value).value} {text_of(constant(value))})"
        for name, value in model.items()
    )
    return f"({' '.join(rows)})"
