"""The tools that we know how to ask, as rows of data, and those that answer none of the questions.

Versions are pinned: a score is of one version.
"""

from __future__ import annotations

from collections.abc import Mapping

from automaton.version import VERSION
from portfolio.differential.iam.tool import Kind, Tool

TOOLS: tuple[Tool, ...] = (
    Tool(
        name="keyaki",
        version=VERSION,
        kind=Kind.OWN,
        package="keyaki",
        driver="own.py",
        license="Apache-2.0",
        about="by lines of `keyaki batch`",
    ),
    Tool(
        name="iam-simulate",
        version="0.1.173",
        kind=Kind.NPM,
        package="@cloud-copilot/iam-simulate",
        driver="iam_simulate.mjs",
        license="AGPL-3.0-or-later",
        about="one request at a time, below its check of names against AWS's service data",
    ),
    Tool(
        name="reach",
        version="0.2.1",
        kind=Kind.PIP,
        package="reach-security",
        driver="with_reach.py",
        license="AGPL-3.0-or-later",
        about="by `reach can`: may one principal do this? Its DENIED is a proof",
    ),
    Tool(
        name="iamprover",
        version="0.7.1",
        kind=Kind.PIP,
        package="iamprover",
        driver="with_iamprover.py",
        license="Apache-2.0",
        about="by `iamprover verify`: an invariant that forbids the access. Over-approximates",
    ),
    Tool(
        name="invariant",
        version="0.3.3",
        kind=Kind.PIP,
        package="invariant-sast",
        driver="with_invariant.py",
        license="Apache-2.0",
        about="by `invariant regression`; a PASS that comes with a warning is unknown",
    ),
    Tool(
        name="policyglass",
        version="0.8.0",
        kind=Kind.PIP,
        package="policyglass",
        driver="with_policyglass.py",
        license="MIT",
        about="by differences and intersections of the shards of policies",
        # It was written for the first generation of pydantic and does not load with the second.
        beside=("pydantic<2",),
    ),
    Tool(
        name="moto",
        version="5.2.5",
        kind=Kind.PIP,
        package="moto",
        driver="with_moto.py",
        license="Apache-2.0",
        about="by the evaluator of its mock, `IAMPolicy.is_action_permitted`, for each policy",
    ),
    Tool(
        name="py-iam-expand",
        version="0.3.0",
        kind=Kind.PIP,
        package="py-iam-expand",
        driver="with_iam_expand.py",
        license="Apache-2.0",
        about="by the actions that it expands a policy's patterns to",
    ),
    Tool(
        name="parliament",
        version="1.6.4",
        kind=Kind.PIP,
        package="parliament",
        driver="with_parliament.py",
        license="BSD-3-Clause",
        about="a linter: whether it finds a document malformed or invalid",
        # It reads its data by `pkg_resources`, which later setuptools do not have.
        beside=("setuptools<81",),
    ),
)

ANSWERING_NOTHING: Mapping[str, str] = {
    "iamspy 0.0.1": "the distribution on PyPI holds no module",
    "cloudsplaining 0.9.1": "lists risky actions of a policy; answers none of the questions",
    "policy_sentry": "writes policies; answers none of the questions",
}
"""Tools that were looked at, and why they are not in the table."""


def by_name(names: tuple[str, ...]) -> tuple[Tool, ...]:
    """Return the tools of these names, all if there are none; raise ValueError iff one is not."""
    known = {tool.name: tool for tool in TOOLS}
    for name in names:
        if name not in known:
            raise ValueError(f"unknown tool `{name}`; known are {', '.join(known)}")
    return tuple(known[name] for name in names) or TOOLS
