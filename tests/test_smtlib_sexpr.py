from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.smtlib.literals import literal
from encoders.smtlib.sexpr import Atom, Kind, List, ParseError, Sexpr, read_all
from tests.strategies import any_texts

DEPTH = 100_000


def plain(sexpr: Sexpr) -> object:
    """Return the tree without kinds and places."""
    if isinstance(sexpr, Atom):
        return sexpr.text
    return [plain(item) for item in sexpr.items]


def trees() -> st.SearchStrategy[object]:
    symbols = st.text(st.sampled_from("abz!.*_-"), min_size=1, max_size=3)
    return st.recursive(symbols, lambda inner: st.lists(inner, max_size=4), max_leaves=12)


def written(tree: object, blank: str) -> str:
    if isinstance(tree, list):
        return f"({blank.join(written(item, blank) for item in tree)})"
    return str(tree)


@given(st.lists(trees(), max_size=3), st.sampled_from([" ", "\n", "\t \r\n", ' ; ) " |\n']))
def test_what_is_written_is_read_back(forest: list[object], blank: str) -> None:
    text = "".join(written(tree, blank) + blank for tree in forest)
    assert [plain(sexpr) for sexpr in read_all(text)] == forest


@given(any_texts(8))
def test_strings_are_read_back(text: str) -> None:
    assert read_all(f"{literal(text)} x") == (
        Atom(Kind.STRING, text, 0, len(literal(text))),
        Atom(Kind.SYMBOL, "x", len(literal(text)) + 1, len(literal(text)) + 2),
    )


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("a!b", Kind.SYMBOL, "a!b"),
        ("-5", Kind.SYMBOL, "-5"),
        ('|a (\n;" b|', Kind.SYMBOL, 'a (\n;" b'),
        ("||", Kind.SYMBOL, ""),
        ("05a", None, ""),
        ("007", None, ""),
        ("0", Kind.NUMBER, "0"),
        ("120", Kind.NUMBER, "120"),
        ("1.50", Kind.NUMBER, "1.50"),
        ("#b01", Kind.BITS, "#b01"),
        ("#xfF", Kind.BITS, "#xfF"),
        (":named", Kind.KEYWORD, ":named"),
        ('"a""b; ("', Kind.STRING, 'a"b; ('),
    ],
)
def test_each_kind_of_atom_is_told_apart(text: str, kind: Kind | None, value: str) -> None:
    if kind is None:
        with pytest.raises(ParseError, match="no expression starts with `0`"):
            read_all(text)
    else:
        assert read_all(text) == (Atom(kind, value, 0, len(text)),)


def test_lists_know_where_they_start() -> None:
    assert read_all("\n (a ())") == (List((Atom(Kind.SYMBOL, "a", 3, 4), List((), 5, 7)), 2, 8),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(a\n  (b)", "line 1, column 1: a `(` without its `)`"),
        ("(a)\n )", "line 2, column 2: a `)` without its `(`"),
        ('(a\n "b)', "line 2, column 2: a string without its end"),
        ("(a\n |b)", "line 2, column 2: a quoted symbol without its end"),
        ("|a\\b|", "line 1, column 1: a quoted symbol without its end"),
        ('"é"', "line 1, column 1: a string with unprintable characters"),
        ("a é", "line 1, column 3: no expression starts with `é`"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_all(text)
    assert str(caught.value) == message


def test_depth_does_not_overflow_the_stack() -> None:
    (sexpr,) = read_all("(" * DEPTH + "a" + ")" * DEPTH)
    depth = 0
    while isinstance(sexpr, List):
        (sexpr,) = sexpr.items
        depth += 1
    assert depth == DEPTH


def test_an_unclosed_depth_is_a_fault() -> None:
    with pytest.raises(ParseError, match=f"line 1, column {DEPTH}:"):
        read_all("(" * DEPTH)
