"""What Hypothesis draws: charsets, regular expressions, formulas, problems, models.

Biased to what breaks string solvers: empty and one-sided ranges, loops with low > high or low = 0,
nullable bodies under a star, complements of epsilon and inside concatenations, code points above
the basic plane, many negated prefixes, overlapping wildcards, memberships below Boolean structure.
Simple values come first everywhere, so that failures shrink to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton import terms as t
from automaton.charset import ANY_CHAR, MAX_CODE_POINT, NO_CHAR, CharSet
from automaton.regex import Regex
from automaton.terms import Formula, Number, Problem, Sort, Variable
from automaton.verdict import Model, Value

LETTERS = "ab:"
"""The alphabet of brute force: all strings over it up to length 4 are 121."""

ODD_CODES = (0, 0x22, 0x5C, 0x7F, 0xFF, 0xD800, 0xFFFF, 0x10000, 0x1F511, MAX_CODE_POINT)
"""Code points that printers, escapes and classes of characters get wrong."""

VARIABLES = (
    Variable("s", Sort.STRING),
    Variable("t", Sort.STRING),
    Variable("p", Sort.BOOL),
    Variable("n", Sort.INT),
    Variable("x", Sort.REAL),
    Variable("four", Sort.IPV4),
    Variable("six", Sort.IPV6),
)
STRING = VARIABLES[0]

MAX_IPV4 = 2**32 - 1
MAX_IPV6 = 2**128 - 1


def codes() -> SearchStrategy[int]:
    """Code points: mostly of LETTERS, then odd ones, then any."""
    return st.one_of(
        st.sampled_from([ord(letter) for letter in LETTERS]),
        st.sampled_from(ODD_CODES),
        st.integers(0, MAX_CODE_POINT),
    )


def texts(alphabet: str = LETTERS, max_size: int = 4) -> SearchStrategy[str]:
    """Short strings over a small alphabet."""
    return st.text(st.sampled_from(alphabet), max_size=max_size)


def any_texts(max_size: int = 4) -> SearchStrategy[str]:
    """Short strings over all code points, lone surrogates included."""
    return st.lists(codes(), max_size=max_size).map(lambda found: "".join(map(chr, found)))


def intervals() -> SearchStrategy[tuple[int, int]]:
    """Pairs of code points in either order; the reversed ones stand for nothing."""
    return st.tuples(codes(), codes())


def charsets() -> SearchStrategy[CharSet]:
    """Charsets: of letters, of arbitrary intervals, empty, full, and complements."""
    small = st.sets(st.sampled_from(LETTERS), max_size=3).map(CharSet.chars)
    wide = st.lists(intervals(), max_size=3).map(lambda found: CharSet.of(*found))
    positive = st.one_of(small, wide, st.sampled_from([NO_CHAR, ANY_CHAR]))
    return st.one_of(positive, positive.map(lambda charset: ~charset))


def bounds(largest: int = 3) -> SearchStrategy[tuple[int, int | None]]:
    """Bounds of a loop, also reversed and without an upper one."""
    return st.tuples(st.integers(0, largest), st.none() | st.integers(0, largest))


def wildcards(alphabet: str = LETTERS, max_size: int = 8) -> SearchStrategy[str]:
    """Wildcard texts in which `*` and `?` are common."""
    return st.text(st.sampled_from(alphabet + "*?*"), max_size=max_size)


def arn_wildcards() -> SearchStrategy[str]:
    """Wildcard texts in the shape of resource names, overlapping one another."""
    service = st.sampled_from(["s3", "sqs", "*"])
    region = st.sampled_from(["", "*", "eu-*", "eu-west-?"])
    account = st.sampled_from(["", "*", "111122223333", "1111*"])
    piece = st.sampled_from(["*", "a", "b", "a*", "*b", "logs/", "?", "2024-*", "a*b"])
    name = st.lists(piece, min_size=1, max_size=3).map("".join)
    parts = st.tuples(st.just("arn"), st.just("aws"), service, region, account, name)
    return parts.map(":".join)


def actions() -> SearchStrategy[str]:
    """Wildcard texts in the shape of actions."""
    names = ["*", "Get*", "GetObject", "Get*Object", "Put?bject", "*Object*", "List*Bucket*"]
    return st.builds("{}:{}".format, st.sampled_from(["s3", "ec2"]), st.sampled_from(names))


def leaves(alphabet: str = LETTERS) -> SearchStrategy[Regex]:
    """Regular expressions without parts."""
    ends = st.text(st.sampled_from(alphabet), max_size=2)
    return st.one_of(
        texts(alphabet, 3).map(rx.literal),
        wildcards(alphabet, 5).map(rx.glob),
        st.sampled_from([rx.EPSILON, rx.NONE, rx.ANY, rx.ALL]),
        st.builds(rx.char_range, ends, ends),
        st.sets(st.sampled_from(alphabet), min_size=1).map(lambda c: rx.chars(CharSet.chars(c))),
        charsets().map(rx.chars),
    )


def regexes(alphabet: str = LETTERS, max_leaves: int = 6) -> SearchStrategy[Regex]:
    """Regular expressions of the whole algebra."""
    return st.recursive(leaves(alphabet), _larger_regexes, max_leaves=max_leaves)


def _larger_regexes(inner: SearchStrategy[Regex]) -> SearchStrategy[Regex]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: rx.concat(*parts)),
        several.map(lambda parts: rx.union(*parts)),
        inner.map(rx.star),
        st.builds(lambda part, ends: rx.loop(part, *ends), inner, bounds()),
        inner.map(rx.optional).map(rx.star),
        inner.map(rx.complement),
        several.map(lambda parts: rx.intersection(*parts)),
        several.map(lambda parts: rx.difference(*parts)),
        st.builds(lambda one, two: rx.concat(one, rx.complement(two)), inner, inner),
        st.builds(lambda one, two: rx.concat(rx.difference(one, two), one), inner, inner),
    )


def bounded_regexes(alphabet: str = LETTERS, max_leaves: int = 6) -> SearchStrategy[Regex]:
    """Regular expressions in which only letters of the alphabet occur and length is small.

    No complement and no unbounded loop: brute force over short strings is conclusive.
    """
    subset = st.sets(st.sampled_from(alphabet)).map(lambda c: rx.chars(CharSet.chars(c)))
    return st.recursive(
        st.one_of(texts(alphabet, 1).map(rx.literal), subset),
        lambda inner: st.one_of(
            st.builds(rx.concat, inner, inner),
            st.builds(rx.union, inner, inner),
            st.builds(rx.intersection, inner, inner),
            st.builds(rx.difference, inner, inner),
            inner.map(rx.optional),
        ),
        max_leaves=max_leaves,
    )


def many_prefixes() -> SearchStrategy[Formula]:
    """Wildcards minus dozens of negated prefixes: what makes derivative solvers time out."""
    tail = st.text(st.sampled_from("abcdefgh*"), min_size=1, max_size=3)
    heads = st.sampled_from(["", "arn:aws:s3:::"])
    return st.builds(_minus_prefixes, heads, st.lists(tail, min_size=12, max_size=36))


def _minus_prefixes(head: str, tails: Sequence[str]) -> Formula:
    banned = (t.negation(t.in_regex(STRING, rx.glob(f"{head}{tail}*"))) for tail in tails)
    return t.conjunction(t.in_regex(STRING, rx.glob(f"{head}*")), *banned)


def numbers(sort: Sort) -> SearchStrategy[Number]:
    """Constants to compare a number with: small ones, then what lies at or beyond the bounds."""
    small = st.integers(-3, 3)
    match sort:
        case Sort.REAL:
            return st.one_of(small, st.builds(Fraction, small, st.integers(1, 3)))
        case Sort.IPV4:
            return small | st.sampled_from([0x0A000000, MAX_IPV4 - 1, MAX_IPV4, MAX_IPV4 + 1])
        case Sort.IPV6:
            return small | st.sampled_from([1 << 96, MAX_IPV6 - 1, MAX_IPV6, MAX_IPV6 + 1])
    return small | st.builds(Fraction, small, st.just(2)) | st.integers(-(10**20), 10**20)


def atoms(
    variables: Sequence[Variable] = VARIABLES, patterns: SearchStrategy[Regex] | None = None
) -> SearchStrategy[Formula]:
    """Atoms, positive and negated, over any of the variables."""
    patterns = regexes() if patterns is None else patterns
    positive = st.sampled_from(variables).flatmap(lambda variable: _atoms_of(variable, patterns))
    return positive | positive.map(t.negation)


def _atoms_of(variable: Variable, patterns: SearchStrategy[Regex]) -> SearchStrategy[Formula]:
    match variable.sort:
        case Sort.BOOL:
            return st.just(t.is_true(variable))
        case Sort.STRING:
            return st.builds(t.in_regex, st.just(variable), patterns) | st.builds(
                t.equals, st.just(variable), texts()
            )
    builders = [t.at_most, t.less, t.at_least, t.greater, t.equals]
    return st.builds(
        lambda build, bound: build(variable, bound),
        st.sampled_from(builders),
        numbers(variable.sort),
    )


def formulas(
    variables: Sequence[Variable] = VARIABLES,
    patterns: SearchStrategy[Regex] | None = None,
    max_leaves: int = 6,
) -> SearchStrategy[Formula]:
    """Boolean combinations of atoms."""
    return st.recursive(atoms(variables, patterns), _larger_formulas, max_leaves=max_leaves)


def _larger_formulas(inner: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    several = st.lists(inner, max_size=4)
    return st.one_of(
        several.map(lambda parts: t.conjunction(*parts)),
        several.map(lambda parts: t.disjunction(*parts)),
        inner.map(t.negation),
        st.builds(t.implication, inner, inner),
        st.builds(t.equivalence, inner, inner),
        st.builds(t.if_then_else, inner, inner, inner),
    )


def one_variable_problems(
    patterns: SearchStrategy[Regex] | None = None, max_leaves: int = 6
) -> SearchStrategy[Problem]:
    """Problems over one string."""
    return problems((STRING,), patterns, max_leaves)


def problems(
    variables: Sequence[Variable] = VARIABLES,
    patterns: SearchStrategy[Regex] | None = None,
    max_leaves: int = 6,
) -> SearchStrategy[Problem]:
    """Problems over some of the variables; all are declared, so that unused ones occur."""
    parts = st.lists(formulas(variables, patterns, max_leaves), max_size=3)
    return parts.map(lambda found: Problem(tuple(found), declared=tuple(variables)))


def wildcard_problems() -> SearchStrategy[Problem]:
    """Problems of the shape that policies give: globs over an action and a resource."""
    action, resource = Variable("action", Sort.STRING), Variable("resource", Sort.STRING)
    atom = st.one_of(
        st.builds(t.in_regex, st.just(action), actions().map(rx.glob)),
        st.builds(t.in_regex, st.just(resource), arn_wildcards().map(rx.glob)),
    )
    statements = st.lists(st.lists(atom, min_size=1, max_size=3), min_size=1, max_size=4)
    policy: SearchStrategy[Formula] = statements.map(_any_of_all)
    return st.builds(_implication_problem, policy, policy)


def _any_of_all(statements: Sequence[Sequence[Formula]]) -> Formula:
    return t.disjunction(*(t.conjunction(*atoms_) for atoms_ in statements))


def _implication_problem(new: Formula, old: Formula) -> Problem:
    return Problem((new, t.negation(old)))


def values(sort: Sort) -> SearchStrategy[Value]:
    """Values of a sort: small ones, and those near the constants that `numbers` draws."""
    match sort:
        case Sort.BOOL:
            return st.booleans()
        case Sort.STRING:
            return texts() | any_texts()
        case Sort.REAL:
            return st.builds(Fraction, st.integers(-9, 9), st.integers(1, 4))
        case Sort.INT:
            return st.integers(-4, 4) | st.integers()
    top = sort.bounds[1]
    return st.integers(0, 4) | st.integers(0, top) | st.sampled_from([top or 0, (top or 0) - 1])


def models(variables: Sequence[Variable] = VARIABLES) -> SearchStrategy[Model]:
    """Models that give a value to each of the variables."""
    return st.fixed_dictionaries({variable.name: values(variable.sort) for variable in variables})
