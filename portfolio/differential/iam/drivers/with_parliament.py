"""parliament, a linter: a document is invalid iff it finds it malformed or an element invalid.

Advice about which actions go with which resources and keys is not about the document's form.
"""

from __future__ import annotations

from typing import Any

import parliament

ADVICE = {"RESOURCE_MISMATCH", "UNKNOWN_CONDITION_FOR_ACTION", "MISMATCHED_TYPE_BUT_USABLE"}
GROUPS = {"ERROR", "MALFORMED", "INVALID"}
GRAVE = {"MEDIUM", "HIGH", "CRITICAL"}


def answer(case: dict[str, Any], desk: Any) -> tuple[str, str]:
    """Return whether parliament takes a document."""
    if case["question"] != "valid-document":
        return "not asked", "a linter: says nothing about requests"
    kind, has_principal = case.get("policyType"), '"Principal"' in case["text"]
    if kind is not None and has_principal is not (kind == "resource"):
        return "not asked", "cannot be told what a policy is attached to"
    found = parliament.analyze_policy_string(case["text"]).findings
    grave = [str(finding) for finding in found if _is_grave(finding.issue)]
    return ("invalid", "; ".join(grave)) if grave else ("valid", "")


def _is_grave(issue: str) -> bool:
    row = parliament.config.get(issue, {})
    is_about_form = row.get("group") in GROUPS and row.get("severity") in GRAVE
    return is_about_form and issue not in ADVICE
