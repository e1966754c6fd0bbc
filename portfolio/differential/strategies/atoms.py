"""Atoms of scripts by fragment: facts that are true or false of words, numbers and languages."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from portfolio.differential.strategies.languages import (
    ANY_CHAR,
    ANYTHING,
    EPSILON,
    NOTHING,
    languages,
    literals,
    named_languages,
    wildcards,
)
from portfolio.differential.strategies.laws import two_ways
from portfolio.differential.strategies.nested import cut_words, nested_facts, nested_words
from portfolio.differential.strategies.terms import random_terms
from portfolio.differential.strategies.words import (
    BOOLS,
    INTS,
    VARIABLES,
    Terms,
    any_of,
    applied,
    concatenations,
    numbers,
    pieces,
    strings,
    weighted,
    words,
)
from portfolio.differential.terms import B, S, call

EQUALITIES = ("=", "distinct")
COMPARISONS = ("=", "<=", "<", ">=", ">", "distinct")
ORDERS = ("str.<", "str.<=")
AFFIXES = ("str.prefixof", "str.suffixof")


@cache
def memberships(depth: int = 2) -> Terms:
    """Facts that a variable is in a constant language."""
    return applied("str.in_re", strings(), languages(depth))


@cache
def language_facts() -> Terms:
    """Equations of constant languages: with the smallest and the largest, with another.

    Half of the latter are one language, written in two ways.
    """
    related = two_ways().map(lambda sides: call("=", *sides))
    ends = st.sampled_from(ENDS_OF_ALL)
    return weighted(
        (2, any_of(EQUALITIES, ends, languages(1))),
        (2, related),
        (1, any_of(EQUALITIES, languages(1), languages(1))),
    )


ENDS_OF_ALL = (NOTHING, ANYTHING, EPSILON, ANY_CHAR)
"""What a language is asked to be: empty, everything, no word but the empty one, any character."""


@cache
def f1_atoms() -> Terms:
    """Facts about what one variable is, and Boolean names."""
    return weighted(
        (2, st.sampled_from(BOOLS)),
        (2, applied("=", strings(), words())),
        (2, any_of(AFFIXES, words(), strings())),
        (2, applied("str.contains", strings(), words())),
        (1, applied("str.prefixof", strings(), words())),
        (1, applied("str.suffixof", strings(), words())),
        (5, memberships()),
        (2, applied("str.in_re", strings(), wildcards())),
    )


@cache
def places() -> Terms:
    """Characters of variables at constant places."""
    return applied("str.at", strings(), numbers())


@cache
def f1x_atoms() -> Terms:
    """Lengths, codes and numbers of one variable against constants, order, equal variables."""
    measures = any_of(("str.len", "str.len", "str.to_code", "str.to_int"), strings())
    several = st.lists(strings(), min_size=2, max_size=3, unique=True)
    return weighted(
        (4, any_of(COMPARISONS, measures, numbers())),
        (2, st.tuples(st.sampled_from(EQUALITIES), several).map(lambda row: call(row[0], *row[1]))),
        (1, any_of(ORDERS, strings(), words())),
        (1, any_of(ORDERS, words(), strings())),
        (1, applied("str.is_digit", strings())),
        (1, any_of(EQUALITIES, places(), words())),
        (1, applied("str.is_digit", places())),
        (1, any_of(EQUALITIES, applied("str.from_code", numbers()), strings())),
        (1, any_of(EQUALITIES, applied("str.from_int", numbers()), strings())),
        (6, f1_atoms()),
    )


@cache
def equations() -> Terms:
    """Equations of words of variables."""
    return applied("=", concatenations(), concatenations())


@cache
def f2_atoms() -> Terms:
    """Equations, comparisons and memberships of words of several variables."""
    names = ("=", "=", "distinct", "str.contains", *AFFIXES, *ORDERS)
    return weighted(
        (3, any_of(EQUALITIES, strings(), strings())),
        (3, any_of(names, concatenations(), concatenations())),
        (2, any_of(("str.contains", *AFFIXES), strings(), strings())),
        (3, applied("str.in_re", concatenations(), languages(1))),
        (5, f1_atoms()),
    )


@cache
def lengths() -> Terms:
    """Numbers: names, constants, lengths and places of variables, and sums of them."""
    length = applied("str.len", strings())
    place = applied("str.indexof", strings(), pieces(), numbers())
    single = weighted((1, st.sampled_from(INTS)), (3, length), (1, numbers()), (1, place))
    scaled = st.tuples(st.integers(2, 3), single).map(lambda row: call("*", *row))
    addends = st.lists(weighted((2, single), (1, scaled)), min_size=2, max_size=3)
    sums = st.tuples(st.sampled_from("+-"), addends).map(lambda row: call(row[0], *row[1]))
    return weighted((3, single), (1, scaled), (2, sums))


@cache
def parts_of_words() -> Terms:
    """Parts of variables at places that are lengths, and variables with a part replaced."""
    return weighted(
        (2, applied("str.at", strings(), lengths())),
        (2, applied("str.substr", strings(), lengths(), lengths())),
        (2, any_of(("str.replace", "str.replace_all"), pieces(), pieces(), pieces())),
        (1, any_of(("str.from_int", "str.from_code"), lengths())),
    )


@cache
def f3_atoms() -> Terms:
    """Facts about sums of lengths, and about functions of words whose places are lengths."""
    names = ("str.contains", *AFFIXES, *ORDERS)
    numeric = any_of(("str.len", "str.to_int", "str.to_code"), parts_of_words())
    return weighted(
        (4, any_of(COMPARISONS, lengths(), lengths())),
        (4, any_of(EQUALITIES, parts_of_words(), concatenations())),
        (1, any_of(names, parts_of_words(), pieces())),
        (1, applied("str.in_re", parts_of_words(), languages(1))),
        (1, any_of(COMPARISONS, numeric, lengths())),
        (2, nested_facts(1)),
        (4, f1x_atoms()),
        (4, f2_atoms()),
    )


@cache
def replacements() -> Terms:
    """Variables and words in which what is in a language is replaced."""
    names = ("str.replace_re", "str.replace_re_all")
    return any_of(names, pieces(), weighted((1, literals()), (1, languages(1))), pieces())


@cache
def f4_atoms() -> Terms:
    """Any function of any theory, and languages that hang on variables."""
    return weighted(
        (3, random_terms(B, 3, VARIABLES)),
        (4, nested_facts()),
        (2, cut_words()),
        (2, applied("str.in_re", pieces(), named_languages(pieces()))),
        (1, applied("str.in_re", pieces(), named_languages(nested_words(1)))),
        (1, any_of(EQUALITIES, replacements(), pieces())),
        (1, any_of(EQUALITIES, random_terms(S, 2, VARIABLES), pieces())),
        (1, any_of(EQUALITIES, languages(1), named_languages(pieces()))),
        (5, f3_atoms()),
    )
