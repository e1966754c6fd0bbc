"""The referee of scripts: the value of a term under an assignment, straight from the definitions.

Nothing of the parser, of the lowering and of the solver is used, so that none of them can confirm
its own answer. Where a theory leaves a value open, the terms that need it have none: nothing
depends on it below a connective that is settled without it, nor in the other branch of an `ite`.
Nothing here recurses: depth is the user's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction

from automaton.charset import MAX_CODE_POINT
from automaton.regex import Regex
from automaton.verdict import Unsupported, Value
from encoders.smtlib.functions import FUNCTIONS, Meaning
from encoders.smtlib.term import CONSTANT, VARIABLE, Term, TermSort, parts_of
from encoders.smtlib.walk import in_order

Assignment = Mapping[str, Value]
Result = Meaning | Unsupported
"""What a term means, or why that cannot be told."""

_TYPES = {
    TermSort.BOOL: bool,
    TermSort.INT: int,
    TermSort.REAL: Fraction,
    TermSort.STRING: str,
}
_ASSOCIATIVE = frozenset({"str.++", "re.++", "re.union", "re.inter", "*"})


def value(term: Term, assignment: Assignment) -> Value:
    """Return the value of a term that is no RegLan.

    Raise Unsupported iff the value is left open by its theory, is too large, or needs something
    that is not modelled; raise ValueError iff a variable has no value, or one not of its sort.
    """
    return values((term,), assignment)[0]


def values(terms: Sequence[Term], assignment: Assignment) -> tuple[Value, ...]:
    """Return the values of terms, as `value` does, visiting once what they have in common."""
    results = _results(terms, assignment)
    return tuple(_value(results[term]) for term in terms)


def regex_of(term: Term, assignment: Assignment) -> Regex:
    """Return the regular expression that a RegLan term means; raise as `value` does."""
    meaning = _told(_results((term,), assignment)[term])
    assert isinstance(meaning, Regex)
    return meaning


def _value(result: Result) -> Value:
    meaning = _told(result)
    assert not isinstance(meaning, Regex)
    return meaning


def _told(result: Result) -> Meaning:
    if isinstance(result, Unsupported):
        raise result
    return result


def _results(roots: Sequence[Term], assignment: Assignment) -> dict[Term, Result]:
    operands = _operands(roots)
    known: dict[Term, Result] = {}
    for node in in_order(*roots, parts_of=operands.__getitem__):
        known[node] = _result(node, [known[part] for part in operands[node]], assignment)
    return known


def _operands(roots: Sequence[Term]) -> dict[Term, tuple[Term, ...]]:
    """Return the parts of each term, seeing through what only one associative function uses.

    PERF: a chain of n concatenations would otherwise copy n texts, of n characters each.
    """
    nodes = in_order(*roots, parts_of=parts_of)
    uses = Counter(part for node in nodes for part in node.parts)
    uses.update(roots)
    seen_through = {
        part
        for node in nodes
        if node.operator in _ASSOCIATIVE
        for part in node.parts
        if part.operator == node.operator and uses[part] == 1
    }
    return {node: _flat(node, seen_through) for node in nodes if node not in seen_through}


def _flat(node: Term, seen_through: AbstractSet[Term]) -> tuple[Term, ...]:
    if seen_through.isdisjoint(node.parts):
        return node.parts
    flat: list[Term] = []
    stack = list(reversed(node.parts))
    while stack:
        part = stack.pop()
        if part in seen_through:
            stack.extend(reversed(part.parts))
        else:
            flat.append(part)
    return tuple(flat)


def _result(node: Term, parts: list[Result], assignment: Assignment) -> Result:
    if node.operator == VARIABLE:
        return _assigned(node, assignment)
    if node.operator == CONSTANT:
        assert node.value is not None
        return node.value
    try:
        return _applied(node, parts)
    except Unsupported as gap:
        return gap if gap.where else Unsupported(gap.feature, str(node.place))


def _assigned(node: Term, assignment: Assignment) -> Result:
    if node.sort not in _TYPES:
        return Unsupported(f"the {node.sort.value} variable `{node.name}`", str(node.place))
    if node.name not in assignment:
        raise ValueError(f"the assignment gives no value to `{node.name}`")
    found = assignment[node.name]
    if type(found) is not _TYPES[node.sort] or not _is_text(found):
        raise ValueError(f"`{found!r}` is no {node.sort.value} for `{node.name}`")
    return found


def _is_text(found: Value) -> bool:
    return not isinstance(found, str) or not found or ord(max(found)) <= MAX_CODE_POINT


def _applied(node: Term, parts: list[Result]) -> Result:
    function = FUNCTIONS.get(node.operator)
    if function is None:
        raise Unsupported(f"`{node.operator}`")
    gap = next((part for part in parts if isinstance(part, Unsupported)), None)
    if gap is None:
        return function(*node.indices, *parts)
    settle = _SETTLED.get(node.operator)
    return gap if settle is None else settle(parts, gap)


def _branch(parts: list[Result], gap: Unsupported) -> Result:
    """Return the branch that the condition chooses; a gap iff that is not known."""
    condition, then, otherwise = parts
    if isinstance(condition, Unsupported):
        return gap
    return then if condition else otherwise


_SETTLED: Mapping[str, Callable[[list[Result], Unsupported], Result]] = {
    "ite": _branch,
    "and": lambda parts, gap: False if False in parts else gap,
    "or": lambda parts, gap: True if True in parts else gap,
    "=>": lambda parts, gap: True if False in parts[:-1] or parts[-1] is True else gap,
}
"""What functions mean although something among their arguments has no value."""
