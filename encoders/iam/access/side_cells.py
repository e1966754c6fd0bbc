"""The cells into which a policy cuts one side of a request, and what is allowed in each.

A cell is the values that the policy's own patterns do not tell apart. Where a condition speaks of
the side itself (`aws:PrincipalArn` of the caller), a cell is cut further to decide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from automaton import solve, terms
from automaton.assignment import Truth, assign
from automaton.budget import Budget, LimitReached
from automaton.membership import with_plain_atoms
from automaton.regex import Regex
from automaton.terms import Formula, InRegex, InTemplate, Problem, Variable, conjuncts
from automaton.verdict import Sat, Unknown
from encoders.iam import authorize
from encoders.iam.access.asked import Asked
from encoders.iam.access.sides import ALL_OF_A_SIDE, Words
from encoders.iam.caller_keys import FOLLOWING
from encoders.iam.context_keys import references_in
from encoders.iam.policy import Policy, Statement
from encoders.iam.request import SymbolicRequest
from encoders.iam.symbols import ACTION, PRINCIPAL, RESOURCE, present, value_of


@dataclass(frozen=True)
class Answer:
    """What is allowed for the values of a cell.

    `is_possible`: some value in some context. `is_exact`: each value in some context, or none.
    `is_certain`: each value in every context; else `conditions` are the keys that may decide.
    """

    is_possible: bool = False
    is_exact: bool = True
    is_certain: bool = False
    conditions: tuple[str, ...] = ()

    def may_hold(self, other: Answer) -> bool:
        """Return True iff what is said of values with this answer is true of `other`'s values."""
        if not other.is_possible:
            return False
        return other.is_certain if self.is_certain else other.is_exact or not self.is_exact


@dataclass(frozen=True)
class SideCells:
    """The patterns that cut a side, and the answer for each cell.

    A cell is named by the patterns that hold its values, a bit for each pattern's number.
    """

    patterns: tuple[str, ...]
    answers: Mapping[int, Answer]


def side_cells(words: Words, policy: Policy, question: Asked, budget: Budget) -> SideCells:
    """Return the cells of a side among the requests that the question is about.

    Raise LimitReached iff the budget ends first, Unsupported iff the policy is not modelled whole.
    """
    request = SymbolicRequest.of([policy])
    asked = question.formula(request, words.reading)
    # Also a statement that does not matter here may be refused, and say what is believable.
    whole = authorize.is_allowed(policy, request, words.reading)
    relevant = [
        statement
        for statement in policy.statements
        if _is_relevant(statement, asked, request, words, budget)
    ]
    part = replace(policy, statements=tuple(relevant))
    regexes = _regexes_of_patterns(words, relevant)
    deciding = _Deciding(words, part, whole, request, asked, budget)
    # PERF: where one answer holds for all, thousands of patterns need not be told apart.
    for_all = deciding.answer_for_all()
    if for_all is not None:
        return SideCells((ALL_OF_A_SIDE,), {1: for_all})
    return SideCells(tuple(regexes.values()), deciding.answers(tuple(regexes)))


def has_value(words: Words, patterns: Sequence[str], budget: Budget) -> bool:
    """Return True iff some request has a value that all of `patterns` match."""
    memberships = (terms.in_regex(words.variable, words.regex(pattern)) for pattern in patterns)
    formula = terms.conjunction(*memberships)
    believable = SymbolicRequest.of([]).believable(formula)
    return _is_satisfiable(terms.conjunction(formula, believable), budget)


def _is_relevant(
    statement: Statement, asked: Formula, request: SymbolicRequest, words: Words, budget: Budget
) -> bool:
    matching = authorize.statement_matches(statement, request, words.reading)
    formula = terms.conjunction(asked, matching)
    return _is_satisfiable(terms.conjunction(formula, request.believable(formula)), budget)


def _is_satisfiable(formula: Formula, budget: Budget) -> bool:
    verdict = solve(Problem((formula,)), budget)
    if isinstance(verdict, Unknown):
        raise LimitReached(verdict.reason, verdict.detail)
    return isinstance(verdict, Sat)


def _regexes_of_patterns(words: Words, statements: Sequence[Statement]) -> dict[Regex, str]:
    """Return what each pattern that cuts the side matches, with the pattern: each set once."""
    named = (pattern for statement in statements for pattern in words.patterns_in(statement))
    regexes: dict[Regex, str] = {}
    for pattern in (*words.always, *named):
        regexes.setdefault(words.regex(pattern), pattern)
    return regexes


