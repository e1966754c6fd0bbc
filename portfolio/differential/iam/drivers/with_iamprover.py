"""iamprover, asked by an invariant that forbids the access: holds, or a counterexample.

It searches over the contexts of requests, so that a key can be given a value but not be absent.
"""

from __future__ import annotations

import json
from typing import Any

NOT_ASKED = "not asked"
ANN = "arn:aws:iam::111122223333:user/ann"
FULL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return what `iamprover verify` says of a case."""
    question = case["question"]
    if question == "access-not-granted":
        if case.get("policyType", "identity") != "identity":
            return NOT_ASKED, "the case leaves open who asks"
        access = case["access"]
        account = {"principals": [{"arn": ANN, "policies": [{"document": case["policy"]}]}]}
        holds, said = _verify(desk, account, access.get("actions"), access.get("resources"), {})
        return _word(holds, "PASS", "FAIL"), said
    if question == "simulate":
        return _simulated(case, desk)
    if question == "no-public-access":
        return _public(case, desk)
    if question == "no-cross-account-access":
        return _trust(case, desk)
    return NOT_ASKED, "compares no policies and makes no findings of them"


def _word(holds: bool | None, held: str, broken: str) -> str:
    return "refused" if holds is None else held if holds else broken


def _verify(
    desk: Any,
    account: Any,
    actions: list[str] | None,
    resources: list[str] | None,
    where: dict[str, str],
    *options: str,
) -> tuple[bool | None, str]:
    """Return whether nobody may do this, None where it does not say, and its words."""
    forbidden = {"actions": actions or ["*"], "resources": resources or ["*"]}
    invariant = {"id": "asked", "description": "asked", "forbid": forbidden, "where": where}
    done = desk.run(
        "iamprover",
        "verify",
        "--format",
        "json",
        "--account",
        desk.write("account.json", account),
        "--invariants",
        desk.write("invariants.json", {"invariants": [invariant]}),
        *options,
    )
    if "Traceback" in done.stderr:
        raise RuntimeError(done.stderr[-300:])
    if done.returncode not in (0, 2) or not done.stdout.strip():
        return None, (done.stderr or done.stdout)[-300:]
    (row,) = json.loads(done.stdout)
    return bool(row["passed"]), json.dumps(row["counterexamples"])


def _simulated(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    request, policies = case["request"], case["policies"]
    caller = request["principal"]
    context = {**case["derived"], **request.get("context", {})}
    why = _beyond(request, policies, context)
    if why:
        return NOT_ASKED, why
    principal: dict[str, Any] = {
        "arn": caller,
        "policies": [{"document": one} for one in policies.get("identity", [])],
    }
    if policies.get("boundary"):
        principal["permission_boundary"] = policies["boundary"][0]
    account = {
        "principals": [principal],
        "resource_policies": [{"document": one} for one in [policies.get("resource")] if one],
        "scps": [{"document": _joined(level)} for level in policies.get("scp", [])],
        "rcps": [{"document": _joined(level, FULL)} for level in policies.get("rcp", [])],
    }
    where = {key: str(value) for key, value in context.items()}
    holds, said = _verify(desk, account, [request["action"]], [request["resource"]], where)
    return _word(holds, "denied", "allowed"), said


def _beyond(request: Any, policies: Any, context: Any) -> str:
    """Return what of a simulation the tool has no words for; nothing iff it has words for all."""
    caller = request["principal"]
    if not isinstance(caller, str) or ":user/" not in caller:
        return "asks about users and roles only"
    if request["action"].lower().startswith("sts:assumerole"):
        return "looks at trust policies by themselves"
    if {"session", "endpoint"} & set(policies):
        return "knows no session and no endpoint policies"
    if {"managementAccount", "serviceLinkedRole", "federatedBy"} & set(request):
        return "knows no management account and no service-linked roles"
    owner = request.get("resourceAccount") or "".join(request["resource"].split(":")[4:5])
    if owner and owner != caller.split(":")[4]:
        return "knows no account that owns the resource"
    if any(isinstance(value, list) for value in context.values()):
        return "takes one value a key"
    if _keys(policies) - {key.lower() for key in context}:
        return "cannot be told that a key is absent"
    return ""


def _keys(value: Any) -> set[str]:
    """Return the condition keys of some policies, in lower case."""
    if isinstance(value, list):
        return {key for one in value for key in _keys(one)}
    if not isinstance(value, dict):
        return set()
    tests = value.get("Condition") or {}
    own = {key.lower() for test in tests.values() for key in test}
    return own | {key for name, one in value.items() if name != "Condition" for key in _keys(one)}


def _joined(policies: list[Any], *statements: Any) -> Any:
    """Return the policies of one level as one, for a level is one file."""
    found = [*statements]
    for policy in policies:
        inner = policy["Statement"]
        found.extend(inner if isinstance(inner, list) else [inner])
    return {"Version": "2012-10-17", "Statement": found}


def _public(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    if _keys(case["policy"]):
        return NOT_ASKED, "its anonymous caller comes from everywhere, with any values of keys"
    account = {
        "principals": [{"arn": ANN, "policies": []}],
        "resource_policies": [{"document": case["policy"]}],
    }
    holds, said = _verify(desk, account, None, None, {}, "--check-anonymous")
    if holds is None:
        return "refused", said
    met = [one for one in json.loads(said) if one["principal"] != ANN]
    return ("FAIL" if met else "PASS"), said


def _trust(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    if "sts:AssumeRole" not in json.dumps(case["policy"]):
        return NOT_ASKED, "looks at trust policies of roles only"
    role = {"arn": "arn:aws:iam::111122223333:role/r", "trust_policy": case["policy"]}
    options = [o for a in case.get("trustedAccounts", []) for o in ("--trusted-account", a)]
    path = desk.write("account.json", {"principals": [{**role, "policies": []}]})
    done = desk.run(
        "iamprover", "verify", "--format", "json", "--check-trust", "--account", path, *options
    )
    if done.returncode not in (0, 2) or not done.stdout.strip():
        return "refused", (done.stderr or done.stdout)[-300:]
    found = [one for one in json.loads(done.stdout) if not one["guarded"]]
    return ("FAIL" if found else "PASS"), json.dumps(found)
