"""Which constructs the two sides read differently, and simulations with them put in other words."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable

from encoders.iam.conditions import Family, operator_of
from encoders.iam.policy import Patterns, Test
from tests.iam_simulate.ours import Simulation
from tests.iam_simulate.rewrite import (
    Place,
    statements,
    with_resources_resolved,
    with_tests_resolved,
)

Settle = Callable[[Simulation], Simulation]


def in_tests(contests: Callable[[Test, Place], bool]) -> Settle:
    """Return what settles the tests that `contests` picks."""
    return lambda simulation: with_tests_resolved(simulation, contests)


def in_resources(contests: Callable[[Patterns, Place], bool]) -> Settle:
    """Return what settles the Resource and NotResource elements that `contests` picks."""
    return lambda simulation: with_resources_resolved(simulation, contests)


def _has(test: Test, text: str) -> bool:
    return any(text in value for value in test.values)


def _is_negated(test: Test) -> bool:
    return operator_of(test).negated


def _values_of_key(test: Test, place: Place) -> tuple[str, ...] | None:
    """Return the values that the request carries for the key of a test, None where it has none."""
    for name, value in place.request.context.items():
        if name.lower() == test.key.lower():
            return value if isinstance(value, tuple) else (value,)
    return None


def old_variable_in_test(test: Test, place: Place) -> bool:
    return not place.has_variables and _has(test, "${")


def old_variable_in_resource(patterns: Patterns, place: Place) -> bool:
    return not place.has_variables and any("${" in value for value in patterns.values)


def both(*settled: Settle) -> Settle:
    """Return what settles all of them, one after the other."""

    def all_of_them(simulation: Simulation) -> Simulation:
        for one in settled:
            simulation = one(simulation)
        return simulation

    return all_of_them


def negated_with_variable(test: Test, place: Place) -> bool:
    return place.has_variables and _is_negated(test) and _has(test, "${")


def escape_without_pattern(test: Test, place: Place) -> bool:
    escapes = any(_has(test, escape) for escape in ("${*}", "${?}", "${$}"))
    return place.has_variables and "Like" not in test.operator and escapes


def short_arn_in_test(test: Test, place: Place) -> bool:
    is_short = any(value.count(":") < 5 for value in test.values)
    return test.operator.startswith("Arn") and is_short


def epoch_seconds(test: Test, place: Place) -> bool:
    return operator_of(test).family is Family.DATE and any(
        value.lstrip("-").isdigit()
        for value in (*test.values, *(_values_of_key(test, place) or ()))
    )


def every_ipv4(test: Test, place: Place) -> bool:
    return any(value.endswith("/0") and ":" not in value for value in test.values)


def bare_address(test: Test, place: Place) -> bool:
    is_bare = any("/" not in value for value in test.values)
    return operator_of(test).family is Family.ADDRESS and is_bare


def other_base64(test: Test, place: Place) -> bool:
    if test.operator != "BinaryEquals":
        return False
    values = (*test.values, *(_values_of_key(test, place) or ()))
    return any(_canonical_base64(value) != value for value in values)


def _canonical_base64(text: str) -> str:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode()
    except ValueError:
        return text


def unreadable_value(test: Test, place: Place) -> bool:
    form = _FORMS.get(operator_of(test).family)
    if test.operator.startswith("Arn"):
        form = re.compile("([^:]*:){5}.*", re.DOTALL)
    values = _values_of_key(test, place) or ()
    return form is not None and not all(form.fullmatch(value) for value in values)


_FORMS = {
    Family.NUMBER: re.compile(r"-?\d+(\.\d+)?"),
    Family.DATE: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d+"),
    Family.ADDRESS: re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){3}|[0-9a-f]*:[0-9a-f:]*"),
}


def empty_text_in_set(test: Test, place: Place) -> bool:
    return test.quantifier is not None and "" in (_values_of_key(test, place) or ())


def case_beyond_ascii(test: Test, place: Place) -> bool:
    return "IgnoreCase" in test.operator and not "".join(test.values).isascii()


def rare_character(test: Test, place: Place) -> bool:
    texts = "".join(_values_of_key(test, place) or ())
    return "Like" in test.operator and ("\n" in texts or max(texts, default="") > "\uffff")


def null_of_empty(test: Test, place: Place) -> bool:
    is_null = operator_of(test).family is Family.PRESENCE
    return is_null and _values_of_key(test, place) in ((), ("",))


def empty_list(test: Test, place: Place) -> bool:
    is_null = operator_of(test).family is Family.PRESENCE
    return test.quantifier is None and not is_null and _values_of_key(test, place) == ()


def not_resource_without_value(patterns: Patterns, place: Place) -> bool:
    return patterns.negated and place.has_variables and any("${" in p for p in patterns.values)


def short_pattern(patterns: Patterns, place: Place) -> bool:
    return any(value.count(":") < 5 and value.strip("*") for value in patterns.values)


def cased_arn(patterns: Patterns, place: Place) -> bool:
    """Return True iff a part before the fifth colon is not written as in the request."""
    heads = [value.split(":", 5)[:5] for value in patterns.values]
    return any(part != part.lower() for head in heads for part in head)


def wildcard_in_type(patterns: Patterns, place: Place) -> bool:
    """Return True iff a wildcard or variable stands before the first `/` or `:` of the rest."""
    rests = [value.split(":", 5)[5] for value in patterns.values if value.count(":") > 4]
    types = [re.split("[/:]", rest, maxsplit=1) for rest in rests]
    return any(len(cut) > 1 and {"*", "?", "$"} & set(cut[0]) for cut in types)


def wildcard_in_request(patterns: Patterns, place: Place) -> bool:
    resource = place.request.resource or ""
    return len(resource) > 1 and bool({"*", "?"} & set(resource))


def _is_root(simulation: Simulation) -> bool:
    return str(simulation["request"]["principal"]).endswith(":root")


def _granting_nothing(simulation: Simulation) -> Simulation:
    """Leave the Allow statements out of the resource policy."""
    settled = copy.deepcopy(simulation)
    document = settled["policies"]["resource"]
    document["Statement"] = [one for one in statements(document) if one["Effect"] == "Deny"]
    return settled


def nobody_is_heard(simulation: Simulation) -> Simulation:
    service = simulation["request"]["action"].lower().split(":")[0]
    is_asked = simulation["request"]["principal"] == "*" and service in ("sts", "kms")
    return _granting_nothing(simulation) if is_asked else simulation


def root_assumes_nothing(simulation: Simulation) -> Simulation:
    assumes = simulation["request"]["action"].lower() == "sts:assumerole"
    return _granting_nothing(simulation) if assumes and _is_root(simulation) else simulation


def root_has_access(simulation: Simulation) -> Simulation:
    """Give the root user, in an identity policy, the access that he has without one."""
    settled = copy.deepcopy(simulation)
    if _is_root(simulation):
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        settled["policies"]["identity"] = [{"Version": "2012-10-17", "Statement": everything}]
    return settled


def _without(simulation: Simulation, *kinds: str) -> Simulation:
    kept = copy.deepcopy(simulation)
    for kind in kinds:
        kept["policies"].pop(kind, None)
    return kept


def linked_role_is_free(simulation: Simulation) -> Simulation:
    is_linked = simulation["request"].get("serviceLinkedRole", False)
    return _without(simulation, "scp", "rcp") if is_linked else simulation


def session_policy_is_idle(simulation: Simulation) -> Simulation:
    return _without(simulation, "session") if "resource" in simulation["policies"] else simulation


def provider_is_in_no_account(simulation: Simulation) -> Simulation:
    """Leave AWS principals other than `*` out, where an identity provider asks."""
    settled = copy.deepcopy(simulation)
    asks = simulation["request"]["principal"]
    if not (isinstance(asks, dict) and "Federated" in asks and "resource" in settled["policies"]):
        return settled
    document = settled["policies"]["resource"]
    document["Statement"] = [one for one in statements(document) if not _names_aws(one)]
    return settled


def _names_aws(statement: dict[str, object]) -> bool:
    named = statement.get("Principal")
    return isinstance(named, dict) and named.keys() == {"AWS"} and named["AWS"] != "*"
