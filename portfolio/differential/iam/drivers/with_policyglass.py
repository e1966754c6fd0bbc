"""PolicyGlass, asked by its algebra of shards for what remains of one policy without another."""

from __future__ import annotations

from typing import Any

from policyglass import Policy, policy_shards_effect
from pydantic import ValidationError

NOT_ASKED = "not asked"
ASKED = {"Version": "2012-10-17"}


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return what follows from the shards of the policies of a case."""
    try:
        return _answer(case)
    except ValidationError as error:
        return "refused", str(error)


def _answer(case: dict[str, Any]) -> tuple[str, str]:
    question = case["question"]
    if question == "no-new-access":
        left = _without(_effect(case["new"]), _effect(case["existing"]))
        return ("FAIL" if left else "PASS"), str(left[:1])
    if question == "access-not-granted":
        access = case["access"]
        actions, resources = access.get("actions", ["*"]), access.get("resources", ["*"])
        met = _met([case["policy"]], actions, resources)
        return ("FAIL" if met else "PASS"), str(met[:1])
    if question == "simulate":
        return _simulated(case)
    return NOT_ASKED, "has no notion of the public, of accounts or of findings"


def _simulated(case: dict[str, Any]) -> tuple[str, str]:
    policies = case["policies"].get("identity", [])
    if set(case["policies"]) - {"identity"}:
        return NOT_ASKED, "joins all policies alike; knows no boundaries and no accounts"
    if not _is_plain(case["request"]):
        return NOT_ASKED, "knows neither accounts nor sessions, and no rules of services"
    if "Condition" in str(policies):
        return NOT_ASKED, "evaluates no condition on the values of a request"
    request = case["request"]
    met = _met(policies, [request["action"]], [request["resource"]])
    return ("allowed" if met else "denied"), str(met[:1])


def _is_plain(request: Any) -> bool:
    """Return True iff who asks for what is decided by identity policies alone."""
    caller, action = request["principal"], request["action"].lower()
    owner = request.get("resourceAccount") or "".join(request["resource"].split(":")[4:5])
    is_user = isinstance(caller, str) and ":user/" in caller
    return is_user and owner in ("", caller.split(":")[4]) and action != "sts:getcalleridentity"


def _met(policies: list[Any], actions: list[str], resources: list[str]) -> list[Any]:
    """Return the shards that the policies and the access asked about have in common."""
    statement = {"Effect": "Allow", "Action": actions or ["*"], "Resource": resources or ["*"]}
    asked = Policy(**ASKED, Statement=[statement]).policy_shards
    shards = [shard for policy in policies for shard in Policy(**policy).policy_shards]
    common = [
        shard.intersection(one)
        for shard in (policy_shards_effect(shards) if shards else [])
        for one in asked
    ]
    return [one for one in common if one is not None]


def _effect(policy: Any) -> list[Any]:
    shards = Policy(**policy).policy_shards
    return list(policy_shards_effect(shards)) if shards else []


def _without(shards: list[Any], taken: list[Any]) -> list[Any]:
    for other in taken:
        shards = [left for shard in shards for left in shard.difference(other)]
    return shards
