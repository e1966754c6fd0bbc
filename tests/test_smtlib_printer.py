"""Printed scripts are read by the solvers, mean the same to each, and their models satisfy."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings

from automaton import Problem, Sat, Sort, Unsat, Unsupported, Variable, regex, solve
from automaton import terms as t
from automaton.charset import CharSet
from automaton.evaluate import evaluate
from automaton.verdict import Verdict
from encoders.smtlib.dialect import DIALECTS, Dialect
from encoders.smtlib.model import read_model
from encoders.smtlib.printer import script
from encoders.smtlib.sexpr import read_all
from tests.strategies import problems

S = Variable("s", Sort.STRING)
LIMIT_MS = 1000


def z3_output(text: str) -> str:
    z3 = pytest.importorskip("z3")
    solver = z3.Solver(ctx=z3.Context())
    solver.set("timeout", LIMIT_MS)
    solver.from_string(text)
    verdict = str(solver.check())
    return f"sat\n({_z3_entries(solver.model())})" if verdict == "sat" else verdict


def _z3_entries(model: object) -> str:
    return " ".join(f"({d.name()} {model[d].sexpr()})" for d in model.decls())  # type: ignore[attr-defined, index]


def cvc4_output(text: str) -> str:
    if shutil.which("cvc4") is None:
        pytest.skip("cvc4 is not on PATH")
    command = ["cvc4", "--lang=smt2.6", "--strings-exp", "--quiet", f"--tlimit={LIMIT_MS}", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False).stdout


def is_consistent(problem: Problem, output: str, verdict: Verdict) -> bool:
    """Return whether a solver's output fits the engine's verdict; no answer does."""
    word, _, model = output.strip().partition("\n")
    if word == "sat":
        return isinstance(verdict, Sat) and evaluate(problem.formula, read_model(model, problem))
    return word != "unsat" or isinstance(verdict, Unsat)


@settings(max_examples=40)
@given(problems())
def test_z3_reads_every_problem_and_means_the_same(problem: Problem) -> None:
    output = z3_output(script(problem, DIALECTS["z3"]))

    assert is_consistent(problem, output, solve(problem))


@settings(max_examples=25)
@given(problems())
def test_cvc4_reads_every_problem_and_means_the_same(problem: Problem) -> None:
    try:
        text = script(problem, DIALECTS["cvc4"])
    except Unsupported:
        return
    output = cvc4_output(text)

    assert "Parse Error" not in output
    assert is_consistent(problem, output, solve(problem))


@given(problems())
def test_parentheses_match_in_every_dialect(problem: Problem) -> None:
    for dialect in DIALECTS.values():
        try:
            text = script(problem, dialect)
        except Unsupported:
            continue
        assert len(read_all(text)) > 2


def regex_text(pattern: regex.Regex, dialect: Dialect) -> str:
    text = script(Problem((t.in_regex(S, pattern),)), dialect)
    (assertion,) = (line for line in text.splitlines() if line.startswith("(assert"))
    return assertion.removeprefix("(assert (str.in_re s ").removesuffix("))")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (regex.glob("a*"), '(re.++ (str.to_re "a") re.all)'),
        (regex.glob("a?"), '(re.++ (str.to_re "a") re.allchar)'),
        (regex.loop(regex.char_range("a", "c"), 2, 2), '((_ re.^ 2) (re.range "a" "c"))'),
        (regex.loop(regex.char_range("a", "c"), 2, 3), '((_ re.loop 2 3) (re.range "a" "c"))'),
        (regex.chars(~CharSet.chars(":")), '(re.diff re.allchar (str.to_re ":"))'),
    ],
)
def test_regular_expressions_print_in_the_words_of_the_standard(
    pattern: regex.Regex, expected: str
) -> None:
    assert regex_text(pattern, DIALECTS["z3"]) == expected


def test_what_occurs_twice_is_printed_once() -> None:
    wide = regex.union(*(regex.glob(f"a rather long pattern {n}*") for n in range(9)))
    other = Variable("t", Sort.STRING)
    both = t.disjunction(t.in_regex(S, wide), t.in_regex(other, wide))

    text = script(Problem((both,)), DIALECTS["z3"])

    assert text.count("a rather long pattern 7") == 1


def test_doubling_a_graph_does_not_double_its_script() -> None:
    pattern = regex.char_range("a", "b")
    for _ in range(40):
        pattern = regex.concat(regex.optional(pattern), regex.plus(pattern))

    text = script(Problem((t.in_regex(S, pattern),)), DIALECTS["z3"])

    assert len(text) < 40_000


def test_a_range_that_cvc4_cannot_write_is_unsupported() -> None:
    wide = regex.chars(CharSet.of((0x100, 0x2000)))

    with pytest.raises(Unsupported):
        script(Problem((t.in_regex(S, wide),)), DIALECTS["cvc4"])


def test_a_deep_formula_prints() -> None:
    formula = t.is_true(Variable("p", Sort.BOOL))
    for number in range(3000):
        atom = t.is_true(Variable(f"q{number}", Sort.BOOL))
        formula = (t.conjunction if number % 2 else t.disjunction)(formula, atom)

    assert script(Problem((formula,)), DIALECTS["z3"]).count("declare-const") == 3001
