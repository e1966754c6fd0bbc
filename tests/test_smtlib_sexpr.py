from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.smtlib.literals import literal
from encoders.smtlib.sexpr import (
    Atom,
    Kind,
    List,
    ParseError,
    Sexpr,
    Source,
    Splitter,
    read,
    read_all,
)
from encoders.smtlib.term import Place
from portfolio.differential.strategies.characters import any_texts

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


def pieces(chunks: Iterable[str]) -> list[tuple[str, Place]]:
    splitter = Splitter()
    found = [piece for chunk in chunks for piece in splitter.feed(chunk)]
    return [(piece.text, piece.start) for piece in (*found, splitter.finish())]


SCRIPT = """(a (b "x) ""y" |p) "| ; ")
c) ) d)
; (e
"f" g |h
i| (j)(k)"""


def test_a_script_is_cut_after_each_expression() -> None:
    assert pieces([SCRIPT]) == [
        ("""(a (b "x) ""y" |p) "| ; ")\nc) )""", Place(1, 1)),
        (" d)", Place(2, 5)),
        ("\n", Place(2, 8)),
        ("; (e\n", Place(3, 1)),
        ('"f" g |h\ni| (j)', Place(4, 1)),
        ("(k)", Place(5, 7)),
        ("", Place(5, 10)),
    ]


@given(st.lists(st.integers(0, len(SCRIPT)), max_size=8))
def test_chunks_do_not_matter(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(SCRIPT)]

    chunks = [SCRIPT[start:end] for start, end in itertools.pairwise(ends)]
    assert pieces(chunks) == pieces([SCRIPT])
    assert pieces(SCRIPT) == pieces([SCRIPT])


@given(st.text(alphabet='()"|;\n a', max_size=30))
def test_pieces_are_read_as_the_whole_is(text: str) -> None:
    try:
        whole = [written_with_place(each, Source(text)) for each in read_all(text)]
    except ParseError:
        return
    split = [Source(piece, start) for piece, start in pieces([text])]

    found = [written_with_place(each, piece) for piece in split for each in read(piece)]
    assert found == whole


def written_with_place(sexpr: Sexpr, source: Source) -> tuple[str, Place]:
    return source.written(sexpr), source.place(sexpr.offset)


@given(st.text(alphabet="ab\n", max_size=12), st.integers(1, 3), st.integers(1, 3))
def test_a_place_is_counted_in_lines_and_columns(text: str, line: int, column: int) -> None:
    source = Source(text, Place(line, column))
    for offset in range(len(text) + 1):
        before = text[:offset]
        naive_column = len(before) - before.rfind("\n") if "\n" in before else column + len(before)
        assert source.place(offset) == Place(line + before.count("\n"), naive_column)


def test_a_long_script_in_small_chunks_is_cut_in_linear_time() -> None:
    literal_text = '"' + '""' * 100_000 + '"'
    assert [text for text, _ in pieces(f"(a {literal_text})")] == [f"(a {literal_text})", ""]
