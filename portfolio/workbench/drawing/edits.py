"""Edits of policies, as people make them from one version to the next."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from portfolio.workbench.drawing.documents import (
    arn,
    document_of,
    listed,
    other_action,
    service_of,
    some,
    statements_of,
)
from portfolio.workbench.drawing.managed import Json

Statements = list[Json]
Edit = Callable[[Random, Statements], str | None]
"""Changes statements in place and says how; None iff there is nothing to change in this way."""

CONDITIONS: tuple[Json, ...] = (
    {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    {"StringLike": {"aws:ResourceTag/team": ["data-*", "ml-*"]}},
    {"StringNotEquals": {"aws:ResourceAccount": "111122223333"}},
    {"StringEqualsIgnoreCase": {"aws:PrincipalTag/stage": "prod"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin/*"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}},
    {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
    {"ForAllValues:StringLike": {"aws:TagKeys": ["cost-*", "owner"]}},
    {"Null": {"aws:RequestTag/owner": "false"}},
)


def edited(chance: Random, document: Json) -> tuple[Json, str]:
    """Return a document with one to three edits, and what they were; none iff none applies."""
    statements = statements_of(document)
    told = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        how = chance.choice(EDITS)(chance, statements)
        if how is not None and statements:
            told.append(how)
    return document_of(statements), ", ".join(told)


def _drop_statement(chance: Random, statements: Statements) -> str | None:
    if len(statements) < 2:
        return None
    place = chance.randrange(len(statements))
    del statements[place]
    return f"without statement {place}"


def _drop_actions(chance: Random, statements: Statements) -> str | None:
    statement = _one_with(chance, statements, "Action", least=2)
    if statement is None:
        return None
    actions = listed(statement["Action"])
    dropped = some(chance, actions, len(actions) - 1)
    statement["Action"] = [action for action in actions if action not in dropped] or actions[:1]
    return f"without {len(dropped)} actions"


def _add_actions(chance: Random, statements: Statements) -> str | None:
    statement = _one_with(chance, statements, "Action")
    if statement is None:
        return None
    service = service_of(statement)
    added = [other_action(chance, service) for _ in range(chance.randint(1, 4))]
    statement["Action"] = [*listed(statement["Action"]), *added]
    return f"with {', '.join(added)}"


def _widen_action(chance: Random, statements: Statements) -> str | None:
    return _change_value(chance, statements, "Action", _with_star)


def _widen_resource(chance: Random, statements: Statements) -> str | None:
    return _change_value(chance, statements, "Resource", _with_star)


def _mark_resource(chance: Random, statements: Statements) -> str | None:
    return _change_value(chance, statements, "Resource", _with_mark)


def _narrow_resource(chance: Random, statements: Statements) -> str | None:
    statement = _one_with(chance, statements, "Resource")
    if statement is None:
        return None
    service = service_of(statement)
    statement["Resource"] = [arn(chance, service) for _ in range(chance.randint(1, 3))]
    return f"on {statement['Resource']}"


def _drop_condition(chance: Random, statements: Statements) -> str | None:
    statement = _one_with(chance, statements, "Condition")
    if statement is None:
        return None
    del statement["Condition"]
    return "without a condition"


def _add_condition(chance: Random, statements: Statements) -> str | None:
    statement = chance.choice(statements)
    if "Condition" in statement:
        return None
    statement["Condition"] = chance.choice(CONDITIONS)
    return f"if {statement['Condition']}"


def _add_deny(chance: Random, statements: Statements) -> str | None:
    service = service_of(chance.choice(statements))
    denied: Json = {
        "Effect": "Deny",
        "Action": [other_action(chance, service) for _ in range(chance.randint(1, 3))],
        "Resource": chance.choice(("*", arn(chance, service))),
    }
    if chance.random() < 0.4:
        denied["Condition"] = chance.choice(CONDITIONS)
    statements.append(denied)
    return f"with a Deny of {denied['Action']}"


def _split_actions(chance: Random, statements: Statements) -> str | None:
    statement = _one_with(chance, statements, "Action", least=2)
    if statement is None:
        return None
    actions = listed(statement["Action"])
    cut = chance.randrange(1, len(actions))
    statement["Action"] = actions[:cut]
    statements.append({**statement, "Action": actions[cut:], "Sid": "Split"})
    return f"with a statement split after {cut} actions"


EDITS: tuple[Edit, ...] = (
    _drop_statement,
    _drop_actions,
    _add_actions,
    _add_actions,
    _widen_action,
    _widen_resource,
    _mark_resource,
    _narrow_resource,
    _drop_condition,
    _add_condition,
    _add_deny,
    _split_actions,
)


def _one_with(chance: Random, statements: Statements, name: str, *, least: int = 1) -> Json | None:
    """Return a statement with an element of so many values, or None iff there is none."""
    having = [one for one in statements if name in one and len(listed(one[name])) >= least]
    return chance.choice(having) if having else None


def _change_value(
    chance: Random,
    statements: Statements,
    name: str,
    change: Callable[[Random, str], str | None],
) -> str | None:
    statement = _one_with(chance, statements, name)
    if statement is None:
        return None
    values = listed(statement[name])
    place = chance.randrange(len(values))
    changed = change(chance, values[place])
    if changed is None:
        return None
    told = f"with {changed} for {values[place]}"
    values[place] = changed
    statement[name] = values
    return told


def _with_star(chance: Random, value: str) -> str | None:
    """Return the value with a star from some place after its service on."""
    least = value.find(":") + 1
    if not 0 < least < len(value) - 1:
        return None
    return f"{value[: chance.randrange(least, len(value) - 1)]}*"


def _with_mark(chance: Random, value: str) -> str | None:
    """Return the value with marks for one to three of its characters."""
    places = [place for place in range(value.rfind(":") + 1, len(value)) if value[place].isalnum()]
    if not places or not value.startswith("arn:"):
        return None
    marked = set(some(chance, places, 3))
    return "".join("?" if place in marked else char for place, char in enumerate(value))
