"""Questions about stacks: managed policies under boundaries, session policies and SCPs."""

from __future__ import annotations

from random import Random

from encoders.iam.parse import PolicyError
from encoders.iam.stack.parse import read_stack
from encoders.iam.stack.questions import no_new_access_of_stacks
from encoders.iam.stack.stack import Facts, Stack
from portfolio.workbench.drawing.documents import arn, document_of, other_action, some
from portfolio.workbench.drawing.documents import statements_of as statements_in
from portfolio.workbench.drawing.drawn import Drawn, NoQuery, asked
from portfolio.workbench.drawing.edits import CONDITIONS, edited
from portfolio.workbench.drawing.managed import Json, managed
from portfolio.workbench.drawing.policies import reading
from portfolio.workbench.drawing.resource_policies import ACCOUNTS

ALLOW_ALL: Json = document_of([{"Effect": "Allow", "Action": "*", "Resource": "*"}])

Written = dict[str, list[object]]
"""A stack as it is written: for each kind its policies, or its levels of policies."""


def stacks(chance: Random) -> Drawn:
    """Draw the question whether a stack with one change allows what it did not allow before."""
    name = managed().draw(chance)
    before = _stack(chance, name)
    after, how = _changed(chance, before)
    if chance.random() < 0.4:
        before, after = after, before
        how = f"{how}, undone"
    owner = chance.choice((None, None, *ACCOUNTS[:2]))
    under = reading(chance)
    question = no_new_access_of_stacks(
        _read(before), _read(after), facts=Facts(resource_account=owner), reading=under
    )
    kinds = "+".join(before)
    return asked(question.problem, f"stack: {name}, {kinds}, {how}, {under.value}")


def _stack(chance: Random, name: str) -> Written:
    documents = managed().documents
    written: Written = {"identity": [_part(chance, documents[name])]}
    if chance.random() < 0.4:
        other = managed().neighbour(chance, name) or managed().draw(chance)
        written["identity"].append(_part(chance, documents[other]))
    if chance.random() < 0.5:
        written["boundary"] = [_limit(chance, name)]
    if chance.random() < 0.3:
        written["session"] = [_limit(chance, name)]
    if chance.random() < 0.6:
        guarded = document_of([*statements_in(ALLOW_ALL), _deny(chance, name)])
        written["scp"] = [[ALLOW_ALL], [guarded]] if chance.random() < 0.5 else [[guarded]]
    return written


def _part(chance: Random, document: Json) -> Json:
    """Return the document, or a few of its statements."""
    statements = statements_in(document)
    return document_of(some(chance, statements, 8)) if chance.random() < 0.7 else document


def _limit(chance: Random, name: str) -> Json:
    """Return a policy that limits others: of a neighbour, or of whole services."""
    other = managed().neighbour(chance, name)
    if other is not None and chance.random() < 0.5:
        return _part(chance, managed().documents[other])
    services = managed().services(name) or ["s3"]
    allowed = [f"{service}:*" for service in some(chance, services, 6)]
    return document_of([{"Effect": "Allow", "Action": allowed, "Resource": "*"}])


def _deny(chance: Random, name: str) -> Json:
    service = chance.choice(managed().services(name) or ["s3"])
    denied: Json = {
        "Effect": "Deny",
        "Action": [other_action(chance, service) for _ in range(chance.randint(1, 4))],
        "Resource": chance.choice(("*", arn(chance, service))),
    }
    if chance.random() < 0.6:
        denied["Condition"] = chance.choice(CONDITIONS)
    return denied


def _changed(chance: Random, written: Written) -> tuple[Written, str]:
    """Return the stack with one kind of its policies changed, and how."""
    kind = chance.choice(sorted(written))
    changed = {name: list(found) for name, found in written.items()}
    if kind != "identity" and chance.random() < 0.3:
        del changed[kind]
        return changed, f"without its {kind}"
    last = changed[kind][-1]
    if isinstance(last, list):
        document, how = edited(chance, last[-1])
        changed[kind][-1] = [document]
    else:
        assert isinstance(last, dict)
        document, how = edited(chance, last)
        changed[kind][-1] = document
    return changed, f"{kind} {how}"


def _read(written: Written) -> Stack:
    try:
        return read_stack(written)
    except PolicyError as error:
        raise NoQuery from error
