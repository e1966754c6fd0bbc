"""What a line of a batch asks, read from its object and put to whoever answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from automaton.verdict import Reason, Unknown
from encoders.iam.access.addresses import Limit
from encoders.iam.json_text import kind_of, object_of, shown, strings_of
from encoders.iam.parse import PolicyError, policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.resource_types import RESOURCE_TYPES
from encoders.iam.stack.parse import read_stack
from encoders.iam.stack.simulate import FACTS, read_facts
from encoders.iam.trust_zone import TrustZone
from portfolio.analyses import Analysis, Analyst
from portfolio.answer import Answer
from portfolio.check import Comparison, Result
from portfolio.conduct import Conduct

Json = Mapping[str, object]
T = TypeVar("T")

Found = Result | Comparison | Analysis


def found(asked: Json, conduct: Conduct) -> Found:
    """Return what is found; raise PolicyError iff `asked` asks nothing."""
    elements, find = QUESTIONS[question_of(asked)]
    return find(object_of(asked, "$", elements | _COMMON), conduct)


def question_of(asked: Json) -> str:
    """Return the name of the question; raise PolicyError iff there is none."""
    _require(asked, "id")
    name = _require(asked, "question")
    if not isinstance(name, str) or name not in QUESTIONS:
        message = f"{shown(str(name))} is not supported; known are {', '.join(QUESTIONS)}"
        raise PolicyError(message, "$.question")
    return name


def undecided(name: str, why: str, conduct: Conduct) -> Found:
    """Return what is found where nothing could be."""
    if name in _ANALYSES:
        return Analysis(question=name, found=None, passed=False, content={}, unknown=why)
    answer = Answer(verdict=Unknown(Reason.NO_ANSWER, why), winner=None, wall_s=0.0, members=())
    result = Result(question=name.removeprefix("stack-"), answer=answer, reading=conduct.reading)
    return Comparison(added=result, removed=result) if name == "compare" else result


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
