"""invariant-sast, asked by its check INV_AWS_002 for what a policy grants and its reference not.

Where it warns of an operator that it does not model, or its check INV_AWS_004 asks for a review of
one, it does not call a PASS a proof: that counts as unknown.
"""

from __future__ import annotations

import json
from typing import Any

NOT_ASKED = "not asked"
PROOF, CHECKS = "INV_AWS_002", "INV_AWS_002,INV_AWS_004"
ENTRY = {"reference": "iam-policies/old.json", "candidate": "iam-policies/new.json"}


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return what the regression check says of two identity policies."""
    if case["question"] != "no-new-access":
        return NOT_ASKED, "compares two policies; answers no other question"
    if case.get("policyType", "identity") not in ("identity", "boundary"):
        return NOT_ASKED, "compares what is granted by identity policies only"
    desk.write(ENTRY["reference"], case["existing"])
    desk.write(ENTRY["candidate"], case["new"])
    manifest = desk.write("manifest.json", [ENTRY])
    done = desk.run("invariant", "regression", "-m", manifest, "-o", "json", "--check", CHECKS)
    reports = sorted((desk.folder / "solver-results").glob("*.json"))
    if not reports:
        return "crashed", done.stderr[-300:]
    found = {
        row["check_id"]: row for path in reports for row in json.loads(path.read_text("utf-8"))
    }
    if PROOF not in found:
        return "refused", done.stderr[-300:] or "checked nothing"
    said = "; ".join(row["message"] for row in found.values())
    if not found[PROOF]["passed"]:
        return "FAIL", said
    is_weak = "WARNING" in done.stderr or not all(row["passed"] for row in found.values())
    return ("unknown" if is_weak else "PASS"), f"{said} {done.stderr[-200:]}"
