"""Scripts of shapes that break string solvers: many facts about one word that bear on one another.

Each shape is one that users report: dozens of negated prefixes, wildcards that overlap, languages
that count, memberships behind Boolean names, equal words with languages of their own, literals that
must fit into a length, one language in two ways, words that are put together in several ways.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.smtlib.term import Term
from portfolio.differential.strategies.atoms import (
    AFFIXES,
    equations,
    f2_atoms,
)
from portfolio.differential.strategies.languages import (
    ANY_CHAR,
    ANYTHING,
    languages,
    wildcards,
)
from portfolio.differential.strategies.laws import Sides, two_ways
from portfolio.differential.strategies.words import (
    BOOLS,
    LETTERS,
    Terms,
    X,
    Y,
    applied,
    strings,
    weighted,
)
from portfolio.differential.terms import call

Script = tuple[Term, ...]
Scripts = SearchStrategy[Script]

CONNECTIVES = ("and", "or", "not", "xor", "=>", "=", "distinct", "ite", "and", "or", "xor")
ARITIES = {"not": (1,), "ite": (3,), "distinct": (2,)}


def unless(is_positive: bool, fact: Term) -> Term:
    """Return a fact, or its negation."""
    return fact if is_positive else call("not", fact)


@st.composite
def _graphs(draw: DrawFn, atoms: SearchStrategy[list[Term]], defined: bool) -> Script:
    nodes = [*draw(atoms)]
    names = [*zip(BOOLS, nodes, strict=False)] if defined else []
    nodes[: len(names)] = [name for name, _ in names]
    for _ in range(draw(_STEPS)):
        operator = draw(_CONNECTIVE)
        arity = draw(_ARITY[operator])
        place = _PLACES[len(nodes)]
        nodes.append(call(operator, *(nodes[draw(place)] for _ in range(arity))))
    definitions = [call("=", *pair) for pair in names]
    return (*definitions, *nodes[-draw(_COUNT) :])


_STEPS, _COUNT = st.integers(0, 6), st.integers(1, 3)
_CONNECTIVE = st.sampled_from(CONNECTIVES)
_ARITY = {name: st.sampled_from(ARITIES.get(name, (2, 2, 3))) for name in CONNECTIVES}
_PLACES = tuple(st.integers(0, max(count - 1, 0)) for count in range(16))


def graphs(atoms: Terms) -> Scripts:
    """Draw assertions over atoms: a graph that grows node by node, so that parts are shared."""
    return _graphs(st.lists(atoms, min_size=1, max_size=5), False)


def named_graphs(atoms: Terms) -> Scripts:
    """Draw the same, with the first atoms behind Boolean names that stand for them."""
    return _graphs(st.lists(atoms, min_size=2, max_size=5), True)


@st.composite
def _many_affixes(draw: DrawFn, insides: Terms) -> Script:
    inside = draw(insides)
    name = draw(_AFFIX)
    every = _EVERY[draw(_SIZE)]
    left_out = draw(st.sets(st.sampled_from(every), max_size=2))
    banned = [word for word in every if word not in left_out]
    return (call("str.in_re", X, inside), *(call("not", _related(name, word)) for word in banned))


_AFFIX = st.sampled_from((*AFFIXES, "str.contains", "="))
_SIZE = st.integers(0, 4)
_EVERY = tuple(
    tuple("".join(letters) for letters in product(LETTERS, repeat=size + 1)) for size in range(5)
)


def _related(name: str, word: str) -> Term:
    return call(name, word, X) if name in AFFIXES else call(name, X, word)


def _over(letters: str, least: int) -> Term:
    """Return the language of `least` or more letters, from the first to the last of them."""
    some = call("re.range", letters[0], letters[-1])
    return call("re.++", call("re.^", some, indices=(least,)), call("re.*", some))


@cache
def many_affixes() -> Scripts:
    """One variable within a language, without up to dozens of prefixes, suffixes or parts."""
    exhausted = st.sampled_from([_over(LETTERS, least) for least in (1, 2, 4)])
    return _many_affixes(weighted((1, exhausted), (1, wildcards()), (1, languages(2))))


@st.composite
def _signed(
    draw: DrawFn, facts: SearchStrategy[list[Term]], others: SearchStrategy[list[Term]]
) -> Script:
    found = tuple(unless(draw(_SIGN), fact) for fact in draw(facts))
    return (*found, *draw(others))


_SIGN = st.sampled_from((True, False))


def _several(strategy: Terms, least: int, most: int) -> SearchStrategy[list[Term]]:
    return st.lists(strategy, min_size=least, max_size=most)


@cache
def _lengths() -> SearchStrategy[list[Term]]:
    """Nothing, or a bound of the length of x."""
    bounds = st.tuples(st.sampled_from(("<=", "=", ">=", "<")), st.integers(0, 7))
    bound = bounds.map(lambda row: [call(row[0], call("str.len", X), row[1])])
    return st.one_of(st.just([]), bound)


@cache
def overlapping_wildcards() -> Scripts:
    """One variable within some wildcards and without others, of a bounded length or of any."""
    return _signed(_several(applied("str.in_re", st.just(X), wildcards()), 2, 5), _lengths())


@cache
def literals_within() -> Scripts:
    """One variable that has, and has not, several literals somewhere, within some length."""
    word = st.sampled_from(("a", "b", "ab", "ba", "aa", "aba", "abab", "bb", "baa"))
    contains = word.map(lambda text: call("str.contains", X, text))
    member = word.map(lambda text: call("str.in_re", X, _around(call("str.to_re", text))))
    ends = st.tuples(st.sampled_from(AFFIXES), word).map(lambda row: call(*row, X))
    return _signed(_several(weighted((1, contains), (1, member), (1, ends)), 2, 5), _lengths())


def _around(language: Term) -> Term:
    return call("re.++", ANYTHING, language, ANYTHING)


@cache
def _counting() -> Terms:
    """Languages that count: powers, loops, also with low > high, and stars of them."""
    single = st.sampled_from(
        [*(call("str.to_re", letter) for letter in "aab"), ANY_CHAR, call("re.range", "a", "b")]
    )
    low, more = st.integers(0, 12), st.integers(-1, 4)
    powers = st.tuples(single, low).map(lambda row: call("re.^", row[0], indices=(row[1],)))
    starred = weighted((1, single), (1, powers)).map(lambda part: call("re.*", part))
    loops = st.tuples(single, low, more).map(_loop)
    piece = weighted((1, single), (2, starred), (1, powers), (1, loops))
    return st.lists(piece, min_size=2, max_size=5).map(lambda found: call("re.++", *found))


def _loop(row: tuple[Term, int, int]) -> Term:
    part, low, more = row
    return call("re.loop", part, indices=(low, max(low + more, 0)))


@cache
def counted() -> Scripts:
    """One variable within languages that count, and without others."""
    return _signed(_several(applied("str.in_re", st.just(X), _counting()), 1, 5), _lengths())


@st.composite
def _told_apart(draw: DrawFn, pairs: SearchStrategy[Sides]) -> Script:
    one, two = (call("str.in_re", X, side) for side in draw(pairs))
    return draw(_APART)(one, two)


_APART: SearchStrategy[Callable[[Term, Term], Script]] = st.sampled_from(
    [
        lambda one, two: (one, call("not", two)),
        lambda one, two: (two, call("not", one)),
        lambda one, two: (call("xor", one, two),),
        lambda one, two: (call("distinct", one, two),),
        lambda one, two: (call("ite", one, call("not", two), two),),
    ]
)


@cache
def told_apart() -> Scripts:
    """One variable that tells two ways of writing a language apart; few have a model."""
    return _told_apart(two_ways())


@cache
def equal_words() -> Scripts:
    """Two variables that are equal, or put together alike, each in a language of its own."""
    return st.tuples(_equal(), _in_language(X), _in_language(Y), _lengths()).map(
        lambda row: (*row[:3], *row[3])
    )


def _equal() -> Terms:
    """Equations of x and y: themselves, or with words around them."""
    plain = st.just(call("=", X, Y))
    around = st.tuples(st.sampled_from(("a", "b", "ab")), st.booleans())
    return weighted((2, plain), (1, around.map(_put_around)), (1, equations()))


def _put_around(row: tuple[str, bool]) -> Term:
    word, is_before = row
    return call("=", X, call("str.++", *((word, Y) if is_before else (Y, word))))


def _in_language(variable: Term) -> Terms:
    member = partial(call, "str.in_re", variable)
    positive = weighted((2, languages(2)), (1, wildcards())).map(member)
    return weighted((2, positive), (1, positive.map(partial(call, "not"))))


@st.composite
def _systems(draw: DrawFn, facts: SearchStrategy[list[Term]]) -> Script:
    found = draw(st.lists(equations(), min_size=1, max_size=2))
    return (*found, *(unless(draw(_SIGN), fact) for fact in draw(facts)))


def systems(*others: Terms) -> Scripts:
    """Several facts about words at once: equations, and others in either sign."""
    inside = applied("str.in_re", strings(), languages(1))
    return _systems(st.lists(st.one_of(inside, f2_atoms(), *others), max_size=4))


@cache
def conjunctions(atoms: Callable[[], Terms]) -> Scripts:
    """Draw a few atoms in either sign, without a connective: small scripts are soon explored."""
    return _signed(_several(atoms(), 1, 4), st.just([]))
