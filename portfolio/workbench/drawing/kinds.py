"""The kinds of queries that a query set has, in the order in which they take turns."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio.workbench.drawing.drawn import Draw
from portfolio.workbench.drawing.findings import findings
from portfolio.workbench.drawing.policies import edit, granted, neighbours, pairs
from portfolio.workbench.drawing.resource_policies import across, public
from portfolio.workbench.drawing.scripts import FRAGMENTS
from portfolio.workbench.drawing.stacks import stacks
from portfolio.workbench.drawing.wildcard_queries import wildcards

KINDS: Mapping[str, Draw] = {
    "edit": edit,
    "neighbours": neighbours,
    "pairs": pairs,
    "granted": granted,
    "public": public,
    "cross-account": across,
    "stacks": stacks,
    "findings": findings,
    "wildcards": wildcards,
    **{fragment.name: fragment for fragment in FRAGMENTS},
}
