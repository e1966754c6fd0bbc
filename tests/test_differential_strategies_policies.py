"""Policies and requests that are drawn: all are read and decided, and no form is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from automaton.verdict import Unsupported
from encoders.iam.conditions import OPERATORS
from encoders.iam.evaluate import is_allowed
from encoders.iam.parse import parse_policy, policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.request import Request
from encoders.iam.stack.caller import complete_context, read_caller
from encoders.iam.stack.simulate import read_case
from encoders.iam.wildcard import ArnWildcards
from portfolio.differential.strategies import policies, policies_and_requests, requests, samples
from portfolio.differential.strategies.policies import POLICY_TYPES
from portfolio.differential.strategies.pools import CALLERS, ENTRIES

Document = dict[str, Any]
Pair = tuple[Document, Document]

DRAWS = 1200
ALLOW: Document = {"Effect": "Allow", "Action": "*", "Resource": "*"}

each_type = pytest.mark.parametrize("policy_type", POLICY_TYPES)


def request_of(document: Document) -> Request:
    caller = read_caller(document["principal"], "$.principal")
    context = {k: tuple(v) if isinstance(v, list) else v for k, v in document["context"].items()}
    complete = complete_context(caller, context, "$.context")
    return Request(caller, document["action"], document["resource"], complete)


def decision(policy: Policy, request: Request, reading: ArnWildcards) -> object:
    try:
        return is_allowed(policy, request, reading)
    except Unsupported as refusal:
        return refusal.where


@each_type
def test_every_policy_is_read_and_decided_or_refused(policy_type: str) -> None:
    @settings(max_examples=60)
    @given(pair=policies_and_requests(policy_type))
    def run(pair: Pair) -> None:
        policy = policy_from_json(pair[0], PolicyType(policy_type))
        assert parse_policy(json.dumps(pair[0]), PolicyType(policy_type)) == policy
        decided = [decision(policy, request_of(pair[1]), reading) for reading in ArnWildcards]
        assert all(found in (True, False) or "$.Statement" in str(found) for found in decided)

    run()


@given(document=requests())
def test_every_request_is_one_that_simulate_reads(document: Document) -> None:
    stack: Document = {"identity": [], "boundary": []}
    resource = {"Version": "2012-10-17", "Statement": [{**ALLOW, "Principal": "*"}]}
    case = read_case({"request": document, "policies": {**stack, "resource": resource}})

    assert case.request.action == document["action"]


@cache
def drawn() -> list[Pair]:
    return samples(policies_and_requests(), 1, DRAWS)


def statements() -> Iterator[Document]:
    for policy, _ in drawn():
        found = policy["Statement"]
        yield from found if isinstance(found, list) else [found]


def conditions_of(one: Document) -> Iterator[tuple[str, str, object]]:
    for operator, keys in one.get("Condition", {}).items():
        yield from ((operator, key, values) for key, values in keys.items())


def all_conditions() -> Iterator[tuple[str, str, object]]:
    return (test for one in statements() for test in conditions_of(one))


def test_every_operator_is_drawn_in_each_of_its_forms() -> None:
    prefixes, suffixes = ("", "ForAllValues:", "ForAnyValue:"), ("", "IfExists")
    names = sorted(OPERATORS.keys() - {"Null"})
    bare = {operator for operator, _, _ in all_conditions()}

    assert {*OPERATORS} - bare == set()
    forms = {"".join(parts) for parts in product(prefixes, names, suffixes)}
    assert len(forms - bare) < 0.1 * len(forms)


def test_every_element_version_and_key_is_drawn() -> None:
    assert {element for one in statements() for element in one} == {
        *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
        *("Principal", "NotPrincipal", "Condition"),
    }
    assert {policy.get("Version") for policy, _ in drawn()} == {"2012-10-17", "2008-10-17", None}
    assert any("Id" in policy for policy, _ in drawn())
    tested = {key.lower() for _, key, _ in all_conditions()}
    assert {entry.name.lower() for entry in ENTRIES} - tested == set()


ODD_FORMS = {
    "a single statement": lambda: any(isinstance(p["Statement"], dict) for p, _ in drawn()),
    "an action without values": lambda: any(one.get("Action") == [] for one in statements()),
    "a resource without values": lambda: any(one.get("Resource") == [] for one in statements()),
    "a principal without values": lambda: {"AWS": []} in [s.get("Principal") for s in statements()],
    "a condition that tests nothing": lambda: {} in [s.get("Condition") for s in statements()],
    "a test without values": lambda: any(values == [] for _, _, values in all_conditions()),
    "a number without quotes": lambda: any(type(v) in (int, float) for _, _, v in all_conditions()),
    "a Boolean without quotes": lambda: any(isinstance(v, bool) for _, _, v in all_conditions()),
    "a key in another case": lambda: any(key.isupper() for _, key, _ in all_conditions()),
    "a variable with a default": lambda: any(", '" in json.dumps(one) for one in statements()),
    "a variable for a character": lambda: any("${*}" in json.dumps(one) for one in statements()),
    "a date of two meanings": lambda: any('"2024"' in json.dumps(one) for one in statements()),
}


@pytest.mark.parametrize("form", ODD_FORMS)
def test_forms_that_are_odd_but_legal_are_drawn(form: str) -> None:
    assert ODD_FORMS[form]()


def test_every_caller_asks_and_requests_near_a_policy_hit_and_miss() -> None:
    asked = {str(request["principal"]) for _, request in drawn()}
    near = samples(policies_and_requests("identity"), 2, 300)
    decided = [
        decision(policy_from_json(p, PolicyType.IDENTITY), request_of(r), ArnWildcards.SEGMENTS)
        for p, r in near
    ]

    assert asked == {str(caller.principal) for caller in CALLERS}
    assert decided.count(True) > 30
    assert decided.count(False) > 30


def test_a_type_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="galaxy"):
        policies("galaxy")
