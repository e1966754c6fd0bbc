"""What a problem is known by, whatever its variables are called and in which order it was built.

A node is known by its kind and by what its parts are known by; the parts of a junction, a union and
an intersection are sorted. Variables are told apart by what is said of them and where, in rounds,
as in the refinement of colours of a graph; those that are still alike are numbered in the order in
which they occur. INVARIANT: the numbers are distinct and all of the problem is in the text, so that
problems with one key are the same but for names and order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from automaton import regex as rx
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.sorts import Variable
from automaton.terms import (
    And,
    AtMost,
    Atom,
    Constant,
    Formula,
    InRegex,
    InTemplate,
    Or,
    Problem,
    SumAtMost,
    Truth,
    atoms,
    variables_of,
)
from automaton.traversal import fold

FORMAT = "keyaki verdict 1"
"""Changes with what a key or an entry means: a key of another format is never met."""

ROUNDS = 3
"""How often variables are told apart by what is said of their neighbours."""

Colours = Mapping[Variable, str]


@dataclass(frozen=True)
class Canonical:
    """The digest of a problem, and its variables in the order of their numbers."""

    digest: bytes
    variables: tuple[Variable, ...]


def canonical(problem: Problem) -> Canonical:
    """Return what `problem` is known by. Raise ValueError iff a name stands for two sorts."""
    spelling = _Spelling()
    formula, variables = problem.formula, problem.variables
    numbered = _in_order(formula, _colours(formula, variables, spelling), variables, spelling)
    names = {variable: f"{number}" for number, variable in enumerate(numbered)}
    sorts = " ".join(variable.sort.value for variable in numbered)
    whole = _digest(FORMAT, sorts, spelling.formulas(formula, names)[formula])
    return Canonical(bytes.fromhex(whole), numbered)


def _colours(
    formula: Formula, variables: Iterable[Variable], spelling: _Spelling
) -> dict[Variable, str]:
    """Return what is said of each variable; those that are alike by that have one colour."""
    colours = {variable: variable.sort.value for variable in variables}
    for _ in range(ROUNDS):
        places = _places(spelling.formulas(formula, colours))
        said: defaultdict[Variable, list[str]] = defaultdict(list)
        for atom in atoms(formula):
            for variable in variables_of(atom):
                # The mark tells in which place of the atom the variable stands.
                marked = {**colours, variable: f"{colours[variable]}!"}
                said[variable].append(_digest(spelling.atom(atom, marked), places[atom]))
        finer = {own: _digest(colours[own], *sorted(said[own])) for own in colours}
        if len({*finer.values()}) == len({*colours.values()}):
            return finer
        colours = finer
    return colours


def _places(known: dict[Formula, str]) -> dict[Formula, str]:
    """Return what is known of where each part stands: in what, and where that stands."""
    within: defaultdict[Formula, list[str]] = defaultdict(list)
    places: dict[Formula, str] = {}
    # INVARIANT: parts are known before what they are parts of.
    for node in reversed(known):
        places[node] = _digest(*sorted(within.pop(node, ())))
        for part in _parts_of(node):
            within[part].append(_digest(known[node], places[node]))
    return places


def _parts_of(node: Formula) -> tuple[Formula, ...]:
    return node.parts if isinstance(node, And | Or) else ()


def _in_order(
    formula: Formula, colours: Colours, variables: Iterable[Variable], spelling: _Spelling
) -> tuple[Variable, ...]:
    """Return the variables by their first places in the sorted formula, then those unused."""
    known = spelling.formulas(formula, colours)
    found: dict[Variable, None] = {}
    seen: set[Formula] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, And | Or):
            stack.extend(sorted(node.parts, key=known.__getitem__, reverse=True))
        elif isinstance(node, Atom):
            found.update(dict.fromkeys(sorted(variables_of(node), key=colours.__getitem__)))
    unused = sorted((v for v in variables if v not in found), key=lambda v: v.sort.value)
    return (*found, *unused)


class _Spelling:
    """What regexes and formulas are known by; a regex is spelled once."""

    def __init__(self) -> None:
        self._regexes: dict[Regex, str] = {}

    def formulas(self, root: Formula, names: Colours) -> dict[Formula, str]:
        """Return what `root` and each of its parts are known by."""
        known: dict[Formula, str] = {}

        def combine(node: Formula) -> str:
            if isinstance(node, And | Or):
                kind = "and" if isinstance(node, And) else "or"
                return _digest(kind, *sorted(known[part] for part in node.parts))
            return str(node.value) if isinstance(node, Constant) else self.atom(node, names)

        fold(root, known, _parts_of, combine)
        return known

    def atom(self, atom: Formula, names: Colours) -> str:
        """Return what an atom is known by under names of its variables."""
        match atom:
            case Truth():
                said = ["true", names[atom.variable]]
            case InRegex():
                said = ["in", names[atom.variable], self.regex(atom.regex)]
            case InTemplate():
                said = ["template", *self._template(atom, names)]
            case AtMost():
                sign = "<" if atom.strict else "<="
                said = [sign, names[atom.variable], str(atom.bound)]
            case SumAtMost():
                summands = sorted(f"{factor} {names[own]}" for factor, own in atom.summands)
                said = ["sum", *summands, str(atom.bound)]
            case _:
                raise TypeError(type(atom).__name__)
        assert isinstance(atom, Atom)
        return _digest("" if atom.positive else "not", *said)

    def _template(self, atom: InTemplate, names: Colours) -> list[str]:
        pieces = [self._piece(piece, names) for piece in atom.pieces]
        own = f"variable {names[atom.variable]}"
        # Of two variables that are equal, either may be the one that the atom is about.
        return sorted([own, *pieces]) if len(pieces) == 1 else [own, *pieces]

    def _piece(self, piece: Piece, names: Colours) -> str:
        if isinstance(piece, Variable):
            return f"variable {names[piece]}"
        return f"regex {self.regex(piece)}"

    def regex(self, regex: Regex) -> str:
        """Return what a regex is known by."""
        return fold(regex, self._regexes, rx.parts_of, self._spelled)

    def _spelled(self, node: Regex) -> str:
        parts = [self._regexes[part] for part in rx.parts_of(node)]
        match node:
            case rx.Literal():
                return _digest("literal", node.text)
            case rx.Chars():
                return _digest("chars", str(node.charset.intervals))
            case rx.Concat():
                return _digest("concat", *parts)
            case rx.Union():
                return _digest("union", *sorted(parts))
            case rx.Intersection():
                return _digest("intersection", *sorted(parts))
            case rx.Complement():
                return _digest("complement", *parts)
            case rx.Loop():
                return _digest("loop", f"{node.low} {node.high}", *parts)
        raise TypeError(type(node).__name__)


def _digest(*words: str) -> str:
    """Return the digest of a list of words, each told apart from the next by its length."""
    text = "".join(f"{len(word)}:{word}" for word in words)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
