"""Input of the command line: policies, stacks and requests from files or standard input."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, TypeVar

import click

from encoders.iam.json_text import json_value
from encoders.iam.parse import MAX_SIZE, PolicyError, parse_policy
from encoders.iam.policy import Policy, PolicyType

if TYPE_CHECKING:
    from encoders.iam.stack.stack import Stack

FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)

MAX_STACK_SIZE = 16 * MAX_SIZE
"""The longest text of a stack, in bytes."""

T = TypeVar("T")


class BadInput(click.ClickException):
    """Input that asks nothing."""


def opened(path: str) -> IO[bytes]:
    """Return the file, `-` being standard input, open for reading."""
    try:
        return click.open_file(path, "rb")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None


def policies_of(paths: tuple[str, str], policy_type: PolicyType | None) -> tuple[Policy, Policy]:
    """Return the policies of two files, one of which at most is standard input."""
    require_one_input(paths)
    first, second = paths
    return policy_of(first, policy_type), policy_of(second, policy_type)


def policy_of(path: str, policy_type: PolicyType | None) -> Policy:
    """Return the policy of a file."""
    return _read(path, MAX_SIZE, lambda source: parse_policy(source, policy_type))


def stacks_of(paths: tuple[str, str]) -> tuple[Stack, Stack]:
    """Return the stacks of two files, one of which at most is standard input."""
    require_one_input(paths)
    first, second = (_stack_of(path) for path in paths)
    return first, second


def _stack_of(path: str) -> Stack:
    from encoders.iam.stack.parse import read_stack  # noqa: PLC0415 - most questions need none

    value = value_of(path)
    return placed(path, lambda: read_stack(value))


def value_of(path: str) -> object:
    """Return the value of a JSON file."""
    return _read(path, MAX_STACK_SIZE, _whole_value)


def _whole_value(source: bytes) -> object:
    if len(source) > MAX_STACK_SIZE:
        raise PolicyError(f"longer than {MAX_STACK_SIZE // 1024**2} MiB")
    return json_value(source)


def require_one_input(paths: tuple[str, str]) -> None:
    """Raise UsageError iff both files are standard input."""
    if paths == ("-", "-"):
        raise click.UsageError("standard input can be only one of the policies")


def _read(path: str, size: int, read: Callable[[bytes], T]) -> T:
    with opened(path) as file:
        source = file.read(size + 1)
    return placed(path, lambda: read(source))


def placed(path: str, read: Callable[[], T]) -> T:
    """Return what `read` returns; an error of it is told with the file and the place."""
    try:
        return read()
    except PolicyError as error:
        raise BadInput(f"{path}: {error.path}: {error.message}") from None


def asked(ask: Callable[[], T]) -> T:
    """Return what `ask` returns; a question that makes no sense is bad input."""
    try:
        return ask()
    except ValueError as error:
        raise BadInput(str(error)) from None
