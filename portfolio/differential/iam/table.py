"""Scores as tables: for a terminal, in Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from portfolio.differential.iam.case import IamCase
from portfolio.differential.iam.roster import ANSWERING_NOTHING
from portfolio.differential.iam.score import WRONG, Counts, Grade, Graded, Score, is_contested

Row = tuple[str, ...]

HEAD: Row = (
    "tool",
    "asked",
    "right",
    "false proofs",
    "false alarms",
    "otherwise wrong",
    "unknown or refused",
    "crashed",
    "timed out",
    "not asked",
)

LEGEND = (
    "A false proof says that there is no access where there is some, a false alarm the reverse; an"
    " answer that confuses implicit and explicit denies, or takes a document that is none, is"
    " otherwise wrong. What a tool has no words for is not asked. Contested rules, where what is"
    " expected is a ruling of ours, are apart."
)


def topics_of(cases: Sequence[IamCase]) -> list[str]:
    """Return the topics of the cases, each once, in their order."""
    return list(dict.fromkeys(case.rule.topic for case in cases))


def row_of(name: str, counts: Counts) -> Row:
    """Return the cells of a row."""
    numbers = (
        counts.asked,
        counts[Grade.RIGHT],
        counts[Grade.FALSE_PROOF],
        counts[Grade.FALSE_ALARM],
        counts[Grade.WRONG],
        counts.undecided,
        counts[Grade.CRASHED],
        counts[Grade.TIMED_OUT],
        counts[Grade.NOT_ASKED],
    )
    return (name, *map(str, numbers))


def rows(scores: Sequence[Score], *, contested: bool) -> list[Row]:
    """Return a row for each tool that was asked."""
    return [
        row_of(_name(score), score.contested() if contested else score.settled())
        for score in scores
        if not score.missing
    ]


def topic_rows(scores: Sequence[Score], cases: Sequence[IamCase]) -> list[Row]:
    """Return, for each topic, how many of its cases each tool got right of those it was asked."""
    asked = [score for score in scores if not score.missing]
    head: Row = ("topic", *(score.tool for score in asked))
    return [head] + [
        (topic, *(_share(score.of_topic(topic)) for score in asked)) for topic in topics_of(cases)
    ]


def _share(counts: Counts) -> str:
    """Return `right/asked`, with the false proofs where there are some; nothing if not asked."""
    if not counts.asked:
        return ""
    proofs = counts[Grade.FALSE_PROOF]
    return f"{counts[Grade.RIGHT]}/{counts.asked}" + (f" ({proofs} fp)" if proofs else "")


def _name(score: Score) -> str:
    return f"{score.tool} {score.version}"


def wrong_ones(score: Score) -> list[Graded]:
    """Return the wrong answers of a tool, the false proofs first."""
    found = [one for one in score.graded if one.grade in WRONG]
    return sorted(found, key=lambda one: WRONG.index(one.grade))


def _said(one: Graded) -> str:
    answer = one.reply.answer
    shown = answer if isinstance(answer, str) else json.dumps(answer)
    note = f"; contested: {one.case.rule.ruling}" if is_contested(one.case) else ""
    return f"said {shown}, expected {_shown(one.case.expected)}{note}"


def _shown(expected: object) -> str:
    return expected if isinstance(expected, str) else json.dumps(expected)


def as_text(scores: Sequence[Score], cases: Sequence[IamCase]) -> str:
    """Return the whole report for a terminal."""
    parts = [
        "settled rules\n" + _columns([HEAD, *rows(scores, contested=False)]),
        "contested rules: right is to be of our opinion\n"
        + _columns([HEAD, *rows(scores, contested=True)]),
        "right of asked, by topic, settled rules (fp: false proofs)\n"
        + _columns(topic_rows(scores, cases)),
    ]
    for score in scores:
        listed = [
            f"  {one.grade.value}: {one.case.name}\n    {_said(one)}" for one in wrong_ones(score)
        ]
        if listed:
            parts.append(f"{_name(score)}: wrong answers\n" + "\n".join(listed))
    missing = [
        f"{_name(score)}: not installed: {score.missing}" for score in scores if score.missing
    ]
    return "\n\n".join([*parts, *missing, LEGEND]) + "\n"


def _columns(table: Sequence[Row]) -> str:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def as_markdown(scores: Sequence[Score], cases: Sequence[IamCase]) -> str:
    """Return the whole report as a Markdown page."""
    parts = [
        "# Conformance of IAM tools",
        f"{len(cases)} cases, each of a documented rule. {LEGEND}",
        "## Settled rules",
        _markdown([HEAD, *rows(scores, contested=False)]),
        "## Contested rules",
        "Right is to be of our opinion.",
        _markdown([HEAD, *rows(scores, contested=True)]),
        "## Right of asked, by topic",
        "Settled rules; fp are false proofs.",
        _markdown(topic_rows(scores, cases)),
    ]
    for score in scores:
        if wrong_ones(score):
            parts += [f"## Wrong answers of {_name(score)}", _listing(score)]
    missing = [
        f"- {_name(score)}: not installed: {score.missing}" for score in scores if score.missing
    ]
    silent = [f"- {name}: {why}" for name, why in ANSWERING_NOTHING.items()]
    parts += ["## Not in the tables", "\n".join([*missing, *silent])]
    return "\n\n".join(parts) + "\n"


def _listing(score: Score) -> str:
    return "\n".join(
        f"- {one.grade.value}: {one.case.name}: {_said(one)} ([{one.case.rule.name}]"
        f"({one.case.rule.source}))"
        for one in wrong_ones(score)
    )


def _markdown(table: Sequence[Row]) -> str:
    head, *body = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([head, "|" + "---|" * len(table[0]), *body])


def as_json(scores: Sequence[Score], cases: Sequence[IamCase]) -> dict[str, object]:
    """Return the whole report as JSON."""
    return {"cases": len(cases), "tools": [_tool_json(score, cases) for score in scores]}


def _tool_json(score: Score, cases: Sequence[IamCase]) -> dict[str, object]:
    if score.missing:
        return {"tool": score.tool, "version": score.version, "notInstalled": score.missing}
    return {
        "tool": score.tool,
        "version": score.version,
        "settled": _counts_json(score.settled()),
        "contested": _counts_json(score.contested()),
        "topics": {topic: _counts_json(score.of_topic(topic)) for topic in topics_of(cases)},
        "wrong": [reply_json(one) for one in wrong_ones(score)],
    }


def _counts_json(counts: Counts) -> dict[str, int]:
    return {"asked": counts.asked, **{grade.value: counts[grade] for grade in Grade}}


def reply_json(one: Graded) -> dict[str, object]:
    """Return a case with what was expected and said."""
    return {
        "case": one.case.name,
        "rule": one.case.rule.name,
        "status": one.case.rule.status.value,
        "expected": one.case.expected,
        "answer": one.reply.answer,
        "grade": one.grade.value,
        "detail": one.reply.detail,
    }
