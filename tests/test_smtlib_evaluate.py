"""The referee of scripts says what the standard says, and what z3 and cvc5 make of constants."""

from __future__ import annotations

from fractions import Fraction

import pytest

from automaton.charset import MAX_CODE_POINT
from automaton.verdict import Unsupported, Value
from encoders.smtlib.evaluate import value, values
from encoders.smtlib.functions import FUNCTIONS, LANGUAGES
from encoders.smtlib.term import Term, TermSort
from portfolio.differential.terms import RESULTS, Argument, B, L, call, variable

A, AB, NOTHING, ANYTHING = (
    call("str.to_re", "a"),
    call("str.to_re", "ab"),
    call("re.none"),
    call("re.all"),
)
EPSILON = call("str.to_re", "")
A_TO_C = call("re.range", "a", "c")
HALF, THREE = Fraction(1, 2), Fraction(3)

LOGIC: list[tuple[str, tuple[Argument, ...], Value]] = [
    ("not", (True,), False),
    ("and", (True, True, False), False),
    ("or", (False, False, True), True),
    ("xor", (True, True, True), True),
    ("xor", (True, True), False),
    # Right associative: true => (false => false).
    ("=>", (True, False, False), True),
    ("=>", (True, True, False), False),
    ("=>", (False, True, False), True),
    ("ite", (True, "a", "b"), "a"),
    ("ite", (False, 1, 2), 2),
    # Chainable: each equals the next, though true is not (false = false).
    ("=", (True, False, False), False),
    ("=", ("a", "a", "b"), False),
    ("=", (THREE, call("to_real", 3)), True),
    ("distinct", (1, 2, 1), False),
    ("distinct", ("a", "b", ""), True),
    ("distinct", (True, False, True), False),
]

NUMBERS: list[tuple[str, tuple[Argument, ...], Value]] = [
    ("+", (1, 2, 3), 6),
    ("+", (HALF, HALF), Fraction(1)),
    ("-", (1, 2, 3), -4),
    ("-", (5,), -5),
    ("-", (HALF,), -HALF),
    ("*", (2, 3, 4), 24),
    ("/", (THREE, HALF, THREE), Fraction(2)),
    ("div", (7, 2), 3),
    ("div", (-7, 2), -4),
    ("div", (7, -2), -3),
    ("div", (-7, -2), 4),
    ("div", (100, 7, -2), -7),
    ("mod", (7, 2), 1),
    ("mod", (-7, 2), 1),
    ("mod", (7, -2), 1),
    ("mod", (-7, -2), 1),
    ("mod", (-6, 2), 0),
    ("abs", (-3,), 3),
    ("<", (1, 2, 2), False),
    ("<", (1, 2, 3), True),
    ("<=", (1, 2, 2), True),
    (">", (3, 2, 2), False),
    (">", (3, 2, 1), True),
    (">=", (THREE, THREE, HALF), True),
    ("to_real", (-3,), Fraction(-3)),
    ("to_int", (Fraction(-13, 10),), -2),
    ("to_int", (Fraction(13, 10),), 1),
    ("is_int", (HALF,), False),
    ("is_int", (THREE,), True),
]

