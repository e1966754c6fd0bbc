from __future__ import annotations

import itertools

import pytest

from encoders.smtlib.script import assertions_of
from encoders.smtlib.sexpr import ParseError
from encoders.smtlib.signature import FUNCTIONS

ARGUMENTS = {"Bool": "b", "Int": "i", "Real": "r", "String": "s", "RegLan": "re.all"}
DECLARATIONS = (
    "(declare-const b Bool)(declare-const i Int)(declare-const r Real)(declare-const s String)"
)
HEADS = {"re.^": "(_ re.^ 2)", "re.loop": "(_ re.loop 1 2)", "divisible": "(_ divisible 3)"}

MORE_THAN_CVC5 = {
    *("(and b)", "(or b)", "(xor b)", "(+ i)", "(+ r)", "(* i)", "(* r)", "(str.++ s)"),
    *("(re.++ re.all)", "(re.union re.all)", "(re.inter re.all)"),
    *("(ite b i r)", "(ite b r i)", "(str.indexof s s)"),
    *("(str.< s s s)", "(str.<= s s s)"),
}
"""z3 reads all of these but the last two, which the standard has."""

LESS_THAN_CVC5 = {
    f"({name} {argument})" for name in ("and", "or") for argument in ("i", "r", "s", "re.all")
}
"""No error in cvc5, which takes whatever stands alone under `and`."""


def applications(most: int) -> list[str]:
    """Return each function applied to every choice of up to `most` arguments."""
    found = [name for name in FUNCTIONS if name not in HEADS]
    for name in FUNCTIONS:
        for count in range(1, most + 1):
            for given in itertools.product(ARGUMENTS.values(), repeat=count):
                found.append(f"({' '.join([HEADS.get(name, name), *given])})")
    return found


def is_read(text: str) -> bool:
    try:
        assertions_of(text)
    except ParseError:
        return False
    return True


def is_read_by_cvc5(text: str) -> bool:
    cvc5 = pytest.importorskip("cvc5")
    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setLogic("ALL")
    symbols = cvc5.SymbolManager(manager)
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "text")
    try:
        while not (command := parser.nextCommand()).isNull():
            if "error" in str(command.invoke(solver, symbols)):
                return False
    except Exception:
        return False
    return True


def check(most: int) -> None:
    more, less = set(), set()
    for each in applications(most):
        script = f"{DECLARATIONS}(assert (= {each} {each}))"
        ours, theirs = is_read(script), is_read_by_cvc5(script)
        if ours and not theirs:
            more.add(each)
        elif theirs and not ours:
            less.add(each)

    assert (more - MORE_THAN_CVC5, less) == (set(), LESS_THAN_CVC5)


def test_short_applications_are_read_iff_cvc5_reads_them() -> None:
    check(1)


@pytest.mark.slow
def test_applications_are_read_iff_cvc5_reads_them() -> None:
    check(3)
