"""States of the search over templates, and what the monadic search can say about them.

The relaxation of a state has one-variable atoms only, and holds wherever the state does.
Memberships of compositions are exact in it, and so are templates that have no variables left, or
whose variable stands for a string. Of other positive templates it says what is true whatever
their variables are, of negated ones that nothing is aligned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from automaton import pieces as pc
from automaton import regex as rx
from automaton.alignment import Case, Equation, Names, is_language, only_case
from automaton.apart import are_apart
from automaton.assignment import Truth, assign, leaves
from automaton.budget import Budget
from automaton.composition import (
    Bindings,
    Composition,
    aligned,
    is_open,
    resolve,
    template_holds,
    weakened,
)
from automaton.measures import lengths_agree, member_or_length, sum_of_parts
from automaton.membership import with_plain_atoms
from automaton.regex import Regex
from automaton.sorts import Variable
from automaton.terms import (
    FALSE,
    TRUE,
    Formula,
    InRegex,
    InTemplate,
    SumAtMost,
    conjunction,
    conjuncts,
    constant,
    negation,
)
from automaton.verdict import Value


@dataclass(frozen=True)
class State:
    """A formula and equations that hold, where variables stand for their `bindings`.

    `splits` and `passed` count the case distinctions and the cells left behind on the way here.
    """

    formula: Formula
    equations: tuple[Equation, ...] = ()
    bindings: Bindings = field(default_factory=dict)
    splits: int = 0
    passed: int = 0

    def assuming(self, *formulas: Formula) -> State:
        """Return the state in which the formulas hold as well."""
        return replace(self, formula=conjunction(self.formula, *formulas))

    def with_words(self, words: Mapping[Variable, str]) -> State:
        """Return the state in which variables stand for strings."""
        literals = {var: pc.joined((rx.literal(word),)) for var, word in words.items()}
        return replace(self, bindings={**self.bindings, **literals})

    def where(self, case: Case) -> State:
        """Return the state in one case of its first equation."""
        rest = () if case.rest is None else (case.rest,)
        return replace(
            self.assuming(case.constraint),
            equations=(*rest, *self.equations[1:]),
            bindings={**self.bindings, **case.bindings},
        )

    def resolved(self, equation: Equation) -> Equation:
        """Return the equation between what the variables stand for."""
        return Equation(
            resolve(equation.whole, self.bindings), resolve(equation.pieces, self.bindings)
        )


def equation_of(template: InTemplate) -> Equation:
    """Return what a positive template says."""
    return Equation((template.variable,), template.pieces)


def settled(state: State, names: Names, budget: Budget) -> State:
    """Return an equivalent state: the templates it asserts are equations, none with only one case.

    Shorter equations are taken first: equalities define more than they divide.
    """
    is_settled = False
    while state.formula is not FALSE and not is_settled:
        before = _with_asserted(state)
        state = _with_single_cases(before, names, budget)
        is_settled = len(state.equations) == len(before.equations)
    return state


def _with_single_cases(state: State, names: Names, budget: Budget) -> State:
    """Return an equivalent state in which the equations that have a single case are put in."""
    bindings, constraints, left = dict(state.bindings), [state.formula], list[Equation]()
    for equation in sorted(state.equations, key=lambda equation: len(equation.pieces)):
        budget.spend()
        resolved = replace(state, bindings=bindings).resolved(equation)
        case = only_case(resolved, names, budget)
        if case is None:
            left.append(resolved)
        else:
            bindings.update(case.bindings)
            constraints.append(case.constraint)
    formula = conjunction(*constraints)
    return replace(state, formula=formula, equations=tuple(left), bindings=bindings)


def _with_asserted(state: State) -> State:
    """Return the state with the templates it asserts as equations, and literals put in."""
    parts = conjuncts(state.formula)
    asserted = [part for part in parts if isinstance(part, InTemplate) and part.positive]
    truth: Truth = dict.fromkeys(asserted, TRUE)
    truth |= {negation(atom): FALSE for atom in asserted}
    known = [part for part in parts if isinstance(part, InRegex) and part.positive]
    words = {p.variable: p.regex.text for p in known if isinstance(p.regex, rx.Literal)}
    return replace(
        state.with_words({v: word for v, word in words.items() if v not in state.bindings}),
        formula=assign(state.formula, truth),
        equations=(*state.equations, *map(equation_of, asserted)),
    )


def relaxation(state: State, budget: Budget) -> Formula:
    """Return a formula over one-variable atoms and sums that holds wherever the state does.

    It holds nowhere else if the state has no equations and no `open_templates`.
    """
    found = [*leaves(state.formula)]
    says_more = any(isinstance(leaf, SumAtMost) for leaf in found)
    truth: Truth = {
        leaf: _relaxed(leaf, state.bindings, budget, with_lengths=says_more)
        for leaf in found
        if isinstance(leaf, InRegex | InTemplate | SumAtMost)
    }
    relaxed = assign(state.formula, truth)
    told = {leaf.variable for leaf in leaves(relaxed) if isinstance(leaf, InRegex)}
    equations = (
        _must_hold(state.resolved(equation), budget, with_lengths=says_more, told=told)
        for equation in state.equations
    )
    return _without_strangers(with_plain_atoms(conjunction(relaxed, *equations)))


def _without_strangers(formula: Formula) -> Formula:
    """Return the formula without memberships that are refuted by another one that it asserts.

    PERF: of a composition with a part of few characters most cuts are such.
    """
    parts = conjuncts(formula)
    asserted = {p: p.regex for p in parts if isinstance(p, InRegex) and p.positive}
    domains: dict[Variable, list[Regex]] = {}
    for atom, regex in asserted.items():
        domains.setdefault(atom.variable, []).append(regex)
    truth: Truth = {
        leaf: constant(not leaf.positive)
        for leaf in leaves(formula)
        if isinstance(leaf, InRegex) and leaf.variable in domains and leaf not in asserted
        if any(are_apart(leaf.regex, domain) for domain in domains[leaf.variable])
    }
    return assign(formula, truth) if truth else formula


def _relaxed(
    atom: InRegex | InTemplate | SumAtMost,
    bindings: Bindings,
    budget: Budget,
    *,
    with_lengths: bool,
) -> Formula:
    if isinstance(atom, SumAtMost):
        return sum_of_parts(atom, bindings)
    whole = resolve((atom.variable,), bindings)
    if isinstance(atom, InRegex):
        formula = member_or_length(whole, atom.regex, budget)
        return formula if atom.positive else negation(formula)
    equation = Equation(whole, resolve(atom.pieces, bindings))
    if atom.positive:
        return _must_hold(equation, budget, with_lengths=with_lengths)
    return negation(_may_hold(equation, budget))


def _must_hold(
    equation: Equation,
    budget: Budget,
    *,
    with_lengths: bool,
    told: set[Variable] | None = None,
) -> Formula:
    """Return what the equation implies, unless of variables that are not `told` about otherwise.

    PERF: lengths tell little about languages, so these are only measured where others are; what a
    word equation alone says of its variables is long and refutes little.
    """
    known = template_holds(equation.whole, equation.pieces, budget)
    if known is not None:
        return known
    has_languages = any(map(is_language, equation.pieces))
    lengths = TRUE
    if with_lengths or not has_languages:
        lengths = lengths_agree(equation.whole, equation.pieces)
    own = pc.variables_among(equation.whole)
    if told is not None and not has_languages and told.isdisjoint(own):
        return lengths
    return conjunction(lengths, weakened(equation.whole, equation.pieces, budget))


def _may_hold(equation: Equation, budget: Budget) -> Formula:
    """Return what implies the equation."""
    known = template_holds(equation.whole, equation.pieces, budget)
    return aligned(equation.whole, equation.pieces, budget) if known is None else known


def open_templates(formula: Formula, bindings: Bindings, *, positive: bool) -> Iterator[InTemplate]:
    """Yield the templates of a sign that occur in `formula` and are not exact in a relaxation."""
    for leaf in leaves(formula):
        if isinstance(leaf, InTemplate) and leaf.positive == positive:
            whole = resolve((leaf.variable,), bindings)
            if is_open(whole, resolve(leaf.pieces, bindings)):
                yield leaf


def text_of(whole: Composition, values: Mapping[str, Value]) -> str:
    """Return the string that a composition is; a variable without value is empty."""
    return "".join(
        str(values.get(piece.name, "")) if isinstance(piece, Variable) else _text(piece)
        for piece in whole
    )


def _text(piece: object) -> str:
    assert isinstance(piece, rx.Literal)
    return piece.text
