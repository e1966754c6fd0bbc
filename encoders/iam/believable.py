"""From a model to the smallest believable witness: a request that somebody could really make.

A model knows patterns, not AWS: its witness may be `s3:get` on `arn:a:s3:::b`. Step by step the
request is made smaller and more real, as long as the concrete evaluator agrees that it still shows
what the question claims. The steps are few and go forward only; a budget bounds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from encoders.iam.actions import ACCOUNT, OTHER_ACCOUNT, REGION, REGIONS, action_named
from encoders.iam.catalogue import KeyFacts, KeyType, key_facts
from encoders.iam.keys import SOURCE_IP, is_always_present
from encoders.iam.policy import Policy, PrincipalKind, Test
from encoders.iam.principals import Caller
from encoders.iam.real_requests import real_actions, real_requests
from encoders.iam.request import NO_RESOURCE, Request

Shows = Callable[[Request], bool]
"""Whether a request could be made, and shows what a question claims."""

MOST_CHECKS = 100
LEAST_CHECKS = 16
VALUES_CHECKED = 20_000
"""How often a request is held against the policies, and against how many values in all."""

MOST_MOVED = 4
"""How many resources are tried with a value that is put in place of an empty one."""


class _Judge:
    """Says whether a request shows what it must, for as long as the budget lasts."""

    def __init__(self, shows: Shows, checks: int) -> None:
        self._shows = shows
        self._checks = checks

    def agrees(self, request: Request) -> bool:
        """Return True iff there was budget to look at `request`, and it shows what it must."""
        self._checks -= 1
        return self._checks >= 0 and self._shows(request)

    def first(self, requests: Iterable[Request]) -> Request | None:
        """Return the first of `requests` that shows what it must, None where none was found."""
        for request in requests:
            if self._checks <= 0:
                return None
            if self.agrees(request):
                return request
        return None


def believable_witness(request: Request, policies: Sequence[Policy], shows: Shows) -> Request:
    """Return the smallest believable request that shows what `request`, a model's witness, does.

    It carries no condition key that `request` does not. Where no real action fits, that of
    `request` stays.
    """
    judge = _Judge(shows, _checks_for(policies))
    if judge.agrees(request):
        for step in _STEPS:
            request = step(request, policies, judge)
    return request


def _checks_for(policies: Sequence[Policy]) -> int:
    count = sum(
        len(statement.actions.values) + len(statement.tests)
        for policy in policies
        for statement in policy.statements
    )
    return min(MOST_CHECKS, max(LEAST_CHECKS, VALUES_CHECKED // max(1, count)))


def _with_fewer_keys(request: Request, _: Sequence[Policy], judge: _Judge) -> Request:
    """Leave out condition keys, those together that come together, last ones first."""
    for group in reversed(_groups(request.context)):
        context = {key: value for key, value in request.context.items() if key not in group}
        smaller = replace(request, context=context)
        if judge.agrees(smaller):
            request = smaller
    return request


def _groups(keys: Iterable[str]) -> list[list[str]]:
    """Return the keys that a possible request may lack, those together that come together."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        name = key.lower()
        if not (is_always_present(name) or name in _TOLD or name.startswith(_FOLLOWING)):
            groups.setdefault(_together(name), []).append(key)
    return list(groups.values())


_TOLD = (SOURCE_IP, "aws:resourceaccount")
"""Hardly a request is without these, so that they are not left out."""

_FOLLOWING = (
    *("aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalis"),
    *("aws:principalservice", "aws:userid", "aws:username"),
)
"""How the names begin of the keys that follow from who calls."""


def _together(name: str) -> str:
    if "resourcetag/" in name:
        return name.partition("resourcetag/")[2]
    return next((group for group, starts in _TOGETHER if name.startswith(starts)), name)


_TOGETHER = (
    ("aws:principalorg", ("aws:principalorg",)),
    ("aws:resourceorg", ("aws:resourceorg",)),
    ("aws:requesttag", ("aws:requesttag/", "aws:tagkeys")),
    ("aws:sourcevpc", ("aws:sourcevpc", "aws:vpc")),
    ("aws:multifactorauth", ("aws:multifactorauth", "aws:tokenissuetime")),
    ("aws:source", ("aws:sourcea", "aws:sourceorg")),
    ("aws:calledvia", ("aws:calledvia",)),
)
"""Groups of keys by how their names begin: one event, or one fact, brings all of a group."""


def _with_known_caller(request: Request, policies: Sequence[Policy], judge: _Judge) -> Request:
    """Let an ordinary user call where no key follows from who calls, and no policy names it."""
    caller = request.principal
    if caller is None or caller.kind is PrincipalKind.ANYONE or caller in _principals(policies):
        return request
    if any(map(_asks_who_calls, policies)):
        return request
    return judge.first(replace(request, principal=one) for one in _callers(caller)) or request


def _asks_who_calls(policy: Policy) -> bool:
    """Return True iff `policy` tests a key that follows from the caller, or may refer to one."""
    return any(
        test.key.lower().startswith(_FOLLOWING) or "${" in "".join(test.values)
        for statement in policy.statements
        for test in statement.tests
    ) or any(
        "${" in "".join(statement.resources.values)
        for statement in policy.statements
        if statement.resources is not None
    )


