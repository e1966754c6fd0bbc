"""Many questions, one JSON object a line; for each line exactly one answer line, in order.

A line that cannot be read gives an error object, and the run goes on. So it does when the answer to
a line fails, or costs a worker its life: what is not answered is unknown. Memory does not grow with
the input, however many lines there are and whoever answers them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeVar

import orjson

from automaton.verdict import Reason, Unknown
from encoders.iam.access.addresses import Limit
from encoders.iam.json_text import kind_of, object_of, shown, strings_of
from encoders.iam.parse import PolicyError, json_value, policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.resource_types import RESOURCE_TYPES
from encoders.iam.stack.parse import read_stack
from encoders.iam.stack.simulate import FACTS, read_facts
from encoders.iam.trust_zone import TrustZone
from portfolio import plain_lines
from portfolio.analyses import Analysis, Analyst
from portfolio.answer import Answer
from portfolio.check import Comparison, Result
from portfolio.conduct import Conduct

if TYPE_CHECKING:
    from portfolio.pool.work import Part

MAX_LINE_BYTES = 16 * 1024 * 1024
"""The longest line that is read; a longer one is an error."""

MAX_ID_DEPTH = 100
"""How deep the id of a line may be nested."""

MANY = Conduct(core_wall_s=0.0)
"""How many questions are asked if nothing else is said: without the reasons of a PASS."""

Json = Mapping[str, object]
T = TypeVar("T")


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


def answer_lines(
    source: IO[bytes], conduct: Conduct = MANY, *, workers: int | None = None
) -> Iterator[bytes]:
    """Yield the answer to each line of `source`, one JSON object a line, in order.

    `workers` processes share the work, one for each usable core if it is None; with 1 this process
    does it alone. They start once there is a backlog. Closing the iterator ends them.
    """
    with closing(answer_parts(source, conduct, workers=workers)) as parts:
        for part in parts:
            yield from part.output.splitlines()


def answer_parts(
    source: IO[bytes], conduct: Conduct, *, workers: int | None = None
) -> Generator[Part, None, None]:
    """Yield the same, as many lines at once as are there, and what they mean for the status."""
    from portfolio.pool.feed import Sizes  # noqa: PLC0415 - one question needs none of it
    from portfolio.pool.stream import answered, usable_cores  # noqa: PLC0415

    return answered(
        source,
        Answering(conduct=conduct),
        workers=usable_cores() if workers is None else workers,
        sizes=Sizes(line=MAX_LINE_BYTES),
    )


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What workers do with a line."""

    conduct: Conduct

    def reply(self, line: bytes | None) -> Reply:
        """Return the reply to one line, None being a line that is too long."""
        return reply(line, self.conduct)

    def unanswered(self, line: bytes, why: str) -> Reply:
        """Return the reply to a line that nobody survived to answer."""
        return _unanswered(line, f"{why}, twice", self.conduct)


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
        identity = _identity(asked)
        found = _found(asked, conduct)
    except PolicyError as error:
        return _refusal(error, identity)
    return Reply(content={"id": identity, **found.to_json()}, passed=found.passed)


def _unanswered(line: bytes | None, why: str, conduct: Conduct) -> Reply:
    """Return the reply to a line whose answer failed: an error iff it asks nothing."""
    identity: object = None
    try:
        asked = _object(line)
        identity = _identity(asked)
        found = _undecided(_question_of(asked), why, conduct)
    except PolicyError as error:
        return _refusal(error, identity)
    except Exception:
        return _refusal(PolicyError(why), identity)
    return Reply(content={"id": identity, **found.to_json()})


def _undecided(name: str, why: str, conduct: Conduct) -> Found:
    """Return what is found where nothing could be."""
    if name in _ANALYSES:
        return Analysis(question=name, found=None, passed=False, content={}, unknown=why)
    answer = Answer(verdict=Unknown(Reason.NO_ANSWER, why), winner=None, wall_s=0.0, members=())
    result = Result(question=name.removeprefix("stack-"), answer=answer, reading=conduct.reading)
    return Comparison(added=result, removed=result) if name == "compare" else result


