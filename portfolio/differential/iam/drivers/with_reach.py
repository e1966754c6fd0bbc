"""Reach, asked by `reach can`: may this principal do that? DENIED is a proof, ALLOWED a witness."""

from __future__ import annotations

import json
import re
from typing import Any

NOT_ASKED = "not asked"
FULL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
NOBODY = {"Version": "2012-10-17", "Statement": []}
OF_CALLER = ("aws:principal", "aws:username", "aws:userid")


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return what `reach can` says of a case."""
    if case["question"] == "access-not-granted":
        return _granted(case, desk)
    if case["question"] == "simulate":
        return _simulated(case, desk)
    return NOT_ASKED, "asks what one principal may do; compares no policies"


def _granted(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    if case.get("policyType", "identity") != "identity":
        return NOT_ASKED, "the case leaves open who asks"
    if any(name in json.dumps(case["policy"]).lower() for name in OF_CALLER):
        return NOT_ASKED, "the case leaves open who asks, and its policy depends on it"
    access, policy = case["access"], desk.write("policy.json", case["policy"])
    asked = [
        (action, resource)
        for action in access.get("actions") or ["*"]
        for resource in access.get("resources") or ["*"]
    ]
    found = [_can(desk, "--policy", policy, *pair) for pair in asked]
    verdicts = {verdict for verdict, _ in found}
    said = "; ".join(said for _, said in found)
    if "refused" in verdicts:
        return "refused", said
    if "allowed" in verdicts:
        return "FAIL", said
    return ("unknown" if "unknown" in verdicts else "PASS"), said


def _can(desk: Any, *arguments: str) -> tuple[str, str]:
    """Return the verdict of `reach can`, `refused` where it takes none of this, and why."""
    done = desk.run("reach", "can", "--json", *arguments)
    if "Traceback" in done.stderr:
        raise RuntimeError(done.stderr[-300:])
    if done.returncode != 0:
        return "refused", (done.stderr or done.stdout)[-300:]
    result = json.loads(done.stdout)
    return result["verdict"], " ".join([*result["reasons"], *result["assumptions"]])


def _simulated(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    request, policies = case["request"], case["policies"]
    why = _beyond(request, policies)
    if why:
        return NOT_ASKED, why
    caller = _principal(request["principal"])
    options = ["--principal", caller, *_context(request.get("context", {}), policies)]
    for index, policy in enumerate(policies.get("identity") or [NOBODY]):
        options += ["--policy", desk.write(f"identity-{index}.json", policy)]
    for index, policy in enumerate(policies.get("session", [])):
        options += ["--session-policy", desk.write(f"session-{index}.json", policy)]
    for policy in policies.get("boundary", []):
        options += ["--boundary", desk.write("boundary.json", policy)]
    account = request.get("resourceAccount") or request["resource"].split(":")[4:5]
    owner = account if isinstance(account, str) else "".join(account)
    owner = owner or caller.split(":")[4]
    if policies.get("resource"):
        options += ["--resource-policy", desk.write("resource.json", policies["resource"])]
        options += ["--required"] if request["action"].lower().startswith("kms:") else []
    options += ["--resource-account", owner]
    options += _organization(request, policies, owner, desk)
    verdict, said = _can(desk, *options, request["action"], request["resource"])
    if verdict == "denied":
        return ("explicitDeny" if said.startswith("Explicit Deny") else "denied"), said
    return verdict, said


def _principal(arn: str) -> str:
    """Return the user, or the role of a session."""
    parts = arn.split(":", 5)
    if not parts[5].startswith("assumed-role/"):
        return arn
    return f"arn:{parts[1]}:iam::{parts[4]}:role/{parts[5].split('/')[1]}"


def _beyond(request: Any, policies: Any) -> str:
    """Return what of a simulation the tool has no words for; nothing iff it has words for all."""
    caller = request["principal"]
    if not isinstance(caller, str) or not (":user/" in caller or ":assumed-role/" in caller):
        return "asks about users and roles only"
    text = json.dumps(policies.get("resource", ""))
    if ":assumed-role/" in caller and re.search(r":role/[^\"]*/", text):
        return "the case does not say the path of the role"
    if ":assumed-role/" in json.dumps(policies):
        return "asks about a role, not about one session of it"
    if policies.get("endpoint"):
        return "knows no endpoint policies"
    if {"serviceLinkedRole", "federatedBy"} & set(request):
        return "tells service-linked roles by their path only"
    if [] in policies.get("scp", []):
        return "has no words for a level without policies"
    owner = request.get("resourceAccount") or "".join(request["resource"].split(":")[4:5])
    if owner and owner != caller.split(":")[4] and not policies.get("resource"):
        return "takes the account of a resource with its policy only"
    return ""


def _context(context: Any, policies: Any) -> list[str]:
    """Return the options that give each key its value, and call the others absent."""
    given = {key.lower() for key in context}
    options = []
    for key, value in context.items():
        shown = json.dumps([str(one) for one in value]) if isinstance(value, list) else str(value)
        options += ["--context", f"{key}={shown}"]
    for key in sorted(_keys(policies)):
        if key not in given and not key.startswith(OF_CALLER):
            options += ["--absent", key]
    return options


def _keys(value: Any) -> set[str]:
    """Return the condition keys of some policies, in lower case."""
    if isinstance(value, list):
        return {key for one in value for key in _keys(one)}
    if not isinstance(value, dict):
        return set()
    tests = value.get("Condition") or {}
    own = {key.lower() for test in tests.values() for key in test}
    return own | {key for name, one in value.items() if name != "Condition" for key in _keys(one)}


def _organization(request: Any, policies: Any, owner: str, desk: Any) -> list[str]:
    caller, manager = request["principal"].split(":")[4], request.get("managementAccount")
    options = ["--management-account"] if manager == caller else []
    for index, level in enumerate(policies.get("scp", [])):
        for place, policy in enumerate(level):
            path = desk.write(f"scp-{index}-{place}.json", policy)
            options += ["--scp", f"level-{index}={path}"]
    controls = [policy for level in policies.get("rcp", []) for policy in level]
    if controls:
        options += ["--org", desk.write("org.json", _export(controls, owner, manager))]
    return options


def _export(controls: list[Any], owner: str, manager: str | None) -> Any:
    """Return an organization that has these RCPs at the owner's account, in the tool's form."""
    named = {f"p-{index}": policy for index, policy in enumerate(controls)}
    kinds = {name: ("RESOURCE_CONTROL_POLICY", policy) for name, policy in named.items()}
    kinds["p-full"] = ("SERVICE_CONTROL_POLICY", FULL)
    return {
        "id": "",
        "management_account": manager or "000000000000",
        "accounts": [{"id": owner, "name": "owner", "parent": None, "policies": [*kinds]}],
        "policies": {n: {"name": n, "type": k, "document": d} for n, (k, d) in kinds.items()},
    }
