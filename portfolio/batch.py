"""Many questions, one JSON object a line; for each line exactly one answer line, in order.

A line that cannot be read gives an error object, and the run goes on. So it does when the answer to
a line fails, or costs a worker its life: what is not answered is unknown. Memory does not grow with
the input, however many lines there are and whoever answers them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import orjson

from encoders.iam.json_text import kind_of
from encoders.iam.parse import PolicyError, json_value
from portfolio import plain_lines
from portfolio.asked import Found, Json, found, question_of, undecided
from portfolio.check import Comparison, Result
from portfolio.conduct import Conduct

if TYPE_CHECKING:
    from portfolio.pool.work import Part

MAX_LINE_BYTES = 16 * 1024 * 1024
"""The longest line that is read; a longer one is an error."""

MAX_ID_DEPTH = 100
"""How deep the id of a line may be nested."""

RACES = 3
"""How often a question may spend its limit: a race, a confirmation, the other reading."""

MARGIN_S = 30.0
"""How much longer than its races an answer may take before its worker is taken to hang."""

MANY = Conduct(core_wall_s=0.0)
"""How many questions are asked if nothing else is said: without the reasons of a PASS."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer to one line: the object to print, and what it means for the exit status."""

    content: Json
    passed: bool = False
    is_error: bool = False

    @property
    def output(self) -> bytes:
        """The line to print: ASCII, with its end."""
        try:
            text = orjson.dumps(self.content, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:
            text = b""
        # What is left to the standard library: letters that a terminal may take for orders, lone
        # surrogates, and numbers as the user wrote them.
        return text if text and text.isascii() else _dumps(self.content)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The Ray cluster whose workers answer; without `address` it is one on this machine."""

    address: str | None = None


def answer_lines(
    source: IO[bytes],
    conduct: Conduct = MANY,
    *,
    workers: int | None = None,
    cluster: Cluster | None = None,
) -> Iterator[bytes]:
    """Yield the answer to each line of `source`, one JSON object a line, in order.

    `workers` processes share the work, one for each usable core if it is None; with 1 this process
    does it alone. They start once there is a backlog. Closing the iterator ends them. With
    `cluster` they are actors there, one for each of its cores if `workers` is None; raise
    ExecutorError iff it is not there.
    """
    with closing(answer_parts(source, conduct, workers=workers, cluster=cluster)) as parts:
        for part in parts:
            yield from part.output.splitlines()


def answer_parts(
    source: IO[bytes],
    conduct: Conduct,
    *,
    workers: int | None = None,
    cluster: Cluster | None = None,
) -> Generator[Part, None, None]:
    """Yield the same, as many lines at once as are there, and what they mean for the status."""
    from portfolio.pool.feed import Sizes  # noqa: PLC0415 - one question needs none of it
    from portfolio.pool.stream import answered, usable_cores  # noqa: PLC0415

    answering, sizes = Answering(conduct=conduct), Sizes(line=MAX_LINE_BYTES)
    if cluster is None:
        count = usable_cores() if workers is None else workers
        return answered(source, answering, workers=count, sizes=sizes)
    from portfolio.pool.on_ray import answered_on_ray  # noqa: PLC0415 - as above

    return answered_on_ray(source, answering, workers=workers, sizes=sizes, address=cluster.address)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What workers do with a line."""

    conduct: Conduct

    def reply(self, line: bytes | None) -> Reply:
        """Return the reply to one line, None being a line that is too long."""
        return reply(line, self.conduct)

    def unanswered(self, line: bytes, why: str) -> Reply:
        """Return the reply to a line that nobody survived to answer."""
        return _unanswered(line, why, self.conduct)

    def patience_s(self, line: bytes) -> float:
        """Return how long the answer to a line may take before its worker is taken to hang."""
        a_race_s = self.conduct.limits.wall_s + self.conduct.core_wall_s
        return RACES * _questions_in(line) * a_race_s + MARGIN_S


def _questions_in(line: bytes) -> int:
    """Return how many questions a line asks, each with limits of its own."""
    try:
        asked = _object(line)
    except PolicyError:
        return 1
    if asked.get("question") == "compare":
        return 2
    access = asked.get("access")
    if not isinstance(access, dict):
        return 1
    sizes = [len(_parts(access.get(name))) or 1 for name in ("actions", "resources")]
    return 1 + math.prod(sizes)


def reply(line: bytes | None, conduct: Conduct) -> Reply:
    """Return the reply to one line, None being a line that is too long."""
    try:
        return _plain_reply(line, conduct) or _any_reply(line, conduct)
    except Exception as error:
        # A fault of ours in one question must not cost the others their answers.
        return _unanswered(line, f"{type(error).__name__}: {error}", conduct)


def _plain_reply(line: bytes | None, conduct: Conduct) -> Reply | None:
    plain = None if line is None else plain_lines.answered(line, conduct)
    if plain is None:
        return None
    identity, result = plain
    return Reply(content={"id": identity, **result.to_json()}, passed=result.passed)


def _any_reply(line: bytes | None, conduct: Conduct) -> Reply:
    identity: object = None
    try:
        asked = _object(line)
        identity = identity_of(asked)
        result = found(asked, conduct)
    except PolicyError as error:
        return refusal(error, identity)
    passed = result.passed and not _is_disputed(result)
    return Reply(content={"id": identity, **result.to_json()}, passed=passed)


def _is_disputed(result: Found) -> bool:
    """Return whether members contradicted each other on the way to a result."""
    answers = result.answers if isinstance(result, Result | Comparison) else ()
    return any(answer.disagreements for answer in answers)


def _unanswered(line: bytes | None, why: str, conduct: Conduct) -> Reply:
    """Return the reply to a line whose answer failed: an error iff it asks nothing."""
    identity: object = None
    try:
        asked = _object(line)
        identity = identity_of(asked)
        result = undecided(question_of(asked), why, conduct)
    except PolicyError as error:
        return refusal(error, identity)
    except Exception:
        return refusal(PolicyError(why), identity)
    return Reply(content={"id": identity, **result.to_json()})


def identity_of(asked: Json) -> object:
    """Return the id of a line, which is written again.

    Raise PolicyError iff it is too deep for that.
    """
    identity = asked.get("id")
    level, depth = [identity], 0
    while level := [part for one in level for part in _parts(one)]:
        depth += 1
        if depth > MAX_ID_DEPTH:
            raise PolicyError("nested too deeply", "$.id")
    return identity


def _parts(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _dumps(content: Json) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def refusal(error: PolicyError, identity: object) -> Reply:
    """Return the reply to what asks nothing: what is wrong with it, and where."""
    told = {"message": error.message, "path": error.path}
    return Reply(content={"id": identity, "error": told}, is_error=True)


def _object(line: bytes | None) -> Json:
    if line is None:
        raise PolicyError(f"the line has more than {MAX_LINE_BYTES} bytes")
    value = json_value(line)
    if not isinstance(value, dict):
        raise PolicyError(f"expected an object, found {kind_of(value)}")
    return value
