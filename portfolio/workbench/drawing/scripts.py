"""Scripts of the fragments that the testing suite knows as F1 to F4.

F1: what one variable is, in constant languages and beside constants. F2: words of several
variables. F3: also sums of lengths, and functions with places. F4: also replacements, conversions,
codes, order, and languages that hang on variables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from encoders.smtlib.term import Term
from portfolio.differential.terms import call
from portfolio.differential.text import script_of
from portfolio.workbench.drawing.drawn import Drawn
from portfolio.workbench.drawing.terms import VARIABLES, Terms

Atom = Callable[[Terms], Term]

MOST_ASSERTIONS = 48
AFFIXES = ("str.prefixof", "str.suffixof")


def _membership(terms: Terms) -> Term:
    return call("str.in_re", terms.text(), terms.language(terms.chance.randint(1, 4)))


def _match(terms: Terms) -> Term:
    return call("str.in_re", terms.text(), terms.wildcard())


def _equal_to_word(terms: Terms) -> Term:
    return call("=", terms.text(), terms.word())


def _affix(terms: Terms) -> Term:
    return call(terms.chance.choice(AFFIXES), terms.word(), terms.text())


def _contains_word(terms: Terms) -> Term:
    return call("str.contains", terms.text(), terms.word())


def _equation(terms: Terms) -> Term:
    sides = [terms.concatenation(terms.text) for _ in range(2)]
    return call("=", *sides)


def _definition(terms: Terms) -> Term:
    return call("=", terms.text(), terms.concatenation(terms.text))


def _membership_of_several(terms: Terms) -> Term:
    return call("str.in_re", terms.concatenation(terms.text), terms.language(2))


def _relation(terms: Terms) -> Term:
    operator = terms.chance.choice((*AFFIXES, "str.contains", "=", "distinct"))
    return call(operator, terms.text(), terms.text())


def _length(terms: Terms) -> Term:
    operator = terms.chance.choice(("<=", ">=", "=", "<"))
    return call(operator, call("str.len", terms.text()), terms.chance.randint(0, 12))


def _sum_of_lengths(terms: Terms) -> Term:
    factor = terms.chance.randint(1, 3)
    many = call("*", factor, call("str.len", terms.text()))
    total = call("+", many, call("str.len", terms.text()))
    bound = terms.chance.choice((terms.number(), call("str.len", terms.text())))
    return call(terms.chance.choice(("<=", "=", ">")), total, bound)


def _place(terms: Terms) -> Term:
    place = terms.chance.choice((terms.chance.randint(0, 4), terms.number()))
    return call("=", call("str.at", terms.text(), place), terms.chance.choice("ab0"))


def _part(terms: Terms) -> Term:
    start, length = terms.chance.randint(0, 4), terms.chance.randint(1, 4)
    other = terms.chance.choice((terms.word(), terms.text()))
    return call("=", call("str.substr", terms.text(), start, length), other)


def _position(terms: Terms) -> Term:
    found = call("str.indexof", terms.text(), terms.word(), terms.chance.randint(0, 2))
    return call("=", found, terms.chance.choice((terms.number(), terms.chance.randint(-1, 5))))


def _replacement(terms: Terms) -> Term:
    operator = terms.chance.choice(("str.replace", "str.replace", "str.replace_all"))
    made = call(operator, terms.text(), terms.word(), terms.word())
    return call("=", made, terms.chance.choice((terms.text(), terms.word())))


def _replacement_by_language(terms: Terms) -> Term:
    operator = terms.chance.choice(("str.replace_re", "str.replace_re_all"))
    return call("=", call(operator, terms.text(), terms.language(1), terms.word()), terms.text())


def _number_of(terms: Terms) -> Term:
    return call("=", call("str.to_int", terms.text()), terms.number())


def _text_of(terms: Terms) -> Term:
    return call("=", terms.text(), call("str.from_int", terms.number()))


def _code(terms: Terms) -> Term:
    place = call("str.at", terms.text(), terms.chance.randint(0, 3))
    return call("<=", call("str.to_code", place), terms.chance.randint(0, 127))


def _order(terms: Terms) -> Term:
    return call(terms.chance.choice(("str.<", "str.<=")), terms.text(), terms.text())


def _digit(terms: Terms) -> Term:
    return call("str.is_digit", call("str.at", terms.text(), terms.chance.randint(0, 3)))


def _named_language(terms: Terms) -> Term:
    language = call("re.*", call("str.to_re", terms.text()))
    return call("str.in_re", terms.text(), call("re.++", language, terms.language(1)))


F1: tuple[Atom, ...] = (
    *(_membership, _membership, _membership, _match, _match),
    *(_equal_to_word, _affix, _contains_word),
)
F2: tuple[Atom, ...] = (
    *(_membership, _match, _affix, _equal_to_word),
    *(_equation, _equation, _definition, _membership_of_several, _relation),
)
F3: tuple[Atom, ...] = (
    *(_membership, _match, _definition, _equation, _relation),
    *(_length, _length, _sum_of_lengths, _place, _part, _position),
)
F4: tuple[Atom, ...] = (
    *(_membership, _match, _definition, _length, _part, _affix),
    *(_replacement, _replacement_by_language, _number_of, _text_of, _code, _order, _digit),
    _named_language,
)

CONNECTIVES = ("or", "or", "or", "and", "xor", "=>", "=")


@dataclass(frozen=True)
class Fragment:
    """Draws scripts of a fragment."""

    name: str
    atoms: Sequence[Atom]

    def __call__(self, chance: Random) -> Drawn:
        """Draw a script; small and large ones come up alike, up to so many assertions."""
        count = round(math.exp(chance.uniform(0, math.log(MOST_ASSERTIONS))))
        names = min(1 + chance.randrange(2 + count // 4), len(VARIABLES))
        terms = Terms(chance, names)
        assertions = [self._assertion(terms) for _ in range(count)]
        told = f"{self.name}: {count} assertions about up to {names} strings"
        return Drawn(script_of(assertions), told)

    def _assertion(self, terms: Terms) -> Term:
        facts = [self._fact(terms) for _ in range(terms.chance.choice((1, 1, 2, 3)))]
        if len(facts) == 1:
            return facts[0]
        return call(terms.chance.choice(CONNECTIVES), *facts)

    def _fact(self, terms: Terms) -> Term:
        fact = terms.chance.choice(self.atoms)(terms)
        return call("not", fact) if terms.chance.random() < 0.3 else fact


FRAGMENTS = (Fragment("F1", F1), Fragment("F2", F2), Fragment("F3", F3), Fragment("F4", F4))
