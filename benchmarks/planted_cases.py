"""The cases that engines with a planted bug are asked, and what the other members say to them.

Drawn and asked once, with the engine as it is, and kept in a file: the others' answers are the same
whatever is planted. Left out are cases about which something is wrong already.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from encoders.smtlib.script import assertions_of
from portfolio.differential.campaign.drawing import cases_of
from portfolio.differential.campaign.plan import FRAGMENTS, Plan
from portfolio.differential.case import Case
from portfolio.differential.checks import findings
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.panel import Outcomes, Panel
from portfolio.differential.relations.relation import RELATIONS, check
from portfolio.limits import Limits
from portfolio.members import by_name

ENGINE = "automaton"
OTHERS = ("z3", "cvc5")
LIMITS = Limits(wall_s=0.5, memory_mib=1024)
SOURCES = tuple(name for name in FRAGMENTS if name != "IAM")
DRAWN = 20
"""How many cases of a source are drawn, and made mutants of, before the next one has its turn."""


@dataclass(frozen=True)
class Asked:
    """A case as text, what the others say to it, and what it was derived from, if it was."""

    text: str
    origin: str
    expected: str
    why: str
    others: Outcomes
    base: str = ""
    relation: str = ""

    @property
    def case(self) -> Case:
        """The case."""
        return _case(self.text, self.origin, self.expected, self.why)


def _case(text: str, origin: str = "", expected: str = "", why: str = "") -> Case:
    assertions, _ = assertions_of(text)
    return Case(tuple(assertions), origin, expected, why)


def engine() -> Panel:
    """Return the panel of the engine alone."""
    return Panel(by_name((ENGINE,)), LIMITS)


def wrong_about(asked: Asked, panel: Panel) -> list[Finding]:
    """Return what is wrong about what the engine, which `panel` has, and the others say."""
    case = asked.case
    own = panel.ask(case)
    found = findings(case, {**own, **asked.others})
    if asked.relation:
        base = _case(asked.base)
        promise = next(one.promise for one in RELATIONS if one.name == asked.relation)
        broken = check(base, case, promise, panel.ask(base)[ENGINE], own[ENGINE])
        found += [Finding(ENGINE, Fault.CONTRADICTION, broken)] if broken else []
    return found


def ask(most: int, seed: int) -> Iterator[Asked]:
    """Yield so many cases, with what the others say to them."""
    plan = Plan(members=(ENGINE, *OTHERS), sources=SOURCES, seed=seed, drawn=DRAWN)
    others, own = Panel(by_name(OTHERS), LIMITS), engine()
    for member in others.members:
        member.warm()
    chance = Random(seed)  # noqa: S311 - a sample, not a secret
    asked = 0
    for batch in count():
        for case in cases_of(plan, batch):
            for one in _with_derived(case, plan, chance, others):
                if asked == most:
                    return
                if not wrong_about(one, own):
                    asked += 1
                    yield one


def _with_derived(case: Case, plan: Plan, chance: Random, others: Panel) -> Iterator[Asked]:
    yield _asked(case, others)
    if chance.random() < plan.derived:
        relation = chance.choice(RELATIONS)
        derived = relation.derive(case, chance)
        if derived is not None:
            yield _asked(derived, others, case.text, relation.name)


def _asked(case: Case, others: Panel, base: str = "", relation: str = "") -> Asked:
    known = (case.text, case.origin, case.expected, case.why)
    return Asked(*known, others.ask(case), base, relation)


def keep(path: Path, most: int, seed: int) -> None:
    """Write cases to a file, which is there once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with aside.open("wb") as file:
        for asked in ask(most, seed):
            pickle.dump(asked, file)
    aside.rename(path)


def kept(path: Path) -> Iterator[Asked]:
    """Yield the cases of a file of ours."""
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)  # noqa: S301 - `keep` wrote it
