"""What an answering process does with a request: the reply, its status, and what is counted of it.

The reply to a question is, byte for byte but for the times, the line that `batch` prints for it. A
body that is no JSON gets 400, one that asks nothing 422, with the error that `batch` gives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from automaton.verdict import Reason, Unknown
from encoders.iam.json_text import PolicyError, json_value, kind_of, object_of
from encoders.smtlib.sexpr import ParseError
from portfolio import plain_lines
from portfolio.answer import Answer, End
from portfolio.asked import QUESTIONS, Json, found, question_of, undecided
from portfolio.batch import Reply, identity_of, refusal
from portfolio.batch import reply as reply_to_line
from portfolio.conduct import Conduct
from portfolio.solve import answer_to_json, solve_question

SOLVE = "solve"
LINE = "line"
KINDS = (*QUESTIONS, SOLVE, LINE)
"""What can be asked: the questions by their names, a script, and a line of a batch."""

OK, BAD_REQUEST, UNPROCESSABLE = 200, 400, 422

NOT_JSON = ("not JSON", "not UTF-8")
"""How the messages about a text begin that is no JSON."""

_SCRIPT = frozenset({"id", "script", "oldNames"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as a worker gets it; `wall_s` is what is left of its time."""

    kind: str
    body: bytes = field(repr=False)
    wall_s: float


@dataclass(frozen=True, kw_only=True)
class Told:
    """The reply to a request: the status, the text, and the facts that are counted and logged."""

    status: int
    output: bytes = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)


def tell(asked: Asked, conduct: Conduct) -> Told:
    """Return the reply to a request; what a crash left open is asked once more, if time is left.

    How members ended is counted of both attempts.
    """
    started_at = time.monotonic()
    told = _tell(asked, conduct)
    left_s = asked.wall_s - (time.monotonic() - started_at)
    if not _is_open_by_crash(told.facts) or left_s <= 0:
        return told
    again = _tell(replace(asked, wall_s=left_s), conduct)
    members = [*told.facts["members"], *again.facts["members"]]
    return replace(again, facts={**again.facts, "members": members})


def _tell(asked: Asked, conduct: Conduct) -> Told:
    limits = replace(conduct.limits, wall_s=asked.wall_s)
    within = replace(conduct, limits=limits)
    if asked.kind == LINE:
        line = reply_to_line(asked.body, within)
        return Told(status=OK, output=line.output, facts=facts_of(line.content))
    try:
        return _plain(asked, within) or _any(asked, within)
    except Exception as error:
        # A fault of ours in one question must not look like an answer, nor cost the process.
        return give_up(asked, f"{type(error).__name__}: {error}", conduct)


def _is_open_by_crash(facts: Mapping[str, Any]) -> bool:
    if facts["disputed"]:
        # A second attempt could pass over what the first one found.
        return False
    has_crashed = any(end == End.CRASHED.value for _, end, _ in facts["members"])
    return has_crashed and facts["result"] == "unknown"


def give_up(asked: Asked, why: str, conduct: Conduct) -> Told:
    """Return what is said of a request that was not answered: unknown, an error iff it is wrong."""
    identity: object = None
    try:
        value = _object(asked.body)
        identity = identity_of(value)
        if asked.kind == SOLVE:
            content = answer_to_json(_unanswered(why))
        elif asked.kind == LINE:
            content = undecided(question_of(value), why, conduct).to_json()
        else:
            content = undecided(asked.kind, why, conduct).to_json()
    except _NotJson as error:
        return _told(refusal(error.cause, identity), BAD_REQUEST)
    except PolicyError as error:
        return _told(refusal(error, identity), UNPROCESSABLE)
    return _told(Reply(content={"id": identity, **content}), OK)


def _unanswered(why: str) -> Answer:
    return Answer(verdict=Unknown(Reason.NO_ANSWER, why), winner=None, wall_s=0.0, members=())


def _plain(asked: Asked, conduct: Conduct) -> Told | None:
    """Return the reply to a body that is read in one go, as `batch` reads such lines."""
    if asked.kind != "no-new-access" or not asked.body.startswith(b"{"):
        return None
    has_id = b'"id"' in asked.body
    head = b'{"question":"no-new-access",' if has_id else b'{"id":0,"question":"no-new-access",'
    answered = plain_lines.answered(head + asked.body[1:], conduct)
    if answered is None:
        return None
    identity, result = answered
    content = {"id": identity if has_id else None, **result.to_json()}
    return _told(Reply(content=content, passed=result.passed), OK)


