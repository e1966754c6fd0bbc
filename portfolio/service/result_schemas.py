"""What replies hold, as JSON Schema."""

from __future__ import annotations

from encoders.iam.stack.decision import Outcome, Step
from encoders.iam.wildcard import ArnWildcards
from portfolio.answer import End
from portfolio.service.schemas import (
    ANYTHING,
    FLAG,
    TEXT,
    Schema,
    choice,
    either,
    many,
    mapping,
    record,
    ref,
)

_MAYBE: Schema = {"type": ["string", "null"]}
_NULL: Schema = {"type": "null"}
_SECONDS: Schema = {"type": "number", "minimum": 0}
_WHOLE: Schema = {"type": ["integer", "null"]}
_DIGITS: Schema = {"type": "string", "pattern": "^[0-9]+$"}
_VERDICT = choice("sat", "unsat", "unknown")
_WORD = choice("PASS", "FAIL")
_READING = choice(*(reading.value for reading in ArnWildcards))
_REASONS = many(ref("Reason"))
_TEXTS = many(TEXT)

_ID = {"id": {"description": "That of the request, null if it has none."}}

_WITNESS = record(
    {
        "principal": either(_NULL, TEXT, mapping(TEXT)),
        "action": TEXT,
        "resource": _MAYBE,
        "context": mapping(either(TEXT, _TEXTS)),
    }
)
_FINDING = {
    "result": _WORD,
    "verdict": _VERDICT,
    "unknown": _MAYBE,
    "witness": either(_NULL, ref("Witness")),
    "reasons": _REASONS,
    "arnWildcards": _READING,
}
_MINIMAL = {"reasonsAreMinimal": FLAG}
_RACE = {
    "winner": _MAYBE,
    "wall_s": _SECONDS,
    "members": many(ref("MemberReport")),
    "disagreements": many(ref("Disagreement")),
}
_MORE = {"evidence": TEXT, "cached": {"const": True}}
_CHECK = {**_FINDING, **_RACE, "otherReading": either(_NULL, ref("Finding"))}
_PARTS = {"parts": many(ref("Part"))}

PARTS: dict[str, Schema] = {
    "Witness": _WITNESS,
    "Reason": record(
        {"description": TEXT, "policy": TEXT, "statementIndex": _WHOLE, "statementId": _MAYBE}
    ),
    "Finding": record(_FINDING, _MINIMAL),
    "Part": record({"action": _MAYBE, "resource": _MAYBE, **_FINDING}, _MINIMAL),
    "MemberReport": record(
        {
            "name": TEXT,
            "version": TEXT,
            "end": choice(*(end.value for end in End)),
            "wall_s": _SECONDS,
            "cpu_s": _SECONDS,
            "peak_mib": _SECONDS,
            "detail": TEXT,
        }
    ),
    "Disagreement": record({"member": TEXT, "verdict": choice("sat", "unsat"), "objection": TEXT}),
    "Error": record(
        {"id": ANYTHING, "error": record({"message": TEXT, "path": _MAYBE})},
    ),
}
"""The schemas that others refer to."""


def _check(question: str) -> Schema:
    named = {**_ID, "question": choice(question)}
    return record({**named, **_CHECK}, {**_MINIMAL, **_MORE, **_PARTS})


def _analysis(question: str, content: dict[str, Schema]) -> Schema:
    """Return the schema of an analysis, which has its content or says why it has none."""
    named = {**_ID, "question": choice(question)}
    known = record({**named, "unknown": _NULL, **content})
    return either(known, record({**named, "unknown": TEXT}))


def _side(question: str) -> Schema:
    piece = record({"pattern": TEXT, "butNot": _TEXTS, "conditions": _TEXTS, "isExact": FLAG})
    return _analysis(question, {"pieces": many(piece), "arnWildcards": _READING})


def _direction() -> Schema:
    named: dict[str, Schema] = {"question": choice("no-new-access", "compare")}
    return record({**named, **_CHECK}, {**_MINIMAL, **_MORE})


def _findings() -> Schema:
    principal = {**mapping(TEXT), "minProperties": 1}
    found = record(
        {"principal": principal, "action": _TEXTS, "condition": mapping(TEXT), "isPublic": FLAG}
    )
    return _analysis("findings", {"findings": many(found)})


def _simulation() -> Schema:
    return _analysis(
        "simulate",
        {
            "decision": choice(*(outcome.value for outcome in Outcome)),
            "step": choice(*(step.value for step in Step)),
            "reasons": _REASONS,
            "request": ref("Witness"),
        },
    )


def _redundancy() -> Schema:
    report = record({"kind": TEXT, "path": TEXT, "value": _MAYBE, "coveredBy": _TEXTS})
    return _analysis("redundancy", {"reports": many(report), "isComplete": FLAG})


def _wide() -> Schema:
    counts = {"ipv4": _DIGITS, "ipv6": _DIGITS, "networks": _TEXTS, "withoutAddress": FLAG}
    return _analysis("no-wide-access", {"result": _WORD, **counts})


def _block_public() -> Schema:
    return _analysis(
        "no-public-access",
        {"definition": choice("s3-block-public-access"), "result": _WORD, "reasons": _REASONS},
    )


RESULTS: dict[str, Schema] = {
    "no-new-access": _check("no-new-access"),
    "stack-no-new-access": _check("no-new-access"),
    "no-public-access": either(_check("no-public-access"), _block_public()),
    "no-cross-account-access": _check("no-cross-account-access"),
    "access-not-granted": _check("access-not-granted"),
    "compare": record(
        {
            **_ID,
            "question": choice("compare"),
            "result": choice("equivalent", "less", "more", "incomparable", "unknown"),
            "added": _direction(),
            "removed": _direction(),
        }
    ),
    "simulate": _simulation(),
    "findings": _findings(),
    "who-can": _side("who-can"),
    "what-can": _side("what-can"),
    "where-can": _side("where-can"),
    "redundancy": _redundancy(),
    "no-wide-access": _wide(),
    "solve": record(
        {
            **_ID,
            "verdict": _VERDICT,
            "unknown": _MAYBE,
            "model": either(_NULL, mapping({"type": ["boolean", "integer", "string"]})),
            **_RACE,
        },
        _MORE,
    ),
}
"""What the reply to each question holds."""
