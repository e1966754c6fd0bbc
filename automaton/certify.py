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
                ["less", ...] alike, ["template", variable, [["variable" or "regex", row], ...]],
                ["sum", [[factor, variable], ...], bound] (at most), ["not", atom],
                ["and", [formula, ...]], ["or", [formula, ...]]
    formula     the row of the formula that is refuted: the problem's own, in negation normal form;
                the other rows are its parts, and negations of its atoms
    lemmas      {"literals": [formula, ...], "states": [[[regex, ...], [regex, ...], [state, ...]]]}
    steps       [[literal, ...], ...]: n stands for the formula of row n, -n for its negation

A lemma says that its literals exclude one another. An empty interval shows it where all compare one
number. Otherwise they are memberships, their negations, and templates, and the proof is about the
variable of the last one. One after another they narrow the strings that each variable may be; for a
variable in a template stands what was said about it before.

The proof is a set of states. A state (P, N, subsumers) stands for the strings that all regexes of P
match and none of N does. No state may hold the empty string, and the set is closed: whatever
character comes first, what may follow is another state, or contradictory (see `is_dead`), or
subsumed, that is, narrower than one of the named subsumers, which has no regex on either side that
it lacks. So no state holds a string of any length. One of them has no regex that the literals do
not demand. What may follow is told by the derivatives of `certify_states`.

The steps refute the Boolean structure: each clause follows by unit propagation from the formula,
the lemmas and the steps before it, and in the end unit propagation alone finds a contradiction
(Goldberg, Novikov, "Verification of proofs of unsatisfiability for CNF formulas", DATE 2003).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, TypeVar

from automaton import regex as rx
from automaton import terms as t
from automaton.certify_clauses import Clauses, nodes_of
from automaton.certify_states import Derivatives, State, is_dead, is_narrower, state_of
from automaton.charset import CharSet
from automaton.regex import Regex
from automaton.sorts import Sort, Variable
from automaton.terms import And, AtMost, Atom, Formula, InRegex, InTemplate, Or, Problem, SumAtMost

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
    clauses = Clauses()
    clauses.add_structure(problem.formula)
    for lemma in _table(document, "lemmas", lambda row, _: _lemma(row, formulas, regexes)):
        clauses.add([-clauses.literal(literal) for literal in lemma])
    _table(document, "steps", lambda row, _: _step(row, formulas, clauses))
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
        raise CertificateError(place, f"it cannot be read ({type(error).__name__})") from error


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


Parts = dict[tuple[object, ...], Formula]
"""What in a formula can be found by what it is made of."""


def _parts(root: Formula) -> Parts:
    found: Parts = {}
    for node in nodes_of(root):
        if isinstance(node, And | Or):
            found[type(node), frozenset(node.parts)] = node
        elif isinstance(node, SumAtMost):
            found[SumAtMost, frozenset(node.summands), node.bound] = node
    return found


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
        case ["sum", [*summands], bound]:
            known_sums = frozenset(
                (factor, _pick(variables, number)) for factor, number in summands
            )
            return parts[SumAtMost, known_sums, bound]
        case ["template", variable, [*pieces]]:
            tables: dict[str, Sequence[Any]] = {"variable": variables, "regex": regexes}
            found = (_pick(tables[kind], number) for kind, number in pieces)
            return t.in_template(_pick(variables, variable), *found)
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


def _step(row: Any, formulas: Sequence[Formula], clauses: Clauses) -> None:
    """Add a clause that follows."""
    signed = [(number > 0, clauses.literal(_pick(formulas, abs(number)))) for number in row]
    clause = [literal if positive else -literal for positive, literal in signed]
    _demand(clauses.follows(clause), "the clause does not follow by unit propagation")
    clauses.add(clause)


def _lemma(row: Any, formulas: Sequence[Formula], regexes: Sequence[Regex]) -> list[Formula]:
    """Return the literals of a lemma whose proof is right."""
    literals = [_pick(formulas, number) for number in row["literals"]]
    atoms = [literal for literal in literals if isinstance(literal, Atom)]
    _demand(0 < len(atoms) == len(literals), "the literals are not all atoms, or there are none")
    comparisons = [atom for atom in atoms if isinstance(atom, AtMost)]
    if len(comparisons) == len(atoms):
        _demand(_exclude_one_another(comparisons), "the interval is not empty")
    else:
        _check_closed(state_of(*_narrowed(atoms)), row["states"], regexes)
    return literals


Sides = tuple[list[Regex], list[Regex]]
"""Regexes that a string matches and regexes that it does not."""


def _narrowed(atoms: Sequence[Atom]) -> Sides:
    """Return what the variable of the last atom matches and what it does not."""
    known: defaultdict[Variable, Sides] = defaultdict(lambda: ([], []))
    for atom in atoms:
        matching, others = known[atom.variable]
        match atom:
            case InRegex():
                (matching if atom.positive else others).append(atom.regex)
            case InTemplate(positive=True):
                pieces = (p if isinstance(p, Regex) else _joined(known[p]) for p in atom.pieces)
                matching.append(rx.concat(*pieces))
            case _:
                raise CertificateError("", "no lemma speaks about such literals")
    return known[atoms[-1].variable]


def _joined(sides: Sides) -> Regex:
    return rx.intersection(*sides[0], *map(rx.complement, sides[1]))


def _exclude_one_another(comparisons: Sequence[AtMost]) -> bool:
    """Return whether all comparisons are of one number, and no number satisfies them.

    An end of the interval is a pair whose second part says that the number itself is beyond it.
    """
    if len({atom.variable for atom in comparisons}) > 1:
        return False
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
