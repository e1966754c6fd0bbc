"""py-iam-expand, asked where actions alone decide, by whether the action is among the expanded."""

from __future__ import annotations

import json
from typing import Any

NOT_ASKED = "not asked"


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return what follows from the actions that the policy is expanded to."""
    if case["question"] == "access-not-granted":
        policies, actions = [case["policy"]], case["access"].get("actions", [])
        words = {True: "FAIL", False: "PASS"}
        resources = case["access"].get("resources", ["*"])
    elif case["question"] == "simulate":
        if set(case["policies"]) != {"identity"} or not _is_plain(case["request"]):
            return NOT_ASKED, "expands the actions of a policy; knows nothing of requests"
        policies, actions = case["policies"]["identity"], [case["request"]["action"]]
        words = {True: "allowed", False: "denied"}
        resources = ["*"]
    else:
        return NOT_ASKED, "expands the actions of a policy"
    statements = [one for policy in policies for one in _statements(policy)]
    if not all(one.get("Resource") == "*" and not one.get("Condition") for one in statements):
        return NOT_ASKED, "expands actions; reads neither resources nor conditions"
    if resources not in ([], ["*"]) or not actions or any("*" in a or "?" in a for a in actions):
        return NOT_ASKED, "expands actions; the case asks about more than one action"
    expanded = []
    for policy in policies:
        done = desk.run("py-iam-expand", text=json.dumps(policy))
        if done.returncode != 0:
            return "refused", done.stderr[-300:]
        expanded.extend(_statements(json.loads(done.stdout)))
    return words[any(_is_allowed(expanded, action) for action in actions)], ""


def _is_plain(request: Any) -> bool:
    """Return True iff who asks for what is decided by identity policies alone."""
    caller, action = request["principal"], request["action"].lower()
    owner = request.get("resourceAccount") or "".join(request["resource"].split(":")[4:5])
    is_user = isinstance(caller, str) and ":user/" in caller
    return is_user and owner in ("", caller.split(":")[4]) and action != "sts:getcalleridentity"


def _statements(policy: Any) -> list[Any]:
    found = policy.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _is_allowed(statements: list[Any], action: str) -> bool:
    met = {one["Effect"] for one in statements if _meets(one, action)}
    return met == {"Allow"}


def _meets(statement: Any, action: str) -> bool:
    name = "NotAction" if "NotAction" in statement else "Action"
    listed = statement.get(name, [])
    actions = listed if isinstance(listed, list) else [listed]
    return (action.lower() in {one.lower() for one in actions}) is (name == "Action")
