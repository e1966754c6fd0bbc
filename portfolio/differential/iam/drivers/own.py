"""Keyaki, asked by the lines of `keyaki batch`."""

from __future__ import annotations

import json
from typing import Any

from portfolio.batch import reply
from portfolio.conduct import Conduct
from portfolio.limits import Limits

CONDUCT = Conduct(limits=Limits(wall_s=10.0), core_wall_s=0.0)


def answer(case: dict[str, Any], desk: Any) -> tuple[object, str]:
    """Return what `keyaki batch` answers to a case."""
    if case["question"] == "valid-document":
        return _validity(case)
    line = {name: value for name, value in case.items() if name != "derived"}
    content = reply(json.dumps(line).encode(), CONDUCT).content
    if "error" in content:
        return "refused", json.dumps(content["error"])
    if content.get("unknown"):
        return "unknown", str(content["unknown"])
    for name in ("decision", "findings", "result"):
        if name in content:
            return content[name], json.dumps(content.get("reasons", ""))
    return "crashed", json.dumps(content)


def _validity(case: dict[str, Any]) -> tuple[str, str]:
    """Return whether a document is read; its text is put into a question as it stands."""
    kind = json.dumps(case.get("policyType", "identity"))
    line = (
        f'{{"id": 1, "question": "no-new-access", "policyType": {kind}, '
        f'"existing": {case["text"]}, "new": {case["text"]}}}'
    )
    content = reply(line.encode(), CONDUCT).content
    if "error" in content:
        return "invalid", json.dumps(content["error"])
    return "valid", ""
