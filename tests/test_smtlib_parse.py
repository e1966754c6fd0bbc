from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from automaton.verdict import Unsupported
from encoders.smtlib.script import assertions_of
from encoders.smtlib.sexpr import ParseError
from encoders.smtlib.signature import FUNCTIONS, OLD_NAMES
from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order

DECLARATIONS = """(declare-const p Bool)(declare-const q Bool)(declare-const n Int)
(declare-const r Real)(declare-const s String)(declare-const t String)
"""


def shown(term: Term) -> str:
    """Return a small term as a script would have it."""
    if term.operator == VARIABLE:
        return term.name
    if term.operator == CONSTANT:
        return f'"{term.value}"' if isinstance(term.value, str) else str(term.value).lower()
    indices = " ".join(map(str, term.indices))
    head = f"(_ {term.operator} {indices})" if indices else term.operator
    return f"({' '.join([head, *map(shown, term.parts)])})" if term.parts else head


def read(term: str, *, old_names: bool = False) -> Term:
    """Return the term `(= term term)` has on its left."""
    text = f"{DECLARATIONS}(assert (let ((it {term})) (= it it)))"
    (assertion,), _ = assertions_of(text, old_names=old_names)
    return assertion.parts[0]


def asserted(text: str) -> list[str]:
    return [shown(term) for term in assertions_of(DECLARATIONS + text)[0]]


ARGUMENTS = {
    TermSort.BOOL: ("p", "q", "true"),
    TermSort.INT: ("n", "1", "2"),
    TermSort.REAL: ("r", "3/2", "1/2"),
    TermSort.STRING: ("s", "t", '"a"'),
    TermSort.REGLAN: ("re.all", "re.allchar", "re.none"),
}


def samples() -> list[tuple[str, TermSort]]:
    """Return an application of each function under each signature, with its sort."""
    found = []
    for name, functions in FUNCTIONS.items():
        for function in functions:
            given = [ARGUMENTS[sort][place] for place, sort in enumerate(function.arguments)]
            indices = " ".join("23"[: function.indices])
            head = f"(_ {name} {indices})" if indices else name
            found.append((f"({' '.join([head, *given])})" if given else head, function.result))
    return found


@pytest.mark.parametrize(("text", "sort"), samples())
def test_each_function_is_read_under_each_signature(text: str, sort: TermSort) -> None:
    term = read(text.replace("3/2", "1.5").replace("1/2", "0.5"))

    assert (shown(term), term.sort) == (text, sort)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"a\\u{62}\\u0063d""e"', '"abcd"e"'),
        ("(_ char #x41)", '"A"'),
        ("(_ char #x2FFFF)", '"\U0002ffff"'),
        ("|s|", "s"),
        ("(as s String)", "s"),
        ("(! s :named it2 :other (a b))", "s"),
        ("(let ((s t) (t s)) (str.++ s t))", "(str.++ t s)"),
        ("(let ((s t)) (let ((t s)) (str.++ s t)))", "(str.++ t t)"),
        ("(str.++ (let ((s t)) s) s)", "(str.++ t s)"),
        ("(+ n 1 2)", "(+ n 1 2)"),
        ("(- n)", "(- n)"),
        ("(+ r 1)", "(+ r 1)"),
        ("(+ r n)", "(+ r (to_real n))"),
        ("(< r (- 2))", "(< r (- 2))"),
        ("(/ 1 3)", "(/ 1 3)"),
        ("(ite p r 0)", "(ite p r 0)"),
        ("(abs r)", "(ite (< r 0) (- r) r)"),
        ("(to_real r)", "r"),
        ("(and p)", "p"),
        ("(re.++ (str.to_re s))", "(str.to_re s)"),
        ("(= p q p)", "(= p q p)"),
        ("(=> p q p)", "(=> p q p)"),
        ("(re.loop re.all 2 5)", "((_ re.loop 2 5) re.all)"),
        ("((_ re.loop 5 2) re.all)", "((_ re.loop 5 2) re.all)"),
        ("((_ re.loop 2) re.all)", "(re.++ ((_ re.^ 2) re.all) (re.* re.all))"),
        ("(str.indexof s t)", "(str.indexof s t 0)"),
        ("(str.replace-all s t s)", "(str.replace_all s t s)"),
        ("(str.replace-all s re.all t)", "(str.replace_re_all s re.all t)"),
    ],
)
def test_a_term_means_what_it_says(written: str, meant: str) -> None:
    assert shown(read(written)) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("(str.in.re s (str.to.re t))", "(str.in_re s (str.to_re t))"),
        ("(int.to.str (str.to.int s))", "(str.from_int (str.to_int s))"),
        ("(re.complement re.nostr)", "(re.comp re.none)"),
        ("(implies p q)", "(=> p q)"),
        ('"\\x41\\n\\101\\\\\\u{42}\\q"', '"A\nA\\B\\q"'),
        ("s", "s"),
    ],
)
def test_old_names_are_read_on_request(written: str, meant: str) -> None:
    assert shown(read(written, old_names=True)) == meant


