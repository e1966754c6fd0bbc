"""Keys of several values: which tests some value of a request fits, by finitely many slots.

Set operators say "some value fits" (ForAnyValue) or "no value does not fit" (ForAllValues). Of a
request whose values make a formula true, keep for each "some" that the formula needs one value
that fits, or any one value if it needs none: what needs no value to fit stays true with fewer
values, so the formula stays true. Hence as many slots as "some" can be needed at once are enough
(a small-model argument, as for the Bernays-Schönfinkel class). A need is counted along the formula,
which is in negation normal form: of a disjunction the greatest of its parts, of a conjunction the
sum.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field

from automaton import terms
from automaton.terms import And, Formula, Or, Sort, Truth, Variable
from encoders.iam.context_keys import Key
from encoders.iam.symbols import is_list, key_variable

Fits = Callable[[Key], Formula]
"""The formula that says that the value in the slot of a key fits."""


@dataclass(frozen=True)
class Some:
    """The claim that some value of `key` fits."""

    key: Key
    fits: Fits

    def in_slots(self, slots: int) -> Formula:
        """Return the formula that says that the value in one of the slots fits.

        A key that is single has the value in its first slot only.
        """
        first, *others = (self.fits(self.key.at(slot)) for slot in range(slots))
        among_others = terms.disjunction(*others)
        if self.key.may_be_single:
            among_others = terms.conjunction(terms.is_true(is_list(self.key)), among_others)
        return terms.disjunction(first, among_others)


@dataclass
class Claims:
    """The claims about values that the tests of one question make, a Bool variable for each."""

    known: dict[Hashable, Variable] = field(default_factory=dict)
    meaning: dict[Variable, Some] = field(default_factory=dict)

    def some(self, key: Key, identity: Hashable, fits: Fits) -> Formula:
        """Return the formula for "some value of `key` fits"; equal identities mean the same."""
        variable = self.known.get((key.name, identity))
        if variable is None:
            variable = key_variable(f"some{len(self.known)}", key.name, Sort.BOOL)
            self.known[key.name, identity] = variable
            self.meaning[variable] = Some(key, fits)
        return terms.is_true(variable)

    def definitions(self, formula: Formula) -> Iterator[Formula]:
        """Yield what each claim in `formula` means, with enough slots for it."""
        used = [v for v in _truths(formula) if v in self.meaning]
        slots = {
            name: slots_needed(formula, {v for v in used if self.meaning[v].key.name == name})
            for name in {self.meaning[variable].key.name for variable in used}
        }
        for variable in used:
            claim = self.meaning[variable]
            meaning = claim.in_slots(slots[claim.key.name])
            yield terms.equivalence(terms.is_true(variable), meaning)


def _truths(formula: Formula) -> list[Variable]:
    found = (atom.variable for atom in terms.atoms(formula) if isinstance(atom, Truth))
    return list(dict.fromkeys(found))


def slots_needed(formula: Formula, claims: set[Variable]) -> int:
    """Return how many values a request needs at most so that `formula` can hold; at least one."""
    return max(1, min(len(claims), _needed(formula, claims, {})))


def _needed(formula: Formula, claims: set[Variable], known: dict[Formula, int]) -> int:
    if formula not in known:
        match formula:
            case Truth():
                known[formula] = int(formula.positive and formula.variable in claims)
            case And():
                known[formula] = sum(_needed(part, claims, known) for part in formula.parts)
            case Or():
                known[formula] = max(_needed(part, claims, known) for part in formula.parts)
            case _:
                known[formula] = 0
    return known[formula]
