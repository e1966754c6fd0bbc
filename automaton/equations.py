"""Search over templates: problems in which strings are put together from other strings.

A template that a state asserts becomes an equation. One that defines its variable is eliminated
at once, others case by case; where the formula offers alternatives, each is tried. So in the end
no positive template is left. Every state is first relaxed to one-variable atoms and sums of
lengths, and where the search over these finds no model there is none. While alternatives are left
it only gets a share of the budget.

Equations without languages are word equations. Some of their solutions are tried before the cases,
by Nielsen transformations and as lengths suggest that the sums allow, and there are none at all if
the transformations end without one.

Without negated templates the relaxation of a last state is exact, so the straight-line fragment is
decided. With them it is exact once the variables that they put in are strings. Marked words are
tried first: these stand in another string only where something puts them, so what they violate is
what is aligned, and that the relaxation knows. Then a finite cell is taken word by word. Where
neither helps, strings may be forced to share parts by chance, and the search gives up. An unsat
is only ever the unsat of relaxations that together cover all models, or of the word equations.

Sources: Levi's lemma; Lin and Barcelo, "String solving with word equations and transducers", POPL
2016; Abdulla et al., "Chain-free string constraints", ATVA 2019; Veanes et al., "Monadic
decomposition", JACM 2017.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from automaton import pieces as pc
from automaton import regex as rx
from automaton.alignment import Equation, Names, cases
from automaton.arrangement import arranged
from automaton.assignment import leaves
from automaton.budget import Budget, LimitReached
from automaton.composition import Bindings, resolve
from automaton.generic import marked
from automaton.membership import with_plain_atoms
from automaton.nielsen import simplified
from automaton.quotient import is_match
from automaton.regex import Regex
from automaton.relaxation import State, open_templates, relaxation, settled, text_of
from automaton.sorts import Variable
from automaton.sums import Constraint, Sums, propagated
from automaton.terms import (
    FALSE,
    Formula,
    InRegex,
    Or,
    conjunction,
    conjuncts,
    disjunction,
    equals,
    in_regex,
    negation,
)
from automaton.tokens import Numbering, Solutions, is_of_words
from automaton.traversal import Steps, run
from automaton.verdict import Model, Reason, Value

MAX_SPLITS = (3, 6, 12)
"""How often equations are taken case by case on the way to a state, in one attempt after another.

The strings that are left may become twice as many each time.
"""

TOO_MANY_SPLITS = "an equation between strings has too many cases"
MAY_SHARE_PARTS = "strings may be forced to share parts"

FEW, MANY = (1 << 9, 8), (1 << 14, 32)
"""How many systems of word equations are looked at, and how many solutions are tried.