STRINGS: list[tuple[str, tuple[Argument, ...], Value]] = [
    ("str.++", ("a", "", "bc"), "abc"),
    ("str.len", ("",), 0),
    ("str.len", ("a\U0002ffff",), 2),
    ("str.<", ("", "a", "aardvark", "aardwolf", "zygotic"), True),
    ("str.<", ("a", "a"), False),
    ("str.<", ("b", "ab"), False),
    # By code point, where UTF-16 would put the surrogate pair first.
    ("str.<", ("\uffff", "\U00010000"), True),
    ("str.<=", ("a", "a", "b"), True),
    ("str.<=", ("b", "a"), False),
    ("str.at", ("abc", 0), "a"),
    ("str.at", ("abc", 2), "c"),
    ("str.at", ("abc", 3), ""),
    ("str.at", ("abc", -1), ""),
    ("str.substr", ("abcd", 1, 2), "bc"),
    ("str.substr", ("abcd", 1, 9), "bcd"),
    ("str.substr", ("abcd", 3, 1), "d"),
    ("str.substr", ("abcd", 4, 1), ""),
    ("str.substr", ("abcd", -1, 3), ""),
    ("str.substr", ("abcd", 1, 0), ""),
    ("str.substr", ("abcd", 1, -1), ""),
    ("str.prefixof", ("", ""), True),
    ("str.prefixof", ("ab", "abc"), True),
    ("str.prefixof", ("abc", "ab"), False),
    ("str.suffixof", ("bc", "abc"), True),
    ("str.suffixof", ("", "abc"), True),
    ("str.suffixof", ("ab", "abc"), False),
    ("str.contains", ("abc", "b"), True),
    ("str.contains", ("b", "abc"), False),
    ("str.contains", ("", ""), True),
    ("str.indexof", ("abcab", "ab", 0), 0),
    ("str.indexof", ("abcab", "ab", 1), 3),
    ("str.indexof", ("abcab", "ab", 4), -1),
    ("str.indexof", ("abc", "", 0), 0),
    ("str.indexof", ("abc", "", 3), 3),
    ("str.indexof", ("abc", "", 4), -1),
    ("str.indexof", ("abc", "", -1), -1),
    ("str.indexof", ("abc", "a", -1), -1),
    ("str.indexof", ("", "", 0), 0),
    ("str.replace", ("aba", "a", "x"), "xba"),
    ("str.replace", ("aba", "c", "x"), "aba"),
    ("str.replace", ("aba", "", "x"), "xaba"),
    ("str.replace", ("", "", "x"), "x"),
    ("str.replace", ("", "a", "x"), ""),
    ("str.replace_all", ("ababa", "a", "xa"), "xabxabxa"),
    ("str.replace_all", ("aaa", "aa", "b"), "ba"),
    ("str.replace_all", ("aba", "", "x"), "aba"),
    ("str.replace_all", ("", "", "x"), ""),
    ("str.is_digit", ("0",), True),
    ("str.is_digit", ("9",), True),
    ("str.is_digit", ("",), False),
    ("str.is_digit", ("10",), False),
    ("str.is_digit", ("a",), False),
    # ARABIC-INDIC DIGIT THREE is a digit to Unicode, not to SMT-LIB; so is SUPERSCRIPT TWO.
    ("str.is_digit", ("\u0663",), False),
    ("str.is_digit", ("\u00b2",), False),
    ("str.to_code", ("a",), 0x61),
    ("str.to_code", ("",), -1),
    ("str.to_code", ("ab",), -1),
    ("str.to_code", ("\U0002ffff",), MAX_CODE_POINT),
    ("str.from_code", (0,), "\0"),
    ("str.from_code", (0xD800,), "\ud800"),
    ("str.from_code", (MAX_CODE_POINT,), "\U0002ffff"),
    ("str.from_code", (MAX_CODE_POINT + 1,), ""),
    ("str.from_code", (-1,), ""),
    ("str.to_int", ("",), -1),
    ("str.to_int", ("0012",), 12),
    ("str.to_int", ("-1",), -1),
    ("str.to_int", ("1a",), -1),
    ("str.to_int", ("1_0",), -1),
    ("str.to_int", (" 1",), -1),
    ("str.to_int", ("\u0663",), -1),
    ("str.to_int", ("0" * 1999 + "7",), 7),
    ("str.from_int", (0,), "0"),
    ("str.from_int", (-1,), ""),
    ("str.from_int", (120,), "120"),
    ("str.from_int", (10**5000,), "1" + "0" * 5000),
    ("str.from_int", (10**1000 - 1,), "9" * 1000),
]

REPLACED: list[tuple[str, tuple[Argument, ...], Value]] = [
    # The shortest of the leftmost matches: `a`, not `ab`.
    ("str.replace_re", ("xabab", call("re.union", A, AB), "_"), "x_bab"),
    ("str.replace_re", ("xabab", AB, "_"), "x_ab"),
    ("str.replace_re", ("xab", NOTHING, "_"), "xab"),
    ("str.replace_re", ("xab", call("re.*", A), "_"), "_xab"),
    ("str.replace_re", ("xab", call("re.+", A), "_"), "x_b"),
    ("str.replace_re", ("", EPSILON, "_"), "_"),
    # Leftmost goes before shortest: `bba` begins first.
    ("str.replace_re", ("abba", call("re.union", call("str.to_re", "bba"), A), "_"), "_bba"),
    ("str.replace_re", ("cbba", call("re.union", call("str.to_re", "bba"), A), "_"), "c_"),
    ("str.replace_re_all", ("xabab", AB, "_"), "x__"),
    ("str.replace_re_all", ("aaa", call("re.+", A), "_"), "___"),
    ("str.replace_re_all", ("aab", call("re.*", A), "_"), "__b"),
    ("str.replace_re_all", ("aab", EPSILON, "_"), "aab"),
    ("str.replace_re_all", ("aab", ANYTHING, "_"), "___"),
    ("str.replace_re_all", ("aab", A, ""), "b"),
    ("str.replace_re_all", ("aab", A, "aa"), "aaaab"),
    ("str.replace_re_all", ("", ANYTHING, "_"), ""),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), LOGIC + NUMBERS + STRINGS + REPLACED)
