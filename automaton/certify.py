"""The checker of certificates: accepts a proof that a problem is unsatisfiable, or says what fails.

It shares nothing with what finds verdicts and proofs but the definitions of regexes and formulas.
A certificate is a JSON object of tables. Rows are counted from 0 and name only earlier rows:

    format      "keyaki-unsat-1"
    variables   [name, sort], the sort one of Bool, Int, Real, String, IPv4, IPv6
    regexes     ["literal", text or list of code points], ["chars", [[low, high], ...]],
                ["concat", [regex, ...]], ["union", [...]], ["intersection", [...]],
                ["complement", regex], ["loop", regex, low, high or null]
    formulas    ["true"] (row 0, and no other), ["false"], ["is", variable] (a Bool),
                ["in", variable, regex], ["at most", variable, numerator, denominator],
                ["less", ...] alike, ["not", atom], ["and", [formula, ...]], ["or", [...]]
    formula     the row of the formula that is refuted: the problem's own, in negation normal form;
                the other rows are its parts, and negations of its atoms
    lemmas      {"literals": [formula, ...], "states": [[[regex, ...], [regex, ...], [state, ...]]]}
    steps       [[literal, ...], ...]: n stands for the formula of row n, -n for its negation

A lemma says that its literals, which are atoms of one variable and negations of such, exclude one
another. For a number an empty interval shows it, without states. For a string the proof is a set
of states. A state (P, N, subsumers) stands for the strings that all regexes of P match and none of
N does. No state may hold the empty string, and the set is closed: whatever character comes first,
what may follow is another state, or contradictory (`certify_states.is_dead`), or subsumed, that is,
narrower than one of the named subsumers, which has no regex on either side that it lacks. So no
state holds a string of any length. What may follow is told by the derivatives of `certify_states`.

The steps refute the Boolean structure: each clause follows by unit propagation from the formula,
the lemmas and the steps before it, and in the end unit propagation alone finds a contradiction
(Goldberg, Novikov, "Verification of proofs of unsatisfiability for CNF formulas", DATE 2003).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, TypeVar

from automaton import regex as rx
from automaton import terms as t
from automaton.certify_states import Derivatives, State, is_dead, is_narrower, state_of
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.sorts import Sort, Variable
from automaton.terms import And, AtMost, Atom, Formula, InRegex, Or, Problem

FORMAT = "keyaki-unsat-1"

_Row = TypeVar("_Row")
_MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CertificateError(Exception):
    """A certificate is no proof: at `place`, because of `why`."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{why} (at {place})")
        self.place = place
        self.why = why


def check(problem: Problem, certificate: str) -> None:
    """Raise CertificateError iff the text `certificate` does not prove `problem` unsatisfiable."""
    with _reading("the text"):
        document = json.loads(certificate)
    with _reading("format"):
        _demand(document["format"] == FORMAT, f"it is not `{FORMAT}`")
    parts = _parts(problem.formula)
    variables = _table(document, "variables", lambda row, _: Variable(row[0], Sort(row[1])))
    regexes = _table(document, "regexes", _regex)
    formulas = _table(
        document, "formulas", lambda row, known: _formula(row, known, parts, variables, regexes)
    )
    with _reading("formula"):
        _demand(formulas[0] is t.TRUE, "row 0 is not `true`")
        _demand(_pick(formulas, document["formula"]) is problem.formula, "it is not the problem's")
    clauses = _Clauses()
    clauses.add_structure(problem.formula)
    _table(document, "lemmas", lambda row, _: clauses.exclude(_lemma(row, formulas, regexes)))
    _table(document, "steps", lambda row, _: clauses.add_step(row, formulas))
    with _reading("steps"):
        _demand(clauses.refuted, "they do not refute the formula")


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise CertificateError("", why)


@contextmanager
def _reading(place: str) -> Iterator[None]:
    """Put `place` before the place of any error; malformed data are one too."""
    try:
        yield
    except CertificateError as error:
        raise CertificateError(f"{place} {error.place}".rstrip(), error.why) from error
    except _MALFORMED as error:
        raise CertificateError(place, f"it cannot be read: {error!r}") from error


def _table(
    document: Any, name: str, build: Callable[[Any, Sequence[_Row]], _Row]
) -> Sequence[_Row]:
    """Return the rows of a table, each built from what is written and from the rows before it."""
    found: list[_Row] = []
    with _reading(name):
        for number, row in enumerate(document[name]):
            with _reading(f"row {number}"):
                found.append(build(row, found))
    return found


