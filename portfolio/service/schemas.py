"""What requests may hold, as JSON Schema: exact in form, silent where meaning decides.

What these schemas refuse the service refuses. The converse does not hold: whether a text is a date,
an ARN or a policy variable is left to the reader of policies, whose error says what is wrong.
"""

from __future__ import annotations

from typing import Any

from encoders.iam.parse import FIRST_VERSION, VARIABLES_SINCE
from encoders.iam.parse_condition import FORMS
from encoders.iam.policy import Effect, PolicyType, PrincipalKind
from encoders.iam.resource_types import RESOURCE_TYPES
from portfolio.asked import DEFINITIONS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {}

SECONDS = r"^(0\.(?=[0-9]*[1-9])[0-9]{1,6}|[1-9][0-9]{0,5}(\.[0-9]{1,6})?)$"
"""How a time is written: not zero, and neither too long nor too fine."""


def ref(name: str) -> Schema:
    """Return the schema that refers to another one by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """Return the schema of objects with these elements and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": [*required],
        "additionalProperties": False,
    }


def choice(*texts: str) -> Schema:
    """Return the schema of a few texts."""
    return {"type": "string", "enum": [*texts]}


def either(*schemas: Schema) -> Schema:
    """Return the schema of what one of several allows."""
    return {"anyOf": [*schemas]}


def many(schema: Schema, **more: object) -> Schema:
    """Return the schema of arrays."""
    return {"type": "array", "items": schema, **more}


def one_or_many(schema: Schema, **more: object) -> Schema:
    """Return the schema of a value that may stand alone in place of an array."""
    return either(schema, many(schema, **more))


def mapping(schema: Schema, **more: object) -> Schema:
    """Return the schema of objects with any keys."""
    return {"type": "object", "additionalProperties": schema, **more}


_ACTION: Schema = {"type": "string", "pattern": r"^(\*|(\*|[A-Za-z0-9.-]+):[^:]+)$"}
_RESOURCE: Schema = {"type": "string", "pattern": r"^\*$|:"}
_SCALAR = either(TEXT, {"type": "number"}, FLAG)
_KINDS = [kind.value for kind in PrincipalKind if kind is not PrincipalKind.ANYONE]
_PRINCIPALS = either(choice("*"), record({}, dict.fromkeys(_KINDS, TEXTS)))
_KEY: Schema = {"pattern": r"^[\s\S]+:[\s\S]+$"}
_CONDITION = mapping(
    mapping(one_or_many(_SCALAR), propertyNames=_KEY), propertyNames={"enum": [*FORMS]}
)


def _statement() -> Schema:
    elements = {
        "Sid": TEXT,
        "Principal": _PRINCIPALS,
        "NotPrincipal": _PRINCIPALS,
        "Action": one_or_many(_ACTION),
        "NotAction": one_or_many(_ACTION, minItems=1),
        "Resource": one_or_many(_RESOURCE),
        "NotResource": one_or_many(_RESOURCE, minItems=1),
        "Condition": _CONDITION,
    }
    return {
        **record({"Effect": choice(*(effect.value for effect in Effect))}, elements),
        "oneOf": [{"required": ["Action"]}, {"required": ["NotAction"]}],
        "allOf": [
            {"not": {"required": [name, f"Not{name}"]}} for name in ("Principal", "Resource")
        ],
    }


_POLICY = record(
    {"Statement": one_or_many(ref("Statement"))},
    {"Version": choice(FIRST_VERSION, VARIABLES_SINCE), "Id": TEXT},
)

_POLICIES = many(ref("Policy"))
_AT_MOST_ONE = many(ref("Policy"), maxItems=1)
_STACK = record(
    {},
    {
        "identity": _POLICIES,
        "resource": ref("Policy"),
        "boundary": _AT_MOST_ONE,
        "session": _POLICIES,
        "endpoint": _AT_MOST_ONE,
        "scp": many(_POLICIES),
        "rcp": many(_POLICIES),
    },
)

_ACCOUNT: Schema = {"type": "string", "pattern": "^[0-9]{12}$"}
_FACTS = {
    "resourceAccount": _ACCOUNT,
    "managementAccount": _ACCOUNT,
    "serviceLinkedRole": FLAG,
    "federatedBy": {"type": "string", "pattern": r"^arn:[^:]+:iam::[0-9]{12}:user/[^*?]+$"},
}
_CALLER = either(
    TEXT, {**record({}, dict.fromkeys(_KINDS, TEXT)), "minProperties": 1, "maxProperties": 1}
)
_REQUEST = record(
    {
        "principal": _CALLER,
        "action": {"type": "string", "pattern": "^[A-Za-z0-9-]+:[A-Za-z0-9-]+$"},
        "resource": {"type": "string", "pattern": r"^\*$|^arn:[^:]+:[^:]+:[^:]*:[^:]*:[\s\S]+$"},
    },
    {"context": mapping(one_or_many(_SCALAR)), **_FACTS},
)

PARTS: dict[str, Schema] = {
    "Statement": _statement(),
    "Policy": _POLICY,
    "Stack": _STACK,
    "Facts": record({}, _FACTS),
    "Request": _REQUEST,
}
"""The schemas that others refer to."""

_TYPE = {"policyType": choice(*(kind.value for kind in PolicyType))}
_UNREAD_TYPE = {
    "policyType": {"description": "Not read: the policies of a stack say of what type they are."}
}
_ID = {"id": {"description": "Any JSON value; the reply has the same."}}
_MAYBE = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TRUSTED = {"trustedAccounts": TEXTS, "trustedOrganizations": TEXTS}


def _about(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return record(required, {**(optional or {}), **_TYPE, **_ID})


_ONE = {"policy": ref("Policy")}

BODIES: dict[str, Schema] = {
    "no-new-access": _about({"existing": ref("Policy"), "new": ref("Policy")}),
    "stack-no-new-access": record(
        {"existing": ref("Stack"), "new": ref("Stack")},
        {"facts": ref("Facts"), **_UNREAD_TYPE, **_ID},
    ),
    "no-public-access": _about(
        _ONE, {"resourceType": choice(*RESOURCE_TYPES), "definition": choice(*DEFINITIONS)}
    ),
    "no-cross-account-access": _about(_ONE, _TRUSTED),
    "access-not-granted": _about(
        {**_ONE, "access": record({}, {"actions": TEXTS, "resources": TEXTS})}
    ),
    "compare": _about({"first": ref("Policy"), "second": ref("Policy")}),
    "simulate": record(
        {"request": ref("Request"), "policies": ref("Stack")}, {**_UNREAD_TYPE, **_ID}
    ),
    "findings": _about(_ONE, _TRUSTED),
    "who-can": _about(_ONE, {"action": _MAYBE, "resource": _MAYBE}),
    "what-can": _about(_ONE, {"principal": _MAYBE, "resource": _MAYBE}),
    "where-can": _about(_ONE, {"principal": _MAYBE, "action": _MAYBE}),
    "redundancy": _about(_ONE),
    "no-wide-access": _about(_ONE, {"ipv4": _COUNT, "ipv6": _COUNT}),
    "solve": record({"script": TEXT}, {"oldNames": FLAG, **_ID}),
}
"""What the body of each question holds."""
