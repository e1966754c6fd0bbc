"""What an answer is: satisfiable with a model, unsatisfiable, or unknown with a reason.

A verdict is never a bool. Reading an unknown conservatively ("not proved safe") is the
business of one function in `portfolio.answer`, not of this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

Value = bool | int | Fraction | str
"""Bool: bool; Int and addresses: int; Real: Fraction; String: str."""

Model = Mapping[str, Value]
"""An assignment: the name of each variable of a problem -> its value."""


class Reason(Enum):
    """Why a verdict is unknown; the value is the sentence shown to people."""

    TIME = "the time limit was reached"
    STEPS = "the step limit was reached"
    MEMORY = "the memory limit was reached"
    CANCELLED = "the search was cancelled"
    UNSUPPORTED = "the problem uses a construct that is not supported"
    INCOMPLETE = "the solver gave up"
    DISAGREEMENT = "members contradict each other or a witness did not replay"
    NO_ANSWER = "no member gave a conclusive answer"


@dataclass(frozen=True)
class Sat:
    """The problem is satisfiable, as `model` shows."""

    model: Model


@dataclass(frozen=True)
class Unsat:
    """No assignment satisfies the problem."""


@dataclass(frozen=True)
class Unknown:
    """The problem was not decided; `reason` says which limit or gap ended the search."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}" if self.detail else self.reason.value


Verdict = Sat | Unsat | Unknown


class Unsupported(Exception):  # noqa: N818 - the field's word for it; it is an answer more than an error
    """Raised for a construct we do not model; it becomes `Unknown`, never a smaller problem."""

    def __init__(self, feature: str, where: str = "") -> None:
        super().__init__(f"{feature} is not supported{f' (at {where})' if where else ''}")
        self.feature = feature
        self.where = where
