"""The cases that come with the package, read and checked; an error names the file and the place.

A file has a `topic` and `rules`; a rule has its `cases`. The fields of a case beside `id`,
`question`, `expected` and `step` are those of a line of `keyaki batch`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from portfolio.differential.iam.case import (
    CHECKS,
    DECISIONS,
    RESULTS,
    VALIDITIES,
    IamCase,
    Question,
    Rule,
    Status,
)

FOLDER = Path(__file__).with_name("cases")


class CaseError(ValueError):
    """A file of cases that is not as it should be: what is wrong, and where."""


@cache
def cases() -> tuple[IamCase, ...]:
    """Return the cases of the package, in the order of files and of what is written."""
    return read(sorted(FOLDER.glob("*.json")))


def read(paths: Sequence[Path]) -> tuple[IamCase, ...]:
    """Return the cases of some files; raise CaseError iff one of them is malformed."""
    found = [case for path in paths for case in _of_file(path)]
    _require_unique("case", (case.name for case in found))
    _require_unique("rule", {id(case.rule): case.rule.name for case in found}.values())
    return tuple(found)


def _require_unique(kind: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CaseError(f"the {kind} `{twice[0]}` occurs twice")


def _of_file(path: Path) -> list[IamCase]:
    try:
        whole = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_object)
    except ValueError as error:
        raise CaseError(f"{path.name}: {error}") from None
    fields = _fields(whole, path.name, {"topic", "rules"})
    topic = _text(fields["topic"], f"{path.name}: topic")
    places = enumerate(_list(fields["rules"], f"{path.name}: rules"))
    return [
        case
        for index, rule in places
        for case in _of_rule(rule, topic, f"{path.name}: rules[{index}]")
    ]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read_already: dict[str, object] = {}
    for key, value in pairs:
        if key in read_already:
            raise CaseError(f"the key `{key}` occurs twice")
        read_already[key] = value
    return read_already


_RULE = {"id", "rule", "source", "status", "cases"}


def _of_rule(value: object, topic: str, place: str) -> list[IamCase]:
    fields = _fields(value, place, _RULE, {"ruling", "sides"})
    source = _text(fields["source"], f"{place}.source")
    if not source.startswith("https://"):
        raise CaseError(f"{place}.source: `{source}` is no address of a page")
    rule = Rule(
        name=_text(fields["id"], f"{place}.id"),
        topic=topic,
        says=_text(fields["rule"], f"{place}.rule"),
        source=source,
        status=_status(fields["status"], f"{place}.status"),
        ruling=_text(fields.get("ruling", "-"), f"{place}.ruling").strip("-"),
        sides=fields.get("sides", True) is True,
    )
    if rule.status is Status.CONTESTED and not rule.ruling:
        raise CaseError(f"{place}: a contested rule needs a `ruling`")
    places = enumerate(_list(fields["cases"], f"{place}.cases"))
    return [_case(one, rule, f"{place}.cases[{index}]") for index, one in places]


def _status(value: object, place: str) -> Status:
    known = [status.value for status in Status]
    if value not in known:
        raise CaseError(f"{place}: `{value}` is none of {', '.join(known)}")
    return Status(value)


def _case(value: object, rule: Rule, place: str) -> IamCase:
    common = {"id", "question", "expected"}
    question = _question(_fields(value, place, common, None)["question"], f"{place}.question")
    required, optional = FIELDS[question]
    fields = _fields(value, place, common | required, optional | {"step"})
    expected = fields["expected"]
    if not _may_be_expected(question, expected):
        raise CaseError(f"{place}.expected: `{expected}` answers no `{question.value}`")
    return IamCase(
        name=_text(fields["id"], f"{place}.id"),
        rule=rule,
        question=question,
        asked={key: fields[key] for key in fields if key not in {*common, "step"}},
        expected=expected,
        step=str(fields.get("step", "")),
    )


FIELDS: Mapping[Question, tuple[set[str], set[str]]] = {
    Question.SIMULATE: ({"request", "policies"}, set()),
    Question.NO_NEW_ACCESS: ({"existing", "new"}, {"policyType"}),
    Question.NO_PUBLIC_ACCESS: ({"policy"}, {"policyType", "resourceType", "definition"}),
    Question.NO_CROSS_ACCOUNT_ACCESS: (
        {"policy"},
        {"policyType", "trustedAccounts", "trustedOrganizations"},
    ),
    Question.ACCESS_NOT_GRANTED: ({"policy", "access"}, {"policyType"}),
    Question.FINDINGS: ({"policy"}, {"trustedAccounts", "trustedOrganizations"}),
    Question.VALID_DOCUMENT: ({"text"}, {"policyType"}),
}
"""The fields that a question needs, and those that it may have."""


def _question(value: object, place: str) -> Question:
    known = [question.value for question in Question]
    if value not in known:
        raise CaseError(f"{place}: `{value}` is none of {', '.join(known)}")
    return Question(value)


def _may_be_expected(question: Question, expected: object) -> bool:
    if question is Question.FINDINGS:
        return isinstance(expected, list) and all(isinstance(one, dict) for one in expected)
    if question in CHECKS:
        return expected in RESULTS
    return expected in (DECISIONS if question is Question.SIMULATE else VALIDITIES)


def _fields(
    value: object,
    place: str,
    required: AbstractSet[str],
    optional: AbstractSet[str] | None = frozenset(),
) -> dict[str, object]:
    """Return an object that has the required keys, and no others but the optional; None is any."""
    if not isinstance(value, dict):
        raise CaseError(f"{place}: expected an object")
    missing = sorted(required - value.keys())
    if missing:
        raise CaseError(f"{place}: `{missing[0]}` is missing")
    unknown = [] if optional is None else sorted(value.keys() - required - optional)
    if unknown:
        raise CaseError(f"{place}: unknown element `{unknown[0]}`")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise CaseError(f"{place}: expected an array that is not empty")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise CaseError(f"{place}: expected a text that is not empty")
    return value
