"""Answers to scripts: by us, by z3 and cvc5 within this process, and by trying assignments."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import pytest

from automaton.budget import Budget
from automaton.sorts import Sort, Variable
from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Unsupported, Value, Verdict
from encoders.smtlib.decide import decide
from encoders.smtlib.evaluate import values
from encoders.smtlib.model import read_values
from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.text import script_of

LIMIT_MS = 300
WALL_S = 5.0
TRIED = 60
SORTS = {
    TermSort.BOOL: Sort.BOOL,
    TermSort.INT: Sort.INT,
    TermSort.REAL: Sort.REAL,
    TermSort.STRING: Sort.STRING,
}
UNEVALUATED = ("(witness (", "(str.")
"""How cvc5 writes a string that is too long for it, and z3 what it does not evaluate."""

Script = tuple[Term, ...]


@dataclass(frozen=True)
class Answer:
    """What a solver says: `sat`, `unsat` or something else; with `sat` goes a model."""

    word: str
    model: Model | None = None


def variables_of(script: Script) -> list[Term]:
    return [term for term in in_order(*script, parts_of=parts_of) if term.operator == VARIABLE]


def ours(script: Script, wall_s: float = WALL_S) -> Verdict:
    return decide(script, variables_of(script), Budget(wall_s=wall_s))


def z3_answer(script: Script, limit_ms: int = LIMIT_MS) -> Answer:
    z3 = pytest.importorskip("z3")
    solver = z3.Solver(ctx=z3.Context())
    solver.set("timeout", limit_ms)
    try:
        solver.from_string(script_of(script))
    except z3.Z3Exception as error:
        return Answer(f"error: {error}")
    word = str(solver.check())
    return _answer(word, solver.model().sexpr() if word == "sat" else "", script)


def cvc5_answer(script: Script, limit_ms: int = LIMIT_MS) -> Answer:
    cvc5 = pytest.importorskip("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    options = {"strings-exp": "true", "produce-models": "true"}
    # The limit on time alone does not always stop it.
    options |= {"tlimit-per": str(limit_ms), "rlimit-per": str(60 * limit_ms)}
    for name, text in options.items():
        solver.setOption(name, text)
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script_of(script), "script")
    printed = ""
    try:
        while not (command := parser.nextCommand()).isNull():
            printed += str(command.invoke(solver, parser.getSymbolManager()))
        word = printed.split()[0] if printed else "nothing"
        model = _text(solver.getModel([], _constants(parser))) if word == "sat" else ""
    except RuntimeError as error:
        return Answer(f"error: {error}")
    return _answer(word, model, script)


def _text(printed: str | bytes) -> str:
    return printed.decode() if isinstance(printed, bytes) else printed


def _constants(parser: object) -> list[object]:
    return list(parser.getSymbolManager().getDeclaredTerms())  # type: ignore[attr-defined]


def _answer(word: str, model: str, script: Script) -> Answer:
    if word != "sat":
        return Answer(word)
    if any(words in model for words in UNEVALUATED):
        return Answer(word)
    variables = {term.name: Variable(term.name, SORTS[term.sort]) for term in variables_of(script)}
    return Answer(word, read_values(model, variables))


SOLVERS: Mapping[str, Callable[[Script], Answer]] = {"z3": z3_answer, "cvc5": cvc5_answer}


def holds(script: Script, model: Model) -> bool | None:
    """Return whether every assertion holds under a model; None iff that cannot be told."""
    try:
        return all(value is True for value in values(script, model))
    except Unsupported:
        return None


def found_by_trying(script: Script, seed: int = 0, tried: int = TRIED) -> Model | None:
    """Return an assignment of small values under which every assertion holds, if one is found."""
    for model in assignments(script, random.Random(seed), tried):
        if holds(script, model):
            return model
    return None


def assignments(script: Script, chance: random.Random, tried: int) -> Iterator[Model]:
    pools = [_pool(term.sort, script) for term in variables_of(script)]
    names = [term.name for term in variables_of(script)]
    size = 1
    for pool in pools:
        size *= len(pool)
    if size <= tried:
        yield from (dict(zip(names, row, strict=True)) for row in product(*pools))
        return
    for _ in range(tried):
        yield {name: chance.choice(pool) for name, pool in zip(names, pools, strict=True)}


def _pool(sort: TermSort, script: Script) -> list[Value]:
    match sort:
        case TermSort.BOOL:
            return [False, True]
        case TermSort.INT:
            return [*range(-2, 7)]
    short = ["".join(letters) for size in range(4) for letters in product("ab", repeat=size)]
    constants = [str(t.value) for t in in_order(*script, parts_of=parts_of) if _is_text(t)]
    pairs = [left + right for left in constants[:6] for right in [*constants[:6], "a", "b"]]
    return [*dict.fromkeys([*short, *constants, *pairs])]


def _is_text(term: Term) -> bool:
    return term.operator == CONSTANT and term.sort is TermSort.STRING


@dataclass(frozen=True)
class Finding:
    """Somebody is wrong about a script: `who`, and why we think so."""

    who: str
    why: str


def findings(script: Script, solvers: tuple[str, ...] = ("z3", "cvc5")) -> list[Finding]:
    """Return who is wrong about a script, as far as models show it.

    Where two say sat and unsat without a model that holds, nobody knows who: `who` is "?".
    """
    verdict = ours(script)
    answers = {name: SOLVERS[name](script) for name in solvers}
    return [*findings_about_us(script, verdict), *findings_about_them(script, verdict, answers)]


def findings_about_us(script: Script, verdict: Verdict) -> Iterator[Finding]:
    """Yield what is wrong with our verdict by itself."""
    match verdict:
        case Sat(model):
            if set(model) != {term.name for term in variables_of(script)}:
                yield Finding("ours", f"the model has the variables {sorted(model)}")
            elif holds(script, model) is not True:
                yield Finding("ours", f"sat by a model that does not hold: {dict(model)!r}")
        case Unsat():
            found = found_by_trying(script)
            if found is not None:
                yield Finding("ours", f"unsat, but this holds: {dict(found)!r}")
        case Unknown(reason, detail) if reason is Reason.DISAGREEMENT:
            yield Finding("ours", f"disagreement: {detail}")


def findings_about_them(
    script: Script, verdict: Verdict, answers: Mapping[str, Answer]
) -> Iterator[Finding]:
    """Yield who is wrong where our verdict and the answers of solvers do not fit."""
    for name, answer in answers.items():
        if answer.model is not None:
            is_true = holds(script, answer.model)
            if is_true is False:
                yield Finding(name, f"sat by a model that does not hold: {dict(answer.model)!r}")
            if isinstance(verdict, Unsat):
                who = "ours" if is_true else "?"
                yield Finding(who, f"unsat, but {name} has a model: {dict(answer.model)!r}")
        elif answer.word == "sat" and isinstance(verdict, Unsat):
            yield Finding("?", f"unsat, but {name} says sat")
        if answer.word == "unsat" and isinstance(verdict, Sat):
            yield Finding(name, f"unsat, but this holds: {dict(verdict.model)!r}")
