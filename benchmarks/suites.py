"""The cases that are measured: each a problem with a name, drawn by a seed.

`upgrades`: successive versions of AWS managed policies, both directions, from the corpora beside
the project. `managed`: pairs of different AWS managed policies that share a service prefix, from
PyPI's `moto`, so that the benchmark stands without the corpora. `wildcards`: claims about patterns,
whose verdicts are known.
"""

from __future__ import annotations

import json
import lzma
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from automaton.terms import Problem
from automaton.verdict import Unsupported
from benchmarks import wildcard_suite
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.questions import Question, no_new_access

ROOT = Path(__file__).resolve().parents[1]
Json = dict[str, object]


class Posed(Protocol):
    """A case of a suite; `family` and `expected`, a verdict, are empty iff nothing is known."""

    @property
    def name(self) -> str:
        """The name, which no other case of the suite has."""

    @property
    def family(self) -> str:
        """What its suite tells apart."""

    @property
    def expected(self) -> str:
        """The verdict, if it is known."""

    def problem(self) -> Problem:
        """Return the problem, afresh; raise Unsupported iff something is not modelled."""


@dataclass(frozen=True)
class Case:
    """One question of a suite: whether `new` allows anything that `existing` does not."""

    name: str
    existing: Json
    new: Json
    family: str = ""
    expected: str = ""

    def question(self) -> Question:
        """Return the question, encoded afresh; raise Unsupported iff a policy is not modelled."""
        return no_new_access(_identity(self.existing), _identity(self.new))

    def problem(self) -> Problem:
        """Return the problem of the question."""
        return self.question().problem


def _identity(document: Json) -> Policy:
    return policy_from_json(document, PolicyType.IDENTITY)


def corpora_file(name: str) -> Path:
    """Return a file of the corpora; raise FileNotFoundError with what to do iff it is missing."""
    folder = Path(os.environ.get("KEYAKI_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not (folder / name).exists():
        raise FileNotFoundError(f"no `{name}` in `{folder}`: set KEYAKI_CORPORA to the corpora")
    return folder / name


def upgrades() -> Iterator[Case]:
    """Yield each upgrade twice: once for what the new version adds, once for what it drops."""
    with lzma.open(corpora_file("managed_policy_upgrades.jsonl.xz"), "rt") as lines:
        for number, line in enumerate(lines):
            pair = json.loads(line)
            name = f"{number}-{pair['name']}"
            yield Case(f"{name}-up", existing=pair["old"], new=pair["new"])
            yield Case(f"{name}-down", existing=pair["new"], new=pair["old"])


def managed() -> Iterator[Case]:
    """Yield every ordered pair of different managed policies that share a service prefix.

    The pairs come in an order that looks random but is the same every time.
    """
    documents = managed_policies()
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for name, document in documents.items():
        for prefix in _prefixes(document):
            by_prefix[prefix].append(name)
    pairs = {
        (first, second)
        for names in by_prefix.values()
        for first in names
        for second in names
        if first != second
    }
    ordered = sorted(pairs)
    random.Random(0).shuffle(ordered)  # noqa: S311 - a fixed order, not a secret
    for first, second in ordered:
        yield Case(f"{first}-{second}", existing=documents[first], new=documents[second])


def managed_policies() -> dict[str, Json]:
    """Return the AWS managed policies that moto carries, by name."""
    from moto.iam.aws_managed_policies import (  # noqa: PLC0415 - megabytes, wanted here only
        aws_managed_policies_data,
    )

    return {
        name: entry["Document"] for name, entry in json.loads(aws_managed_policies_data).items()
    }


def _prefixes(document: Json) -> set[str]:
    """Return the service prefixes of the actions that a policy lists."""
    policy = _identity(document)
    return {
        action.partition(":")[0].lower()
        for statement in policy.statements
        if not statement.actions.negated
        for action in statement.actions.values
    }


POLICIES: dict[str, Callable[[], Iterator[Case]]] = {"upgrades": upgrades, "managed": managed}
SUITES: dict[str, Callable[[], Iterable[Posed]]] = {**POLICIES, "wildcards": wildcard_suite.cases}

AnyCase = TypeVar("AnyCase", bound=Posed)


def draw(suite: str, count: int | None, seed: int) -> tuple[list[Case], int]:
    """Return `count` supported cases of a suite of policies, as `sample` does."""
    return sample(POLICIES[suite](), count, seed)


def sample(suite: Iterable[AnyCase], count: int | None, seed: int) -> tuple[list[AnyCase], int]:
    """Return `count` supported cases (None: all), and how many were passed over.

    The passed over ones use a construct that is not modelled.
    """
    cases = list(suite)
    if count is not None:
        random.Random(seed).shuffle(cases)  # noqa: S311 - a sample, not a secret
    drawn: list[AnyCase] = []
    unsupported = 0
    for case in cases:
        if len(drawn) == count:
            break
        if is_supported(case):
            drawn.append(case)
        else:
            unsupported += 1
    return drawn, unsupported


def is_supported(case: Posed) -> bool:
    """Return whether everything in the case is modelled."""
    try:
        case.problem()
    except Unsupported:
        return False
    return True