def test_a_function_means_what_the_standard_says(
    name: str, arguments: tuple[Argument, ...], expected: Value
) -> None:
    actual = value(call(name, *arguments), {})

    assert actual == expected
    assert type(actual) is type(expected)


@pytest.mark.parametrize(("number", "expected"), [(0, True), (6, True), (-6, True), (4, False)])
def test_divisible_by_its_index(number: int, expected: bool) -> None:
    assert value(call("divisible", number, indices=(3,)), {}) is expected


def test_ints_and_reals_of_any_size_survive_their_text() -> None:
    big = 7**4000

    assert value(call("str.to_int", call("str.from_int", big)), {}) == big


GAPS = [
    (call("div", 5, 0), "division by zero is not supported (at line 3, column 7)"),
    (call("mod", 5, 0), "division by zero is not supported (at line 3, column 7)"),
    (call("/", THREE, Fraction(0)), "division by zero is not supported (at line 3, column 7)"),
    (call("str.rev", "ab"), "`str.rev` is not supported (at line 3, column 7)"),
    (
        call("str.in_re", "a", variable("r", L)),
        "the RegLan variable `r` is not supported (at line 3, column 7)",
    ),
]


@pytest.mark.parametrize(("term", "message"), GAPS)
def test_what_has_no_value_says_where(term: Term, message: str) -> None:
    with pytest.raises(Unsupported) as raised:
        value(call("=", term, term), {})

    assert str(raised.value) == message


OPEN = call("=", call("div", 1, 0), 1)
SETTLED = [
    (call("and", OPEN, False), False),
    (call("or", OPEN, True), True),
    (call("=>", OPEN, True), True),
    (call("=>", True, False, OPEN), True),
    (call("ite", True, 1, call("div", 1, 0)), 1),
    (call("ite", False, call("div", 1, 0), 2), 2),
]
UNSETTLED = [
    call("and", OPEN, True),
    call("or", OPEN, False),
    call("not", OPEN),
    call("=>", OPEN, False),
    call("=>", True, OPEN),
    call("xor", OPEN, True),
    call("ite", OPEN, 1, 1),
]


@pytest.mark.parametrize(("term", "expected"), SETTLED)
def test_an_open_value_does_not_matter_where_all_is_settled(term: Term, expected: Value) -> None:
    assert value(term, {}) == expected


@pytest.mark.parametrize("term", UNSETTLED)
def test_an_open_value_leaves_open_what_needs_it(term: Term) -> None:
    with pytest.raises(Unsupported):
        value(term, {})


def test_variables_have_the_values_of_the_assignment() -> None:
    names: dict[str, Value] = {"b": True, "i": -3, "r": HALF, "s": "\U0002ffff"}
    sorts = (B, TermSort.INT, TermSort.REAL, TermSort.STRING)
    variables = [variable(name, sort) for name, sort in zip(names, sorts, strict=True)]

    assert values(variables, names) == tuple(names.values())
    assert value(call("str.in_re", "xy", call("str.to_re", variable("s", sorts[3]))), {"s": "xy"})


@pytest.mark.parametrize(
    ("sort", "wrong"),
    [
        (TermSort.INT, True),
        (TermSort.INT, Fraction(1)),
        (TermSort.REAL, 1),
        (TermSort.BOOL, 1),
        (TermSort.STRING, 1),
        (TermSort.STRING, "\U00030000"),
    ],
)
def test_a_value_of_another_sort_is_an_error(sort: TermSort, wrong: Value) -> None:
    with pytest.raises(ValueError, match="for `x`"):
        value(variable("x", sort), {"x": wrong})


def test_a_variable_without_a_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="no value to `x`"):
        value(variable("x", B), {})


def test_every_function_of_the_table_is_tested() -> None:
    used = {name for name, *_ in LOGIC + NUMBERS + STRINGS + REPLACED}

    assert set(FUNCTIONS) - set(LANGUAGES) - used == {"divisible", "str.in_re"}
    assert set(RESULTS) == set(FUNCTIONS)
