"""What is printed, word by word; `test_smtlib_solvers` has solvers read it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from automaton import Problem, Sort, Unsupported, Variable, regex
from automaton import terms as t
from automaton.charset import MAX_CODE_POINT, CharSet
from automaton.pieces import Piece
from encoders.smtlib.dialect import DIALECTS, Dialect
from encoders.smtlib.printer import script
from encoders.smtlib.sexpr import read_all
from portfolio.differential.strategies.problems import problems

S = Variable("s", Sort.STRING)
N = Variable("n", Sort.INT)
X = Variable("x", Sort.REAL)


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


DEPTH = 20_000


def test_a_deep_formula_prints() -> None:
    formula = t.is_true(Variable("p", Sort.BOOL))
    for number in range(DEPTH):
        atom = t.is_true(Variable(f"q{number}", Sort.BOOL))
        formula = (t.conjunction if number % 2 else t.disjunction)(formula, atom)

    assert script(Problem((formula,)), DIALECTS["z3"]).count("declare-const") == DEPTH + 1


def test_a_deep_expression_prints() -> None:
    pattern = regex.literal("a")
    for number in range(DEPTH):
        wider = regex.star(pattern) if number % 2 else regex.complement(pattern)
        pattern = regex.concat(wider, regex.literal("b"))

    text = script(Problem((t.in_regex(S, pattern),)), DIALECTS["cvc5"])

    assert text.count("re.comp") == DEPTH // 2


LITERALS_AND_MORE = t.in_regex(S, regex.union(regex.literal("a"), regex.glob("b*")))
WITHIN = '(str.in_re s (re.union (str.to_re "a") (re.++ (str.to_re "b") re.all)))'
APART = '(or (= s "a") (str.in_re s (re.++ (str.to_re "b") re.all)))'


@pytest.mark.parametrize(("name", "expected"), [("z3", APART), ("cvc5", APART), ("cvc4", WITHIN)])
def test_literals_stand_apart_where_that_is_faster(name: str, expected: str) -> None:
    text = script(Problem((LITERALS_AND_MORE,)), DIALECTS[name])

    assert f"(assert {expected})" in text


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_a_class_with_a_gap_prints_as_its_dialect_says(dialect: Dialect) -> None:
    assert regex_text(regex.chars(~CharSet.chars(":")), dialect) == dialect.gaps.value


@pytest.mark.parametrize(
    ("charset", "expected"),
    [
        (CharSet.of((0x61, 0x7A)), '(re.range "a" "z")'),
        (
            CharSet.of((0xF0, 0x101)),
            '(re.union (re.range "\\u{f0}" "\\u{ff}") '
            '(str.to_re "\\u{100}") (str.to_re "\\u{101}"))',
        ),
        (
            CharSet.of((0x100, MAX_CODE_POINT)),
            '(re.inter re.allchar (re.comp (re.range "\\u{0}" "\\u{ff}")))',
        ),
    ],
)
def test_cvc4_gets_no_range_beyond_latin_1(charset: CharSet, expected: str) -> None:
    assert regex_text(regex.chars(charset), DIALECTS["cvc4"]) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (t.TRUE, "true"),
        (t.FALSE, "false"),
        (t.at_most(N, -5), "(<= n (- 5))"),
        (t.greater(N, 3), "(not (<= n 3))"),
        (t.less(X, Fraction(3)), "(< x 3.0)"),
        (t.at_most(X, Fraction(-1, 3)), "(<= x (- (/ 1.0 3.0)))"),
        (t.equals(S, 'a"b'), '(= s "a""b")'),
    ],
)
def test_formulas_print_in_the_words_of_the_standard(formula: t.Formula, expected: str) -> None:
    text = script(Problem((formula,)), DIALECTS["z3"], get_model=False)

    assert f"(assert {expected})\n(check-sat)\n" in text
    assert "model" not in text


def test_addresses_are_integers_within_their_bounds() -> None:
    text = script(Problem((), declared=(Variable("ip", Sort.IPV4),)), DIALECTS["z3"])

    assert "(declare-const ip Int)\n(assert (<= 0 ip 4294967295))" in text


WHOLE, PART = Variable("x", Sort.STRING), Variable("y", Sort.STRING)
NO_COLON = regex.star(regex.chars(~CharSet.chars(":")))


@pytest.mark.parametrize(
    ("pieces", "printed"),
    [
        ((regex.literal("a"), PART, regex.literal("b")), '(= x (str.++ "a" y "b"))'),
        ((regex.literal("a"), PART, regex.ALL), '(str.prefixof (str.++ "a" y) x)'),
        ((regex.ALL, PART), "(str.suffixof y x)"),
        ((regex.glob("*a"), PART, regex.ALL), '(str.contains x (str.++ "a" y))'),
    ],
)
def test_a_template_of_words_is_a_comparison(pieces: tuple[Piece, ...], printed: str) -> None:
    template = t.in_template(WHOLE, *pieces)

    assert f"(assert {printed})" in script(Problem((template,)), DIALECTS["z3"])
    assert f"(assert (not {printed}))" in script(Problem((t.negation(template),)), DIALECTS["z3"])


def test_a_regex_in_a_template_is_a_fresh_variable() -> None:
    text = script(
        Problem((t.in_template(WHOLE, NO_COLON, PART, regex.glob("/*a")),)), DIALECTS["cvc5"]
    )

    assert "(declare-const u!0 String)\n(declare-const u!1 String)\n" in text
    assert '(= x (str.++ u!0 y "/" u!1 "a"))' in text
    assert text.count("str.in_re u!0") == 1
    assert "str.in_re u!1" not in text


def test_a_negated_template_keeps_its_regexes() -> None:
    template = t.in_template(WHOLE, NO_COLON, PART)
    text = script(Problem((t.negation(template),)), DIALECTS["z3"])

    assert "(not (str.in_re x (re.++ (re.* " in text
    assert "(str.to_re y)))" in text
    assert "u!0" not in text
