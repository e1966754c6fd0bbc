"""Questions about resource policies, which are managed policies with principals."""

from __future__ import annotations

from random import Random

from encoders.iam.policy import Policy, PolicyType
from encoders.iam.questions import no_cross_account_access, no_public_access
from encoders.iam.resource_types import RESOURCE_TYPES
from encoders.iam.trust_zone import TrustZone
from portfolio.workbench.drawing.documents import (
    document_of,
    listed,
    service_of,
    some,
    statements_of,
)
from portfolio.workbench.drawing.drawn import Drawn, asked
from portfolio.workbench.drawing.managed import Json, managed
from portfolio.workbench.drawing.policies import read, reading

ACCOUNTS = ("111122223333", "444455556666", "777788889999")
ORGANIZATIONS = ("o-abcdefghij", "o-1234567890")
MOST_STATEMENTS, MOST_ACTIONS = 8, 10

PRINCIPALS: tuple[object, ...] = (
    "*",
    {"AWS": "*"},
    *({"AWS": account} for account in ACCOUNTS[:2]),
    {"AWS": [f"arn:aws:iam::{ACCOUNTS[0]}:root", f"arn:aws:iam::{ACCOUNTS[2]}:role/app"]},
    {"AWS": f"arn:aws:iam::{ACCOUNTS[1]}:user/path/name"},
    {"Service": ["cloudtrail.amazonaws.com", "events.amazonaws.com"]},
    {"Service": "sns.amazonaws.com"},
    {"Federated": f"arn:aws:iam::{ACCOUNTS[0]}:saml-provider/corp"},
)

CONDITIONS: tuple[Json, ...] = (
    {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATIONS[0]}},
    {"StringEquals": {"aws:PrincipalOrgID": list(ORGANIZATIONS)}},
    {"StringLike": {"aws:PrincipalOrgID": "o-abc*"}},
    {"StringEquals": {"aws:SourceAccount": ACCOUNTS[0]}},
    {"StringNotEquals": {"aws:SourceAccount": list(ACCOUNTS)}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:*:*:{ACCOUNTS[0]}:*"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket-?-*"}},
    {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNTS[1]}:role/*"}},
    {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNTS[0]}:role/app/*"}},
    {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/25"]}},
    {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"StringEquals": {"aws:SourceVpce": ["vpce-1a2b3c4d", "vpce-5e6f7a8b"]}},
    {"StringLike": {"aws:SourceVpc": "vpc-*"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringEquals": {"aws:PrincipalAccount": list(ACCOUNTS[:2])}},
    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATIONS[0]}/r-*/ou-*"}},
    {"StringEquals": {"kms:CallerAccount": ACCOUNTS[0]}},
    {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
)


def resource_policy(chance: Random) -> tuple[Policy, str]:
    """Draw a resource policy, and of what it was made."""
    name = managed().draw(chance)
    statements = some(chance, statements_of(managed().documents[name]), MOST_STATEMENTS)
    made = [_with_principal(chance, statement) for statement in statements]
    if chance.random() < 0.4:
        made.append(_deny(chance, statements))
    return read(document_of(made), PolicyType.RESOURCE), f"{name} with principals"


def _with_principal(chance: Random, statement: Json) -> Json:
    principal = chance.choice(PRINCIPALS)
    made = {**statement, "Principal": principal}
    if chance.random() < 0.5:
        made.pop("Condition", None)
    if len(listed(made.get("Action", []))) > MOST_ACTIONS and chance.random() < 0.7:
        made["Action"] = some(chance, listed(made["Action"]), MOST_ACTIONS)
    if chance.random() < 0.7:
        made["Condition"] = _conditions(chance, made.get("Condition"))
    return made


def _conditions(chance: Random, own: object) -> Json:
    """Return a condition with one to three tests of the pool beside its own."""
    found: Json = dict(own) if isinstance(own, dict) else {}
    for condition in some(chance, CONDITIONS, 3):
        for operator, tests in condition.items():
            known = found.get(operator, {})
            assert isinstance(known, dict)
            assert isinstance(tests, dict)
            found[operator] = {**known, **tests}
    return found


def _deny(chance: Random, statements: list[Json]) -> Json:
    denied: Json = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": f"{service_of(chance.choice(statements))}:*",
        "Resource": "*",
        "Condition": _conditions(chance, None),
    }
    if chance.random() < 0.3:
        denied["NotPrincipal"] = {"AWS": f"arn:aws:iam::{ACCOUNTS[0]}:root"}
        del denied["Principal"]
    return denied


def zone(chance: Random) -> TrustZone:
    """Draw a zone of trust."""
    accounts = some(chance, ACCOUNTS, len(ACCOUNTS))
    organizations = some(chance, ORGANIZATIONS, 2) if chance.random() < 0.5 else []
    return TrustZone(accounts=frozenset(accounts), organizations=frozenset(organizations))


def public(chance: Random) -> Drawn:
    """Draw the question whether a resource policy lets the public in."""
    policy, told = resource_policy(chance)
    kind = chance.choice(sorted(RESOURCE_TYPES)) if chance.random() < 0.3 else None
    under = reading(chance)
    question = no_public_access(policy, kind, reading=under)
    return asked(question.problem, f"public: {told}, {kind or 'any resource'}, {under.value}")


def across(chance: Random) -> Drawn:
    """Draw the question whether a resource policy lets somebody in from outside a zone."""
    policy, told = resource_policy(chance)
    trusted, under = zone(chance), reading(chance)
    question = no_cross_account_access(policy, trusted, reading=under)
    names = (*sorted(trusted.accounts), *sorted(trusted.organizations))
    return asked(question.problem, f"cross-account: {told}, {', '.join(names)}, {under.value}")
