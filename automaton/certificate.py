"""Certificates: on request, why a problem is unsatisfiable, for anyone to check.

The proof is found lazily. A search over the Boolean structure, to which atoms mean nothing, asks
what excludes the literals that it has chosen, and learns the answer as a clause, until there is
nothing left to choose. Only the lemmas that the refutation needs are then proved by closed sets of
states. `certify` describes what is written, and checks it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automaton.budget import Budget
from automaton.certificate_clauses import Clauses
from automaton.certificate_lemmas import Literals, lemmas_among, sides_of
from automaton.certificate_states import ClosedSet, closed_set
from automaton.certificate_tables import Tables
from automaton.solver import solve
from automaton.terms import TRUE, And, AtMost, Atom, Formula, InTemplate, Or, Problem, SumAtMost
from automaton.verdict import Sat, Unsupported

SATISFIABLE = "the problem is satisfiable"


@dataclass(frozen=True)
class Certificate:
    """A proof that a problem is unsatisfiable; `document` is as `certify` describes it."""

    document: Mapping[str, Any]

    def to_json(self) -> str:
        """Return the text of the certificate, which `certify.check` checks."""
        return json.dumps(self.document, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Certificate:
        """Return the certificate of a text. Raise ValueError iff the text is no JSON object."""
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError("a certificate is a JSON object")
        return Certificate(document)


def certify_unsat(problem: Problem, budget: Budget | None = None) -> Certificate:
    """Return a proof that `problem` is unsatisfiable, within `budget` (default: `Budget()`).

    Raise ValueError iff it is satisfiable, LimitReached iff the budget ends first, and Unsupported
    iff all lemmas together allow literals among which there is one of several variables.
    """
    budget = budget or Budget()
    formula = problem.formula
    if formula is TRUE:
        raise ValueError(SATISFIABLE)
    tables = Tables(formula)
    lemmas, steps = _refutation(problem, tables, budget)
    proved = ((lemma, _proof(lemma, budget)) for lemma in lemmas)
    return Certificate(tables.document(proved, steps))


def _refutation(
    problem: Problem, tables: Tables, budget: Budget
) -> tuple[list[Literals], list[list[int]]]:
    """Return lemmas that contradict `problem`, and the clauses that show it step by step."""
    clauses = Clauses(budget)
    for clause in tables.structure():
        clauses.add(clause)
    lemmas: dict[int, Literals] = {}
    while True:
        literals = _choose(problem.formula, tables, clauses)
        if literals is None:
            used, steps = clauses.needed()
            return [lemma for number, lemma in lemmas.items() if number in used], steps
        found = lemmas_among(literals, budget)
        if not found:
            raise _refusal(problem, literals, budget)
        for lemma in found:
            lemmas[clauses.add([-tables.literal(atom) for atom in lemma])] = lemma


def _refusal(problem: Problem, literals: Sequence[Atom], budget: Budget) -> Exception:
    """Return why there is no certificate where no lemma speaks against `literals`."""
    relations = [atom for atom in literals if isinstance(atom, InTemplate | SumAtMost)]
    if not relations or isinstance(solve(problem, budget), Sat):
        return ValueError(SATISFIABLE)
    return Unsupported(f"a certificate about `{relations[0]!r}`")


def _choose(formula: Formula, tables: Tables, clauses: Clauses) -> list[Atom] | None:
    """Return literals that make `formula` true and exclude no clause, or None iff none do."""
    clauses.settle()
    while not clauses.refuted:
        literals = _implicant(formula, tables, clauses)
        if literals is not None:
            return literals
    return None


def _implicant(formula: Formula, tables: Tables, clauses: Clauses) -> list[Atom] | None:
    """Return literals that make `formula` true, deciding on some, or None iff they conflict."""
    conflicts = clauses.conflicts
    found: list[Atom] = []
    pending, seen = [formula], {formula}
    while pending:
        node = pending.pop()
        parts: Sequence[Formula] = ()
        if isinstance(node, Atom):
            found.append(node)
        elif isinstance(node, And):
            parts = node.parts
        elif isinstance(node, Or):
            true = [part for part in node.parts if tables.literal(part) in clauses.true]
            if not true:
                clauses.decide(_best(map(tables.literal, node.parts), clauses))
                clauses.settle()
                if clauses.conflicts > conflicts:
                    return None
                pending.append(node)
            parts = () if any(part in seen for part in true) else true[:1]
        pending += (part for part in parts if part not in seen)
        seen.update(parts)
    return found


def _best(literals: Iterable[int], clauses: Clauses) -> int:
    """Return the literal that is not false whose variable took most part in conflicts."""
    free = [literal for literal in literals if -literal not in clauses.true]
    return max(free, key=lambda literal: clauses.activity[abs(literal)])


def _proof(lemma: Literals, budget: Budget) -> ClosedSet:
    """Return the closed set of a lemma about strings; for numbers none is needed."""
    if isinstance(lemma[-1], AtMost):
        return ClosedSet({})
    proof = closed_set(*sides_of(lemma), budget)
    if proof is None:
        raise RuntimeError(f"the engine refutes what a string satisfies: {lemma!r}")
    return proof
