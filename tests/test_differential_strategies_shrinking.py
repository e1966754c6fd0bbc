"""A failure ends as a script of a few lines: the smallest draws in which something occurs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.strategies import SearchStrategy

from portfolio.differential.case import Script
from portfolio.differential.strategies import (
    languages,
    policies,
    policies_and_requests,
    requests,
    script_texts,
    scripts,
)
from portfolio.differential.strategies.policies import POLICY_TYPES
from portfolio.differential.text import script_of, text_of
from tests.script_features import MEMBER, OF_SCRIPTS, OF_TERMS, terms_of

Drawn = TypeVar("Drawn")
Document = dict[str, Any]


def smallest(strategy: SearchStrategy[Drawn], is_wanted: Callable[[Drawn], bool]) -> Drawn:
    """Return what the first draw in which something occurs shrinks to."""
    return find(
        strategy,
        is_wanted,
        random=Random(1),
        settings=settings(
            max_examples=4000,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def holds(feature: str) -> Callable[[Script], bool]:
    return lambda script: any(map(OF_TERMS[feature], terms_of(*script)))


MOST_TERMS: Mapping[tuple[str, str], int] = {
    ("F1", "all but the empty word"): 5,
    ("F1", "a loop from high to low"): 5,
    ("F1", "a star of what may be empty"): 6,
    ("F1", "memberships under xor"): 8,
    ("F1", "a range from high to low"): 5,
    ("F1", "an equation of languages"): 4,
    ("F1x", "a name for a membership"): 14,
    ("F2", "a choice of strings"): 7,
    ("F3", "a replacement of the empty word"): 7,
    ("F4", "a language that hangs on a variable"): 6,
    ("F4", "a replacement within a replacement"): 8,
    ("F0", "a negative place"): 8,
}
"""A fragment and what occurs -> the number of terms, constants included, of the smallest script."""


@pytest.mark.parametrize(("fragment", "feature"), MOST_TERMS)
def test_a_script_with_something_in_it_shrinks_to_little_more(fragment: str, feature: str) -> None:
    found = smallest(scripts(fragment), holds(feature))

    assert len(terms_of(*found)) <= MOST_TERMS[fragment, feature], script_of(found)


def test_equal_variables_with_languages_shrink_to_three_lines() -> None:
    wanted = OF_SCRIPTS["equal variables with languages of their own"]
    found = smallest(scripts("F2"), wanted)

    assert [text_of(fact) for fact in found] == [
        "(= x y)",
        '(str.in_re x (str.to_re "a"))',
        '(str.in_re y (str.to_re "a"))',
    ]


def test_a_negated_prefix_under_xor_shrinks_to_one_line() -> None:
    def is_wanted(script: Script) -> bool:
        parts = [p for term in terms_of(*script) if term.operator == "xor" for p in term.parts]
        return any(p.operator == "not" and p.parts[0].operator == "str.prefixof" for p in parts)

    assert len(terms_of(*smallest(scripts("F1"), is_wanted))) <= 8


def test_simple_values_come_first() -> None:
    assert text_of(smallest(languages(), lambda _: True)) == '(str.to_re "a")'
    assert script_of(smallest(scripts("F1"), lambda _: True)).count("assert") == 1
    assert smallest(script_texts(), lambda text: MEMBER in text).count("\n") <= 4


@pytest.mark.parametrize("policy_type", POLICY_TYPES)
def test_the_simplest_policy_allows_everything(policy_type: str) -> None:
    found: Document = smallest(policies(policy_type), lambda _: True)
    (statement,) = found["Statement"]

    assert statement["Effect"] == "Allow"
    assert statement["Action"] in ("*", "sts:*")
    assert "Condition" not in statement
    assert statement.keys() <= {"Effect", "Principal", "Action", "Resource"}


@pytest.mark.parametrize(
    "wanted", ["IfExists", "ForAllValues:", "NotResource", "NotPrincipal", "${aws:", "2008-10-17"]
)
def test_a_policy_with_something_in_it_shrinks_to_one_statement(wanted: str) -> None:
    found: Document = smallest(policies("resource"), lambda policy: wanted in json.dumps(policy))

    assert len(found["Statement"]) == 1
    assert len(json.dumps(found)) < 250


def test_a_request_that_carries_a_list_shrinks_to_one_value() -> None:
    def is_wanted(request: Document) -> bool:
        return any(isinstance(value, list) and value for value in request["context"].values())

    found: Document = smallest(requests(), is_wanted)

    assert [len(value) for value in found["context"].values() if isinstance(value, list)] == [1]


def test_a_policy_and_its_request_shrink_together() -> None:
    def is_wanted(row: tuple[Document, Document]) -> bool:
        return "Deny" in json.dumps(row[0]) and row[1]["principal"] == "*"

    policy, request = smallest(policies_and_requests(), is_wanted)

    assert len(json.dumps(policy)) < 250
    assert request["action"] == "s3:GetObject"