def _principals(policies: Sequence[Policy]) -> Iterator[Caller]:
    for policy in policies:
        for statement in policy.statements:
            for one in statement.principals.values if statement.principals is not None else ():
                yield Caller(one.kind, one.value)


def _callers(caller: Caller) -> Iterator[Caller]:
    """Yield ordinary callers: of well-known accounts, then of the account of `caller`."""
    arn = caller.value.split(":", 5)
    own = arn[4:5] if caller.kind is PrincipalKind.AWS else []
    for account in (ACCOUNT, OTHER_ACCOUNT, *own):
        yield Caller(PrincipalKind.AWS, f"arn:aws:iam::{account}:user/somebody")
        yield Caller(PrincipalKind.AWS, f"arn:aws:sts::{account}:assumed-role/some-role/somebody")


def _with_readable_values(request: Request, policies: Sequence[Policy], judge: _Judge) -> Request:
    """Give each key that does not tell of the caller a value of a policy, else one of its kind."""
    for key, value in request.context.items():
        if isinstance(value, str) and not key.lower().startswith(_FIXED):
            values = _values(key, policies)
            better = values[: values.index(value)] if value in values else values
            changed = [_with_value(request, key, one) for one in better]
            # The resource may hold the value, by a policy variable.
            moved = (real for one in changed[:1] for real in real_requests(one, policies))
            tried = changed if value else chain(changed, islice(moved, MOST_MOVED))
            request = judge.first(tried) or request
    return request


_FIXED = (*_FOLLOWING, "aws:currenttime", "aws:epochtime")


def _with_value(request: Request, key: str, value: str) -> Request:
    return replace(request, context={**request.context, key: value})


def _values(key: str, policies: Sequence[Policy]) -> list[str]:
    """Return readable values of a key: what policies name, their patterns filled, examples."""
    tests = [test for test in _tests(policies) if test.key.lower() == key.lower()]
    facts = key_facts(key)
    operators = {test.operator for test in tests} - {"Null"}
    if operators and all(name.endswith("IpAddress") for name in operators):
        return ["203.0.113.10"]
    # A text that is read as a number, say, must be one.
    is_text = facts is None or facts.type in (KeyType.STRING, KeyType.ARN)
    if not is_text or not all(name.startswith(("String", "Arn")) for name in operators):
        return []
    texts = (value for test in tests if test.operator != "Null" for value in test.values)
    named = [text for text in texts if "${" not in text]
    plain = [value for value in named if not {"*", "?"} & set(value)]
    filled = [text for value in named for text in _filled(value)]
    return [text for text in (*plain, *filled, *_examples(key.lower(), facts)) if text]


def _tests(policies: Sequence[Policy]) -> Iterator[Test]:
    for policy in policies:
        for statement in policy.statements:
            yield from statement.tests


def _filled(pattern: str) -> Iterator[str]:
    """Yield texts that a pattern of a policy may stand for."""
    segments = pattern.split(":", 5)
    if segments[0] == "arn":
        missing = 6 - len(segments) if pattern.endswith("*") else 0
        segments += ["*"] * missing
        fillers = ("arn", "aws", "s3", REGION, ACCOUNT, "acme")
        pairs = zip(segments, fillers, strict=False)
        yield ":".join(segment.replace("*", filler) for segment, filler in pairs)
    for filler in ("acme", REGION, "1", ""):
        yield pattern.replace("*", filler).replace("?", "1")


def _examples(name: str, facts: KeyFacts | None) -> Sequence[str]:
    if facts is not None and facts.type is KeyType.ARN:
        return ("arn:aws:s3:::acme-bucket",)
    return next((texts for end, texts in _BY_ENDING.items() if name.endswith(end)), ("acme",))


_BY_ENDING: dict[str, Sequence[str]] = {
    "account": (OTHER_ACCOUNT, ACCOUNT),
    "orgid": ("o-a1b2c3d4e5",),
    "region": REGIONS,
    "sourcevpc": ("vpc-1234567890abcdef0",),
    "sourcevpce": ("vpce-1234567890abcdef0",),
}
"""Readable values of keys, by how their names end."""


def _with_readable_resource(request: Request, _: Sequence[Policy], judge: _Judge) -> Request:
    """Write the partition, the region and the account as examples do, each where it may be."""
    if request.resource in (None, NO_RESOURCE):
        return request
    for place, text in ((1, "aws"), (3, REGION), (4, ACCOUNT)):
        segments = str(request.resource).split(":", 5)
        segments[place] = text
        nicer = replace(request, resource=":".join(segments))
        if nicer != request and judge.agrees(nicer):
            request = nicer
    return request


def _with_real_action(request: Request, policies: Sequence[Policy], judge: _Judge) -> Request:
    """Spell the action as AWS does, or take a real one that no policy tells from it."""
    own = action_named(request.action)
    actions = [own] if own is not None else islice(real_actions(request, policies), 3)
    return judge.first(replace(request, action=one.name) for one in actions) or request


def _with_fitting_resource(request: Request, policies: Sequence[Policy], judge: _Judge) -> Request:
    """Find a real action on a resource that it takes."""
    return judge.first(real_requests(request, policies)) or request


_STEPS = (
    *(_with_fewer_keys, _with_known_caller, _with_readable_values, _with_readable_resource),
    *(_with_real_action, _with_fitting_resource),
)
"""The last one may spend all that is left of the budget."""
