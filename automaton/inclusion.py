"""A string that some regexes match and others do not: inclusion, emptiness, universality.

The search is `antichain`, forwards and backwards by turns: what blows up one way is often small
the other way. Literals are looked up. Of many conjuncts the smallest are taken into account first,
and others only once a string violates them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from automaton import regex as rx
from automaton.antichain import Antichain
from automaton.budget import Budget, LimitReached
from automaton.cells import Goal, Patterns, literals_of, patterns_of
from automaton.determinise import determinise
from automaton.difference import string_or_searches
from automaton.mirror import mirror
from automaton.pattern import Pattern, compile_pattern
from automaton.quotient import is_match
from automaton.regex import Regex
from automaton.verdict import Reason
from automaton.weight import weight

FIRST_TURN = 1 << 13
"""Steps before the other direction has its turn; turns get longer and longer."""
REQUIRED_AT_ONCE = 3
FORBIDDEN_AT_ONCE = 24
"""So many required regexes, and forbidden positions, are taken into account from the start."""
FEW_ROUNDS = 4
"""After so many strings more is taken into account than they violate."""
HEAVY = 1 << 12
"""An expression of so many positions matches a string by derivatives."""


def find_string(
    required: Sequence[Regex],
    forbidden: Sequence[Regex],
    budget: Budget,
    excluded: Collection[str] = frozenset(),
) -> str | None:
    """Return a string that all `required` and no `forbidden` regexes match; None iff there is none.

    It is none of `excluded`. The regexes have no complement or intersection at the top. Raise
    LimitReached iff the budget ends first.
    """
    required, forbidden = _with_lengths_required(required, forbidden)
    required, forbidden = _by_weight(required), _by_weight(forbidden)
    banned = frozenset(excluded).union(*map(literals_of, forbidden))
    texts = _literals_fulfilling(required, forbidden, budget) - banned
    if texts or not all(map(patterns_of, required)):
        return min(texts, key=lambda text: (len(text), text), default=None)
    conjuncts = _Conjuncts(
        [_without_literals(regex) for regex in required] or [rx.ALL],
        [_without_literals(regex) for regex in forbidden if patterns_of(regex)],
        banned,
        budget,
    )
    while True:
        text = _search(conjuncts.required, conjuncts.forbidden, budget)
        if text is None or not conjuncts.learn(text):
            return text


def text_beside(
    excluded: Collection[str], regexes: Sequence[Regex], aim: Goal, budget: Budget
) -> str | None:
    """Return a string for which the patterns of `regexes` fulfil `aim`, or None iff there is none.

    It is none of `excluded`. Raise LimitReached iff the budget ends first.
    """
    required = [regex for n, regex in enumerate(regexes) if aim.required >> n & 1]
    forbidden = [regex for n, regex in enumerate(regexes) if aim.forbidden >> n & 1]
    text, searches = string_or_searches(required, forbidden, excluded, budget)
    for search in searches:
        text = _text_beside(excluded, *search, budget)
        if text is not None:
            break
    return text


def _text_beside(
    excluded: Collection[str],
    required: Sequence[Regex],
    forbidden: Sequence[Regex],
    budget: Budget,
) -> str | None:
    """Return a string beside `excluded` that all required and no forbidden patterns match."""
    # PERF: policies ask for a few wildcards many times, and share what the explorer keeps.
    parts = _compiled((p for regex in (*required, *forbidden) for p in patterns_of(regex)), budget)
    if not any(part.follow for part in parts):
        regexes = [*required, rx.union(*forbidden)]
        aim = Goal((1 << len(required)) - 1, 1 << len(required))
        cells = Patterns(regexes, budget).cells_beside(excluded, aim, is_limited=True)
        try:
            return next((text for _, text in cells), None)
        except LimitReached:
            budget.spend()
    return find_string(
        [_without_literals(regex) for regex in required],
        [_without_literals(regex) for regex in forbidden],
        budget,
        excluded,
    )


def is_heavy(regex: Regex) -> bool:
    """Return whether matching one string is not worth compiling `regex`."""
    return sum(map(weight, patterns_of(regex))) > HEAVY


def _with_lengths_required(
    required: Sequence[Regex], forbidden: Sequence[Regex]
) -> tuple[list[Regex], list[Regex]]:
    """Return the regexes with all bounds of the length as one regex, which is required.

    A required one guides the search; a forbidden one would be a set of as many positions.
    """
    lows, highs = [0], []
    kept_required: list[Regex] = []
    for regex in required:
        if isinstance(regex, rx.Loop) and regex.part is rx.ANY:
            lows.append(regex.low)
            highs += [] if regex.high is None else [regex.high]
        else:
            kept_required.append(regex)
    kept_forbidden: list[Regex] = []
    for regex in forbidden:
        match regex:
            case rx.Loop(part=rx.ANY, low=0, high=int(high)):
                lows.append(high + 1)
            case rx.Loop(part=rx.ANY, low=low, high=None) if low > 0:
                highs.append(low - 1)
            case _:
                kept_forbidden.append(regex)
    length = rx.loop(rx.ANY, max(lows), min(highs, default=None))
    return kept_required + [length] * (length is not rx.ALL), kept_forbidden


def _by_weight(regexes: Iterable[Regex]) -> list[Regex]:
    """Return the regexes, each once, the smallest first."""
    return sorted(dict.fromkeys(regexes), key=weight)


def _without_literals(regex: Regex) -> Regex:
    return rx.union(*patterns_of(regex))


def _literals_fulfilling(
    required: Sequence[Regex], forbidden: Sequence[Regex], budget: Budget
) -> frozenset[str]:
    """Return the literals of `required` that fulfil all."""
    texts = frozenset[str]().union(*map(literals_of, required))
    for regex in required:
        if not patterns_of(regex):
            texts &= literals_of(regex)
    return fulfilling(texts, required, forbidden, budget)


def fulfilling(
    texts: frozenset[str], required: Sequence[Regex], forbidden: Sequence[Regex], budget: Budget
) -> frozenset[str]:
    """Return those of `texts` that all `required` and no `forbidden` regexes match.

    Raise LimitReached iff the budget ends first.
    """
    texts = texts.difference(*map(literals_of, forbidden))
    regexes = [*((regex, True) for regex in required), *((regex, False) for regex in forbidden)]
    light = [(regex, sign) for regex, sign in regexes if not is_heavy(regex)]
    if texts and light:
        vectors = Patterns([regex for regex, _ in light], budget).vectors_of(texts)
        texts = frozenset(text for text, vector in vectors if _agrees(light, text, vector))
    for regex, sign in regexes:
        if is_heavy(regex):
            texts = frozenset(text for text in texts if is_match(regex, text) == sign)
    return texts


def _agrees(regexes: Sequence[tuple[Regex, bool]], text: str, vector: int) -> bool:
    return all(
        sign == (bool(vector >> number & 1) or text in literals_of(regex))
        for number, (regex, sign) in enumerate(regexes)
    )


class _Conjuncts:
    """What a string must fulfil; `required` and `forbidden` is what is taken into account so far.

    No regex holds a literal of its own: `banned` are those that are forbidden.
    """

    def __init__(
        self,
        required: list[Regex],
        forbidden: list[Regex],
        banned: frozenset[str],
        budget: Budget,
    ) -> None:
        self.required = required[: _fitting(required[:REQUIRED_AT_ONCE], HEAVY)]
        self.forbidden = forbidden[: _fitting(forbidden, FORBIDDEN_AT_ONCE)]
        self.later_required = required[len(self.required) :]
        self.later_forbidden = forbidden[len(self.forbidden) :]
        self.banned = banned
        self.budget = budget
        self.rounds = 0
        later = [*self.later_required, *self.later_forbidden]
        self.heavy = [regex for regex in later if is_heavy(regex)]
        self.light = Patterns([regex for regex in later if not is_heavy(regex)], budget)

    def learn(self, text: str) -> bool:
        """Take into account what `text` violates; return whether it violates anything."""
        self.rounds += 1
        if text in self.banned:
            near = [other for other in self.banned if len(other) <= len(text)]
            self.forbidden += map(rx.literal, near)
            self.banned = self.banned.difference(near)
            return True
        matching = self._matching(text)
        missed = [regex for regex in self.later_required if regex not in matching]
        hit = [regex for regex in self.later_forbidden if regex in matching]
        more = 1 << max(0, self.rounds - FEW_ROUNDS)
        if missed:
            self._take(missed[:more], hit)
        elif hit:
            others = [regex for regex in self.later_forbidden if regex not in matching]
            self._take([], [*hit, *others[: more - 1]])
        return bool(missed or hit)

    def _matching(self, text: str) -> set[Regex]:
        """Return those of the regexes that may be taken later that match `text`."""
        matching = {regex for regex in self.heavy if is_match(regex, text)}
        if self.light.regexes:
            ((_, vector),) = self.light.vectors_of([text])
            matching |= {r for n, r in enumerate(self.light.regexes) if vector >> n & 1}
        return matching

    def _take(self, required: list[Regex], forbidden: list[Regex]) -> None:
        self.required += required
        self.forbidden += forbidden
        self.later_required = [r for r in self.later_required if r not in required]
        self.later_forbidden = [r for r in self.later_forbidden if r not in forbidden]


def _fitting(regexes: Sequence[Regex], room: int) -> int:
    """Return how many of the first regexes take at most `room` positions: one at least."""
    for count, regex in enumerate(regexes):
        room -= weight(regex)
        if room < 0:
            return max(1, count)
    return len(regexes)


def _search(required: Sequence[Regex], forbidden: Sequence[Regex], budget: Budget) -> str | None:
    """Return a string that all `required` and no `forbidden` regexes match, or None.

    A direction that takes more memory than there is leaves the search to the other one.
    """
    searches: dict[bool, Antichain] = {}
    backwards, others, turn = False, [True], FIRST_TURN
    while True:
        try:
            if backwards not in searches:
                searches[backwards] = _direction(required, forbidden, budget, backwards=backwards)
            if searches[backwards].run(turn):
                text = searches[backwards].text
                return text[::-1] if text and backwards else text
            others.append(backwards)
        except LimitReached as limit:
            if limit.reason is not Reason.MEMORY or not others:
                raise
            searches.pop(backwards, None)
        backwards = others.pop(0)
        turn += turn // 2


def _direction(
    required: Iterable[Regex], forbidden: Iterable[Regex], budget: Budget, *, backwards: bool
) -> Antichain:
    parts: Iterable[Regex] = [part for regex in forbidden for part in _alternatives(regex)]
    if backwards:
        required, parts = map(mirror, required), map(mirror, parts)
    return Antichain(_compiled(required, budget), _compiled(parts, budget), budget)


def _alternatives(regex: Regex) -> tuple[Regex, ...]:
    return regex.parts if isinstance(regex, rx.Union) else (regex,)


def _compiled(regexes: Iterable[Regex], budget: Budget) -> list[Pattern]:
    return [
        compile_pattern(regex, lambda inner: determinise(inner, budget), budget)
        for regex in dict.fromkeys(regexes)
    ]
