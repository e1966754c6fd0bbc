"""The slow, obvious twins: languages as predicates, formulas as truth tables.

Written from the definitions of SMT-LIB's theory of strings, without a thought for speed, and with
nothing of the code under test but the names of its nodes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from automaton import regex as rx
from automaton import terms as t
from automaton.regex import Regex
from automaton.terms import Formula, Variable
from automaton.verdict import Model, Value


@lru_cache(maxsize=1 << 18)
def matches(regex: Regex, text: str) -> bool:
    """Return whether `text` belongs to the language of `regex`."""
    match regex:
        case rx.Literal():
            return text == regex.text
        case rx.Chars():
            return any(text == chr(code) for code in map(ord, text) if code in regex.charset)
        case rx.Concat():
            return in_concat(regex.parts, text)
        case rx.Union():
            return any(matches(part, text) for part in regex.parts)
        case rx.Intersection():
            return all(matches(part, text) for part in regex.parts)
        case rx.Complement():
            return not matches(regex.part, text)
        case rx.Loop():
            return in_loop(regex.part, regex.low, regex.high, text)
    raise TypeError(type(regex).__name__)


def in_concat(parts: Sequence[Regex], text: str) -> bool:
    """Return whether `text` can be cut into pieces that `parts` match in turn."""
    if not parts:
        return not text
    return any(
        matches(parts[0], left) and in_concat(parts[1:], right) for left, right in cuts(text)
    )


def in_loop(part: Regex, low: int, high: int | None, text: str) -> bool:
    """Return whether `text` can be cut into `low` to `high` pieces that `part` matches."""
    # More than low + len(text) pieces are never needed: one of them beyond `low` would be empty.
    most = low + len(text) if high is None else high
    return any(in_concat((part,) * count, text) for count in range(low, most + 1))


def cuts(text: str) -> Iterator[tuple[str, str]]:
    """Yield every way to cut `text` in two."""
    return ((text[:place], text[place:]) for place in range(len(text) + 1))


def strings(alphabet: str, longest: int) -> Iterator[str]:
    """Yield every string over `alphabet` of at most `longest` characters, shortest first."""
    for length in range(longest + 1):
        for chosen in itertools.product(alphabet, repeat=length):
            yield "".join(chosen)


def language(regex: Regex, alphabet: str, longest: int) -> set[str]:
    """Return the strings of `strings(alphabet, longest)` that `regex` matches."""
    return {text for text in strings(alphabet, longest) if matches(regex, text)}


def holds(formula: Formula, model: Model) -> bool:
    """Return the value of `formula` under `model`."""
    match formula:
        case t.Constant():
            return formula.value
        case t.And():
            return all(holds(part, model) for part in formula.parts)
        case t.Or():
            return any(holds(part, model) for part in formula.parts)
        case t.InTemplate():
            languages = [_as_regex(piece, model) for piece in formula.pieces]
            return in_concat(languages, str(model[formula.variable.name])) == formula.positive
        case t.SumAtMost():
            return sum(f * measure(model[v.name]) for f, v in formula.summands) <= formula.bound
        case t.Atom():
            return atom_holds(formula, model[formula.variable.name]) == formula.positive
    raise TypeError(type(formula).__name__)


def measure(value: Value) -> int:
    """Return the length of a string, or the number itself."""
    return len(value) if isinstance(value, str) else int(value)


def _as_regex(piece: Regex | Variable, model: Model) -> Regex:
    return rx.literal(str(model[piece.name])) if isinstance(piece, Variable) else piece


def atom_holds(atom: t.Atom, value: Value) -> bool:
    """Return whether what `atom` says without its sign is true of `value`."""
    match atom, value:
        case t.Truth(), bool():
            return value
        case t.InRegex(), str():
            return matches(atom.regex, value)
        case t.AtMost(), _ if not isinstance(value, str):
            return value < atom.bound or (value == atom.bound and not atom.strict)
    raise TypeError(f"`{value!r}` for {type(atom).__name__}")


def models(domains: Mapping[Variable, Sequence[Value]]) -> Iterator[Model]:
    """Yield every assignment of a value from its domain to each variable."""
    names = [variable.name for variable in domains]
    for values in itertools.product(*domains.values()):
        yield dict(zip(names, values, strict=True))


def first_model(formula: Formula, domains: Mapping[Variable, Sequence[Value]]) -> Model | None:
    """Return the first assignment over `domains` that satisfies `formula`, or None."""
    return next((model for model in models(domains) if holds(formula, model)), None)