def _pick(rows: Sequence[_Row], number: object) -> _Row:
    if type(number) is not int or number < 0:
        raise IndexError(number)
    return rows[number]


def _regex(row: Any, known: Sequence[Regex]) -> Regex:
    match row:
        case ["literal", str(text)]:
            return rx.literal(text)
        case ["literal", [*codes]]:
            return rx.literal("".join(map(chr, codes)))
        case ["chars", [*ends]]:
            return rx.chars(CharSet.of(*((int(low), int(high)) for low, high in ends)))
        case ["concat", [*parts]]:
            return rx.concat(*(_pick(known, part) for part in parts))
        case ["union", [*parts]]:
            return rx.union(*(_pick(known, part) for part in parts))
        case ["intersection", [*parts]]:
            return rx.intersection(*(_pick(known, part) for part in parts))
        case ["complement", part]:
            return rx.complement(_pick(known, part))
        case ["loop", part, int(low), None | int() as high]:
            return rx.loop(_pick(known, part), low, high)
    raise ValueError(row)


Parts = dict[tuple[type[Formula], frozenset[Formula]], Formula]
"""The conjunctions and disjunctions in a formula, by their parts."""


def _parts(root: Formula) -> Parts:
    inner = [node for node in _nodes(root) if isinstance(node, And | Or)]
    return {(type(node), frozenset(node.parts)): node for node in inner}


def _nodes(root: Formula) -> Iterator[Formula]:
    pending, seen = [root], {root}
    while pending:
        node = pending.pop()
        yield node
        fresh = set(node.parts) - seen if isinstance(node, And | Or) else set()
        seen |= fresh
        pending.extend(fresh)


def _formula(
    row: Any,
    known: Sequence[Formula],
    parts: Parts,
    variables: Sequence[Variable],
    regexes: Sequence[Regex],
) -> Formula:
    match row:
        case ["true"]:
            return t.TRUE
        case ["false"]:
            return t.FALSE
        case ["and", [*numbers]]:
            return parts[And, frozenset(_pick(known, number) for number in numbers)]
        case ["or", [*numbers]]:
            return parts[Or, frozenset(_pick(known, number) for number in numbers)]
        case ["not", number] if isinstance(_pick(known, number), Atom):
            return t.negation(_pick(known, number))
        case [str(kind), variable, *rest]:
            return _atom(kind, _pick(variables, variable), rest, regexes)
    raise ValueError(row)


def _atom(kind: str, variable: Variable, rest: list[Any], regexes: Sequence[Regex]) -> Formula:
    match kind, rest:
        case "is", []:
            return t.is_true(variable)
        case "in", [regex]:
            return t.in_regex(variable, _pick(regexes, regex))
        case "at most", [int(top), int(bottom)]:
            return t.at_most(variable, Fraction(top, bottom))
        case "less", [int(top), int(bottom)]:
            return t.less(variable, Fraction(top, bottom))
    raise ValueError(kind)


