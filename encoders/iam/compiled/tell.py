"""Why a request shows what is asked about compiled policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from encoders.iam.compiled.decide import Shown
from encoders.iam.compiled.row import Compiled, Row
from encoders.iam.explain import Explanation, Reason
from encoders.iam.wildcard import ArnWildcards

Named = tuple[str, Compiled]
"""A policy under the name that the question gives it."""


def explanation(
    shown: Shown, granting: Named, refusing: Named | None, reading: ArnWildcards
) -> Explanation:
    """Return the request with the statements that decide, as `explain` gives them."""
    name, policy = granting
    reasons = [
        Reason(f"`{name}` allows the request", name, statement)
        for statement in policy.in_place(shown.granting[reading])
    ]
    if refusing is not None:
        reasons += _why_refused(shown.refusing[reading], *refusing)
    return Explanation(shown.request, tuple(reasons))


def _why_refused(matched: Sequence[Row], name: str, policy: Compiled) -> Iterator[Reason]:
    denies = [row for row in matched if not row.is_allow]
    if len(denies) == len(matched):
        yield Reason(f"no statement of `{name}` allows the request", name)
        return
    for statement in policy.in_place(denies):
        yield Reason(f"`{name}` denies the request", name, statement)


def absent_keys(shown: Shown, policies: Sequence[Compiled]) -> tuple[str, ...]:
    """Return the condition keys that the policies read and the request does not carry."""
    carried = {key.lower() for key in shown.request.context}
    spelled: dict[str, str] = {}
    for use in (use for policy in policies for use in policy.uses):
        spelled.setdefault(use.key, use.spelling)
    return tuple(key for name, key in spelled.items() if name not in carried)
