"""The referee: the value of a formula under a model, straight from the definitions.

Strings are matched by derivatives (Brzozowski, "Derivatives of regular expressions", JACM 1964)
and nothing of the engine is used, so that a wrong automaton cannot confirm its own answer.
Nothing here recurses: depth is the user's.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from automaton import regex as rx
from automaton.charset import MAX_CODE_POINT
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import (
    And,
    AtMost,
    Constant,
    Formula,
    InRegex,
    InTemplate,
    Or,
    Sort,
    SumAtMost,
    Truth,
    Variable,
    atoms,
    variables_of,
)
from automaton.verdict import Model, Value

_TYPES: dict[Sort, type] = {Sort.BOOL: bool, Sort.REAL: Fraction, Sort.STRING: str}


def evaluate(formula: Formula, model: Model) -> bool:
    """Return the value of `formula` under `model`.

    Raise ValueError iff a variable of the formula has no value, or one that is not of its sort.
    """
    for variable in {variable for atom in atoms(formula) for variable in variables_of(atom)}:
        check_value(variable, model)
    known: dict[Formula, bool] = {}
    done: dict[Formula, int] = {}
    stack = [formula]
    while stack:
        node = stack[-1]
        found = _junction(node, known, done) if isinstance(node, And | Or) else _leaf(node, model)
        if isinstance(found, Formula):
            stack.append(found)
        else:
            known[stack.pop()] = found
    return known[formula]


def check_value(variable: Variable, model: Model) -> None:
    """Raise ValueError iff the variable has no value in the model, or one not of its sort."""
    if variable.name not in model:
        raise ValueError(f"the model gives no value to `{variable.name}`")
    value = model[variable.name]
    if not _is_of(variable.sort, value):
        raise ValueError(f"`{value!r}` is no {variable.sort.value} for `{variable.name}`")


def _is_of(sort: Sort, value: Value) -> bool:
    if type(value) is not _TYPES.get(sort, int):
        return False
    if isinstance(value, str):
        return _in_range(value)
    low, high = sort.bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _in_range(text: str) -> bool:
    return not text or ord(max(text)) <= MAX_CODE_POINT


def _junction(
    node: And | Or, known: dict[Formula, bool], done: dict[Formula, int]
) -> bool | Formula:
    """Return the value of `node`, or its first part without a value that is needed for it.

    INVARIANT: the first `done[node]` parts do not settle the node.
    """
    settling = isinstance(node, Or)
    for place in range(done.get(node, 0), len(node.parts)):
        part = node.parts[place]
        if part not in known:
            done[node] = place
            return part
        if known[part] is settling:
            return settling
    return not settling


def _leaf(node: Formula, model: Model) -> bool:
    match node:
        case Constant():
            return node.value
        case Truth():
            return model[node.variable.name] is node.positive
        case InRegex():
            return matches(node.regex, str(model[node.variable.name])) is node.positive
        case InTemplate():
            regex = rx.concat(*(_meaning(piece, model) for piece in node.pieces))
            return matches(regex, str(model[node.variable.name])) is node.positive
        case AtMost():
            value = model[node.variable.name]
            assert not isinstance(value, str)
            holds = value < node.bound if node.strict else value <= node.bound
            return holds is node.positive
        case SumAtMost():
            return sum(f * _measure(model[v.name]) for f, v in node.summands) <= node.bound
    raise TypeError(type(node).__name__)


def _measure(value: Value) -> int:
    """Return the length of a string, or the number itself."""
    assert isinstance(value, int | str)
    return len(value) if isinstance(value, str) else value


def _meaning(piece: Piece, model: Model) -> Regex:
    return rx.literal(str(model[piece.name])) if isinstance(piece, Variable) else piece


def matches(regex: Regex, text: str) -> bool:
    """Return whether `text` belongs to the language of `regex`.

    Raise ValueError iff a character of `text` lies above 0x2FFFF.
    """
    if not _in_range(text):
        raise ValueError(f"a character lies above {MAX_CODE_POINT:#x} in `{text!r}`")
    derivatives = Derivatives()
    # PERF: most alternatives are refused by their first characters, one by one.
    parts = regex.parts if isinstance(regex, rx.Union) else (regex,)
    return any(_consumes(part, text, derivatives) for part in parts)


def _consumes(regex: Regex, text: str, derivatives: Derivatives) -> bool:
    """Return whether what is left of `regex` after the characters of `text` may end there."""
    place = 0
    while regex is not rx.ALL and regex is not rx.NONE:
        if isinstance(regex, rx.Literal):
            return text[place:] == regex.text
        if place == len(text):
            return derivatives.is_nullable(regex)
        head = _literal_head(regex)
        # PERF: the derivative with respect to a whole word; wildcard text starts with long ones.
        if head and isinstance(regex, rx.Concat):
            if not text.startswith(head, place):
                return False
            regex = rx.concat(*regex.parts[1:])
            place += len(head)
        else:
            regex = derivatives.derive(regex, text[place])
            place += 1
    return regex is rx.ALL


def _literal_head(regex: Regex) -> str:
    if isinstance(regex, rx.Concat) and isinstance(regex.parts[0], rx.Literal):
        return regex.parts[0].text
    return ""


class Derivatives:
    """Derivatives and nullability of expressions, each computed once."""

    def __init__(self) -> None:
        self._nullable: dict[Regex, bool] = {}
        self._derived: dict[str, dict[Regex, Regex]] = {}

    def is_nullable(self, regex: Regex) -> bool:
        """Return whether the language holds the empty string."""
        return _from_parts(regex, self._nullable, self._nullable_from_parts)

    def derive(self, regex: Regex, char: str) -> Regex:
        """Return what may follow `char` in the language."""
        known = self._derived.setdefault(char, {})
        return _from_parts(regex, known, lambda node: self._derive_from_parts(node, char, known))

    def _nullable_from_parts(self, node: Regex) -> bool:
        known = self._nullable
        match node:
            case rx.Literal():
                return not node.text
            case rx.Chars():
                return False
            case rx.Concat() | rx.Intersection():
                return all(known[part] for part in node.parts)
            case rx.Union():
                return any(known[part] for part in node.parts)
            case rx.Complement():
                return not known[node.part]
            case rx.Loop():
                return node.low == 0 or known[node.part]
        raise TypeError(type(node).__name__)

    def _derive_from_parts(self, node: Regex, char: str, known: dict[Regex, Regex]) -> Regex:
        match node:
            case rx.Literal():
                return rx.literal(node.text[1:]) if node.text.startswith(char) else rx.NONE
            case rx.Chars():
                return rx.EPSILON if ord(char) in node.charset else rx.NONE
            case rx.Concat():
                return self._derive_concat(node.parts, known)
            case rx.Union():
                return rx.union(*(known[part] for part in node.parts))
            case rx.Intersection():
                return rx.intersection(*(known[part] for part in node.parts))
            case rx.Complement():
                return rx.complement(known[node.part])
            case rx.Loop():
                high = None if node.high is None else node.high - 1
                rest = rx.loop(node.part, max(node.low - 1, 0), high)
                return rx.concat(known[node.part], rest)
        raise TypeError(type(node).__name__)

    def _derive_concat(self, parts: tuple[Regex, ...], known: dict[Regex, Regex]) -> Regex:
        found: list[Regex] = []
        for place, part in enumerate(parts):
            found.append(rx.concat(known[part], *parts[place + 1 :]))
            if not self.is_nullable(part):
                break
        return rx.union(*found)


Result = TypeVar("Result")


def _from_parts(
    root: Regex, known: dict[Regex, Result], combine: Callable[[Regex], Result]
) -> Result:
    """Return the result for `root`, filling `known` from the leaves upwards with `combine`."""
    stack = [root]
    while stack:
        node = stack[-1]
        waiting = [] if node in known else [part for part in _parts(node) if part not in known]
        if waiting:
            stack.extend(waiting)
            continue
        if node not in known:
            known[node] = combine(node)
        stack.pop()
    return known[root]


def _parts(node: Regex) -> tuple[Regex, ...]:
    match node:
        case rx.Concat() | rx.Union() | rx.Intersection():
            return node.parts
        case rx.Complement() | rx.Loop():
            return (node.part,)
    return ()
