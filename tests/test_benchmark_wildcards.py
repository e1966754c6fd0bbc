from __future__ import annotations

from collections.abc import Iterator

import pytest

from automaton.budget import Budget
from automaton.evaluate import evaluate
from automaton.solver import solve
from automaton.verdict import Sat, Verdict
from portfolio.workbench.drawing.wildcard_families import NO_SLASH
from portfolio.workbench.drawing.wildcard_suite import FAMILIES, WildcardCase, cases
from portfolio.workbench.drawing.wildcards import Claim, Wildcard
from tests import naive

CASES = list(cases())
OTHER = "\u2603"


def naive_witness(claim: Claim) -> str | None:
    """Return a text for which `claim` holds, or None, by a walk through all sets of states."""
    patterns = list(
        dict.fromkeys([*(one for group in claim.inside for one in group), *claim.outside])
    )
    texts = {tuple(pattern.start() for pattern in patterns): ""}
    for states in reached(texts, patterns, letters_of(patterns)):
        matching = {p for p, own in zip(patterns, states, strict=True) if p.accepts(own)}
        if all(matching & set(group) for group in claim.inside) and not matching & set(
            claim.outside
        ):
            return texts[states]
    return None


States = tuple[frozenset[int], ...]


def reached(texts: dict[States, str], patterns: list[Wildcard], letters: str) -> Iterator[States]:
    """Yield every tuple of sets of states, nearest first, with a way there in `texts`."""
    pending = list(texts)
    for states in pending:
        yield states
        for letter in letters:
            after = tuple(p.step(s, letter) for p, s in zip(patterns, states, strict=True))
            if after not in texts:
                texts[after] = texts[states] + letter
                pending.append(after)


def letters_of(patterns: list[Wildcard]) -> str:
    """Return characters such that the patterns treat any other one like one of these."""
    literal = {char for pattern in patterns for char in pattern.text if char not in "*?"}
    charsets = {pattern.wild for pattern in patterns}
    others = {
        tuple(ord(char) in charset for charset in charsets): char
        for char in (OTHER, *map(chr, range(128)))
        if char not in literal
    }
    return "".join(sorted(literal | set(others.values())))


def small_cases() -> list[WildcardCase]:
    return [
        WildcardCase(name, size, holds, seed)
        for name, family in FAMILIES.items()
        for size in (1, 2, 3)
        if size >= family.sizes[0]
        for holds in (True, False)
        for seed in range(2)
    ]


@pytest.mark.parametrize("case", small_cases(), ids=lambda case: case.name)
def test_the_verdict_of_a_small_case_is_what_a_naive_search_finds(case: WildcardCase) -> None:
    found = naive_witness(case.ready())

    assert (found is not None) == case.holds


@pytest.mark.parametrize("name", FAMILIES)
def test_the_witness_of_a_claim_shows_that_it_holds(name: str) -> None:
    family = [case for case in CASES if case.family == name and case.holds]

    for case in family[:4]:
        claim = case.ready()
        assert claim.witness is not None
        assert claim.holds_for(claim.witness)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_automaton_decides_a_few_cases_of_each_family(name: str) -> None:
    sizes = FAMILIES[name].sizes[1:3]
    chosen = [WildcardCase(name, size, holds, 0) for size in sizes for holds in (True, False)]

    for case in chosen:
        problem = case.ready().problem()
        verdict = solve(problem, Budget(wall_s=30))
        assert (case.name, kind_of(verdict)) == (case.name, case.expected)
        assert not isinstance(verdict, Sat) or evaluate(problem.formula, verdict.model)


def kind_of(verdict: Verdict) -> str:
    return type(verdict).__name__.lower()


def test_each_family_has_both_verdicts_and_no_name_comes_twice() -> None:
    verdicts = {(case.family, case.expected) for case in CASES}

    assert verdicts == {(name, verdict) for name in FAMILIES for verdict in ("sat", "unsat")}
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_case_is_the_same_each_time_it_is_drawn() -> None:
    assert [case.ready() for case in CASES[::20]] == [case.ready() for case in CASES[::20]]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (Wildcard("a*b"), "ab", True),
        (Wildcard("a*b"), "abc", False),
        (Wildcard("a?b"), "a/b", True),
        (Wildcard("a?b", NO_SLASH), "a/b", False),
        (Wildcard("a*b", NO_SLASH), "a//b", False),
        (Wildcard("a**b", NO_SLASH), "a//b", True),
        (Wildcard("a?**", NO_SLASH), "a", False),
    ],
)
def test_a_wildcard_matches_what_it_says(pattern: Wildcard, text: str, expected: bool) -> None:
    assert pattern.matches(text) == expected
    assert naive.matches(pattern.regex(), text) == expected
