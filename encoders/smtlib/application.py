"""Functions applied to terms: the signature that fits, numerals among reals, older forms.

Beyond the standard these are read, which can only mean one thing: one argument of a function with
a unit, `(re.loop r 2 5)`, `((_ re.loop 2) r)` for two or more, `(str.indexof s t)` for the first
place, `str.replace-all` with a string or a regular expression, `to_real` and `abs` of a real, and
whole numbers among reals.
"""

from __future__ import annotations

from fractions import Fraction

from automaton.verdict import Unsupported
from encoders.smtlib.sexpr import ParseError
from encoders.smtlib.signature import (
    FUNCTIONS,
    OLD_NAMES,
    Function,
    Shape,
    is_known_elsewhere,
)
from encoders.smtlib.term import CONSTANT, Place, Pool, Term, TermSort

Parts = tuple[Term, ...]
Indices = tuple[int, ...]

REPLACE_ALL = "str.replace-all"
_OTHER_FORMS = frozenset({"abs", "re.loop", "str.indexof", "to_real", REPLACE_ALL})
REMEMBERED = 8
"""Of how many arguments at most the signature is remembered."""

_SIGNED = frozenset("+-*")


class Applier:
    """Applies the functions of the theories; `old_names` says whether SMT-LIB 2.5's are read."""

    def __init__(self, pool: Pool, *, old_names: bool = False) -> None:
        self.pool = pool
        self.old_names = old_names
        self._fitting: dict[tuple[object, ...], Function] = {}

    def canonical(self, name: str, place: Place, kind: str = "function") -> str:
        """Return today's name of a function, which a message calls a `kind`.

        Raise ParseError iff there is none, Unsupported iff it belongs to another theory.
        """
        if name in FUNCTIONS or name == REPLACE_ALL:
            return name
        if self.old_names and name in OLD_NAMES:
            return OLD_NAMES[name]
        if is_known_elsewhere(name):
            raise Unsupported(f"the {kind} `{name}`", str(place))
        hint = ", a name of SMT-LIB 2.5 for" if name in OLD_NAMES else ""
        today = f"{hint} `{OLD_NAMES[name]}`" if hint else ""
        raise ParseError(f"unknown {kind} `{name}`{today}", place)

    def apply(self, name: str, indices: Indices, parts: Parts, place: Place) -> Term:
        """Return the function `name`, a canonical one, applied to `parts`.

        Raise ParseError iff no signature fits.
        """
        if name in _OTHER_FORMS:
            if name == "to_real" and [part.sort for part in parts] == [TermSort.REAL]:
                return parts[0]
            name, indices, parts = self._modern(name, indices, parts, place)
        sorts = tuple([part.sort for part in parts])
        key = (name, len(indices), sorts)
        function = self._fitting.get(key)
        if function is None:
            function = _fitting(name, len(indices), sorts, place)
            if len(sorts) <= REMEMBERED:
                self._fitting[key] = function
        if TermSort.REAL in function.arguments and TermSort.INT in sorts:
            parts = tuple(self.as_real(part) for part in parts)
        if len(parts) == 1 and function.shape is Shape.UNITAL:
            return parts[0]
        return self.pool.application(name, parts, function.result, indices=indices, place=place)

    def as_real(self, term: Term) -> Term:
        """Return an Int term as the same number among the reals, and any other as it is."""
        if term.sort is not TermSort.INT:
            return term
        if term.operator == CONSTANT:
            assert isinstance(term.value, int)
            return self.pool.constant(Fraction(term.value), TermSort.REAL, term.place)
        if term.operator in _SIGNED and all(part.operator == CONSTANT for part in term.parts):
            parts = tuple(self.as_real(part) for part in term.parts)
            return self.pool.application(term.operator, parts, TermSort.REAL, place=term.place)
        return self.pool.application("to_real", (term,), TermSort.REAL, place=term.place)

    def _modern(
        self, name: str, indices: Indices, parts: Parts, place: Place
    ) -> tuple[str, Indices, Parts]:
        """Return an application in the form that it has in SMT-LIB 2.7."""
        match name, len(indices), len(parts):
            case "re.loop", 0, 2 | 3:
                return self._modern(name, tuple(_bound(p) for p in parts[1:]), parts[:1], place)
            case "re.loop", 1, 1:
                least = self.apply("re.^", indices, parts, place)
                rest = self.apply("re.*", (), parts, place)
                return "re.++", (), (least, rest)
            case "abs", 0, 1 if parts[0].sort is TermSort.REAL:
                zero = self.pool.constant(Fraction(0), TermSort.REAL, place)
                is_negative = self.apply("<", (), (parts[0], zero), place)
                return "ite", (), (is_negative, self.apply("-", (), parts, place), parts[0])
            case "str.indexof", 0, 2:
                return name, indices, (*parts, self.pool.constant(0, TermSort.INT, place))
            case "str.replace-all", _, _:
                is_regular = len(parts) > 1 and parts[1].sort is TermSort.REGLAN
                return "str.replace_re_all" if is_regular else "str.replace_all", indices, parts
        return name, indices, parts


def _bound(term: Term) -> int:
    if term.operator == CONSTANT and term.sort is TermSort.INT:
        assert isinstance(term.value, int)
        return term.value
    raise ParseError("a bound of `re.loop` is no numeral", term.place)


def _fitting(name: str, indices: int, sorts: tuple[TermSort, ...], place: Place) -> Function:
    """Return the signature that fits, as it stands or with whole numbers among reals."""
    candidates = [function for function in FUNCTIONS[name] if function.indices == indices]
    among_reals = tuple(TermSort.REAL if sort is TermSort.INT else sort for sort in sorts)
    for wanted in (sorts, among_reals):
        for function in candidates:
            if function.takes(wanted):
                return function
    if not candidates:
        raise ParseError(f"`{name}` takes {FUNCTIONS[name][0].indices} indices", place)
    takes = " or ".join(dict.fromkeys(map(str, candidates)))
    raise ParseError(f"`{name}` takes {takes}, not {_shown(sorts)}", place)


SHOWN = 8
"""How many sorts a message lists."""


def _shown(sorts: tuple[TermSort, ...]) -> str:
    words = [sort.value for sort in sorts[:SHOWN]]
    return f"({' '.join(words)}{' ...' if len(sorts) > SHOWN else ''})"
