"""What a service is asked under load: mixed questions about real policies, with known answers.

The answers are those of the portfolio in this process; what it cannot answer is not asked.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import orjson

from benchmarks.posed import Case, Json
from benchmarks.suites import managed
from portfolio.batch import MANY
from portfolio.members import by_name, close_all
from portfolio.service.asking import Asked, tell

SHARES = {"no-new-access": 6, "compare": 2, "access-not-granted": 2, "what-can": 1}
"""How often each question is asked, out of all."""

REFERENCE_S = 5.0
EASY_S, EASY_TIMES = 0.5, 4
"""Where others than the automaton shall answer, what takes them longer some time is not asked.

Half of the time between two kills: of a question that takes longer than that, a process that is
killed each second may never see the end.
"""

HARD = (
    "(declare-const x String)(declare-const y String)(declare-const z String)"
    '(assert (= (str.++ x "ab" y z) (str.++ z "ba" y x)))'
    "(assert (> (* 3 (str.len x)) (+ 7 (str.len y))))(assert (not (= x y)))"
    '(assert (str.in_re z (re.+ (re.union (str.to_re "aab") (str.to_re "bba")))))'
)
"""A script that no member answers within seconds."""


@dataclass(frozen=True)
class Question:
    """A request and what its answer must say."""

    name: str
    body: bytes
    expected: object


def questions(count: int, members: str | None, seed: int) -> list[Question]:
    """Return `count` questions in the order of a seed."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    names = [name for name, share in SHARES.items() for _ in range(share)]
    found: list[Question] = []
    for case in managed():
        question = _known(chance.choice(names), case, members)
        if question is not None:
            found.append(question)
        if len(found) == count:
            break
    chance.shuffle(found)
    if members is None:
        return found
    # Once more, after all the others: in what order a script is printed hangs on what came before.
    return [one for one in found if _is_easy(one.name, one.body, members)]


def _known(name: str, case: Case, members: str | None) -> Question | None:
    """Return the question with its answer, None iff it is not answered or not easy."""
    body = orjson.dumps(_body(name, case))
    told = tell(Asked(kind=name, body=body, wall_s=REFERENCE_S), MANY)
    said = what_is_said(told.output)
    if told.status != 200 or said is None:
        return None
    if members is not None and not _is_easy(name, body, members):
        return None
    return Question(name, body, said)


def _is_easy(name: str, body: bytes, members: str) -> bool:
    """Return whether these members answer soon, each time, in new processes and in warm ones."""
    conduct = replace(MANY, members=by_name(members.split(",")))
    asked = Asked(kind=name, body=body, wall_s=EASY_S)
    close_all()
    for _ in range(EASY_TIMES):
        began = time.monotonic()
        said = what_is_said(tell(asked, conduct).output)
        if said is None or time.monotonic() - began > EASY_S:
            return False
    return True


def _body(name: str, case: Case) -> Json:
    if name == "compare":
        return {"first": case.existing, "second": case.new}
    if name == "access-not-granted":
        return {"policy": case.existing, "access": {"actions": _actions(case.new)}}
    if name == "what-can":
        return {"policy": case.new}
    return {"existing": case.existing, "new": case.new}


def _actions(policy: Json) -> list[str]:
    """Return the first few actions that a policy names."""
    return [*islice(_all_actions(policy), 3)] or ["s3:GetObject"]


def _all_actions(policy: Json) -> Iterator[str]:
    statements: Any = policy["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        actions = statement.get("Action", [])
        yield from [actions] if isinstance(actions, str) else actions


def what_is_said(output: bytes) -> object:
    """Return what an answer says, whoever says it; None iff it is unknown.

    Of a verdict that is the verdict, of anything else the whole.
    """
    content = orjson.loads(output)
    if content.get("unknown") is not None or "error" in content:
        return None
    if "added" in content:
        return None if content["result"] == "unknown" else content["result"]
    if "verdict" in content:
        return [content["result"], content["verdict"]]
    return {name: value for name, value in content.items() if name != "id"}


def trouble(most: int) -> Sequence[tuple[str, str, bytes, dict[str, str], int]]:
    """Return requests that are wrong: name, path, body, headers, and the status they must get.

    `most` is the largest body that the service takes.
    """
    path = "/v1/no-new-access"
    kind = {"content-type": "application/json"}
    wrong = partial(orjson.dumps, {"existing": {"Statement": [{}]}, "new": {"Statement": []}})
    return (
        ("over-size", path, b" " * (most + 1), kind, 413),
        ("malformed JSON", path, b'{"existing": ', kind, 400),
        ("malformed policy", path, wrong(), kind, 422),
        ("other content type", path, b"{}", {"content-type": "text/plain"}, 415),
        ("over-deadline", "/v1/solve", orjson.dumps({"script": HARD}), _late(kind), 200),
    )


def _late(kind: dict[str, str]) -> dict[str, str]:
    return {**kind, "keyaki-timeout": "0.3"}
