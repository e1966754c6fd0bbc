"""One request and the policies that bear on it, as JSON, and what is decided about it.

`{"request": {"principal", "action", "resource", "context"?, "resourceAccount"?,
"managementAccount"?, "serviceLinkedRole"?, "federatedBy"?}, "policies": ...}` with the policies as
in `stack_json`. A principal is `"*"` for an anonymous caller, `{"AWS": arn}`, `{"Service": name}`
and so on, or the text of an ARN; a role acts through its sessions. `managementAccount` is that of
the organisation, `serviceLinkedRole` tells that the session is one of such a role, `federatedBy` is
the ARN of the user whose credentials made a federated session. The resource belongs to
`resourceAccount`, else to the account in its ARN, else to `aws:ResourceAccount`, else to the
caller's account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from encoders.iam.json_text import PolicyError, kind_of, object_of, refused_character, shown, step
from encoders.iam.policy import PolicyType
from encoders.iam.request import NO_RESOURCE, Request
from encoders.iam.stack.caller import complete_context, read_caller
from encoders.iam.stack.decision import Decision, decide
from encoders.iam.stack.evaluate import (
    ConcreteCase,
    applies,
    is_federated_session,
    is_role_or_key,
    is_role_session,
    lies_in,
)
from encoders.iam.stack.parse import read_stack
from encoders.iam.stack.stack import ACCOUNT, Case, Facts
from encoders.iam.wildcard import ArnWildcards

Json = Mapping[str, object]
Values = str | tuple[str, ...]

SEGMENTS = ArnWildcards.SEGMENTS

FACTS = frozenset({"resourceAccount", "managementAccount", "serviceLinkedRole", "federatedBy"})
"""The elements of a request that are facts beside the policies."""

_REQUEST = frozenset({"principal", "action", "resource", "context"}) | FACTS
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_RESOURCE = re.compile(r"arn:[^:]+:[^:]+:[^:]*:([^:]*):.+", re.DOTALL)
_USER = re.compile(r"arn:[^:]+:iam::[0-9]{12}:user/[^*?]+")


def simulate(value: object, reading: ArnWildcards = SEGMENTS) -> Decision:
    """Return what is decided about the request of a value read from JSON.

    Raise PolicyError iff the value is not of the form above, and Unsupported iff a policy holds a
    construct that is not modelled.
    """
    return decide(read_case(value, reading))


def read_case(value: object, reading: ArnWildcards = SEGMENTS) -> ConcreteCase:
    """Return the case that a value read from JSON is; raise PolicyError iff it is none."""
    document = object_of(value, "$", frozenset({"request", "policies"}))
    asked = object_of(_required(document, "request", "$"), "$.request", _REQUEST)
    stack = read_stack(_required(document, "policies", "$"), "$.policies")
    case = _with_owner(Case(stack, _request(asked), read_facts(asked, "$.request"), reading))
    _require_fitting_facts(case)
    _require_fitting_policies(case)
    return case


def _request(asked: Json) -> Request:
    caller = read_caller(_required(asked, "principal", "$.request"), "$.request.principal")
    action = _text(_required(asked, "action", "$.request"), "$.request.action")
    if not _ACTION.fullmatch(action):
        raise PolicyError(f"{shown(action)} is not of the form `service:name`", "$.request.action")
    resource = _text(_required(asked, "resource", "$.request"), "$.request.resource")
    if resource != NO_RESOURCE and not _RESOURCE.fullmatch(resource):
        raise PolicyError(f"{shown(resource)} is neither `*` nor an ARN", "$.request.resource")
    context = complete_context(caller, _context(asked.get("context", {})), "$.request.context")
    return Request(caller, action, resource, context)


def _context(value: object) -> dict[str, Values]:
    path = "$.request.context"
    if not isinstance(value, dict):
        raise PolicyError(f"expected an object, found {kind_of(value)}", path)
    names: set[str] = set()
    for key in value:
        if key.lower() in names:
            raise PolicyError(f"the key {shown(key)} occurs twice", path + step(key))
        names.add(key.lower())
    return {key: _values(item, path + step(key)) for key, item in value.items()}


def _values(value: object, path: str) -> Values:
    if isinstance(value, list):
        return tuple(_value(item, f"{path}[{index}]") for index, item in enumerate(value))
    return _value(value, path)


def _value(value: object, path: str) -> str:
    """Return the text of a string, a number or a Boolean."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(getattr(value, "text", value))
    return _text(value, path)


