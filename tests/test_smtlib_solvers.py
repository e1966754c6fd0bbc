"""The solvers read what is printed, mean what the engine means, and their models are read back."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings

from automaton import Problem, Sat, Sort, Unsat, Unsupported, Variable, solve
from automaton import regex as rx
from automaton import terms as t
from automaton.charset import ANY_CHAR, MAX_CODE_POINT, CharSet
from automaton.evaluate import evaluate
from automaton.regex import Regex
from automaton.terms import Formula
from automaton.verdict import Model, Value
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.model import read_model
from encoders.smtlib.printer import script
from portfolio.differential.strategies.characters import ODD_CODES
from portfolio.differential.strategies.problems import problems, wildcard_problems
from tests.sum_strategies import sum_problems, word_problems
from tests.template_strategies import template_problems

LIMIT_MS = 300
NO_ANSWER = ("unknown", "timeout", "cvc4 interrupted by timeout")
S = Variable("s", Sort.STRING)


def z3_output(text: str) -> str:
    z3 = pytest.importorskip("z3")
    solver = z3.Solver(ctx=z3.Context())
    solver.set("timeout", LIMIT_MS)
    solver.from_string(text)
    verdict = str(solver.check())
    return f"sat\n{solver.model().sexpr()}" if verdict == "sat" else verdict


def cvc5_output(text: str) -> str:
    cvc5 = pytest.importorskip("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    # The limit on time alone does not always stop it.
    solver.setOption("tlimit-per", str(LIMIT_MS))
    solver.setOption("rlimit-per", "20000")
    parser = cvc5.InputParser(solver)
    known = parser.getSymbolManager()
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "script")
    printed = []
    while not (command := parser.nextCommand()).isNull():
        printed.append(str(command.invoke(solver, known)))
    return "".join(printed)


def cvc4_output(text: str) -> str:
    if shutil.which("cvc4") is None:
        pytest.skip("cvc4 is not on PATH")
    command = ["cvc4", "--lang=smt2.6", "--strings-exp", "--quiet", f"--tlimit={LIMIT_MS}", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False).stdout


SOLVERS: dict[str, Callable[[str], str]] = {
    "z3": z3_output,
    "cvc5": cvc5_output,
    "cvc4": cvc4_output,
}
each_solver = pytest.mark.parametrize("name", SOLVERS)


def answer(name: str, problem: Problem) -> tuple[str, Model | None]:
    """Return the verdict of a solver, or whatever else it says first, and the model it found."""
    output = SOLVERS[name](script(problem, DIALECTS[name])).strip()
    word, _, rest = output.partition("\n")
    return word, read_model(rest, problem) if word == "sat" else None


def check(name: str, problem: Problem) -> None:
    """Fail iff the solver cannot read the script, contradicts the engine, or shows a false model.

    Not to know, to run out of time, and a class that the dialect cannot express are no failures.
    """
    try:
        word, model = answer(name, problem)
    except Unsupported:
        assert name == "cvc4"
        return
    assert word in ("sat", "unsat") or word.startswith(NO_ANSWER)
    verdict = solve(problem)
    if model is not None:
        assert evaluate(problem.formula, model)
        assert isinstance(verdict, Sat)
    if word == "unsat":
        assert isinstance(verdict, Unsat)


@each_solver
@settings(max_examples=40)
@given(problem=problems())
def test_a_solver_reads_every_problem_and_means_the_same(name: str, problem: Problem) -> None:
    check(name, problem)


@each_solver
@settings(max_examples=20)
@given(problem=wildcard_problems())
def test_a_solver_reads_wildcards_and_means_the_same(name: str, problem: Problem) -> None:
    check(name, problem)


VALUES: dict[Sort, tuple[Value, ...]] = {
    Sort.BOOL: (True, False),
    Sort.INT: (0, -5, 10**30, -(10**30)),
    Sort.REAL: (Fraction(0), Fraction(-7), Fraction(1, 3), Fraction(-10, 7)),
    Sort.STRING: ("", 'say "no"', "\\u{41}\\x41\\", "".join(map(chr, ODD_CODES))),
    Sort.IPV4: (0, 2**32 - 1),
    Sort.IPV6: (0, 2**128 - 1),
}


@each_solver
def test_values_of_every_sort_come_back_as_they_went(name: str) -> None:
    wanted = {
        Variable(f"{sort.value} {place}", sort): value
        for sort, values in VALUES.items()
        for place, value in enumerate(values)
    }
    problem = Problem(tuple(t.equals(variable, value) for variable, value in wanted.items()))
    assert answer(name, problem) == ("sat", {var.name: value for var, value in wanted.items()})


ODD_NAMES = ("let", "true", "re.all", "", "a|b", "é", "v!0", "a\nb", "value(aws:x/y)", '"', "error")


@each_solver
def test_names_of_every_kind_come_back(name: str) -> None:
    variables = [Variable(odd, Sort.STRING) for odd in ODD_NAMES]
    problem = Problem(tuple(t.equals(var, f"of {n}") for n, var in enumerate(variables)))
    assert answer(name, problem) == ("sat", {odd: f"of {n}" for n, odd in enumerate(ODD_NAMES)})


A, B = rx.literal("ab"), rx.char_range("a", "c")
CLASSES = [
    CharSet.chars("a"),
    CharSet.chars("a-"),
    CharSet.of((0x61, 0x7A)),
    CharSet.of((0x61, 0x7A), (0x100, 0x110)),
    CharSet.of((0xF0, 0x110)),
    CharSet.of((0x30, MAX_CODE_POINT)),
    ~CharSet.chars(":"),
    ~CharSet.chars(":?*"),
    ~CharSet.of((0xD800, 0xD810)),
    CharSet.chars("\U0002ffff"),
]
PATTERNS = [
    rx.concat(rx.loop(A, 2, 2), B),
    rx.loop(B, 2, 4),
    rx.loop(A, 0, 3),
    rx.loop(B, 3, None),
    rx.plus(A),
    rx.optional(rx.concat(A, B)),
    rx.concat(rx.complement(A), B),
    rx.star(rx.complement(A)),
    rx.difference(rx.loop(B, 1, 2), A, rx.literal("c")),
    rx.intersection(rx.glob("a*"), rx.glob("*b"), rx.glob("?c?")),
    rx.union(rx.literal("x"), A, rx.glob("c*")),
    *map(rx.chars, CLASSES),
]
TEXTS = ["", "a", "b", "c", "ab", "acb", "ababa", "ababab", "bb", "x", "-", ":", "\u0100", "\ud800"]


@each_solver
def test_every_operator_means_what_the_standard_says(name: str) -> None:
    variables = [Variable(f"s{n}", Sort.STRING) for n in range(len(TEXTS))]
    for pattern in PATTERNS:
        signs = [sign(pattern, text) for text in TEXTS]
        facts = [t.equals(var, text) for var, text in zip(variables, TEXTS, strict=True)]
        claims = [
            claim(var, pattern, is_in=is_in) for var, is_in in zip(variables, signs, strict=True)
        ]
        assert answer(name, Problem((*facts, *claims)))[0] == "sat", pattern


def sign(pattern: Regex, text: str) -> bool:
    return evaluate(t.in_regex(S, pattern), {"s": text})


def claim(variable: Variable, pattern: Regex, *, is_in: bool) -> Formula:
    membership = t.in_regex(variable, pattern)
    return membership if is_in else t.negation(membership)


def test_cvc4_tells_more_than_two_excluded_characters_apart() -> None:
    # A re.diff of three arguments would lose the last one, and `sat` with it.
    wanted = rx.chars(CharSet.of((0x100, MAX_CODE_POINT)) - CharSet.chars("\u0100\u0102"))
    fits = t.in_regex(S, wanted)
    banned = t.in_regex(S, rx.chars(ANY_CHAR - CharSet.chars("\u0100\u0102")))
    assert answer("cvc4", Problem((fits, t.negation(banned))))[0] == "unsat"


@each_solver
@settings(max_examples=20)
@given(problem=template_problems())
def test_a_solver_reads_templates_and_means_the_same(name: str, problem: Problem) -> None:
    check(name, problem)


@each_solver
@settings(max_examples=20)
@given(problem=sum_problems() | word_problems())
def test_a_solver_reads_sums_of_lengths_and_means_the_same(name: str, problem: Problem) -> None:
    check(name, problem)