class _Deciding:
    """Decides the cells of one side for the statements of one policy that matter."""

    def __init__(
        self,
        words: Words,
        policy: Policy,
        whole: Formula,
        request: SymbolicRequest,
        asked: Formula,
        budget: Budget,
    ) -> None:
        self.variable, self.budget = words.variable, budget
        self.own = _own_variables(policy)
        self.keys = _keys_by_variable(policy, request)
        allowed = authorize.is_allowed(policy, request, words.reading)
        self.allowed = with_plain_atoms(allowed)
        self.possible = self._of_requests(request, asked, allowed, whole)
        refused = terms.negation(allowed)
        self.refused = self._of_requests(request, asked, refused, terms.negation(whole))
        self.shape = _shape(self.variable, request)
        self.known: dict[Formula, bool] = {}
        self.certain: dict[tuple[Formula, Formula], bool] = {}

    def _of_requests(
        self, request: SymbolicRequest, asked: Formula, shown: Formula, whole: Formula
    ) -> Formula:
        """Return that a believable request is one asked about, and `shown` holds of it.

        What is believable depends on what is spoken of: on the side, and on `whole`, what the whole
        policy says, of which `shown` is the part that matters.
        """
        asked = terms.conjunction(_anything(self.variable), asked)
        believable = [
            request.believable(terms.conjunction(asked, formula)) for formula in (shown, whole)
        ]
        return with_plain_atoms(terms.conjunction(asked, shown, *believable))

    def answers(self, patterns: Sequence[Regex]) -> dict[int, Answer]:
        """Return the answer for each cell of `patterns`."""
        mask = (1 << len(patterns)) - 1
        finer: dict[int, list[Answer]] = {}
        for vector, answer in self._finer_answers(patterns):
            finer.setdefault(vector & mask, []).append(answer)
        return {vector: self._joined(answers) for vector, answers in finer.items()}

    def answer_for_all(self) -> Answer | None:
        """Return the answer that holds for every value, None iff there are several."""
        found: set[Answer] = set()
        for _, answer in self._finer_answers(()):
            found.add(answer)
            if len(found) > 1:
                return None
        return found.pop() if found else Answer()

    def _finer_answers(self, patterns: Sequence[Regex]) -> Iterator[tuple[int, Answer]]:
        formulas = (self.possible, self.refused, self.allowed)
        first = (*patterns, *self.shape)
        for regexes, vector, rests in _cells(
            self.variable, formulas, first, self.shape, self.budget
        ):
            yield (
                vector,
                self._answer(_within_cell(self.variable, regexes, vector, rests[0]), *rests),
            )

    def _answer(
        self, in_cell: Formula, possible: Formula, refused: Formula, allowed: Formula
    ) -> Answer:
        if not self._is_possible(in_cell):
            return Answer()
        # What speaks of no context is allowed in every one, once it is in some.
        varies = not self.own.union([self.variable]).issuperset(_variables(allowed))
        if not varies or self._is_certain(possible, refused):
            return Answer(is_possible=True, is_certain=True)
        return Answer(
            is_possible=True,
            is_exact=in_cell is possible,
            conditions=self._conditions(_variables(allowed)),
        )

    def _joined(self, answers: Sequence[Answer]) -> Answer:
        """Return the answer for a cell whose finer cells have these answers."""
        if len(set(answers)) == 1:
            return answers[0]
        conditions = {key for answer in answers for key in answer.conditions}
        return Answer(
            is_possible=any(answer.is_possible for answer in answers),
            is_exact=all(answer.is_possible and answer.is_exact for answer in answers),
            conditions=tuple(sorted(conditions.union(self._conditions([self.variable])))),
        )

    def _conditions(self, variables: Iterable[Variable]) -> tuple[str, ...]:
        found = {key for variable in variables for key in self.keys.get(variable, ())}
        return tuple(sorted(found))

    def _is_possible(self, formula: Formula) -> bool:
        if formula not in self.known:
            self.known[formula] = _is_satisfiable(formula, self.budget)
        return self.known[formula]

    def _is_certain(self, possible: Formula, refused: Formula) -> bool:
        """Return True only if a request is possible that is refused in no context."""
        pair = possible, refused
        if pair not in self.certain:
            self.certain[pair] = self._decide_certain(possible, refused)
        return self.certain[pair]

    def _decide_certain(self, possible: Formula, refused: Formula) -> bool:
        if possible is terms.FALSE or refused is terms.FALSE:
            return self._is_possible(possible)
        own = [v for v in _variables(possible, refused) if v in self.own]
        if not own:
            return self._is_possible(possible) and not self._is_possible(refused)
        if not _in_templates(possible, refused).isdisjoint(self.own):
            return False
        formulas, demanded = (possible, refused), _demanded(own[0], possible)
        found = _cells(own[0], formulas, demanded, demanded, self.budget)
        return any(self._is_certain(*rests) for _, _, rests in found)


