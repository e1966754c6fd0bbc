"""Why a request shows that one compiled policy allows what another does not."""

from __future__ import annotations

from encoders.iam.compiled.decide import Shown
from encoders.iam.compiled.row import Compiled
from encoders.iam.explain import Explanation, Reason
from encoders.iam.wildcard import ArnWildcards


def explanation(
    shown: Shown,
    existing: tuple[str, Compiled],
    new: tuple[str, Compiled],
    reading: ArnWildcards,
) -> Explanation:
    """Return the request with the statements that decide, as `explain` gives them.

    Each policy comes with the name that the question gives it.
    """
    (name, policy), (refusing, other) = new, existing
    reasons = [
        Reason(f"`{name}` allows the request", name, statement)
        for statement in policy.in_place(shown.new[reading])
    ]
    matched = shown.existing[reading]
    denies = [row for row in matched if not row.is_allow]
    if len(denies) == len(matched):
        reasons.append(Reason(f"no statement of `{refusing}` allows the request", refusing))
        return Explanation(shown.request, tuple(reasons))
    described = f"`{refusing}` denies the request"
    reasons.extend(Reason(described, refusing, one) for one in other.in_place(denies))
    return Explanation(shown.request, tuple(reasons))


def absent_keys(shown: Shown, existing: Compiled, new: Compiled) -> tuple[str, ...]:
    """Return the condition keys that the policies read and the request does not carry."""
    carried = {key.lower() for key in shown.request.context}
    spelled: dict[str, str] = {}
    for use in (*new.uses, *existing.uses):
        spelled.setdefault(use.key, use.spelling)
    return tuple(key for name, key in spelled.items() if name not in carried)
