"""The property that members agree: it fails with the script, but not for a bug that is known."""

from __future__ import annotations

import pytest

from automaton.verdict import Sat, Unsat
from portfolio.differential.agreement import disagreements, require_agreement
from portfolio.differential.case import Case
from portfolio.differential.filing.found import case_of_text
from portfolio.differential.finding import Fault
from portfolio.differential.panel import Panel
from portfolio.differential.terms import S, call, variable
from tests.fakes import Old, Scripted

CASE = Case((call("=", variable("x", S), "a"),), "by hand")
DIFFERENCE_OF_THREE = '(assert (str.in_re "" (re.diff re.all re.none re.all)))'
RIGHT, WRONG = Scripted("right", Sat({"x": "a"})), Scripted("wrong", Unsat())


def test_members_that_agree_pass() -> None:
    require_agreement(CASE, Panel((RIGHT,)))


def test_members_that_disagree_fail_with_the_script() -> None:
    with pytest.raises(AssertionError) as caught:
        require_agreement(CASE, Panel((RIGHT, WRONG)))

    told = str(caught.value)
    assert told.startswith("`wrong`: wrong unsat: the model of `right` satisfies it: x = 'a'")
    assert told.endswith(CASE.text)


def test_a_bug_that_is_known_does_not_fail() -> None:
    case = case_of_text(f"{DIFFERENCE_OF_THREE}(check-sat)", "cvc5 5428")
    right = Scripted("other", Unsat())

    assert disagreements(case, Panel((Old("cvc4", Sat({})), right))) == []
    (found,) = disagreements(case, Panel((Scripted("another", Sat({})), right)))
    assert (found.member, found.fault) == ("another", Fault.WRONG_SAT)
