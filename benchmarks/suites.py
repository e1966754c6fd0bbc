"""The suites: cases drawn by a seed or by their families.

`upgrades`: successive versions of AWS managed policies, both directions, from the corpora beside
the project. `managed`: pairs of different AWS managed policies that share a service prefix, from
PyPI's `moto`, so that the benchmark stands without the corpora; `pairs`: the first 2,000 of them.
`wildcards`: claims about patterns. `growth` and `adversarial`: families of policies by size, each
case in a process of its own; `small`: the small cases of both, in one process. The verdicts of the
last four are known by construction.
"""

from __future__ import annotations

import json
import lzma
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from automaton.verdict import Unsupported
from benchmarks import adversarial, expected, growth
from benchmarks.posed import Case, Drawn, Posed
from portfolio.workbench.drawing import wildcard_suite
from portfolio.workbench.drawing.managed import managed_policies, prefixes_of

ROOT = Path(__file__).resolve().parents[1]
PAIRS = 2_000


def corpora_file(name: str) -> Path:
    """Return a file of the corpora; raise FileNotFoundError with what to do iff it is missing."""
    folder = Path(os.environ.get("KEYAKI_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not (folder / name).exists():
        raise FileNotFoundError(f"no `{name}` in `{folder}`: set KEYAKI_CORPORA to the corpora")
    return folder / name


def upgrades() -> Iterator[Case]:
    """Yield each upgrade twice: once for what the new version adds, once for what it drops."""
    known = expected.verdicts("upgrades")
    with lzma.open(corpora_file("managed_policy_upgrades.jsonl.xz"), "rt") as lines:
        for number, line in enumerate(lines):
            pair = json.loads(line)
            both = (pair["old"], pair["new"])
            for direction, (existing, new) in (("up", both), ("down", both[::-1])):
                name = f"{number}-{pair['name']}-{direction}"
                yield Case(name, existing, new, expected=known.get(name, ""))


def managed() -> Iterator[Case]:
    """Yield every ordered pair of different managed policies that share a service prefix.

    The pairs come in an order that looks random but is the same every time.
    """
    documents = managed_policies()
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for name, document in documents.items():
        for prefix in prefixes_of(document):
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
    known = expected.verdicts("pairs")
    for first, second in ordered:
        name = f"{first}-{second}"
        yield Case(name, documents[first], documents[second], expected=known.get(name, ""))


def pairs() -> Iterator[Case]:
    """Yield the first 2,000 of `managed`."""
    return islice(managed(), PAIRS)


def small() -> Iterator[Drawn]:
    """Yield the cases of `growth` and `adversarial` that take no time."""
    for suite, largest in ((growth, 10), (adversarial, 5)):
        yield from (case for case in suite.cases() if case.size <= largest)


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Cases, and how they are measured unless something else is asked for.

    With `is_apart` the automaton has a process of its own for each case.
    """

    cases: Callable[[], Iterable[Posed]]
    limit_s: float = 10.0
    is_apart: bool = False


POLICIES: dict[str, Callable[[], Iterator[Case]]] = {
    "upgrades": upgrades,
    "managed": managed,
    "pairs": pairs,
}
SUITES: dict[str, Suite] = {
    **{name: Suite(cases=cases) for name, cases in POLICIES.items()},
    "wildcards": Suite(cases=wildcard_suite.cases, limit_s=2.0),
    "growth": Suite(cases=growth.cases, limit_s=20.0, is_apart=True),
    "adversarial": Suite(cases=adversarial.cases, is_apart=True),
    "small": Suite(cases=small),
}

AnyCase = TypeVar("AnyCase", bound=Posed)


def draw(suite: str, count: int | None, seed: int) -> tuple[list[Case], int]:
    """Return `count` supported cases of a suite of policies (None: all), and how many are not.

    These use a construct that is not modelled, and were passed over.
    """
    cases = list(POLICIES[suite]())
    drawn: list[Case] = []
    unsupported = 0
    for case in sample(cases, None if count is None else len(cases), seed):
        if len(drawn) == count:
            break
        if is_supported(case):
            drawn.append(case)
        else:
            unsupported += 1
    return drawn, unsupported


def sample(suite: Iterable[AnyCase], count: int | None, seed: int) -> list[AnyCase]:
    """Return `count` cases of a suite in the order of a seed, or all in their own order."""
    cases = list(suite)
    if count is None:
        return cases
    random.Random(seed).shuffle(cases)  # noqa: S311 - a sample, not a secret
    return cases[:count]


def is_supported(case: Posed) -> bool:
    """Return whether everything in the case is modelled."""
    try:
        case.ready().problem()
    except Unsupported:
        return False
    return True