def read_facts(asked: Json, path: str) -> Facts:
    """Return the facts among the elements of `asked`; raise PolicyError iff one is malformed."""
    is_linked = asked.get("serviceLinkedRole", False)
    if not isinstance(is_linked, bool):
        message = f"expected a Boolean, found {kind_of(is_linked)}"
        raise PolicyError(message, f"{path}.serviceLinkedRole")
    return Facts(
        resource_account=_matching(asked, path, "resourceAccount", ACCOUNT, "an account id"),
        management_account=_matching(asked, path, "managementAccount", ACCOUNT, "an account id"),
        service_linked_role=is_linked,
        federated_by=_matching(asked, path, "federatedBy", _USER, "the ARN of a user"),
    )


def _matching(
    asked: Json, path: str, name: str, pattern: re.Pattern[str], wanted: str
) -> str | None:
    if name not in asked:
        return None
    place = f"{path}.{name}"
    text = _text(asked[name], place)
    if not pattern.fullmatch(text):
        raise PolicyError(f"{shown(text)} is not {wanted}", place)
    return text


def _with_owner(case: ConcreteCase) -> ConcreteCase:
    """Return the case with the account of its resource; raise PolicyError iff two are named."""
    owner: str | None = None
    for path, account in _owners(case):
        if owner not in (None, account):
            raise PolicyError(f"the resource belongs to {shown(str(owner))} too", path)
        owner = account
    return replace(case, facts=replace(case.facts, resource_account=owner))


def _owners(case: ConcreteCase) -> Iterator[tuple[str, str]]:
    """Yield each account that the resource is said to belong to, and where."""
    if case.facts.resource_account is not None:
        yield "$.request.resourceAccount", case.facts.resource_account
    found = _RESOURCE.fullmatch(case.request.resource or NO_RESOURCE)
    if found is not None and ACCOUNT.fullmatch(found[1]):
        yield "$.request.resource", found[1]
    for key, value in case.request.context.items():
        if key.lower() == "aws:resourceaccount" and isinstance(value, str):
            yield "$.request.context" + step(key), value


def _require_fitting_facts(case: ConcreteCase) -> None:
    """Raise PolicyError iff a fact about sessions is given for another caller."""
    facts, path = case.facts, "$.request"
    if facts.service_linked_role and not is_role_session(case):
        raise PolicyError("the caller is no session of a role", f"{path}.serviceLinkedRole")
    if facts.federated_by is None:
        return
    if not (is_federated_session(case) and lies_in(facts.federating_account, case)):
        message = "the caller is no session that a user of this account federated"
        raise PolicyError(message, f"{path}.federatedBy")


def _require_fitting_policies(case: ConcreteCase) -> None:
    """Raise PolicyError iff the caller cannot have its policies, or the resource needs one."""
    stack, path = case.stack, "$.policies"
    for kind in (PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION):
        if any(stack.named(kind)) and not applies(kind, case):
            raise PolicyError(f"such a caller has no {kind.value} policies", f"{path}.{kind.value}")
    if stack.resource is None and is_role_or_key(case):
        raise PolicyError("`resource` is missing: a role or key always has a policy", path)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise PolicyError(f"expected a string, found {kind_of(value)}", path)
    fault = refused_character(value)
    if fault is not None:
        raise PolicyError(fault, path)
    return value


def _required(document: Json, name: str, path: str) -> object:
    if name not in document:
        raise PolicyError(f"`{name}` is missing", path)
    return document[name]
