"""Scripts of SMT-LIB by fragment, biased to what breaks string solvers.

F1: Boolean combinations of what one variable is: in a constant language, beside a constant.
F1x: also lengths, codes and numbers against constants, order, and equal variables. F2: words of
several variables. F3: sums of lengths, and functions with places. F4: every function. Alphabets are
small, so that things collide; formulas are graphs, so that parts are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.smtlib.term import Term
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.terms import B, I, S, call, constant, variable

X, Y, Z = STRINGS = tuple(variable(name, S) for name in "xyz")
P, Q = BOOLS = tuple(variable(name, B) for name in "pq")
N, M = INTS = tuple(variable(name, I) for name in "nm")
VARIABLES = (*STRINGS, *BOOLS, *INTS)

LETTERS = "ab"
ODD_CHARS = '\0"\\\x7f\uffff\U00010000\U0002ffff'

Terms = SearchStrategy[Term]
Script = tuple[Term, ...]

EPSILON = call("str.to_re", "")
NOTHING, ANYTHING, ANY_CHAR = call("re.none"), call("re.all"), call("re.allchar")


def texts(max_size: int = 3) -> SearchStrategy[str]:
    """Short strings of two letters; now and then of digits and of odd characters."""
    plain = st.text(st.sampled_from(LETTERS), max_size=max_size)
    odd = st.text(st.sampled_from(LETTERS + "01" + ODD_CHARS), max_size=max_size)
    return st.one_of(plain, plain, plain, odd)


def words() -> Terms:
    """Constants of `texts`."""
    return texts().map(constant)


def numbers() -> Terms:
    """Small numbers, also negative ones."""
    small = st.integers(0, 5).map(constant)
    return st.one_of(small, small, st.sampled_from([10, 97, 196608]).map(constant), _negative())


def _negative() -> Terms:
    return st.integers(1, 3).map(lambda size: call("-", size))


def _ranges() -> Terms:
    ends = st.sampled_from(["a", "b", "c", "z", "", "ab", "0", "9", "\0", "\U0002ffff"])
    return st.tuples(ends, ends).map(lambda pair: call("re.range", *pair))


def wildcards() -> Terms:
    """Words with gaps between them, as `*a?b*` has."""
    gap = st.sampled_from([ANYTHING, ANY_CHAR])
    piece = st.one_of(texts(2).map(lambda text: call("str.to_re", text)), gap)
    return st.lists(piece, min_size=2, max_size=5).map(lambda found: call("re.++", *found))


def languages(max_leaves: int = 5) -> Terms:
    """Constant languages of every operator."""
    literals = texts().map(lambda text: call("str.to_re", text))
    odd = st.sampled_from([ANY_CHAR, ANYTHING, EPSILON, NOTHING, call("re.comp", EPSILON)])
    leaves = st.one_of(literals, literals, _ranges(), odd, wildcards())
    return st.recursive(leaves, _larger, max_leaves=max_leaves)


def _larger(inner: Terms) -> Terms:
    several = st.lists(inner, min_size=2, max_size=3)
    unary = st.sampled_from(["re.*", "re.+", "re.opt", "re.comp"])
    nary = st.sampled_from(["re.++", "re.union", "re.inter", "re.diff"])
    index = st.integers(0, 3)
    return st.one_of(
        st.builds(lambda name, parts: call(name, *parts), nary, several),
        st.builds(call, unary, inner),
        st.builds(lambda part: call("re.*", call("re.opt", part)), inner),
        st.builds(lambda part: call("re.*", call("re.++", call("re.*", part), part)), inner),
        st.builds(lambda part, n: call("re.^", part, indices=(n,)), inner, index),
        st.builds(lambda part, *ends: call("re.loop", part, indices=ends), inner, index, index),
    )


def strings() -> Terms:
    """Draw a variable of sort String."""
    return st.sampled_from(STRINGS)


def f1_atoms() -> Terms:
    """Atoms about what one variable is, and Boolean names."""
    compare = st.sampled_from(["str.prefixof", "str.suffixof"])
    return st.one_of(
        st.sampled_from(BOOLS),
        st.builds(lambda word, var: call("=", var, word), words(), strings()),
        st.builds(call, compare, words(), strings()),
        st.builds(lambda word, var: call("str.contains", var, word), words(), strings()),
        st.builds(lambda var, word: call("str.prefixof", var, word), strings(), words()),
        in_re(strings(), languages()),
        in_re(strings(), wildcards()),
    )


def f1x_atoms() -> Terms:
    """Lengths, codes and numbers of one variable against constants, order, equal variables."""
    several = st.lists(strings(), min_size=2, max_size=3, unique=True)
    measures = st.sampled_from(["str.len", "str.len", "str.to_code", "str.to_int"])
    order = st.sampled_from(["str.<", "str.<="])
    return st.one_of(
        st.builds(call, _comparison(), st.builds(call, measures, strings()), numbers()),
        st.builds(lambda name, found: call(name, *found), _equality(), several),
        st.builds(call, order, strings(), words()),
        st.builds(call, order, words(), strings()),
        strings().map(lambda var: call("str.is_digit", var)),
        st.builds(call, _equality(), at(strings(), numbers()), words()),
        st.builds(call, st.just("str.is_digit"), at(strings(), numbers())),
        f1_atoms(),
    )


def _equality() -> SearchStrategy[str]:
    return st.sampled_from(["=", "distinct"])


def _comparison() -> SearchStrategy[str]:
    return st.sampled_from(["=", "<=", "<", ">=", ">", "distinct"])


def in_re(text: Terms, regex: Terms) -> Terms:
    """Memberships of some text in some language."""
    return st.builds(lambda *args: call("str.in_re", *args), text, regex)


def at(text: Terms, place: Terms) -> Terms:
    """Characters of some text at some place."""
    return st.builds(lambda *args: call("str.at", *args), text, place)


def concatenations() -> Terms:
    """Variables and words one after another; also one alone."""
    part = st.one_of(strings(), strings(), words())
    several = st.lists(part, min_size=2, max_size=4).map(lambda found: call("str.++", *found))
    return st.one_of(strings(), several, several)


def f2_atoms() -> Terms:
    """Equations, comparisons and memberships of words of several variables."""
    names = st.sampled_from(["=", "=", "distinct", "str.prefixof", "str.suffixof", "str.contains"])
    return st.one_of(
        st.builds(call, names, concatenations(), concatenations()),
        st.builds(call, names, strings(), strings()),
        in_re(concatenations(), languages(3)),
        f1_atoms(),
    )


def lengths() -> Terms:
    """Numbers: those of variables, places, and sums of them."""
    single = st.one_of(
        st.sampled_from(INTS),
        strings().map(lambda var: call("str.len", var)),
        strings().map(lambda var: call("str.len", var)),
        numbers(),
        st.builds(lambda *args: call("str.indexof", *args), strings(), _pieces(), numbers()),
    )
    scaled = st.builds(lambda n, term: call("*", n, term), st.integers(2, 3), single)
    addends = st.lists(st.one_of(single, scaled), min_size=2, max_size=3)
    sums = st.builds(lambda name, found: call(name, *found), st.sampled_from("+-"), addends)
    return st.one_of(single, sums)


def _pieces() -> Terms:
    return st.one_of(strings(), words())


def f3_atoms() -> Terms:
    """Atoms of sums of lengths, and of functions of strings whose places are lengths."""
    substr = st.builds(lambda *args: call("str.substr", *args), strings(), lengths(), lengths())
    replaced = st.builds(lambda *args: call("str.replace", *args), strings(), _pieces(), _pieces())
    return st.one_of(
        st.builds(call, _comparison(), lengths(), lengths()),
        st.builds(call, _comparison(), lengths(), lengths()),
        st.builds(
            call,
            _equality(),
            st.one_of(substr, replaced, at(strings(), lengths())),
            concatenations(),
        ),
        f1x_atoms(),
        f2_atoms(),
    )


def f4_atoms() -> Terms:
    """Any function of any theory."""
    return st.one_of(random_terms(B, 3, VARIABLES), f3_atoms())


CONNECTIVES = ("and", "or", "not", "xor", "=>", "=", "distinct", "ite", "and", "or")
ARITY = {"not": 1, "ite": 3}


@st.composite
def graphs(draw: DrawFn, atoms: Terms) -> Script:
    """Draw assertions over atoms: a graph that grows node by node, so that parts are shared."""
    nodes = draw(st.lists(atoms, min_size=1, max_size=5))
    for _ in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(CONNECTIVES))
        arity = ARITY.get(name, 0) or draw(st.integers(2, 3)) - (name == "distinct")
        chosen = [nodes[draw(st.integers(0, len(nodes) - 1))] for _ in range(max(arity, 1))]
        if name == "distinct":
            chosen = [*chosen, nodes[0]][:2]
        nodes.append(call(name, *chosen))
    count = draw(st.integers(1, min(3, len(nodes))))
    return tuple(nodes[-count:])


@st.composite
def many_prefixes(draw: DrawFn) -> Script:
    """Draw one variable within a language, and without dozens of prefixes, suffixes or words."""
    inside = draw(st.one_of(wildcards(), languages(3), st.just(_over("ab", 4))))
    name = draw(st.sampled_from(["str.prefixof", "str.suffixof", "str.contains", "="]))
    size = draw(st.integers(1, 5))
    every = ["".join(letters) for letters in product(LETTERS, repeat=size)]
    left_out = draw(st.sets(st.sampled_from(every), max_size=2))
    banned = [word for word in every if word not in left_out]
    negated = [call("not", _related(name, X, constant(word))) for word in banned]
    return (call("str.in_re", X, inside), *negated)


def _over(letters: str, least: int) -> Term:
    """Return the language of `least` or more letters, from the first to the last of them."""
    some = call("re.range", letters[0], letters[-1])
    return call("re.++", call("re.^", some, indices=(least,)), call("re.*", some))


def _related(name: str, var: Term, word: Term) -> Term:
    return call(name, var, word) if name in ("str.contains", "=") else call(name, word, var)


@st.composite
def overlapping_wildcards(draw: DrawFn) -> Script:
    """Draw one variable within some wildcards and without others, of a bounded length or of any."""
    signs = draw(st.lists(st.booleans(), min_size=2, max_size=5))
    found = []
    for is_inside in signs:
        fits = call("str.in_re", X, draw(wildcards()))
        found.append(fits if is_inside else call("not", fits))
    bound = draw(st.none() | st.integers(0, 6))
    return (*found, *([] if bound is None else [call("<=", call("str.len", X), bound)]))


@st.composite
def counted(draw: DrawFn) -> Script:
    """Draw one variable within languages that count, and without others."""
    letter = st.sampled_from([call("str.to_re", letter) for letter in "aab"])
    single = st.one_of(letter, st.sampled_from([ANY_CHAR, call("re.range", "a", "b")]))
    low, more = st.integers(0, 12), st.integers(-1, 4)
    loops = st.builds(
        lambda part, n, k: call("re.loop", part, indices=(n, max(n + k, 0))), single, low, more
    )
    powers = st.builds(lambda part, n: call("re.^", part, indices=(n,)), single, low)
    starred = st.builds(lambda part: call("re.*", part), st.one_of(single, powers))
    piece = st.one_of(letter, starred, powers, loops, starred)
    language = st.lists(piece, min_size=2, max_size=5).map(lambda found: call("re.++", *found))
    found = [
        call("str.in_re", X, regex) for regex in draw(st.lists(language, min_size=1, max_size=3))
    ]
    banned = [call("str.in_re", X, regex) for regex in draw(st.lists(language, max_size=3))]
    return (*found, *(call("not", fits) for fits in banned))


@st.composite
def systems(draw: DrawFn, *others: Terms) -> Script:
    """Draw several facts about words at once: equations, their negations, and other atoms."""
    equations = st.builds(lambda *sides: call("=", *sides), concatenations(), concatenations())
    found = draw(st.lists(equations, min_size=1, max_size=2))
    parts = st.one_of(in_re(strings(), languages(3)), f2_atoms(), *others)
    for fact in draw(st.lists(parts, max_size=4)):
        found.append(fact if draw(st.booleans()) else call("not", fact))
    return tuple(found)


@dataclass(frozen=True)
class Fragment:
    """The name of a fragment, and what draws its scripts."""

    name: str
    scripts: Callable[[], SearchStrategy[Script]]

    def __str__(self) -> str:
        return self.name


def _of(*strategies: SearchStrategy[Script]) -> Callable[[], SearchStrategy[Script]]:
    return lambda: st.one_of(*strategies)


FRAGMENTS: Sequence[Fragment] = (
    Fragment("F1", _of(graphs(f1_atoms()), many_prefixes(), overlapping_wildcards(), counted())),
    Fragment("F1x", _of(graphs(f1x_atoms()))),
    Fragment("F2", _of(graphs(f2_atoms()), systems())),
    Fragment("F3", _of(graphs(f3_atoms()), systems(f3_atoms()))),
    Fragment("F4", _of(graphs(f4_atoms()))),
)
