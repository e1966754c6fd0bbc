"""A stack of policies as JSON, read strictly.

`{"identity"?: [...], "resource"?: {...}, "boundary"?: [...], "session"?: [...], "endpoint"?: [...],
"scp"?: [[...], ...], "rcp"?: [[...], ...]}`. `scp` and `rcp` hold an array of policies for each
level from the root of the organisation to the account. A caller has at most one permissions
boundary, and a request passes at most one endpoint, which has one policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from encoders.iam.json_text import PolicyError, kind_of, object_of
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Effect, Policy, PolicyType, PrincipalKind, Statement
from encoders.iam.stack.stack import Stack

_KINDS = frozenset({"identity", "resource", "boundary", "session", "endpoint", "scp", "rcp"})


def read_stack(value: object, path: str = "$") -> Stack:
    """Return the stack that a value read from JSON is; raise PolicyError iff it is none."""
    document = object_of(value, path, _KINDS)
    return Stack(
        identity=_policies(document, PolicyType.IDENTITY, path),
        resource=_resource(document, path),
        boundary=_at_most_one(document, PolicyType.BOUNDARY, path),
        session=_policies(document, PolicyType.SESSION, path),
        endpoint=_at_most_one(document, PolicyType.ENDPOINT, path),
        scp=_levels(document, PolicyType.SCP, path),
        rcp=_levels(document, PolicyType.RCP, path),
    )


def _resource(document: Mapping[str, object], path: str) -> Policy | None:
    if "resource" not in document:
        return None
    return _policy(document["resource"], PolicyType.RESOURCE, f"{path}.resource")


def _policies(document: Mapping[str, object], kind: PolicyType, path: str) -> tuple[Policy, ...]:
    return _level(document.get(kind.value, []), kind, f"{path}.{kind.value}")


def _at_most_one(document: Mapping[str, object], kind: PolicyType, path: str) -> tuple[Policy, ...]:
    found = _policies(document, kind, path)
    if len(found) > 1:
        raise PolicyError(f"more than one policy of type `{kind.value}`", f"{path}.{kind.value}")
    return found


def _levels(
    document: Mapping[str, object], kind: PolicyType, path: str
) -> tuple[tuple[Policy, ...], ...]:
    levels = _items(document.get(kind.value, []), f"{path}.{kind.value}")
    return tuple(_level(level, kind, place) for place, level in levels)


def _level(value: object, kind: PolicyType, path: str) -> tuple[Policy, ...]:
    return tuple(_policy(item, kind, place) for place, item in _items(value, path))


def _items(value: object, path: str) -> Iterator[tuple[str, object]]:
    if not isinstance(value, list):
        raise PolicyError(f"expected an array, found {kind_of(value)}", path)
    for index, item in enumerate(value):
        yield f"{path}[{index}]", item


def _policy(value: object, kind: PolicyType, path: str) -> Policy:
    try:
        policy = policy_from_json(value, kind)
        if kind is PolicyType.RCP:
            _require_rcp(policy)
    except PolicyError as error:
        raise PolicyError(error.message, path + error.path.removeprefix("$")) from None
    return policy


def _require_rcp(policy: Policy) -> None:
    """Raise PolicyError iff `policy` is neither a custom RCP nor `RCPFullAWSAccess`.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    """
    for statement in policy.statements:
        if not _is_for_everyone(statement):
            message = "the principal of a resource control policy is `*`"
            raise PolicyError(message, statement.path)
        if statement.actions.negated:
            raise PolicyError("`NotAction` in a resource control policy", statement.actions.path)
        if statement.effect is Effect.ALLOW and not _allows_everything(statement):
            message = "a resource control policy other than `RCPFullAWSAccess` only denies"
            raise PolicyError(message, f"{statement.path}.Effect")


def _is_for_everyone(statement: Statement) -> bool:
    principals = statement.principals
    kinds = () if principals is None else (one.kind for one in principals.values)
    is_negated = principals is None or principals.negated
    return not is_negated and set(kinds) == {PrincipalKind.ANYONE}


def _allows_everything(statement: Statement) -> bool:
    resources = statement.resources
    return (
        statement.actions.values == ("*",)
        and resources is not None
        and (resources.values, resources.negated) == (("*",), False)
        and not statement.tests
    )
