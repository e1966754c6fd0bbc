"""The generator draws the same everywhere, and nothing of the language is missing in its draws."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest

from encoders.iam.conditions import OPERATORS
from portfolio.differential.strategies.pools import CALLERS, ENTRIES
from tests.iam_generator import POLICY_TYPES, draw_policy, draw_request, draw_simulation
from tests.iam_generator_parts import chance, pick, several

PROGRAM = """
import hashlib, json
from random import Random
from tests.iam_generator import draw_simulation
rng = Random(5)
print(hashlib.sha256(json.dumps([draw_simulation(rng) for _ in range(50)]).encode()).hexdigest())
"""


def test_a_seed_gives_the_same_in_every_process() -> None:
    rng = Random(5)
    drawn = json.dumps([draw_simulation(rng) for _ in range(50)])
    expected = hashlib.sha256(drawn.encode()).hexdigest()

    for seed in ("1", "2"):
        finished = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert finished.stdout.strip() == expected


def test_draws_do_not_hang_on_the_version_of_python() -> None:
    rng = Random(1)
    drawn = [pick(rng, "abcdefgh") for _ in range(8)]

    assert "".join(drawn) == "bggcddfg"
    assert [chance(rng, 0.5) for _ in range(4)] == [True, True, False, True]
    assert several(rng, lambda: pick(rng, "xyz"), 3) == ["z", "y"]


@cache
def simulations() -> tuple[dict[str, Any], ...]:
    rng = Random(11)
    return tuple(draw_simulation(rng) for _ in range(12_000))


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    for simulation in simulations():
        policies = simulation["policies"]
        for kind in ("identity", "boundary", "session", "endpoint"):
            yield from ((kind, document) for document in policies.get(kind, ()))
        for kind in ("scp", "rcp"):
            for level in policies.get(kind, ()):
                yield from ((kind, document) for document in level)
        if "resource" in policies:
            yield "resource", policies["resource"]


def statements() -> Iterator[dict[str, Any]]:
    for _, document in documents():
        found = document["Statement"]
        yield from found if isinstance(found, list) else [found]


def operators() -> set[str]:
    return {operator for one in statements() for operator in one.get("Condition", {})}


def test_every_operator_is_drawn_in_each_of_its_forms() -> None:
    prefixes, suffixes = ("", "ForAllValues:", "ForAnyValue:"), ("", "IfExists")
    names = sorted(OPERATORS.keys() - {"Null"})
    forms = {"".join(parts) for parts in product(prefixes, names, suffixes)}

    assert forms - operators() == set()
    assert "Null" in operators()


def test_every_kind_of_policy_and_element_is_drawn() -> None:
    elements = {element for one in statements() for element in one}

    assert {kind for kind, _ in documents()} == set(POLICY_TYPES)
    assert elements == {
        *("Effect", "Action", "NotAction", "Resource", "NotResource"),
        *("Principal", "NotPrincipal", "Condition"),
    }


def test_every_version_is_drawn() -> None:
    versions = {document.get("Version") for _, document in documents()}

    assert versions == {"2012-10-17", "2008-10-17", None}


def test_every_caller_makes_requests_within_and_across_accounts() -> None:
    asked = {
        (str(simulation["request"]["principal"]), simulation["request"]["resourceAccount"])
        for simulation in simulations()
    }

    assert {who for who, _ in asked} == {str(caller.principal) for caller in CALLERS}
    assert len({account for _, account in asked}) == 2


def test_every_key_is_tested() -> None:
    tested = {
        key.lower()
        for one in statements()
        for keys in one.get("Condition", {}).values()
        for key in keys
    }

    assert {entry.name.lower() for entry in ENTRIES} <= tested


@pytest.mark.parametrize("form", ["${aws:username}", ", '", "${*}", "${?}", "${$}"])
def test_variables_of_every_form_are_drawn(form: str) -> None:
    texts = [json.dumps(one) for one in statements()]

    assert any(form in text for text in texts)


@pytest.mark.parametrize("policy_type", POLICY_TYPES)
def test_a_policy_may_be_drawn_alone(policy_type: str) -> None:
    rng = Random(3)

    assert draw_policy(rng, policy_type)["Statement"]
    assert draw_policy(rng, policy_type, draw_request(rng))["Statement"]
