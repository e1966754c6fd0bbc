"""Good policies broken at one place: the text, the place, and what the refusal has to say.

A part of a good document is found by its kind; the tables say what breaks each kind. The expected
path is built here, from the way to the part, and not by the parser.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from encoders.iam.policy import PolicyType

Json = dict[str, Any]


@dataclass(frozen=True)
class Malformed:
    """A text that is no policy; the error is at `path`, and its message has `message` in it."""

    kind: str
    source: str | bytes
    path: str
    message: str
    policy_type: PolicyType | None = None


@dataclass(frozen=True)
class Part:
    """A part of a document: its kind, its path, and where it hangs."""

    kind: str
    path: str
    holder: Any = field(compare=False)
    key: str | int

    @property
    def value(self) -> Any:
        return self.holder[self.key]


def step(key: str) -> str:
    is_name = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key) is not None
    return f".{key}" if is_name else f"[{json.dumps(key)}]"


def items(kind: str, path: str, holder: Any, key: str | int) -> Iterator[Part]:
    """Yield the part at `key`, or each of its items where it is a list."""
    found = holder[key]
    if not isinstance(found, list):
        yield Part(kind, path, holder, key)
    else:
        for index in range(len(found)):
            yield Part(kind, f"{path}[{index}]", found, index)


def parts(document: Json) -> Iterator[Part]:
    """Yield the parts of a good document, each with its kind."""
    yield Part("document", "$", {"": document}, "")
    for name in ("Version", "Id"):
        yield Part(name, f"$.{name}", document, name)
    yield Part("statements", "$.Statement", document, "Statement")
    for statement in items("statement", "$.Statement", document, "Statement"):
        yield statement
        yield from _in_statement(statement.value, statement.path)


def _in_statement(statement: Json, path: str) -> Iterator[Part]:
    for name in ("Sid", "Effect", "Principal", "Condition"):
        yield Part(name, f"{path}.{name}", statement, name)
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in statement:
            yield from items(name.removeprefix("Not"), f"{path}.{name}", statement, name)
    for kind in statement["Principal"]:
        yield from items(kind, f"{path}.Principal.{kind}", statement["Principal"], kind)
    condition = statement["Condition"]
    for operator, keys in condition.items():
        place = f"{path}.Condition{step(operator)}"
        yield Part("operator", place, condition, operator)
        for key in keys:
            yield Part("key", f"{place}{step(key)}", keys, key)
            yield from items(f"value of {operator}", f"{place}{step(key)}", keys, key)


TESTS: dict[str, tuple[str, Sequence[object]]] = {
    "StringEquals": ("aws:PrincipalOrgID", ["o-a1b2c3d4e5", "o-f6g7h8i9j0"]),
    "NumericLessThan": ("s3:max-keys", ["10", 20, "1.5"]),
    "DateGreaterThan": ("aws:CurrentTime", ["2026-01-01T00:00:00Z", 1767225600]),
    "Bool": ("aws:SecureTransport", ["true", False]),
    "IpAddress": ("aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"]),
    "BinaryEquals": ("ex:bytes", ["QmluYXJ5VmFsdWVJbkJhc2U2NA=="]),
    "Null": ("aws:SourceVpc", ["true"]),
    "ForAnyValue:StringLikeIfExists": ("aws:TagKeys", ["team", "cost*"]),
}
PRINCIPALS: dict[str, Sequence[str]] = {
    "AWS": ["111122223333", "arn:aws:iam::111122223333:root", "AIDACKCEVSQ6C2EXAMPLE"],
    "Service": ["sns.amazonaws.com", "s3.amazonaws.com"],
    "Federated": ["accounts.google.com"],
}


def some(pool: Sequence[object]) -> SearchStrategy[object]:
    """One of a pool, or a list of several."""
    return st.sampled_from(pool) | st.lists(
        st.sampled_from(pool), min_size=1, max_size=3, unique_by=str
    )


@st.composite
def statements(draw: DrawFn) -> Json:
    operators = draw(st.lists(st.sampled_from(list(TESTS)), min_size=1, max_size=3, unique=True))
    kinds = draw(st.lists(st.sampled_from(list(PRINCIPALS)), min_size=1, max_size=3, unique=True))
    actions = some(["s3:GetObject", "s3:Put*", "S3:*", "ec2:Run?nstances", "*"])
    resources = some(["*", "arn:aws:s3:::bucket/*", "arn:aws:sqs:*:111122223333:q"])
    return {
        "Sid": draw(st.sampled_from(["", "one", "A b"])),
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        "Principal": {kind: draw(some(PRINCIPALS[kind])) for kind in kinds},
        draw(st.sampled_from(["Action", "NotAction"])): draw(actions),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(resources),
        "Condition": {name: {TESTS[name][0]: draw(some(TESTS[name][1]))} for name in operators},
    }


GOOD: SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "Version": st.sampled_from(["2012-10-17", "2008-10-17"]),
        "Id": st.sampled_from(["", "an id"]),
        "Statement": st.lists(statements(), min_size=1, max_size=3) | statements(),
    }
)
"""Resource policies that have every element somewhere."""

Wrong = list[tuple[object, str]]

NO_STRING: Wrong = [
    (None, "expected a string, found null"),
    (5, "expected a string, found a number"),
    (1.5, "expected a string, found a number"),
    (True, "expected a string, found a Boolean"),
    ({}, "expected a string, found an object"),
]
NO_OBJECT: Wrong = [
    (None, "expected an object, found null"),
    (5, "expected an object, found a number"),
    (False, "expected an object, found a Boolean"),
    ("Allow", "expected an object, found a string"),
]


def each(values: Sequence[object], message: str) -> Wrong:
    return [(value, message) for value in values]


REPLACED: dict[str, Wrong] = {
    "document": [*NO_OBJECT, ([], "expected an object, found an array")],
    "Version": [
        *NO_STRING,
        *each(["2012-10-18", "2012-10-17 ", "", "latest"], "is neither `2012-10-17` nor"),
    ],
    "Id": NO_STRING,
    "Sid": [*NO_STRING, (["one"], "expected a string, found an array")],
    "Effect": [
        *NO_STRING,
        (["Allow"], "expected a string, found an array"),
        *each(["allow", "DENY", "Permit", "", " Allow"], "is neither `Allow` nor `Deny`"),
    ],
    "statements": NO_OBJECT,
    "statement": NO_OBJECT,
    "Action": [
        *NO_STRING,
        *each(["GetObject", "s3:", "s3:Get:Object", "s*:Get", "", ":Get", "s 3:Get"], "is not `*`"),
    ],
    "Resource": [*NO_STRING, *each(["bucket", "", "bucket/*", "**", "?"], "is not `*` or an ARN")],
    "Principal": [
        *each(["ann", "111122223333", "", "**"], "is neither `*` nor an object"),
        *each([None, 5, True, [], ["*"]], "expected `*` or an object"),
    ],
    "AWS": [
        *NO_STRING,
        *each(["arn:aws:iam::111122223333:user/*", "arn:aws:iam::*:root", "?"], "a wildcard in"),
        *each(["ann", "11112222333", "1111222233334", "", "arn:aws:iam"], "is not an account id"),
    ],
    "Service": [*NO_STRING, ("*.amazonaws.com", "a wildcard in"), ("", "is not a name")],
    "Federated": [*NO_STRING, ("accounts.?.com", "a wildcard in"), ("", "is not a name")],
    "Condition": [*NO_OBJECT, ([], "expected an object, found an array")],
    "operator": [*NO_OBJECT, ([], "expected an object, found an array")],
    "key": each([None, {}], "expected a string, number or Boolean"),
}
"""Kind of part -> what breaks it, and what has to be said."""

WRONG_VALUES: dict[str, tuple[Sequence[object], str]] = {
    "NumericLessThan": (["ten", "1,000", "0x10", "", "NaN", "1 0", True], "is not a number"),
    "DateGreaterThan": (
        ["yesterday", "2026-13-01", "2026-01-32", "2026-01-01T25:00Z", "01/05/2026", ""],
        "is not an ISO 8601 date or seconds since 1970",
    ),
    "Bool": (["yes", "1", "tru", "", 0], "is not `true` or `false`"),
    "Null": (["null", "absent", "", 1], "is not `true` or `false`"),
    "IpAddress": (
        ["300.0.0.1", "10.0.0.0/33", "10.0.0.0/-1", "2001:db8::/129", "10.0", "localhost", "", 10],
        "is not an IP address or a CIDR block",
    ),
    "BinaryEquals": (["???", "QQ=", "Q Q="], "is not base64 text"),
}
"""Operator -> values that are none of its kind; the path is that of the key."""

RENAMED: dict[str, dict[str, Sequence[str]]] = {
    "document": {"Version": ["version", "Versions"], "Statement": ["Statements", "statement"]},
    "statement": {
        "Effect": ["effect", "Effects"],
        "Principal": ["Principals", "principal"],
        "Condition": ["Conditions", "Condition "],
        "Sid": ["SID", "sid"],
    },
    "Principal": {kind: ["aws", "User", "*", "Group", ""] for kind in PRINCIPALS},
}
WRONG_OPERATORS = (
    *("StringEqual", "stringequals", "StringEqualsIfExist", "ForAllValue:StringEquals", "Equals"),
    *("NullIfExists", "ForAnyValue:NullIfExists", "ForAnyValue:", "Bool ", "", "NotStringEquals"),
)
WRONG_KEYS = ("SourceIp", "aws:", ":SourceIp", "", "aws")

NEEDED = {
    "Effect": "`Effect` is missing",
    "Action": "`Action` or `NotAction` is missing",
    "Resource": "`Resource` or `NotResource` is missing",
    "Principal": "`Principal` or `NotPrincipal` is missing",
}

Breaker = Callable[[DrawFn, Json], Malformed]


def pick(draw: DrawFn, document: Json, *kinds: str) -> Part:
    return draw(st.sampled_from([part for part in parts(document) if part.kind in kinds]))


def replaced(draw: DrawFn, document: Json) -> Malformed:
    part = draw(st.sampled_from([part for part in parts(document) if part.kind in REPLACED]))
    value, message = draw(st.sampled_from(REPLACED[part.kind]))
    part.holder[part.key] = value
    source = value if part.kind == "document" else document
    return Malformed(f"{part.kind} replaced", json.dumps(source), part.path, message)


def wrong_value(draw: DrawFn, document: Json) -> Malformed:
    kinds = [f"value of {operator}" for operator in WRONG_VALUES]
    fitting = [part for part in parts(document) if part.kind in kinds]
    if not fitting:
        return replaced(draw, document)
    part = draw(st.sampled_from(fitting))
    values, message = WRONG_VALUES[part.kind.removeprefix("value of ")]
    part.holder[part.key] = draw(st.sampled_from(values))
    return Malformed(part.kind, json.dumps(document), part.path, message)


def renamed(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, *RENAMED)
    old = draw(st.sampled_from([name for name in RENAMED[part.kind] if name in part.value]))
    new = draw(st.sampled_from(RENAMED[part.kind][old]))
    part.value[new] = part.value.pop(old)
    return Malformed(
        f"{part.kind} renamed", json.dumps(document), part.path + step(new), "unknown element"
    )


def wrong_operator(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "operator")
    new = draw(st.sampled_from(WRONG_OPERATORS))
    part.holder[new] = part.holder.pop(part.key)
    path = part.path.removesuffix(step(str(part.key))) + step(new)
    message = "`Null` with `IfExists`" if "NullIf" in new else "unknown condition operator"
    return Malformed("operator renamed", json.dumps(document), path, message)


def wrong_key(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "key")
    new = draw(st.sampled_from(WRONG_KEYS))
    part.holder[new] = part.holder.pop(part.key)
    path = part.path.removesuffix(step(str(part.key))) + step(new)
    return Malformed("key renamed", json.dumps(document), path, "is not of the form")


def key_twice(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "key")
    second = str(part.key).swapcase()
    part.holder[second] = "a"
    path = part.path.removesuffix(step(str(part.key))) + step(second)
    return Malformed("key twice", json.dumps(document), path, "(case is ignored)")


def missing(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "statement")
    name = draw(st.sampled_from(list(NEEDED)))
    part.value.pop(name, None)
    part.value.pop(f"Not{name}", None)
    source = json.dumps(document)
    return Malformed(f"no {name}", source, part.path, NEEDED[name], PolicyType.RESOURCE)


WRONG_VARIABLES = {
    "${": "does not end",
    "${aws:username": "does not end",
    "a${aws:userid}${": "does not end",
    "${}": "`${}` is not a policy variable",
    "${ }": "`${ }` is not a policy variable",
    "${username}": "`${username}` is not a policy variable",
    "${**}": "`${**}` is not a policy variable",
    "${aws:username, anonymous}": "is not a policy variable",
    "${aws:username, 'anonymous}": "is not a policy variable",
    "${aws:username 'anonymous'}": "is not a policy variable",
}


def wrong_variable(draw: DrawFn, document: Json) -> Malformed:
    document["Version"] = "2012-10-17"
    part = pick(draw, document, "Resource", "value of StringEquals", "value of Bool")
    text = draw(st.sampled_from(list(WRONG_VARIABLES)))
    part.holder[part.key] = f"arn:aws:s3:::{text}" if part.kind == "Resource" else text
    return Malformed("variable", json.dumps(document), part.path, WRONG_VARIABLES[text])


def no_statement(draw: DrawFn, document: Json) -> Malformed:
    del draw, document["Statement"]
    return Malformed("no Statement", json.dumps(document), "$", "`Statement` is missing")


def unknown(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "document", "statement")
    name = draw(st.sampled_from(["Comment", "action", "é", "a b", "NotEffect"]))
    part.value[name] = "*"
    return Malformed(
        "unknown element", json.dumps(document), part.path + step(name), "unknown element"
    )


def both(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "statement")
    name = draw(st.sampled_from(["Action", "Resource", "Principal"]))
    found = part.value.get(name, part.value.get(f"Not{name}"))
    part.value[name] = part.value[f"Not{name}"] = found
    message = f"both `{name}` and `Not{name}`"
    return Malformed(f"both {name}", json.dumps(document), part.path, message)


def empty(draw: DrawFn, document: Json) -> Malformed:
    part = pick(draw, document, "statement")
    name = draw(st.sampled_from(["Action", "Resource", "Principal"]))
    part.value.pop(name, None)
    part.value[f"Not{name}"] = {} if name == "Principal" else []
    path = f"{part.path}.Not{name}"
    return Malformed(f"empty Not{name}", json.dumps(document), path, "is empty")


def misplaced(draw: DrawFn, document: Json) -> Malformed:
    kinds = [one for one in PolicyType if not one.has_principal]
    chosen = draw(st.sampled_from(kinds))
    first = next(part for part in parts(document) if part.kind == "Principal")
    message = f"`Principal` in a policy of type `{chosen.value}`"
    return Malformed("misplaced Principal", json.dumps(document), first.path, message, chosen)


def sid_twice(draw: DrawFn, document: Json) -> Malformed:
    chosen = draw(st.sampled_from([PolicyType.IDENTITY, PolicyType.BOUNDARY]))
    first = next(part.value for part in parts(document) if part.kind == "statement")
    del first["Principal"]
    first["Sid"] = "twice"
    count = draw(st.integers(1, 3))
    document["Statement"] = [first, *({**first, "Sid": str(n)} for n in range(count)), first]
    path = f"$.Statement[{count + 1}].Sid"
    return Malformed("Sid twice", json.dumps(document), path, "occurs twice", chosen)


STRUCTURAL: tuple[Breaker, ...] = (
    replaced, replaced, replaced, wrong_value, wrong_value, renamed, wrong_operator, wrong_key,
    wrong_variable, key_twice, missing, no_statement, unknown, both, empty, misplaced, sid_twice,
)  # fmt: skip


@st.composite
def malformed_documents(draw: DrawFn) -> Malformed:
    """Draw a JSON document that is no policy because of one part."""
    document = copy.deepcopy(draw(GOOD))
    return draw(st.sampled_from(STRUCTURAL))(draw, document)