The few come before the search for a model, the many after it.
"""

MAX_LENGTHS = 12
"""How many variables are taken to be long, one after another, to see how the others lie."""

MAX_WORDS = 32
"""How many words a cell may have to be taken word by word."""

MAX_GUESSES = 4
"""How many choices of words are tried for the variables of negated templates."""

MAX_PASSED = 6
"""How many infinite cells are passed by on the way to a state before the search gives up on it."""

Words = dict[Variable, str]
Values = dict[str, Value]


class Equations:
    """Decides formulas with templates over `variables` within one budget."""

    def __init__(self, variables: Sequence[Variable], budget: Budget) -> None:
        self.search = Sums(variables, budget)
        self.budget = budget
        self.known = {variable.name for variable in variables}
        self.names = Names(self.known)
        self.max_splits = 0
        self.gap = ""
        """Why the search is not complete so far; empty iff it is."""

    def decide(self, formula: Formula) -> Values | None:
        """Return values that satisfy `formula`, or None iff there are none.

        Variables that do not matter are left out. Raise LimitReached iff the budget ends first, or
        there is neither a proof nor a model to be found.
        """
        for max_splits in MAX_SPLITS:
            self.max_splits, self.gap = max_splits, ""
            found = run(self._decide(State(formula)))
            if found is not None:
                return {name: value for name, value in found.items() if name in self.known}
            if self.gap != TOO_MANY_SPLITS:
                break
        if self.gap:
            raise LimitReached(Reason.INCOMPLETE, self.gap)
        return None

    def _decide(self, state: State) -> Steps[Values | None]:
        self.budget.spend()
        state = settled(state, self.names, self.budget)
        if simplified(Numbering().system(state.equations)) is None:
            return None
        relaxed = relaxation(state, self.budget)
        # PERF: memberships of compositions are long; what else there is shortens them.
        self.search.postpone(
            pc.variables_among([p for whole in state.bindings.values() for p in whole])
        )
        if any(True for _ in open_templates(state.formula, state.bindings, positive=True)):
            states = _by_alternative(state) if self.search.may_hold(relaxed) else iter(())
        elif state.equations:
            holds = self.search.may_hold(relaxed)
            states = self._by_equation(state, relaxed) if holds else iter(())
        else:
            model = self.search.decide(relaxed)
            if model is None or self._is_exact(state):
                return None if model is None else model | _composed(state.bindings, model)
            states = self._by_word(state, relaxed, model)
        found: Values | None = yield self._first(states)
        return found

    def _first(self, states: Iterable[State]) -> Steps[Values | None]:
        """Return values of the first of the states that has a model, None iff none has."""
        for state in states:
            found: Values | None = yield self._decide(state)
            if found is not None:
                return found
        return None

    def _is_exact(self, state: State) -> bool:
        """Return whether the relaxation says all of a state that has nothing positive open."""
        return not any(True for _ in open_templates(state.formula, state.bindings, positive=False))

    def _by_equation(self, state: State, relaxed: Formula) -> Iterator[State]:
        """Yield the state with solutions of its word equations, then each case of the first one.

        In between come words for what the equations put in, as a model of the relaxation has them.
        """
        gap = self.gap
        solutions = None
        is_first = not state.splits and self.max_splits == MAX_SPLITS[0]
        if is_first and any(map(is_of_words, state.equations)):
            solutions = Solutions(state.equations, self.names, self.budget)
            yield from _solved(state, solutions, *FEW)
            if solutions.are_all:
                return
            yield from self._by_lengths(state, relaxed)
        model = self.search.decide(relaxed)
        self.gap = gap
        if model is None:
            return
        pieces = [piece for equation in state.equations for piece in equation.pieces]
        yield state.with_words(_words_of(pc.variables_among(pieces), model))
        sides = [*pieces, *(piece for equation in state.equations for piece in equation.whole)]
        words = _words_of(pc.variables_among(sides), model)
        yield from self._arranged(state, {v: len(w) for v, w in words.items()})
        if solutions is not None:
            yield from _solved(state, solutions, *MANY)
            if solutions.are_all:
                return
        # The cases below say all; no matter what the search could not say about some words.
        self.gap = gap
        if state.splits >= self.max_splits:
            self.gap = TOO_MANY_SPLITS
            return
        for case in cases(state.equations[0], self.names, self.budget):
            yield replace(state.where(case), splits=state.splits + 1)

    def _arranged(self, state: State, lengths: Mapping[Hashable, int]) -> Iterator[State]:
        """Yield the state with the word equations put in as these lengths suggest, if they can."""
        words, others = _words_and_others(state)
        bindings = arranged(words, lengths, self.names, self.budget)
        if words and bindings is not None:
            yield replace(state, equations=others, bindings={**state.bindings, **bindings})

    def _by_lengths(self, state: State, relaxed: Formula) -> Iterator[State]:
        """Yield the state as lengths suggest that the sums allow: small ones, and one large one."""
        words, _ = _words_and_others(state)
        sides = [piece for some in words for piece in (*some.whole, *some.pieces)]
        spelled = sum(len(piece.text) for piece in sides if isinstance(piece, rx.Literal))
        variables = [*dict.fromkeys(pc.variables_among(sides))]
        large: list[Constraint] = [({variable: -1}, -spelled) for variable in variables]
        for wish in ([], *([one] for one in large[:MAX_LENGTHS])):
            numbers = self.search.integers(relaxed, wish)
            if numbers is not None:
                yield from self._arranged(state, numbers)

    def _by_word(self, state: State, relaxed: Formula, model: Model) -> Iterator[State]:
        """Yield states in which variables of negated templates are strings, then all others."""
        found = open_templates(state.formula, state.bindings, positive=False)
        pieces = (piece for leaf in found for piece in resolve(leaf.pieces, state.bindings))
        variables = [*dict.fromkeys(pc.variables_among([*pieces]))]
        marks = [*map(in_regex, variables, marked(len(variables), _patterns(relaxed)))]
        yield state.with_words(self._marked_apart(variables, relaxed, marks, model))
        yield state.with_words(_words_of(variables, model))
        cells = {variable: _cell(variable, relaxed, model) for variable in variables}
        for variable, cell in cells.items():
            words = self._words(variable, cell)
            if words is not None:
                for word in words:
                    yield state.with_words({variable: word})
                yield state.assuming(negation(in_regex(variable, cell)))
                return
        for guess in self._guesses(variables, relaxed, marks, model):
            yield state.with_words(guess)
        self.gap = self.gap or MAY_SHARE_PARTS
        if state.passed < MAX_PASSED:
            elsewhere = (negation(in_regex(*row)) for row in cells.items())
            yield replace(state.assuming(disjunction(*elsewhere)), passed=state.passed + 1)

    def _marked_apart(
        self,
        variables: Sequence[Variable],
        relaxed: Formula,
        marks: Sequence[Formula],
        model: Model,
    ) -> Words:
        """Return a marked word for each variable that may have one by itself.

        Others get their words in the model.
        """
        words = _words_of(variables, model)
        parts = conjuncts(relaxed)
        for variable, mark in zip(variables, marks, strict=True):
            own = (p for p in parts if isinstance(p, InRegex) and p.variable == variable)
            found = self.search.decide(conjunction(mark, *own))
            if found is not None:
                words |= _words_of([variable], found)
        return words

    def _guesses(
        self,
        variables: Sequence[Variable],
        relaxed: Formula,
        marks: Sequence[Formula],
        model: Model,
    ) -> Iterator[Words]:
        """Yield words for the variables: marked ones where possible, then some others."""
        strict, found = self._with_as_many(relaxed, model, marks)
        for _ in range(MAX_GUESSES):
            words = _words_of(variables, found)
            yield words
            differs = (negation(equals(*row)) for row in words.items())
            strict = conjunction(strict, disjunction(*differs))
            other = self.search.decide(strict)
            if other is None:
                return
            found = other

    def _with_as_many(
        self, relaxed: Formula, model: Model, wishes: Sequence[Formula]
    ) -> tuple[Formula, Model]:
        """Return `relaxed` with as many of the wishes as can be had, the first first, and a model.

        All at once is tried before one after another.
        """
        strict = conjunction(relaxed, *wishes)
        found = self.search.decide(strict)
        if found is not None:
            return strict, found
        strict, best = relaxed, model
        for wish in wishes:
            found = self.search.decide(conjunction(strict, wish))
            if found is not None:
                strict, best = conjunction(strict, wish), found
        return strict, best

    def _words(self, variable: Variable, cell: Regex) -> list[str] | None:
        """Return the words of the cell, or None iff they are more than MAX_WORDS."""
        words: list[str] = []
        while len(words) <= MAX_WORDS:
            others = rx.difference(cell, *map(rx.literal, words))
            found = self.search.decide(with_plain_atoms(in_regex(variable, others)))
            if found is None:
                return words
            words.append(str(found.get(variable.name, "")))
        return None


def _by_alternative(state: State) -> Iterator[State]:
    """Yield the states of each alternative of one Or that offers templates; the others first."""
    parts = conjuncts(state.formula)

    def offers(part: Formula) -> bool:
        return any(True for _ in open_templates(part, state.bindings, positive=True))

    offering = [part for part in parts if isinstance(part, Or) and offers(part)]
    chosen = min(offering, key=lambda part: sum(map(offers, part.parts)))
    rest = conjunction(*(part for part in parts if part is not chosen))
    plain = disjunction(*(part for part in chosen.parts if not offers(part)))
    for part in (plain, *filter(offers, chosen.parts)):
        formula = propagated(conjunction(rest, part))
        if formula is not FALSE:
            yield replace(state, formula=formula)


def _words_and_others(state: State) -> tuple[list[Equation], tuple[Equation, ...]]:
    """Return the word equations of a state, and its other equations."""
    words = [some for some in state.equations if is_of_words(some)]
    return words, tuple(some for some in state.equations if not is_of_words(some))


def _solved(state: State, solutions: Solutions, max_seen: int, most: int) -> Iterator[State]:
    for bindings in solutions.bindings(max_seen, most):
        yield replace(state, equations=solutions.others, bindings={**state.bindings, **bindings})


def _composed(bindings: Bindings, model: Model) -> Values:
    return {v.name: text_of(resolve((v,), bindings), model) for v in bindings}


def _words_of(variables: Iterable[Variable], model: Model) -> Words:
    return {variable: str(model.get(variable.name, "")) for variable in variables}


def _patterns(formula: Formula) -> list[Regex]:
    return [leaf.regex for leaf in leaves(formula) if isinstance(leaf, InRegex)]


def _cell(variable: Variable, relaxed: Formula, model: Model) -> Regex:
    """Return the language of the strings that the atoms do not tell from the variable's value."""
    value = str(model.get(variable.name, ""))
    regexes = {
        leaf.regex: None
        for leaf in leaves(relaxed)
        if isinstance(leaf, InRegex) and leaf.variable == variable
    }
    return rx.intersection(*(r if is_match(r, value) else rx.complement(r) for r in regexes))
