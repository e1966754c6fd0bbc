"""Which values others cover: against the languages, against texts one by one, and by examples."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import Problem, Sort, Unsat, Variable, solve, terms
from automaton import regex as rx
from encoders.iam.policy import Test
from encoders.iam.redundancy.cover import (
    ACTIONS,
    ARNS,
    GLOBS,
    Index,
    Language,
    covered_patterns,
    covered_values,
    covers,
)
from encoders.iam.shrink import Effort

TEXT = Variable("text", Sort.STRING)
TEXTS = ["".join(chars) for size in range(6) for chars in product("aB:", repeat=size)]
LANGUAGES = st.sampled_from([ACTIONS, GLOBS, ARNS])

patterns = st.text("aAB*?:", max_size=5)
pattern_lists = st.lists(patterns, max_size=5)
arn_patterns = st.lists(st.text("a*?", max_size=2), min_size=1, max_size=8).map(":".join)


def is_included(language: Language, smaller: str, bigger: list[str]) -> bool:
    """Return whether the solver finds no text that only `smaller` matches."""
    within = terms.in_regex(TEXT, language.regex(smaller))
    outside = terms.in_regex(TEXT, rx.union(*map(language.regex, bigger)))
    return isinstance(solve(Problem((within, terms.negation(outside)))), Unsat)


@given(LANGUAGES, patterns, patterns)
def test_one_covers_another_iff_its_language_includes_the_others(
    language: Language, bigger: str, smaller: str
) -> None:
    found = covers(language, bigger, smaller, Effort(solve))

    assert found is is_included(language, smaller, [bigger])


@given(arn_patterns, arn_patterns)
def test_one_arn_covers_another_iff_its_language_includes_the_others(
    bigger: str, smaller: str
) -> None:
    assert covers(ARNS, bigger, smaller, Effort(solve)) is is_included(ARNS, smaller, [bigger])


@given(LANGUAGES, pattern_lists)
def test_what_is_covered_may_go_all_at_once(language: Language, listed: list[str]) -> None:
    covered = covered_patterns(language, listed, Effort(solve))
    left = [pattern for place, pattern in enumerate(listed) if place not in covered]

    assert [t for t in TEXTS if matched(language, listed, t) != matched(language, left, t)] == []


def matched(language: Language, listed: list[str], text: str) -> bool:
    return any(language.matches(pattern, text) for pattern in listed)


@given(LANGUAGES, pattern_lists)
def test_of_what_is_left_nothing_may_go(language: Language, listed: list[str]) -> None:
    covered = covered_patterns(language, listed, Effort(solve))
    left = [pattern for place, pattern in enumerate(listed) if place not in covered]

    for place, pattern in enumerate(left):
        assert is_included(language, pattern, left[:place] + left[place + 1 :]) is False


@given(LANGUAGES, pattern_lists)
def test_what_covers_stays_covers_and_has_none_to_spare(
    language: Language, listed: list[str]
) -> None:
    covered = covered_patterns(language, listed, Effort(solve))

    for place, others in covered.items():
        bigger = [listed[other] for other in others]
        assert not set(others) & set(covered)
        assert is_included(language, listed[place], bigger)
        for one in bigger:
            rest = [other for other in bigger if other is not one]
            assert is_included(language, listed[place], rest) is (rest == bigger)


@given(LANGUAGES, pattern_lists, patterns)
def test_the_index_names_all_that_may_cover(
    language: Language, listed: list[str], pattern: str
) -> None:
    covering = {n for n, other in enumerate(listed) if is_included(language, pattern, [other])}

    assert covering <= set(Index(language, listed).candidates(pattern))


VALUES = ("", "a", "B:a", "a:a:a:a:a:a")
pieces = st.sampled_from(["a", "*", "?", ":", "${k}", "${l}"])


@given(st.lists(pieces, max_size=5), st.data())
def test_whatever_a_variable_holds_what_is_covered_is(
    bigger: list[str], data: st.DataObject
) -> None:
    some = st.lists(pieces, max_size=3).map("".join)
    smaller = "".join(data.draw(some) if piece == "*" else piece for piece in bigger)
    if covers(GLOBS, "".join(bigger), smaller, Effort(solve)):
        held = {name: data.draw(st.sampled_from(VALUES)) for name in ("${k}", "${l}")}
        within, outside = (filled(pattern, held) for pattern in (smaller, "".join(bigger)))
        fits = terms.in_regex(TEXT, within), terms.negation(terms.in_regex(TEXT, outside))

        assert isinstance(solve(Problem(fits)), Unsat)


def filled(pattern: str, held: dict[str, str]) -> rx.Regex:
    """Return the texts that `pattern` matches where its variables hold these texts."""
    parts = pattern.replace("${", "\0${").replace("}", "}\0").split("\0")
    return rx.concat(*(rx.literal(held[p]) if p in held else rx.glob(p) for p in parts))


HEAD = "arn:aws:iam::1:user/"


@pytest.mark.parametrize(
    ("bigger", "smaller", "expected"),
    [
        (f"{HEAD}*", f"{HEAD}${{aws:username}}", True),
        (f"{HEAD}${{aws:username}}*", f"{HEAD}${{aws:username}}/*", True),
        (f"{HEAD}${{aws:username}}", f"{HEAD}${{aws:username}}", True),
        (f"{HEAD}${{aws:username}}/*", f"{HEAD}${{aws:userid}}/*", False),
        (f"{HEAD}${{aws:username}}", f"{HEAD}a", False),
        (f"{HEAD}?*", f"{HEAD}${{aws:username}}", False),
        (f"{HEAD}*}}", f"{HEAD}${{aws:username}}", False),
        (f"{HEAD}*user*", f"{HEAD}${{aws:username}}", False),
        (f"{HEAD}*", f"{HEAD}${{aws:username", False),
        ("arn:aws:iam::*:user/*", "arn:aws:iam::${aws:PrincipalAccount}:user/*", False),
        ("arn:aws:iam::${a:b}:user/*", "arn:aws:iam::${a:b}:user/*", True),
        ("*", "arn:aws:iam::${aws:PrincipalAccount}:user/*", True),
    ],
)
def test_a_variable_is_covered_by_itself_and_by_what_takes_any_text(
    bigger: str, smaller: str, expected: bool
) -> None:
    assert covers(ARNS, bigger, smaller, Effort(solve)) is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", ["a", "a*", "A", "a"], {3: (0,)}),
        ("StringEqualsIgnoreCase", ["a", "b", "A"], {2: (0,)}),
        ("StringNotLike", ["ab", "a*", "a?"], {0: (1,), 2: (1,)}),
        ("StringLike", ["a*", "a", "a?*"], {1: (0,), 2: (0,)}),
        ("StringLike", ["a*", "${a:b}", "${a:b}*"], {1: (2,)}),
        ("ArnLike", ["a:*:c", "a:b:c", "a:b:d:c"], {1: (0,)}),
        ("Bool", ["true", "false", "TRUE"], {2: (0,)}),
        ("NumericEquals", ["1", "2", "1.0", "x"], {2: (0,)}),
        ("NumericLessThan", ["1", "5", "2"], {0: (1,), 2: (1,)}),
        ("NumericGreaterThanEquals", ["1", "5", "${a:b}"], {1: (0,)}),
        ("DateLessThan", ["2024-01-01", "2024-01-01T00:00:00Z"], {1: (0,)}),
        ("IpAddress", ["10.1.0.0/16", "10.0.0.0/8", "::/0", "2001:db8::/32"], {0: (1,), 3: (2,)}),
        ("NotIpAddress", ["10.0.0.1", "10.0.0.1/32"], {1: (0,)}),
    ],
)
def test_values_of_a_condition_are_covered_as_their_operator_reads_them(
    operator: str, values: list[str], expected: dict[int, tuple[int, ...]]
) -> None:
    test = Test(operator, None, False, "ex:Key", tuple(values), "$")

    assert covered_values(test, Effort(solve)) == expected


def test_several_patterns_cover_one_that_none_covers_alone() -> None:
    covered = covered_patterns(GLOBS, ["a*", "b", "a?*", "a"], Effort(solve))

    assert covered == {2: (0,), 3: (0,)}
    assert covered_patterns(GLOBS, ["b*", "a", "a?*", "a*"], Effort(solve)) == {3: (1, 2)}


def test_without_effort_only_what_needs_no_proof_is_found() -> None:
    spent = Effort(solve, max_calls=0)

    assert covered_patterns(GLOBS, ["a*", "ab", "?c", "bc"], spent) == {1: (0,)}
    assert spent.is_spent is True
