"""Cases written by hand, over a few variables and languages."""

from __future__ import annotations

from encoders.smtlib.script import assertions_of
from portfolio.differential.case import Case
from portfolio.differential.rewriting import ours
from portfolio.differential.terms import B, S, variable

X, P = variable("x", S), variable("p", B)

DECLARED = """(declare-fun x () String)(declare-fun y () String)
(declare-fun p () Bool)(declare-fun q () Bool)(declare-fun n () Int)"""


def case_of(*assertions: str, expected: str = "") -> Case:
    text = DECLARED + "".join(f"(assert {assertion})" for assertion in assertions)
    return Case(ours(assertions_of(text)[0]), "written", expected)


A = '(str.to_re "a")'
A_OR_B = '(re.union (str.to_re "a") (str.to_re "b"))'
X_IN_A_STAR = f"(str.in_re x (re.* {A}))"