def _identity(asked: Json) -> object:
    """Return the id of a line, which is written again: what is read may be too deep for that."""
    identity = asked.get("id")
    level, depth = [identity], 0
    while level := [part for one in level for part in _parts(one)]:
        depth += 1
        if depth > MAX_ID_DEPTH:
            raise PolicyError("nested too deeply", "$.id")
    return identity


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _dumps(content: Json) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _refusal(error: PolicyError, identity: object) -> Reply:
    told = {"message": error.message, "path": error.path}
    return Reply(content={"id": identity, "error": told}, is_error=True)


def _object(line: bytes | None) -> Json:
    if line is None:
        raise PolicyError(f"the line has more than {MAX_LINE_BYTES} bytes")
    value = json_value(line)
    if not isinstance(value, dict):
        raise PolicyError(f"expected an object, found {kind_of(value)}")
    return value


Found = Result | Comparison | Analysis


def _found(asked: Json, conduct: Conduct) -> Found:
    elements, find = QUESTIONS[_question_of(asked)]
    return find(object_of(asked, "$", elements | _COMMON), conduct)


def _question_of(asked: Json) -> str:
    _require(asked, "id")
    name = _require(asked, "question")
    if not isinstance(name, str) or name not in QUESTIONS:
        message = f"{shown(str(name))} is not supported; known are {', '.join(QUESTIONS)}"
        raise PolicyError(message, "$.question")
    return name


def _no_new_access(asked: Json, conduct: Conduct) -> Result:
    return conduct.no_new_access(_policy(asked, "existing"), _policy(asked, "new"))


def _compare(asked: Json, conduct: Conduct) -> Comparison:
    return conduct.compare(_policy(asked, "first"), _policy(asked, "second"))


def _stack_no_new_access(asked: Json, conduct: Conduct) -> Result:
    facts = read_facts(object_of(asked.get("facts", {}), "$.facts", FACTS), "$.facts")
    existing, new = (read_stack(_require(asked, name), f"$.{name}") for name in ("existing", "new"))
    return _sensible("$.facts", lambda: conduct.no_new_access_of_stacks(existing, new, facts))


def _no_public_access(asked: Json, conduct: Conduct) -> Found:
    resource_type = _choice(asked, "resourceType", RESOURCE_TYPES)
    definition = _choice(asked, "definition", DEFINITIONS)
    policy = _policy(asked, "policy", PolicyType.RESOURCE)
    if definition == BLOCK_PUBLIC:
        analyst = _analyst(conduct)
        return _sensible("$.policy", lambda: analyst.no_public_statement(policy, resource_type))
    return _sensible("$.policy", lambda: conduct.no_public_access(policy, resource_type))


def _no_cross_account_access(asked: Json, conduct: Conduct) -> Result:
    policy = _policy(asked, "policy", PolicyType.RESOURCE)
    accounts, organizations = (
        frozenset(strings_of(asked.get(name, []), f"$.{name}")) for name in _TRUSTED
    )
    zone = _sensible("$", lambda: TrustZone(accounts=accounts, organizations=organizations))
    return _sensible("$.policy", lambda: conduct.no_cross_account_access(policy, zone))


def _access_not_granted(asked: Json, conduct: Conduct) -> Result:
    access = object_of(_require(asked, "access"), "$.access", frozenset({"actions", "resources"}))
    actions, resources = (
        strings_of(access.get(name, []), f"$.access.{name}") for name in ("actions", "resources")
    )
    policy = _policy(asked, "policy")
    return _sensible("$.access", lambda: conduct.access_not_granted(policy, actions, resources))


def _simulate(asked: Json, conduct: Conduct) -> Analysis:
    return _analyst(conduct).simulate(
        {name: asked[name] for name in ("request", "policies") if name in asked}
    )


def _findings(asked: Json, conduct: Conduct) -> Analysis:
    policy = _policy(asked, "policy", PolicyType.RESOURCE)
    trusted = [one for name in _TRUSTED for one in strings_of(asked.get(name, []), f"$.{name}")]
    return _sensible("$", lambda: _analyst(conduct).findings(policy, trusted))


def _who_can(asked: Json, conduct: Conduct) -> Analysis:
    policy = _policy(asked, "policy", PolicyType.RESOURCE)
    action, resource = _word(asked, "action"), _word(asked, "resource")
    return _sensible("$.policy", lambda: _analyst(conduct).who_can(policy, action, resource))


