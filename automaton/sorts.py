"""Sorts, and variables of them."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Sort(Enum):
    """The sort of a variable; the value is its name in messages."""

    BOOL = "Bool"
    INT = "Int"
    REAL = "Real"
    STRING = "String"
    IPV4 = "IPv4"
    IPV6 = "IPv6"

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The least and the greatest number of the sort; None where there is none."""
        bits = {Sort.IPV4: 32, Sort.IPV6: 128}.get(self)
        return (None, None) if bits is None else (0, 2**bits - 1)


NUMERIC = frozenset({Sort.INT, Sort.REAL, Sort.IPV4, Sort.IPV6})
Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a problem. Within a problem a name has one sort."""

    name: str
    sort: Sort

    # PERF: the hash of an enum member is computed in Python each time, that of a string once.
    def __hash__(self) -> int:
        return hash(self.name)