Cut = tuple[tuple[Regex, ...], int, tuple[Formula, ...]]
"""The regexes that cut a variable, those that match in a cell, what is left of formulas there."""


def _cells(
    variable: Variable,
    formulas: Sequence[Formula],
    first: Sequence[Regex],
    required: Sequence[Regex],
    budget: Budget,
) -> Iterator[Cut]:
    """Yield the cells of `variable` that `formulas` and the regexes `first` tell apart.

    All of `required`, which are among `first`, match in each cell.
    """
    from automaton.partition import partition  # noqa: PLC0415 - loads numba

    atoms = [atom for formula in formulas for atom in _memberships(variable, formula)]
    regexes = tuple(dict.fromkeys((*first, *(atom.regex for atom in atoms))))
    demand = sum(1 << regexes.index(regex) for regex in set(required))
    bits = {atom: 1 << regexes.index(atom.regex) for atom in atoms}
    for vector, _ in partition(regexes, demand, budget):
        truth: Truth = {
            atom: terms.constant(bool(vector & bit) == atom.positive) for atom, bit in bits.items()
        }
        yield regexes, vector, tuple(assign(formula, {**truth}) for formula in formulas)


def _memberships(variable: Variable, formula: Formula) -> list[InRegex]:
    return [
        atom
        for atom in terms.atoms(formula)
        if isinstance(atom, InRegex) and atom.variable == variable
    ]


def _within_cell(
    variable: Variable, regexes: Sequence[Regex], vector: int, rest: Formula
) -> Formula:
    """Return `rest`, with the cell of `variable` spelled out iff a template still speaks of it."""
    if variable not in _variables(rest):
        return rest
    memberships = (
        formula if vector >> number & 1 else terms.negation(formula)
        for number, formula in enumerate(terms.in_regex(variable, regex) for regex in regexes)
    )
    return terms.conjunction(rest, *memberships)


def _variables(*formulas: Formula) -> dict[Variable, None]:
    """Return the variables of `formulas` in the order of their atoms."""
    atoms = (atom for formula in formulas for atom in terms.atoms(formula))
    return dict.fromkeys(variable for atom in atoms for variable in terms.variables_of(atom))


def _in_templates(*formulas: Formula) -> set[Variable]:
    atoms = (atom for formula in formulas for atom in terms.atoms(formula))
    templates = (atom for atom in atoms if isinstance(atom, InTemplate))
    return {variable for atom in templates for variable in terms.variables_of(atom)}


def _demanded(variable: Variable, formula: Formula) -> tuple[Regex, ...]:
    """Return the regexes that a conjunct of `formula` demands of `variable`."""
    parts = conjuncts(formula)
    return tuple(
        part.regex
        for part in parts
        if isinstance(part, InRegex) and part.variable == variable and part.positive
    )


def _shape(variable: Variable, request: SymbolicRequest) -> tuple[Regex, ...]:
    """Return the regexes that match the variable in every request."""
    believable = request.believable(_anything(variable))
    return _demanded(variable, with_plain_atoms(believable))


def _anything(variable: Variable) -> Formula:
    """Return a formula that speaks of the variable and holds in every request."""
    return terms.negation(terms.equals(variable, ""))


def _own_variables(policy: Policy) -> frozenset[Variable]:
    """Return the variables that are no context: without principals the caller is part of it."""
    callers = {PRINCIPAL} if policy.policy_type.has_principal else set()
    return frozenset({ACTION, RESOURCE} | callers)


def _keys_by_variable(policy: Policy, request: SymbolicRequest) -> dict[Variable, dict[str, None]]:
    """Return for each variable the keys, as spelled, of what speaks of it."""
    keys: dict[Variable, dict[str, None]] = {}
    for statement in policy.statements:
        for name, formula in _uses_of_keys(statement, request):
            key = request.key(name)
            # What follows from the caller hangs on it, though the test speaks of the key alone.
            follows = [PRINCIPAL] if key.name in FOLLOWING else []
            for variable in (*_variables(formula), *follows):
                keys.setdefault(variable, {})[key.spelling] = None
    return keys


def _uses_of_keys(statement: Statement, request: SymbolicRequest) -> Iterator[tuple[str, Formula]]:
    """Yield each key that a test or a policy variable names, with a formula that speaks of it."""
    for test in statement.tests:
        yield test.key, authorize.test_holds(test, request)
    for reference, _ in references_in(statement):
        key = request.key(reference.key)
        yield reference.key, terms.conjunction(present(key), _anything(value_of(key)))
