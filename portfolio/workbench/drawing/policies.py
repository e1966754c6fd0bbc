"""Questions about identity policies: what one allows beside another, and what it grants."""

from __future__ import annotations

from random import Random

from encoders.iam.parse import PolicyError, policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.questions import access_not_granted, no_new_access
from encoders.iam.wildcard import ArnWildcards
from portfolio.workbench.drawing.documents import arn, document_of, listed, other_action, some
from portfolio.workbench.drawing.documents import statements_of as statements_in
from portfolio.workbench.drawing.drawn import Drawn, NoQuery, asked
from portfolio.workbench.drawing.edits import edited
from portfolio.workbench.drawing.managed import Json, managed


def reading(chance: Random) -> ArnWildcards:
    """Return one of the two readings of resource patterns."""
    return chance.choice(tuple(ArnWildcards))


def read(document: Json, policy_type: PolicyType = PolicyType.IDENTITY) -> Policy:
    """Return the policy of a document. Raise NoQuery iff it is none."""
    try:
        return policy_from_json(document, policy_type)
    except PolicyError as error:
        raise NoQuery from error


def edit(chance: Random) -> Drawn:
    """Draw the question whether an edited policy allows more, or the edit took something away."""
    name = managed().draw(chance)
    document = managed().documents[name]
    changed, how = edited(chance, document)
    if chance.random() < 0.5:
        return _new_access(chance, document, changed, f"{name} {how}, against itself")
    return _new_access(chance, changed, document, f"{name} against itself {how}")


def neighbours(chance: Random) -> Drawn:
    """Draw the question about two policies that share a service."""
    name = managed().draw(chance)
    other = managed().neighbour(chance, name)
    if other is None:
        raise NoQuery
    return _pair(chance, name, other)


def pairs(chance: Random) -> Drawn:
    """Draw the question about any two policies."""
    name, other = managed().draw(chance), managed().draw(chance)
    if name == other:
        raise NoQuery
    return _pair(chance, name, other)


def _pair(chance: Random, existing: str, new: str) -> Drawn:
    documents = managed().documents
    return _new_access(chance, documents[existing], documents[new], f"{new} against {existing}")


def _new_access(chance: Random, existing: Json, new: Json, told: str) -> Drawn:
    under = reading(chance)
    question = no_new_access(read(existing), read(new), reading=under)
    return asked(question.problem, f"new access: {told}, {under.value}")


def granted(chance: Random) -> Drawn:
    """Draw the question whether a policy grants some access, with a few statements or all."""
    name = managed().draw(chance)
    statements = statements_in(managed().documents[name])
    if chance.random() < 0.3:
        statements = some(chance, statements, len(statements))
    service = chance.choice(managed().services(name) or ["s3"])
    actions = [_access(chance, service) for _ in range(chance.choice((1, 1, 2, 3, 8)))]
    resources = _resources(chance, service, statements)
    under = reading(chance)
    policy = read(document_of(statements))
    question = access_not_granted(policy, actions, resources, reading=under)
    told = f"granted: {name}, {', '.join(actions)} on {', '.join(resources) or 'any'}"
    return asked(question.problem, f"{told}, {under.value}")


def _access(chance: Random, service: str) -> str:
    action = other_action(chance, service)
    if chance.random() < 0.3:
        return f"{service}:{chance.choice(('Put*', 'Delete*', 'Get*', '*Tag*', 'Create*', '*'))}"
    return action


def _resources(chance: Random, service: str, statements: list[Json]) -> list[str]:
    if chance.random() < 0.3:
        return []
    own = [
        resource
        for statement in statements
        for resource in listed(statement.get("Resource", []))
        if resource.startswith("arn:")
    ]
    if own and chance.random() < 0.5:
        return some(chance, own, 3)
    return [arn(chance, service) for _ in range(chance.randint(1, 3))]
