"""The search over the Boolean structure, where variables are many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.boolean import FEW, Search
from automaton.budget import Budget
from automaton.evaluate import evaluate
from automaton.terms import Formula, Sort, Variable
from automaton.verdict import Value

MANY = [Variable(f"p{number}", Sort.BOOL) for number in range(3 * FEW)]


def clauses() -> st.SearchStrategy[Formula]:
    """Disjunctions of two literals over neighbours: some share a variable, some do not."""

    def clause(first: int, gap: int, signs: Sequence[bool]) -> Formula:
        variables = (MANY[first], MANY[min(first + gap, len(MANY) - 1)])
        return t.disjunction(*map(t.equals, variables, signs))

    places = st.integers(0, len(MANY) - 1)
    return st.builds(clause, places, st.integers(0, 2), st.tuples(st.booleans(), st.booleans()))


def values_of(formula: Formula) -> dict[str, Value] | None:
    found = Search(MANY, Budget()).decide(formula)
    return None if found is None else {**dict.fromkeys((v.name for v in MANY), False), **found}


@given(st.lists(clauses(), min_size=30, max_size=90))
def test_parts_that_share_no_variable_are_decided_each_by_itself(parts: list[Formula]) -> None:
    values = values_of(t.conjunction(*parts))

    if values is not None:
        assert evaluate(t.conjunction(*parts), values)
    else:
        assert chain_is_refuted(parts)


def chain_is_refuted(parts: list[Formula]) -> bool:
    """Return whether no values of the variables, taken in order, satisfy the clauses.

    No clause reaches over more than two variables, so the last two values are all that matters.
    """
    last_of: dict[int, list[Formula]] = {}
    for part in parts:
        places = [MANY.index(atom.variable) for atom in t.atoms(part)]
        last_of.setdefault(max(places, default=0), []).append(part)
    alive = {(False, False)}
    for place in range(len(MANY)):
        longer = {(*values, new) for values in alive for new in (False, True)}
        alive = {
            values[1:]
            for values in longer
            if all(
                evaluate(part, {MANY[place - 2 + k].name: v for k, v in enumerate(values)})
                for part in last_of.get(place, ())
            )
        }
    return not alive


def test_thousands_of_variables_are_decided() -> None:
    strings = [Variable(f"s{number}", Sort.STRING) for number in range(2000)]
    formula = t.conjunction(*(t.in_regex(s, rx.glob("a*b")) for s in strings))

    found = Search(strings, Budget()).decide(formula)

    assert found == {s.name: "ab" for s in strings}


def test_thousands_of_variables_that_hang_together_are_decided() -> None:
    variables = [Variable(f"q{number}", Sort.BOOL) for number in range(1200)]
    pairs = pairwise(variables)
    chain = (t.implication(t.is_true(one), t.is_true(two)) for one, two in pairs)

    found = Search(variables, Budget()).decide(t.conjunction(t.is_true(variables[0]), *chain))

    assert found == {variable.name: True for variable in variables}
