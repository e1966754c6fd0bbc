"""Families of questions about two policies, by size; what `growth` and `adversarial` are made of.

A family draws an existing and a new policy of a size. The new one allows nothing else, and the
docstring says why, unless it is to be wider: then it says what the new one allows more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.posed import Drawn, Json

ACCOUNT = "111122223333"
Draw = Callable[[int, bool], tuple[Json, Json]]
Test = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Family:
    """Questions of one shape, the sizes of which a suite has some, and what the sizes count."""

    draw: Draw
    sizes: tuple[int, ...]
    counts: str = ""
    wider: tuple[bool, ...] = (False, True)

    @property
    def name(self) -> str:
        """The name of the shape."""
        return self.draw.__name__.replace("_", "-")

    def cases(self) -> Iterator[Drawn]:
        """Yield the cases, the small ones first."""
        for is_wider in self.wider:
            name = f"{self.name}-wider" if is_wider else self.name
            for size in self.sizes:
                yield Drawn(name, size, "sat" if is_wider else "unsat", _of(self.draw, is_wider))


def _of(draw: Draw, is_wider: bool) -> Callable[[int], tuple[Json, Json]]:
    return lambda size: draw(size, is_wider)


def policy(*statements: Json) -> Json:
    """Return the policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    action: str | Sequence[str] = "s3:GetObject",
    resource: str | Sequence[str] = "*",
    condition: Test | None = None,
) -> Json:
    """Return the statement that allows such requests."""
    return _statement("Allow", action, resource, condition)


def deny(
    action: str | Sequence[str] = "*",
    resource: str | Sequence[str] = "*",
    condition: Test | None = None,
) -> Json:
    """Return the statement that denies such requests."""
    return _statement("Deny", action, resource, condition)


def _statement(
    effect: str,
    action: str | Sequence[str],
    resource: str | Sequence[str],
    condition: Test | None,
) -> Json:
    found: Json = {"Effect": effect, "Action": action, "Resource": resource}
    return found if condition is None else {**found, "Condition": condition}


def nothing() -> Json:
    """Return a policy that allows next to nothing."""
    return policy(allow("ec2:Nothing", "arn:aws:ec2:::none"))


def bucket(pattern: str) -> str:
    """Return the pattern as that of a bucket's ARN."""
    return f"arn:aws:s3:::{pattern}"


def tag(number: int) -> str:
    """Return a key of conditions, one for each number."""
    return f"aws:RequestTag/k{number}"
