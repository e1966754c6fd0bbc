"""moto's evaluator of identity policies, as its mock of AWS uses it: each policy, then together."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult

NOT_ASKED = "not asked"


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return what moto decides about a request of an account's own user."""
    if case["question"] != "simulate":
        return NOT_ASKED, "decides one request; proves nothing about all"
    if set(case["policies"]) - {"identity"}:
        return NOT_ASKED, "evaluates identity policies only"
    request = case["request"]
    caller = request["principal"]
    if not isinstance(caller, str) or ":user/" not in caller:
        return NOT_ASKED, "evaluates the policies of users"
    owner = request.get("resourceAccount") or "".join(request["resource"].split(":")[4:5])
    if owner not in ("", caller.split(":")[4]):
        return NOT_ASKED, "knows no account that owns the resource"
    context = {**case["derived"], **request.get("context", {})}
    if any(isinstance(value, list) for value in context.values()):
        return NOT_ASKED, "takes one value a key"
    results = [
        IAMPolicy(json.dumps(policy)).is_action_permitted(
            request["action"],
            request["resource"],
            incoming_condition_values={key: str(value) for key, value in context.items()},
        )
        for policy in case["policies"].get("identity", [])
    ]
    said = ", ".join(result.name for result in results)
    if PermissionResult.DENIED in results:
        return "denied", said
    return ("allowed" if PermissionResult.PERMITTED in results else "denied"), said