class _NotJson(Exception):  # noqa: N818 - it only carries the error that is told
    def __init__(self, cause: PolicyError) -> None:
        self.cause = cause


def _any(asked: Asked, conduct: Conduct) -> Told:
    identity: object = None
    try:
        value = _object(asked.body)
        identity = identity_of(value)
        answer = _solved if asked.kind == SOLVE else _answered
        content = {"id": identity, **answer(asked.kind, value, conduct)}
    except _NotJson as error:
        return _told(refusal(error.cause, identity), BAD_REQUEST)
    except PolicyError as error:
        return _told(refusal(error, identity), UNPROCESSABLE)
    return _told(Reply(content=content), OK)


def _answered(question: str, value: Json, conduct: Conduct) -> Json:
    # The path of the request names the question; a body that names one, too, might mean another.
    object_of(value, "$", (QUESTIONS[question][0] | {"id", "policyType"}))
    return found({"id": None, **value, "question": question}, conduct).to_json()


def _solved(_: str, value: Json, conduct: Conduct) -> Json:
    from encoders.smtlib.session import question_of as read  # noqa: PLC0415 - policies need none of it

    object_of(value, "$", _SCRIPT)
    script, old_names = value.get("script"), value.get("oldNames", False)
    if not isinstance(script, str):
        wrong = "`script` is missing" if "script" not in value else _wanted("a string", script)
        raise PolicyError(wrong, "$.script" if "script" in value else "$")
    if not isinstance(old_names, bool):
        raise PolicyError(_wanted("a Boolean", old_names), "$.oldNames")
    try:
        question = read(script, old_names=old_names)
    except ParseError as error:
        raise PolicyError(str(error), "$.script") from None
    answer = solve_question(
        question,
        members=conduct.members,
        limits=conduct.limits,
        schedule=conduct.schedule,
        scrutiny=conduct.scrutiny,
        store=conduct.store,
    )
    return answer_to_json(answer)


def _wanted(kind: str, value: object) -> str:
    return f"expected {kind}, found {kind_of(value)}"


def _object(body: bytes) -> Json:
    try:
        value = json_value(body)
    except PolicyError as error:
        # JSON may still hold what is refused: a key twice, or characters that no string can have.
        if error.message.startswith(NOT_JSON):
            raise _NotJson(error) from None
        raise
    if not isinstance(value, dict):
        raise PolicyError(f"expected an object, found {kind_of(value)}")
    return value


def _told(reply: Reply, status: int) -> Told:
    return Told(status=status, output=reply.output, facts=facts_of(reply.content))


def facts_of(content: Json) -> dict[str, Any]:
    """Return what is counted and logged of a result: never what it says about a policy."""
    races = [*_races(content)]
    return {
        "result": _result(content),
        "verdict": content.get("verdict"),
        "winner": next((race["winner"] for race in races if race["winner"]), None),
        "winners": [race["winner"] for race in races if race["winner"]],
        "members": [
            [one["name"], _end(one), one["wall_s"]] for race in races for one in race["members"]
        ],
        "disputed": [one["member"] for race in races for one in race["disagreements"]],
        "races": len(races),
        "cached": sum("cached" in race for race in races),
    }


def _races(content: Json) -> Iterator[Mapping[str, Any]]:
    for one in (content, content.get("added"), content.get("removed")):
        if isinstance(one, dict) and "members" in one:
            yield one


def _end(report: Mapping[str, Any]) -> str:
    is_idle = report["detail"] == "not started" and not report["wall_s"]
    return "not started" if is_idle else str(report["end"])


def _result(content: Json) -> str:
    """Return one word for a result, by which results are counted; unknown stands for itself."""
    if "error" in content:
        return "error"
    verdict, result = content.get("verdict"), content.get("result")
    if content.get("unknown") or verdict == "unknown":
        return "unknown"
    return str(result or verdict or content.get("decision") or "found").lower()
