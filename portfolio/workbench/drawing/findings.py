"""The queries by which findings are found: what outsiders may do within some labels."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from automaton import terms
from automaton.terms import Formula
from encoders.iam.findings.labels import Axis
from encoders.iam.findings.outside_access import access_of
from portfolio.workbench.drawing.documents import some
from portfolio.workbench.drawing.drawn import Drawn, asked
from portfolio.workbench.drawing.policies import reading
from portfolio.workbench.drawing.resource_policies import ACCOUNTS, resource_policy

NARROW = 0.4
"""How often a label of an axis is less than everything."""


def findings(chance: Random) -> Drawn:
    """Draw the question whether an outsider's request lies in some labels and not in others."""
    policy, told = resource_policy(chance)
    trusted = some(chance, ACCOUNTS, 2) if chance.random() < 0.7 else []
    under = reading(chance)
    access = access_of(policy, trusted, under)
    within, outside = _labels(chance, access.axes)
    strange = [access.stranger] if chance.random() < 0.2 else []
    asks = terms.conjunction(access.formula, *within, *map(terms.negation, outside), *strange)
    origin = f"finding: {told}, trusted {', '.join(trusted) or 'none'}, {under.value}"
    return asked(terms.Problem((asks,)), origin)


def _labels(chance: Random, axes: Sequence[Axis]) -> tuple[list[Formula], list[Formula]]:
    """Draw labels to lie in, everything on most axes, and some of one axis not to lie in."""
    within = [
        chance.choice(axis.labels) if chance.random() < NARROW else axis.labels[0] for axis in axes
    ]
    axis, chosen = chance.choice([*zip(axes, within, strict=True)])
    others = [label for label in axis.labels[1:] if label is not chosen]
    outside = some(chance, others, 4) if others and chance.random() < 0.7 else []
    return [label.formula for label in within], [label.formula for label in outside]
