"""Fuzz the automaton: `python -m benchmarks.fuzz FOLDER --minutes 30 --record DIR`.

Mutants of the scripts of FOLDER are decided here, warm, and where that helps by z3 and cvc5 too: a
`sat` of ours has a model that held, so that it is an `unsat` that others are asked about. What is
found is written to DIR, with what everybody said: a traceback, a wrong answer, a model that did not
hold, a certificate that does not stand. Needs yinyang (extra `fuzz`).
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from automaton import certify
from automaton.budget import Budget, LimitReached
from automaton.certificate import certify_unsat
from automaton.verdict import Reason, Unknown, Unsat, Unsupported, Verdict
from benchmarks.fuzz_mutants import Mutant, Seed, mutants
from benchmarks.rows import describe
from benchmarks.script_solvers import SolveScript, load_automaton, load_cvc5, load_z3
from benchmarks.scripts import scripts_of
from encoders.smtlib.decide import decide_question
from encoders.smtlib.lower import lower
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.repl import on_time
from encoders.smtlib.session import Session, SessionLimits
from encoders.smtlib.sexpr import Source

LIMIT_S = 1.5
THEIRS_MS = 500
PART_OF_SAT = 0.2
PART_CERTIFIED = 0.25
OPTIONS = {
    "z3": f"(set-option :timeout {THEIRS_MS})",
    "cvc5": f"(set-option :tlimit-per {THEIRS_MS})(set-option :rlimit-per {60 * THEIRS_MS})"
    "(set-logic ALL)",
}
"""What stands before a script for a solver; yinyang takes the logic away."""


@dataclass
class Judge:
    """Decides mutants; `counts` says how many ended in which way."""

    chance: random.Random
    solvers: dict[str, SolveScript]
    counts: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[ScriptQuestion, Verdict]] = field(default_factory=list)

    def findings(self, mutant: Mutant) -> Iterator[str]:
        """Yield what is wrong about the answers to a mutant."""
        self.asked.clear()
        session = Session(on_time(self._decide), SessionLimits(wall_s=LIMIT_S))
        try:
            said = list(session.respond(Source(mutant.text)))
        except Exception:
            yield f"a crash: {traceback.format_exc()}"
            return
        self.counts[mutant.mutator] += 1
        if session.errors or not self.asked:
            self.counts["error"] += 1
            return
        question, verdict = self.asked[-1]
        self.counts[said[-1]] += 1
        if isinstance(verdict, Unknown):
            if verdict.reason is Reason.DISAGREEMENT:
                yield f"a model that does not hold: {verdict}"
            return
        yield from self._compared(mutant, said[-1])
        if isinstance(verdict, Unsat) and self.chance.random() < PART_CERTIFIED:
            yield from self._certified(question)

    def _decide(self, question: ScriptQuestion, budget: Budget) -> Verdict:
        verdict = decide_question(question, budget)
        self.asked.append((question, verdict))
        return verdict

    def _compared(self, mutant: Mutant, ours: str) -> Iterator[str]:
        if mutant.answer and ours != mutant.answer:
            yield f"{ours}, where fusion promises {mutant.answer}"
        if ours == "sat" and self.chance.random() >= PART_OF_SAT:
            return
        for name, solve in self.solvers.items():
            theirs = _answer(solve, f"{OPTIONS[name]}\n{mutant.text}")
            self.counts[f"{ours} beside {theirs.partition(':')[0]} of {name}"] += 1
            if {ours, theirs} == {"sat", "unsat"}:
                yield f"{ours}, where {name} says {theirs}"
            if theirs == ours:
                return

    def _certified(self, question: ScriptQuestion) -> Iterator[str]:
        budget = Budget(wall_s=LIMIT_S)
        try:
            script = lower(question.assertions, question.declared, budget)
            if not script.gaps:
                certificate = certify_unsat(script.problem, budget).to_json()
                certify.check(script.problem, certificate)
                self.counts["certified"] += 1
        except (LimitReached, Unsupported):
            self.counts["not certified"] += 1
        except Exception:
            yield f"a certificate that does not stand: {traceback.format_exc()}"


def _answer(solve: SolveScript, script: str) -> str:
    try:
        return solve(script, THEIRS_MS / 1000)
    except Exception as error:
        return f"error: {error}"


def seeds_of(folder: Path, table: Path | None, size: int) -> list[Seed]:
    """Return the scripts of a folder of at most so many bytes, with their answers."""
    return [
        Seed(folder / f"{script.name}.smt2", script.expected)
        for script in scripts_of(folder, table)
        if len(script.text) <= size
    ]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cases", "table", type=click.Path(exists=True, path_type=Path), default=None)
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--size", type=int, default=1500, show_default=True, help="Bytes of a script.")
@click.option("--record", "record", type=click.Path(path_type=Path), required=True)
def main(
    folder: Path, table: Path | None, minutes: float, seed: int, size: int, record: Path
) -> None:
    """Decide mutants of the scripts of FOLDER for so many minutes."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    random.seed(seed)  # what yinyang draws from
    seeds = seeds_of(folder, table, size)
    describe(record, "benchmarks.fuzz", seeds=len(seeds), minutes=minutes, limit_s=LIMIT_S)
    load_automaton()
    judge = Judge(chance, {"z3": load_z3(), "cvc5": load_cvc5()})
    end = time.monotonic() + 60 * minutes
    for mutant in mutants(seeds, chance):
        if time.monotonic() > end:
            break
        for finding in judge.findings(mutant):
            judge.counts["found"] += 1
            _keep(record, mutant, finding)
    (record / "counts.json").write_text(json.dumps(judge.counts, indent=1, sort_keys=True) + "\n")


def _keep(record: Path, mutant: Mutant, finding: str) -> None:
    name = hashlib.sha256(mutant.text.encode()).hexdigest()[:12]
    (record / f"{name}.smt2").write_text(f"{mutant.text}\n")
    (record / f"{name}.txt").write_text(f"{mutant.mutator}\n{finding}\n")
    sys.stderr.write(f"{name}: {finding.splitlines()[0]}\n")


if __name__ == "__main__":
    main()
