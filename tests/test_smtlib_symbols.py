import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import Problem, Sort, Variable
from encoders.smtlib.symbols import RESERVED, symbols

NAMES = st.one_of(
    st.text(st.sampled_from("ab.:!|\\ (-9_"), max_size=4),
    st.sampled_from(sorted(RESERVED)),
    st.sampled_from(["v!0", "v!1", "|v!0|", "str.len", "re.all", "<=", "@x", ".x", "é", "a\nb"]),
)


def symbols_of(*names: str) -> list[str]:
    variables = tuple(Variable(name, Sort.STRING) for name in names)
    return list(symbols(Problem((), declared=variables)).values())


@given(st.lists(NAMES, unique=True, max_size=8))
def test_distinct_names_have_distinct_symbols(names: list[str]) -> None:
    printed = symbols_of(*names)
    assert len({symbol.strip("|") for symbol in printed}) == len(names)


@given(st.lists(NAMES, unique=True, max_size=8))
def test_every_symbol_is_one_that_smt_lib_allows(names: list[str]) -> None:
    for symbol in symbols_of(*names):
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_!-]*|\|[ -\[\]-{}~]+\|", symbol)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("action", "action"),
        ("MFA_age-2", "MFA_age-2"),
        ("value(aws:SourceIp)", "|value(aws:SourceIp)|"),
        ("two words", "|two words|"),
        ("3rd", "|3rd|"),
        ("", "v!0"),
        ("let", "v!0"),
        ("true", "v!0"),
        ("str.len", "v!0"),
        (".x", "v!0"),
        ("<=", "v!0"),
        ("a|b", "v!0"),
        ("a\\b", "v!0"),
        ("a\nb", "v!0"),
        ("é", "v!0"),
    ],
)
def test_a_name_is_kept_wherever_every_solver_reads_it(name: str, symbol: str) -> None:
    assert symbols_of(name) == [symbol]