def test_old_names_stand_for_functions_of_today() -> None:
    assert set(OLD_NAMES.values()) - set(FUNCTIONS) == set()
    assert set(OLD_NAMES) & set(FUNCTIONS) == set()


def test_backslashes_are_characters_unless_old_names_are_wanted() -> None:
    assert read('"\\x41\\n"').value == "\\x41\\n"


def test_what_occurs_twice_is_one_term() -> None:
    (first, second), _ = assertions_of(
        DECLARATIONS + "(assert (= s (str.++ t t)))(assert (= s (str.++ t t)))"
    )

    assert first is second


def test_a_term_knows_where_it_is_written_first() -> None:
    (assertion,), _ = assertions_of('(declare-const s String)\n(assert\n  (= s "ab"))')

    places = {
        shown(term): (term.place.line, term.place.column)
        for term in in_order(assertion, parts_of=parts_of)
    }
    assert places == {"s": (1, 16), '"ab"': (3, 8), '(= s "ab")': (3, 3)}


@pytest.mark.parametrize(
    ("script", "meant"),
    [
        ("(define-fun f ((s String)) String (str.++ s t))(assert (= s (f t)))",
         "(= s (str.++ t t))"),
        # The parameter may not capture the argument's variable of the same name.
        ("(define-fun f ((s String) (t String)) String (str.++ s t))(assert (= s (f t s)))",
         "(= s (str.++ t s))"),
        ("(define-fun f ((s String)) String (let ((t s)) (str.++ s t)))(assert (= s (f t)))",
         "(= s (str.++ t t))"),
        ("(define-fun f ((s String)) String (str.++ s s))"
         "(define-fun g ((s String)) String (f (f s)))(assert (= s (g t)))",
         "(= s (str.++ (str.++ t t) (str.++ t t)))"),
        ("(define-fun f ((t String) (s String)) String (str.++ s t))"
         "(define-fun g ((s String) (t String)) String (f s t))(assert (= s (g s t)))",
         "(= s (str.++ t s))"),
        ("(define-fun f ((x Real)) Real (+ x 1))(assert (= r (f n)))", "(= r (+ (to_real n) 1))"),
        ("(define-fun c () String t)(assert (= s c))", "(= s t)"),
        ("(define-const c Real 1)(assert (= r c))", "(= r 1)"),
        ("(assert (and (! (= s t) :named same) (not same)))", "(and (= s t) (not (= s t)))"),
        ("(declare-fun |a b| () String)(assert (= s |a b|))", "(= s a b)"),
        ("(declare-const x (RegEx String))(assert (= x re.all))", "(= x re.all)"),
    ],
)  # fmt: skip
def test_definitions_are_expanded_without_capture(script: str, meant: str) -> None:
    assert asserted(script) == [meant]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(assert (= s", "line 1, column 9: a `(` without its `)`"),
        ("assert", "line 1, column 1: a command was expected, not `assert`"),
        ("(foo)", "line 1, column 1: unknown command `foo`"),
        ("(assert)", "line 1, column 1: a malformed `assert`"),
        ("(push 1.5)", "line 1, column 1: a malformed `push`"),
        ("(push 99999999)", "line 1, column 7: `99999999` levels"),
        ("(pop)", "line 1, column 1: a pop of 1 levels where there are 0"),
        ("\n (assert 5)", "line 2, column 10: a Bool was expected, not a term of sort Int"),
        ("(assert x)", "line 1, column 9: unknown symbol `x`"),
        ("(assert\n(not x))", "line 2, column 6: unknown symbol `x`"),
        ("(assert (f x))", "line 1, column 9: unknown function `f`"),
        ("(assert ((_ f 1) true))", "line 1, column 10: unknown function `f`"),
        ("(assert (not))", "line 1, column 9: `(not)` is no term"),
        ("(assert ())", "line 1, column 9: `()` is no term"),
        ("(assert ((not) true))", "line 1, column 10: `(not)` is no function"),
        ("(assert :x)", "line 1, column 9: a term was expected, not the keyword `:x`"),
        ("(assert (not 1))", "line 1, column 9: `not` takes (Bool), not (Int)"),
        ("(assert (= 1 true))",
         "line 1, column 9: `=` takes (Bool Bool ...) or (Int Int ...) or (Real Real ...) or "
         "(String String ...) or (RegLan RegLan ...), not (Int Bool)"),
        ("(assert (ite true true))",
         "line 1, column 9: `ite` takes (Bool Bool Bool) or (Bool Int Int) or (Bool Real Real) or "
         "(Bool String String) or (Bool RegLan RegLan), not (Bool Bool)"),
        ("(assert (and true true true true true true true true 5))",
         "line 1, column 9: `and` takes (Bool Bool ...), not "
         "(Bool Bool Bool Bool Bool Bool Bool Bool ...)"),
        ('(assert (str.in.re "" re.all))',
         "line 1, column 9: unknown function `str.in.re`, a name of SMT-LIB 2.5 for `str.in_re`"),
        ("(assert re.nostr)",
         "line 1, column 9: unknown symbol `re.nostr`, a name of SMT-LIB 2.5 for `re.none`"),
        ('(assert (= (str.len ((_ re.^ 1 2) "")) 1))',
         "line 1, column 21: `re.^` takes 1 indices"),
        ('(assert (= (str.len ((_ re.^ x) "")) 1))', "line 1, column 30: `x` is no index"),
        ('(assert (str.in_re "" (re.loop re.all 1 (+ 1 1))))',
         "line 1, column 41: a bound of `re.loop` is no numeral"),
        ("(assert (= (_ char #x30000) 1))", "line 1, column 12: `#x30000` is no character"),
        ("(assert (let () true))", "line 1, column 9: a malformed `let`"),
        ("(assert (let ((x)) true))", "line 1, column 15: a malformed binding of `let`"),
        ("(assert (let ((x 1) (x 2)) true))", "line 1, column 15: `let` binds a name twice"),
        ("(assert (let ((x y) (y 2)) true))", "line 1, column 18: unknown symbol `y`"),
        ("(assert (and (let ((x true)) x) x))", "line 1, column 33: unknown symbol `x`"),
        ("(assert (! true))", "line 1, column 9: a malformed `!`"),
        ("(assert (! true :named))", "line 1, column 17: `:named` wants a symbol"),
        ("(assert (as 1 Bool))", "line 1, column 15: a term of sort Int, not Bool"),
        ("(declare-const x 5)", "line 1, column 18: `5` is no sort"),
        ("(declare-const x Int)(declare-const x Int)",
         "line 1, column 37: `x` is declared already"),
        ("(declare-const str.len Int)", "line 1, column 16: `str.len` has a meaning already"),
        ("(declare-const true Int)", "line 1, column 16: `true` has a meaning already"),
        ("(define-fun f ((x Int)) Bool x)",
         "line 1, column 30: a term of sort Int, where Bool is promised"),
        ("(define-fun f ((x Int) (x Int)) Int x)",
         "line 1, column 24: `(x Int)` is no parameter"),
        ("(define-fun f ((x Int)) Int x)(assert (= f 1))",
         "line 1, column 42: `f` takes arguments"),
        ("(define-fun f ((x Int)) Int x)(assert (= (f true) 1))",
         "line 1, column 42: `f` takes (Int), not (Bool)"),
        ("(define-fun f ((x Int)) Int x)(assert (= x 1))",
         "line 1, column 42: unknown symbol `x`"),
        ("(define-fun f () Int 1)(assert (= (f 1) 1))",
         "line 1, column 35: `f` takes no arguments"),
        ("(push)(declare-const x Bool)(pop)(assert x)", "line 1, column 42: unknown symbol `x`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        assertions_of(text)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "feature", "where"),
    [
        ("(assert (forall ((x Int)) true))", "`forall`", "line 1, column 9"),
        ("(declare-fun f (Int) Int)\n(assert (= (f 1) 1))",
         "the uninterpreted function `f`", "line 2, column 12"),
        ("(declare-const x (_ BitVec 8))\n(assert (= x x))",
         "`x` with the sort `(_ BitVec 8)`", "line 2, column 12"),
        ("(declare-sort U 0)(declare-const x U)(assert (= x x))",
         "`x` with the sort `U`", "line 1, column 49"),
        ("(declare-datatypes ((L 0)) (((nil) (cons (head Int) (tail L)))))(assert (= nil nil))",
         "the symbol `nil`", "line 1, column 76"),
        ("(define-fun-rec f ((x Int)) Int (f x))(assert (= (f 1) 1))",
         "the recursive function `f`", "line 1, column 50"),
        ("(define-fun f ((x (Array Int Int))) Int 1)(assert (= (f 1) 1))",
         "`f`, for the sort `(Array Int Int)`", "line 1, column 54"),
        ("(define-fun f () Bool (exists ((x Int)) true))(assert f)",
         "`f`, for `exists`", "line 1, column 55"),
        ("(assert (= #b01 #b01))", "the bit vector `#b01`", "line 1, column 12"),
        ("(assert (= (str.rev \"\") \"\"))", "the function `str.rev`", "line 1, column 12"),
        ("(assert (select 1 2))", "the function `select`", "line 1, column 9"),
        ("(assert (= ((_ extract 1 0) 5) 5))", "the function `extract`", "line 1, column 13"),
        ("(assert (= (_ bv10 8) 5))", "the function `bv10`", "line 1, column 12"),
        ("(assert (= 1 " + "1" * 5000 + "))", "a number of 5000 digits", "line 1, column 14"),
        ("(assert (= ((_ re.^ 99999999999) re.all) re.all))",
         "the index `99999999999`", "line 1, column 21"),
        ("(assert (= (as 1 U) 1))", "the sort `U`", "line 1, column 18"),
        ("(define-fun f ((x Int)) Int (! x :named y))(assert (= (f 1) 1))",
         "`f`, for `:named` among parameters", "line 1, column 55"),
        ("(maximize 5)", "the command `maximize`", "line 1, column 1"),
    ],
)  # fmt: skip
def test_what_is_not_modelled_is_refused_by_name_and_place(
    text: str, feature: str, where: str
) -> None:
    with pytest.raises(Unsupported) as caught:
        assertions_of(text)

    assert (caught.value.feature, caught.value.where) == (feature, where)


@pytest.mark.parametrize(
    "text",
    [
        "(declare-fun f (Int) Int)",
        "(declare-const x (_ BitVec 8))",
        "(declare-sort U 0)",
        "(define-sort S () String)",
        "(declare-datatype L ((nil) (cons (head Int) (tail L))))",
        "(define-funs-rec ((f ((x Int)) Int)) ((f x)))",
        "(define-fun f () Bool (exists ((x Int)) true))",
    ],
)
def test_what_is_not_modelled_does_no_harm_where_it_is_not_used(text: str) -> None:
    assert asserted(f"{text}(assert p)") == ["p"]


def nested(before: str, middle: str, after: str = ")") -> Callable[[int], str]:
    return lambda depth: f"{before * depth}{middle}{after * depth}"


def chain_of_lets(depth: int) -> str:
    lets = "".join(f"(let ((x{i} (and p x{i - 1})))" for i in range(1, depth))
    return f"(let ((x0 q)){lets}x{depth - 1}{')' * depth}"


def chain_of_names(depth: int) -> str:
    return f"{'(! ' * depth}p{''.join(f' :named n{i})' for i in range(depth))}"


DEEP = [
    (nested("(not ", "p"), 1),
    (nested("(and p ", "q"), 1),
    (nested("(let ((p (not p))) ", "p"), 1),
    (nested("(let ((it ", "p", ")) it)"), 0),
    (nested("(! ", "p", " :x)"), 0),
    (chain_of_lets, 1),
    (chain_of_names, 0),
]


def check_depth(make: Callable[[int], str], each: int, depth: int) -> None:
    assert sys.getrecursionlimit() < depth
    (term,), _ = assertions_of(f"{DECLARATIONS}(assert {make(depth)})")

    applications = [inner for inner in in_order(term, parts_of=parts_of) if inner.parts]
    assert len(applications) in (each * depth, each * depth - 1)


@pytest.mark.parametrize(("make", "each"), DEEP)
def test_depth_overflows_nothing(make: Callable[[int], str], each: int) -> None:
    check_depth(make, each, 10_000)


@pytest.mark.slow
@pytest.mark.parametrize(("make", "each"), DEEP)
def test_great_depth_overflows_nothing(make: Callable[[int], str], each: int) -> None:
    check_depth(make, each, 200_000)


def test_regular_expressions_may_be_as_deep() -> None:
    depth = 10_000
    nest = '(re.++ (str.to_re "a") ' * depth + "re.all" + ")" * depth
    (term,), _ = assertions_of(f"{DECLARATIONS}(assert (str.in_re s {nest}))")

    assert len(in_order(term, parts_of=parts_of)) == depth + 5


@pytest.mark.parametrize("part", ['""', "a", "\\u{61}", "\\", "\n"])
def test_a_literal_may_be_long(part: str) -> None:
    count = 1_000_000 // len(part)
    (term,), _ = assertions_of(f'{DECLARATIONS}(assert (= s "{part * count}"))')

    value = term.parts[1].value
    assert isinstance(value, str)
    assert len(value) == count


def test_definitions_that_grow_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("encoders.smtlib.declarations.MAX_EXPANDED", 10_000)
    doubled = "".join(
        f"(define-fun f{i} ((x Int)) Int (f{i - 1} (+ 1 (f{i - 1} x))))" for i in range(1, 64)
    )
    with pytest.raises(Unsupported, match="definitions that expand to a million terms"):
        assertions_of(f"(define-fun f0 ((x Int)) Int (+ x 2)){doubled}(assert (= (f63 1) 1))")


def test_definitions_that_only_hand_on_stay_small() -> None:
    count = 2000
    chain = "".join(
        f"(define-fun f{i} ((x{i} Bool)) Bool (not (f{i - 1} x{i})))" for i in range(1, count)
    )
    (term,), _ = assertions_of(
        f"{DECLARATIONS}(define-fun f0 ((x Bool)) Bool x){chain}(assert (f{count - 1} p))"
    )

    assert len(in_order(term, parts_of=parts_of)) == count
