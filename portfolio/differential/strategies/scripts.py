"""Scripts of SMT-LIB by fragment, biased to what breaks string solvers.

F0: constants alone, which solvers fold. F1: Boolean combinations of what one variable is: in a
constant language, beside a constant. F1x: also lengths, codes and numbers against constants, order,
and equal variables. F2: words of several variables. F3: sums of lengths, and functions with places.
F4: every function, and languages that hang on variables. Alphabets are small, so that things
collide; formulas are graphs, so that parts are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from portfolio.differential.strategies.asking import asked
from portfolio.differential.strategies.atoms import (
    f1_atoms,
    f1x_atoms,
    f2_atoms,
    f3_atoms,
    f4_atoms,
    language_facts,
    memberships,
    parts_of_words,
)
from portfolio.differential.strategies.folding import foldings
from portfolio.differential.strategies.nested import cut_words, nested_facts, nested_words
from portfolio.differential.strategies.shapes import (
    Script,
    Scripts,
    conjunctions,
    counted,
    equal_words,
    graphs,
    literals_within,
    many_affixes,
    named_graphs,
    overlapping_wildcards,
    systems,
    told_apart,
)
from portfolio.differential.strategies.words import (
    VARIABLES,
    Terms,
    X,
    concatenations,
    strings,
    weighted,
)
from portfolio.differential.text import script_of

__all__ = ["FRAGMENTS", "VARIABLES", "Fragment", "Script", "X", "script_texts", "scripts"]


def _one_fact(atoms: Terms) -> Scripts:
    return atoms.map(lambda atom: (atom,))


@cache
def _f0() -> Scripts:
    return weighted((2, _one_fact(foldings())), (1, graphs(foldings())))


@cache
def _f1() -> Scripts:
    return weighted(
        (2, conjunctions(f1_atoms)),
        (4, graphs(f1_atoms())),
        (1, named_graphs(memberships())),
        (1, graphs(weighted((1, language_facts()), (2, memberships())))),
        (2, told_apart()),
        (1, many_affixes()),
        (1, overlapping_wildcards()),
        (1, counted()),
    )


@cache
def _f1x() -> Scripts:
    return weighted(
        (2, conjunctions(f1x_atoms)),
        (4, graphs(f1x_atoms())),
        (1, named_graphs(f1x_atoms())),
        (2, literals_within()),
        (1, equal_words()),
    )


@cache
def _f2() -> Scripts:
    return weighted(
        (2, conjunctions(f2_atoms)),
        (3, graphs(f2_atoms())),
        (1, equal_words()),
        (3, systems()),
        (1, asked(concatenations())),
    )


@cache
def _f3() -> Scripts:
    return weighted(
        (2, conjunctions(f3_atoms)),
        (3, graphs(f3_atoms())),
        (2, systems(f3_atoms())),
        (2, asked(weighted((1, parts_of_words()), (1, strings())))),
    )


@cache
def _f4() -> Scripts:
    texts = weighted((3, nested_words(1)), (1, strings()), (1, parts_of_words()))
    return weighted(
        (2, conjunctions(f4_atoms)),
        (1, conjunctions(nested_facts)),
        (1, conjunctions(cut_words)),
        (2, graphs(f4_atoms())),
        (2, asked(texts, with_named_languages=True)),
    )


@dataclass(frozen=True)
class Fragment:
    """The name of a fragment, and what draws its scripts."""

    name: str
    scripts: Callable[[], Scripts]

    def __str__(self) -> str:
        return self.name


FRAGMENTS: Sequence[Fragment] = (
    Fragment("F0", _f0),
    Fragment("F1", _f1),
    Fragment("F1x", _f1x),
    Fragment("F2", _f2),
    Fragment("F3", _f3),
    Fragment("F4", _f4),
)
_BY_NAME = {fragment.name: fragment for fragment in FRAGMENTS}


def scripts(fragment: str | None = None) -> Scripts:
    """Draw the assertions of a script of a fragment, `F0` to `F4`; of any iff none is named.

    Raise ValueError iff there is no such fragment.
    """
    if fragment is None:
        return st.one_of([known.scripts() for known in FRAGMENTS])
    if fragment not in _BY_NAME:
        raise ValueError(f"no fragment `{fragment}`; there are {', '.join(_BY_NAME)}")
    return _BY_NAME[fragment].scripts()


def script_texts(fragment: str | None = None) -> SearchStrategy[str]:
    """Draw what `scripts` draws as SMT-LIB text: declarations, assertions, and a check."""
    return scripts(fragment).map(script_of)
