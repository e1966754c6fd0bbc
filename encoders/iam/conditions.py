"""The condition operators as data, and the family of values that each condition key holds.

Operators: IAM User Guide, "IAM JSON policy elements: Condition operators".
`authorize` and `evaluate` give each row its meaning, each on its own. What no row describes raises
`Unsupported` with its place: a test is never left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from automaton.verdict import Unsupported
from encoders.iam.policy import Test
from encoders.iam.values import read_binary, read_date, read_network, read_number


class Family(Enum):
    """The kind of value that a condition key holds; the value is its name in messages.

    EPOCH: seconds since 1970, what a key holds that is read as a number and as a date.
    """

    PRESENCE = "presence"
    TEXT = "text"
    BOOL = "Boolean"
    NUMBER = "number"
    DATE = "date"
    EPOCH = "seconds since 1970"
    ADDRESS = "address"
    BINARY = "binary"


class Comparison(Enum):
    """How a value of the request is held against one value of the policy."""

    ABSENT = "is absent"
    EQUAL = "equals"
    EQUAL_FOLDED = "equals, ignoring case"
    LIKE = "matches the pattern"
    ARN_LIKE = "matches the pattern segment by segment"
    LESS = "is less than"
    AT_MOST = "is at most"
    GREATER = "is greater than"
    AT_LEAST = "is at least"
    WITHIN = "lies in the network"


@dataclass(frozen=True)
class Operator:
    """A condition operator. A `negated` one holds iff its comparison fits no value."""

    family: Family
    comparison: Comparison
    negated: bool = False


def _ordered(prefix: str, family: Family) -> dict[str, Operator]:
    return {
        f"{prefix}Equals": Operator(family, Comparison.EQUAL),
        f"{prefix}NotEquals": Operator(family, Comparison.EQUAL, negated=True),
        f"{prefix}LessThan": Operator(family, Comparison.LESS),
        f"{prefix}LessThanEquals": Operator(family, Comparison.AT_MOST),
        f"{prefix}GreaterThan": Operator(family, Comparison.GREATER),
        f"{prefix}GreaterThanEquals": Operator(family, Comparison.AT_LEAST),
    }


OPERATORS = {
    "StringEquals": Operator(Family.TEXT, Comparison.EQUAL),
    "StringNotEquals": Operator(Family.TEXT, Comparison.EQUAL, negated=True),
    "StringEqualsIgnoreCase": Operator(Family.TEXT, Comparison.EQUAL_FOLDED),
    "StringNotEqualsIgnoreCase": Operator(Family.TEXT, Comparison.EQUAL_FOLDED, negated=True),
    "StringLike": Operator(Family.TEXT, Comparison.LIKE),
    "StringNotLike": Operator(Family.TEXT, Comparison.LIKE, negated=True),
    "ArnEquals": Operator(Family.TEXT, Comparison.ARN_LIKE),
    "ArnLike": Operator(Family.TEXT, Comparison.ARN_LIKE),
    "ArnNotEquals": Operator(Family.TEXT, Comparison.ARN_LIKE, negated=True),
    "ArnNotLike": Operator(Family.TEXT, Comparison.ARN_LIKE, negated=True),
    "BinaryEquals": Operator(Family.BINARY, Comparison.EQUAL),
    "Bool": Operator(Family.BOOL, Comparison.EQUAL_FOLDED),
    "Null": Operator(Family.PRESENCE, Comparison.ABSENT),
    "IpAddress": Operator(Family.ADDRESS, Comparison.WITHIN),
    "NotIpAddress": Operator(Family.ADDRESS, Comparison.WITHIN, negated=True),
    **_ordered("Numeric", Family.NUMBER),
    **_ordered("Date", Family.DATE),
}


def operator_of(test: Test) -> Operator:
    """Return the operator of `test`; raise Unsupported iff it has no row."""
    operator = OPERATORS.get(test.operator)
    if operator is None:
        raise Unsupported(f"the condition operator `{test.operator}`", test.path)
    if test.if_exists and operator.family is Family.PRESENCE:
        raise Unsupported(f"`{test.operator}` with `IfExists`", test.path)
    return operator


def read_bool(text: str) -> bool:
    """Return the Boolean that `true` or `false`, in any case, stands for."""
    if text.lower() not in ("true", "false"):
        raise ValueError(f"`{text}` is neither `true` nor `false`")
    return text.lower() == "true"


READERS: dict[Family, Callable[[str], object]] = {
    Family.PRESENCE: read_bool,
    Family.TEXT: str,
    Family.BOOL: read_bool,
    Family.NUMBER: read_number,
    Family.DATE: read_date,
    Family.ADDRESS: read_network,
    Family.BINARY: read_binary,
}
"""How a value of each family is read; ValueError says that it is none."""

Read = TypeVar("Read")


def values_of(test: Test, read: Callable[[str], Read]) -> tuple[Read, ...]:
    """Return the values of `test` as `read` reads them; raise Unsupported iff it refuses one."""
    return tuple(_value(test, read, value) for value in test.values)


def _value(test: Test, read: Callable[[str], Read], value: str) -> Read:
    try:
        return read(value)
    except ValueError as error:
        raise Unsupported(f"the value `{value}` of `{test.operator}`", test.path) from error
