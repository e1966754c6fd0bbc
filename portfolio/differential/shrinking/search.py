"""Shrinking: from a case that fails to a smaller one that fails too.

Delta debugging (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002) on
the graph of the terms: large pieces are dropped or replaced first, what still fails is kept, and
that goes on until nothing smaller fails. A step keeps sorts, not meaning: whether the case still
fails is for the caller to say.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from encoders.smtlib.term import VARIABLE, Pool, Term, parts_of
from encoders.smtlib.walk import in_order
from portfolio.differential.case import Case, Script, variables_of
from portfolio.differential.shrinking.forms import Forms, without_chunks
from portfolio.differential.shrinking.weight import weight_of, weights_of
from portfolio.differential.terms import HERE, POOL

MOST_TRIES = 2_000
FRESH = "xyzuvw"
"""The names of variables in a shrunk script, as far as they go."""

StillFails = Callable[[Case], bool]


def shrink(
    case: Case,
    still_fails: StillFails,
    *,
    most_tries: int = MOST_TRIES,
    deadline: float | None = None,
) -> Case:
    """Return the smallest case found that still fails; the case itself iff there is none.

    `still_fails` is asked at most `most_tries` times, and not after `deadline` of
    `time.monotonic()`. A smaller case promises nothing: what was `expected` of the case is not
    said of others. The same answers make the same case.
    """
    return _Search(case, still_fails, most_tries, deadline).run()


class _Search:
    def __init__(
        self, case: Case, still_fails: StillFails, most_tries: int, deadline: float | None
    ) -> None:
        self._case = case
        self._still_fails = still_fails
        self._tries_left = most_tries
        self._deadline = deadline
        self._tried: set[str] = set()
        # A pool of its own: what is tried and thrown away is not kept for ever.
        self._forms = Forms(Pool())
        self._script = moved(case.assertions, self._forms.pool)

    def run(self) -> Case:
        """Go through the steps until none makes the case smaller."""
        if not self._fails(self._script):
            return self._case
        steps = (self._drop, self._split, self._simplify, self._simplify_uses, self._merge)
        while sum(step() for step in steps):
            pass
        self._rename()
        if self._script == moved(self._case.assertions, self._forms.pool):
            return self._case
        return self._made(self._script)

    def _made(self, script: Script) -> Case:
        return replace(self._case, assertions=moved(script, POOL), expected="", why="")

    def _fails(self, script: Script) -> bool:
        """Return whether a script that was not tried yet fails."""
        if self._is_spent():
            return False
        case = replace(self._case, assertions=script, expected="", why="")
        if case.text in self._tried:
            return False
        self._tried.add(case.text)
        self._tries_left -= 1
        return self._still_fails(case)

    def _is_spent(self) -> bool:
        late = self._deadline is not None and time.monotonic() >= self._deadline
        return late or self._tries_left <= 0

    def _take(self, script: Script) -> bool:
        """Go on with a script iff it is smaller and fails."""
        script = tuple(dict.fromkeys(script))
        if weight_of(script) >= weight_of(self._script) or not self._fails(script):
            return False
        self._script = script
        return True

    def _drop(self) -> bool:
        """Drop assertions, in halves, quarters and so on."""
        taken = False
        while any(self._take(script) for script in without_chunks(self._script)):
            taken = True
        return taken or (len(self._script) == 1 and self._take(()))

    def _split(self) -> bool:
        """Make assertions of the parts of a conjunction, and of a negated disjunction."""
        taken = False
        place = 0
        while place < len(self._script):
            pieces = tuple(self._pieces(self._script[place]))
            script = (*self._script[:place], *pieces, *self._script[place + 1 :])
            if pieces and self._take(script):
                taken = True
            else:
                place += 1
        return taken

    def _pieces(self, root: Term) -> Iterator[Term]:
        if root.operator == "and":
            yield from root.parts
        elif root.operator == "not" and root.parts[0].operator == "or":
            for part in root.parts[0].parts:
                yield self._forms.pool.application("not", (part,), root.sort, place=HERE)

    def _simplify(self) -> bool:
        """Replace terms by simpler ones, the largest first, wherever they stand."""
        taken = False
        place = 0
        while place < len(terms := self._terms()) and not self._is_spent():
            term = terms[place]
            offers = self._forms.of(term, self._variables(term))
            if any(self._take(self._replaced({term: form})) for form in offers):
                taken = True
            else:
                place += 1
        return taken

    def _simplify_uses(self) -> bool:
        """Replace a term that is used more than once in one of its places."""
        taken = False
        place = 0
        while place < len(terms := self._terms()) and not self._is_spent():
            offers = self._with_a_simpler_use(terms[place])
            if any(self._take(self._replaced({terms[place]: form})) for form in offers):
                taken = True
            else:
                place += 1
        return taken

    def _with_a_simpler_use(self, term: Term) -> Iterator[Term]:
        uses = Counter(part for each in self._terms() for part in each.parts)
        for place, part in enumerate(term.parts):
            if uses[part] > 1:
                for form in self._forms.small(part, self._variables(part)):
                    parts = (*term.parts[:place], form, *term.parts[place + 1 :])
                    yield self._forms.with_parts(term, parts)

    def _merge(self) -> bool:
        """Make one variable of two."""
        taken = False
        for kept, other in combinations(variables_of(self._script), 2):
            if kept.sort is other.sort:
                taken = self._take(self._replaced({other: kept})) or taken
        return taken

    def _rename(self) -> None:
        """Give the variables short names, if it still fails then."""
        names = iter((*FRESH, *(f"x{number}" for number in range(len(self._terms())))))
        pool = self._forms.pool
        variables = variables_of(self._script)
        script = self._replaced({v: pool.variable(next(names), v.sort, HERE) for v in variables})
        if script != self._script and self._fails(script):
            self._script = script

    def _terms(self) -> list[Term]:
        """Return the terms of the script, the largest first."""
        weights = weights_of(self._script)
        return sorted(weights, key=lambda term: (weights[term], term.serial), reverse=True)

    def _variables(self, term: Term) -> list[Term]:
        """Return what variables may stand for a term: one of the script, and a new one."""
        known = variables_of(self._script)
        names = {each.name for each in known}
        new = next(name for number in range(len(names) + 1) if (name := f"n{number}") not in names)
        here = [each for each in known if each.sort is term.sort and each is not term]
        return [*here[:1], self._forms.pool.variable(new, term.sort, HERE)]

    def _replaced(self, others: Mapping[Term, Term]) -> Script:
        made = dict(others)
        nodes = in_order(*self._script, parts_of=lambda t: () if t in others else t.parts)
        for term in nodes:
            if term not in made:
                made[term] = self._forms.with_parts(term, tuple(made[part] for part in term.parts))
        return tuple(made[root] for root in self._script)


def moved(script: Script, pool: Pool) -> Script:
    """Return a script whose terms are those of a pool."""
    made: dict[Term, Term] = {}
    for term in in_order(*script, parts_of=parts_of):
        parts = tuple(made[part] for part in term.parts)
        if term.operator == VARIABLE:
            made[term] = pool.variable(term.name, term.sort, term.place)
        elif term.value is not None:
            made[term] = pool.constant(term.value, term.sort, term.place)
        else:
            made[term] = pool.application(
                term.operator, parts, term.sort, indices=term.indices, place=term.place
            )
    return tuple(made[root] for root in script)