class _Clauses:
    """Clauses of literals, which are numbers and their negatives, closed under unit propagation.

    `refuted` is set iff that closure is contradictory. Each clause is watched at its first two
    literals, none of which is false unless the other one is true.
    """

    def __init__(self) -> None:
        self.refuted = False
        self._number: dict[Formula, int] = {}
        self._true: set[int] = set()
        self._trail: list[int] = []
        self._watching: defaultdict[int, list[list[int]]] = defaultdict(list)

    def literal(self, formula: Formula) -> int:
        """Return the literal that stands for `formula`."""
        if isinstance(formula, Atom) and not formula.positive:
            return -self.literal(t.negation(formula))
        return self._number.setdefault(formula, len(self._number) + 1)

    def add_structure(self, root: Formula) -> None:
        """Say that `root` holds, and what the parts of a formula that holds are."""
        self.add([self.literal(root)])
        self.add([-self.literal(t.FALSE)])
        for node in _nodes(root):
            if isinstance(node, Or):
                self.add([-self.literal(node), *map(self.literal, node.parts)])
            elif isinstance(node, And):
                for part in node.parts:
                    self.add([-self.literal(node), self.literal(part)])

    def exclude(self, literals: Sequence[Formula]) -> None:
        """Say that not all of `literals` hold."""
        self.add([-self.literal(literal) for literal in literals])

    def add_step(self, row: Any, formulas: Sequence[Formula]) -> None:
        """Add a clause that must follow by unit propagation."""
        clause = [self._signed(number, formulas) for number in row]
        mark = len(self._trail)
        follows = self.refuted or not all(self._assume(-literal) for literal in clause)
        _demand(follows, "the clause does not follow by unit propagation")
        self._true.difference_update(self._trail[mark:])
        del self._trail[mark:]
        self.add(clause)

    def _signed(self, number: int, formulas: Sequence[Formula]) -> int:
        literal = self.literal(_pick(formulas, abs(number)))
        return literal if number > 0 else -literal

    def add(self, clause: Iterable[int]) -> None:
        """Add a clause."""
        free = [literal for literal in dict.fromkeys(clause) if -literal not in self._true]
        if len(free) > 1:
            for literal in free[:2]:
                self._watching[literal].append(free)
        elif not free or not self._assume(free[0]):
            self.refuted = True

    def _assume(self, literal: int) -> bool:
        """Make `literal` true and all that follows; return False iff that is contradictory."""
        pending = [literal]
        while pending:
            literal = pending.pop()
            if -literal in self._true:
                return False
            if literal not in self._true:
                self._true.add(literal)
                self._trail.append(literal)
                pending.extend(self._units_without(-literal))
        return True

    def _units_without(self, false: int) -> Iterator[int]:
        """Yield the last literals of the clauses that have no other since `false` is false."""
        for clause in self._watching.pop(false, ()):
            if clause[0] == false:
                clause[:2] = clause[1], false
            place = self._next_watch(clause)
            clause[1], clause[place] = clause[place], clause[1]
            self._watching[clause[1]].append(clause)
            if place == 1:
                yield clause[0]

    def _next_watch(self, clause: Sequence[int]) -> int:
        if clause[0] in self._true:
            return 1
        free = (place for place in range(2, len(clause)) if -clause[place] not in self._true)
        return next(free, 1)


def _lemma(row: Any, formulas: Sequence[Formula], regexes: Sequence[Regex]) -> list[Formula]:
    """Return the literals of a lemma whose proof is right."""
    literals = [_pick(formulas, number) for number in row["literals"]]
    atoms = [literal for literal in literals if isinstance(literal, Atom)]
    _demand(len(atoms) == len(literals), "a literal is no atom")
    _demand(len({atom.variable for atom in atoms}) == 1, "the literals speak of several variables")
    comparisons = [atom for atom in atoms if isinstance(atom, AtMost)]
    memberships = [atom for atom in atoms if isinstance(atom, InRegex)]
    if len(comparisons) == len(atoms):
        _demand(_exclude_one_another(comparisons), "the interval is not empty")
    else:
        _demand(len(memberships) == len(atoms), "no lemma speaks about such atoms")
        start = state_of(
            (atom.regex for atom in memberships if atom.positive),
            (atom.regex for atom in memberships if not atom.positive),
        )
        _check_closed(start, row["states"], regexes)
    return literals


def _exclude_one_another(comparisons: Sequence[AtMost]) -> bool:
    """Return whether no number satisfies all comparisons.

    An end of the interval is a pair whose second part says that the number itself is beyond it.
    """
    sort = comparisons[0].variable.sort
    low, high = sort.bounds
    lows = [] if low is None else [(Fraction(low), 0)]
    highs = [] if high is None else [(Fraction(high), 0)]
    for atom in comparisons:
        bound = Fraction(atom.bound)
        if atom.positive:
            highs.append((bound, -1 if atom.strict else 0))
        elif sort is Sort.REAL:
            lows.append((bound, 0 if atom.strict else 1))
        else:
            lows.append((bound + 1, 0))
    return bool(lows) and bool(highs) and max(lows) > min(highs)


def _check_closed(start: State, rows: Any, regexes: Sequence[Regex]) -> None:
    """Check that the states are closed, none holds the empty string, and `start` is among them."""
    states: list[State] = []
    for matching, others, _ in rows:
        states.append(
            (
                frozenset(_pick(regexes, number) for number in matching),
                frozenset(_pick(regexes, number) for number in others),
            )
        )
    known = set(states)
    covered = is_dead(start) or any(is_narrower(start, state) for state in known)
    _demand(covered, "no state stands for the literals")
    derivatives = Derivatives()
    for number, (state, (_, _, named)) in enumerate(zip(states, rows, strict=True)):
        with _reading(f"state {number}"):
            _demand(not derivatives.accepts(state), "it holds the empty string")
            subsumers = [_pick(states, other) for other in named]
            for successor in derivatives.successors(state):
                closed = successor in known or is_dead(successor)
                _demand(
                    closed or any(is_narrower(successor, other) for other in subsumers),
                    "it is not closed",
                )