def _what_can(asked: Json, conduct: Conduct) -> Analysis:
    policy, principal = _policy(asked, "policy"), _word(asked, "principal")
    resource = _word(asked, "resource")
    return _sensible("$.principal", lambda: _analyst(conduct).what_can(policy, principal, resource))


def _where_can(asked: Json, conduct: Conduct) -> Analysis:
    policy, principal = _policy(asked, "policy"), _word(asked, "principal")
    action = _word(asked, "action")
    return _sensible("$.principal", lambda: _analyst(conduct).where_can(policy, principal, action))


def _redundancy(asked: Json, conduct: Conduct) -> Analysis:
    return _analyst(conduct).redundancy(_policy(asked, "policy"))


def _no_wide_access(asked: Json, conduct: Conduct) -> Analysis:
    policy, usual = _policy(asked, "policy"), Limit()
    limit = Limit(_count(asked, "ipv4", usual.ipv4), _count(asked, "ipv6", usual.ipv6))
    return _sensible("$.policy", lambda: _analyst(conduct).no_wide_access(policy, limit))


def _analyst(conduct: Conduct) -> Analyst:
    return Analyst(limits=conduct.limits, reading=conduct.reading)


def _sensible(path: str, ask: Callable[[], T]) -> T:
    """Return what `ask` returns; a question that makes no sense is an error at `path`."""
    try:
        return ask()
    except PolicyError:
        raise
    except ValueError as error:
        raise PolicyError(str(error), path) from None


_Find = Callable[[Json, Conduct], Found]

BLOCK_PUBLIC = "s3-block-public-access"
DEFINITIONS = ("semantic", BLOCK_PUBLIC)
_TRUSTED = ("trustedAccounts", "trustedOrganizations")

_COMMON = frozenset({"id", "question", "policyType"})

QUESTIONS: Mapping[str, tuple[frozenset[str], _Find]] = {
    "no-new-access": (frozenset({"existing", "new"}), _no_new_access),
    "stack-no-new-access": (frozenset({"existing", "new", "facts"}), _stack_no_new_access),
    "no-public-access": (
        frozenset({"policy", "resourceType", "definition"}),
        _no_public_access,
    ),
    "no-cross-account-access": (frozenset({"policy", *_TRUSTED}), _no_cross_account_access),
    "access-not-granted": (frozenset({"policy", "access"}), _access_not_granted),
    "compare": (frozenset({"first", "second"}), _compare),
    "simulate": (frozenset({"request", "policies"}), _simulate),
    "findings": (frozenset({"policy", *_TRUSTED}), _findings),
    "who-can": (frozenset({"policy", "action", "resource"}), _who_can),
    "what-can": (frozenset({"policy", "principal", "resource"}), _what_can),
    "where-can": (frozenset({"policy", "principal", "action"}), _where_can),
    "redundancy": (frozenset({"policy"}), _redundancy),
    "no-wide-access": (frozenset({"policy", "ipv4", "ipv6"}), _no_wide_access),
}


_ANALYSES = frozenset(
    {"simulate", "findings", "who-can", "what-can", "where-can", "redundancy", "no-wide-access"}
)
"""The questions whose answer is an `Analysis`."""


def _require(asked: Json, name: str) -> object:
    if name not in asked:
        raise PolicyError(f"`{name}` is missing")
    return asked[name]


def _word(asked: Json, name: str) -> str | None:
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise PolicyError(f"expected a string, found {kind_of(value)}", f"$.{name}")
    return value


def _count(asked: Json, name: str, default: int) -> int:
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PolicyError("expected a number of addresses", f"$.{name}")
    return value


def _policy(asked: Json, name: str, default: PolicyType | None = None) -> Policy:
    chosen = _choice(asked, "policyType", [one.value for one in PolicyType])
    policy_type = default if chosen is None else PolicyType(chosen)
    value = _require(asked, name)
    try:
        return policy_from_json(value, policy_type)
    except PolicyError as error:
        raise PolicyError(error.message, f"$.{name}{error.path.removeprefix('$')}") from None


def _choice(asked: Json, name: str, known: Sequence[str]) -> str | None:
    if name not in asked:
        return None
    value = asked[name]
    if not isinstance(value, str) or value not in known:
        message = f"{shown(str(value))} is none of {', '.join(known)}"
        raise PolicyError(message, f"$.{name}")
    return value
