"""One batch of a campaign: its cases asked, related ones derived, what is found followed up."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from automaton.verdict import Sat
from portfolio.differential.campaign.drawing import cases_of
from portfolio.differential.campaign.journal import Done
from portfolio.differential.campaign.plan import Plan, members_of
from portfolio.differential.case import Case
from portfolio.differential.checks import findings, word_of
from portfolio.differential.filing.follow import Follower
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.panel import Outcomes, Panel
from portfolio.differential.proof import proof_of_sat
from portfolio.differential.relations.chains import chain, check_chain
from portfolio.differential.relations.relation import RELATIONS, check

MOST_FOLLOWED = 3
"""How many findings of one member and fault a batch shrinks; more are mostly the same again."""


def run_batch(plan: Plan, folder: Path, batch: int) -> Done:
    """Return what came of a batch; its findings are written below `folder`."""
    return _Batch(plan, folder, batch).run()


@dataclass
class _Counts:
    """What is counted while a batch runs."""

    cases: int = 0
    derived: int = 0
    certified: int = 0
    ends: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    met: Counter[str] = field(default_factory=Counter)
    unshrunk: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


class _Batch:
    """A batch at work."""

    def __init__(self, plan: Plan, folder: Path, number: int) -> None:
        self._plan = plan
        self._number = number
        self._panel = _panel(plan)
        self._follower = Follower(folder, self._panel, seed=plan.seed, shrink_s=plan.shrink_s)
        self._chance = Random(plan.seed_of(number) + 1)  # noqa: S311 - a sample, not a secret
        self._counts = _Counts()

    def run(self) -> Done:
        """Ask all cases and return what came of it."""
        started = time.monotonic()
        for case in cases_of(self._plan, self._number):
            answers = self._ask(case)
            if self._chance.random() < self._plan.derived:
                self._relate(case, answers)
            if self._chance.random() < self._plan.chained:
                self._chain(case)
        counts = self._counts
        return Done(
            batch=self._number,
            source=self._plan.source_of(self._number),
            cases=counts.cases,
            derived=counts.derived,
            certified=counts.certified,
            wall_s=round(time.monotonic() - started, 3),
            ends={name: dict(ends) for name, ends in counts.ends.items()},
            found=tuple(counts.found),
            known=tuple(counts.known),
            unshrunk=dict(counts.unshrunk),
        )

    def _ask(self, case: Case, base: Case | None = None) -> _Answers:
        """Return what members say to a case, after what is wrong about it was followed up."""
        outcomes = self._panel.ask(case)
        self._counts.cases += 1
        for name, outcome in outcomes.items():
            self._counts.ends[name][word_of(outcome) or outcome.end.value] += 1
        certify = self._chance.random() < self._plan.certified
        self._counts.certified += certify and any(map(word_of, outcomes.values()))
        found = findings(case, outcomes, certify=certify)
        for finding in found:
            self._follow(case, finding, base)
        return _Answers(outcomes, has_findings=bool(found))

    def _relate(self, case: Case, before: _Answers) -> None:
        """Ask a case that is derived, and hold what each member says to both side by side."""
        relation = self._chance.choice(RELATIONS)
        derived = relation.derive(before.proved(case), self._chance)
        if derived is None:
            return
        self._counts.derived += 1
        after = self._ask(derived, base=case)
        if before.has_findings or after.has_findings:
            return
        for name, outcome in after.outcomes.items():
            broken = check(case, derived, relation.promise, before.outcomes[name], outcome)
            if broken:
                self._follow(derived, Finding(name, Fault.CONTRADICTION, broken), base=case)

    def _chain(self, case: Case) -> None:
        """Ask about containments that follow on one another, and hold each member to its word."""
        links = chain(case, self._chance)
        if links is None:
            return
        self._counts.derived += len(links.cases)
        answers = [self._ask(link, base=case) for link in links.cases]
        if any(each.has_findings for each in answers):
            return
        for name in answers[0].outcomes:
            broken = check_chain([each.outcomes[name] for each in answers])
            if broken:
                finding = Finding(name, Fault.CONTRADICTION, broken)
                self._follow(links.conclusion, finding, base=case)

    def _follow(self, case: Case, finding: Finding, base: Case | None) -> None:
        kind = f"{finding.member}: {finding.fault.value}"
        self._counts.met[kind] += 1
        if self._counts.met[kind] > MOST_FOLLOWED:
            bug = self._follower.known(case, finding)
            if bug:
                self._counts.known.append(bug.id)
            else:
                self._counts.unshrunk[kind] += 1
            return
        where = f"batch {self._number}, case {self._counts.cases}"
        followed = self._follower.follow(case, finding, batch=self._number, where=where, base=base)
        if followed.known:
            self._counts.known.append(followed.known)
        else:
            self._counts.found.append(followed.name)


@dataclass(frozen=True)
class _Answers:
    """What members say to a case, and whether something is wrong about it."""

    outcomes: Outcomes
    has_findings: bool

    def proved(self, case: Case) -> Case:
        """Return the case, expected to be sat where a model shows that it is."""
        if case.expected:
            return case
        models = {
            name: outcome.verdict.model
            for name, outcome in self.outcomes.items()
            if isinstance(outcome.verdict, Sat)
        }
        why = proof_of_sat(case, models)
        return replace(case, expected="sat", why=why) if why else case


@cache
def _panel(plan: Plan) -> Panel:
    """Return the members of a plan, warm; once a process."""
    panel = Panel(members_of(plan), plan.limits)
    for member in panel.members:
        member.warm()
    return panel
