"""A campaign's plan, journal and crew: the same batches whatever happens to its processes."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from automaton.verdict import Sat
from encoders.smtlib.term import Term
from portfolio.differential.campaign import batch, crew
from portfolio.differential.campaign.batch import run_batch
from portfolio.differential.campaign.crew import run_batches
from portfolio.differential.campaign.journal import LINES, Done, Journal
from portfolio.differential.campaign.plan import SEEDS, Plan, PlanError
from portfolio.differential.campaign.run import Extent, _numbers
from portfolio.differential.campaign.tally import Tally
from portfolio.differential.case import Case
from portfolio.differential.filing.found import case_of_text
from portfolio.differential.filing.store import Store
from portfolio.differential.finding import Fault, Finding
from portfolio.differential.panel import Panel
from portfolio.differential.terms import call
from portfolio.limits import Limits
from portfolio.members.base import Member
from tests import campaign_fakes
from tests.fakes import Old, wait_until
from tests.wrong_members import RIGHT, WrongMember

PLAN = Plan(members=("automaton",), sources=("F1", "F2"), solvers=(("mine", "./mine -in"),))


def test_sources_take_turns_and_each_batch_has_a_seed_of_its_own() -> None:
    assert [PLAN.source_of(batch) for batch in range(4)] == ["F1", "F2", "F1", "F2"]
    assert len({PLAN.seed_of(batch) for batch in range(100)}) == 100
    assert PLAN.seed_of(7) == replace(PLAN, wall_s=9.0).seed_of(7)
    assert PLAN.seed_of(7) != replace(PLAN, seed=1).seed_of(7)


def test_a_plan_is_read_as_it_was_written() -> None:
    assert Plan.from_json(PLAN.to_json()) == PLAN


@pytest.mark.parametrize("text", ["", "[]", '{"members": []}', '{"member": 3}'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="no plan of a campaign"):
        Plan.from_json(text)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (replace(PLAN, sources=("F9",)), "there is no source `F9`; there are F0, F1"),
        (replace(PLAN, sources=()), "a campaign needs a source of cases"),
        (replace(PLAN, sources=(SEEDS,), seeds="/none"), "`/none` is no folder of seeds"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(plan: Plan, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        plan.check()


def done(batch: int, **others: object) -> Done:
    return replace(Done(batch=batch, source="F1", cases=10), **others)  # type: ignore[arg-type]


def test_a_journal_goes_on_where_it_ended(tmp_path: Path) -> None:
    first = done(0, found=("one", "one"), known=("z3-1",), ends={"z3": {"sat": 3}})
    Journal(tmp_path, PLAN).add(first)
    Journal(tmp_path, PLAN).add(done(1))

    assert Journal(tmp_path, PLAN).done == {0: first, 1: done(1)}


def test_a_line_that_was_cut_off_was_never_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path, PLAN)
    journal.add(done(0))
    journal.add(done(1))
    lines = tmp_path / LINES
    lines.write_bytes(lines.read_bytes()[:-9])

    again = Journal(tmp_path, PLAN)
    assert again.done == {0: done(0)}
    again.add(done(1))
    assert Journal(tmp_path, PLAN).done == {0: done(0), 1: done(1)}


def test_a_folder_holds_one_campaign(tmp_path: Path) -> None:
    Journal(tmp_path, PLAN)

    with pytest.raises(PlanError, match="a campaign of another plan"):
        Journal(tmp_path, replace(PLAN, seed=1))


def test_a_journal_without_its_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / LINES).write_text("")

    with pytest.raises(PlanError, match="a journal without a plan"):
        Journal(tmp_path, PLAN)


def test_all_batches_are_made(tmp_path: Path) -> None:
    found = run_batches(iter(range(6)), campaign_fakes.make, 2)

    assert sorted(found, key=lambda one: one.batch) == [done(batch) for batch in range(6)]


def test_a_process_is_replaced_after_some_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "BATCHES_A_PROCESS", 2)
    made = list(run_batches(iter(range(4)), partial(campaign_fakes.tell_process, tmp_path), 1))

    processes = {path.name.partition("-")[2] for path in tmp_path.iterdir()}
    assert (len(made), len(processes)) == (4, 2)


def test_a_batch_whose_process_dies_once_is_made_again(tmp_path: Path) -> None:
    found = list(run_batches(iter(range(5)), partial(campaign_fakes.die_once, tmp_path), 2))

    assert sorted(one.batch for one in found) == [0, 1, 2, 3, 4]
    assert [one.batch for one in found if one.lost] == []


def test_a_batch_that_kills_its_process_is_lost_alone(tmp_path: Path) -> None:
    found = list(run_batches(iter(range(6)), partial(campaign_fakes.die_on_three, tmp_path), 1))

    assert sorted(one.batch for one in found) == [0, 1, 2, 3, 4, 5]
    assert [one.batch for one in found if one.lost] == [3]
    assert (tmp_path / "tries").read_text() == "xx"


def test_a_batch_that_raises_is_lost_with_its_place() -> None:
    (found,) = run_batches(iter([7]), campaign_fakes.fail, 1)

    assert (found.batch, found.cases) == (7, 0)
    assert "campaign_fakes.py" in found.lost
    assert "ValueError: no batch 7" in found.lost


def test_no_process_outlives_a_crew_that_is_stopped(tmp_path: Path) -> None:
    batches = run_batches(iter([7, 0]), partial(campaign_fakes.last_for_ever, tmp_path), 2)
    assert next(batches).batch == 0
    batches.close()

    (started,) = (int(path.name) for path in tmp_path.iterdir())
    assert wait_until(lambda: not is_alive(started))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_tally_is_the_sum_of_its_batches() -> None:
    tally = Tally()
    tally.add(done(0, ends={"z3": {"sat": 3, "unsat": 1}}, found=("one",), known=("z3-1",)))
    tally.add(done(1, ends={"z3": {"sat": 2}}, unshrunk={"z3: crash": 4}, source="F2"))

    assert tally.cases == 20
    assert tally.ends["z3"] == {"sat": 5, "unsat": 1}
    assert not tally.is_clean
    assert tally.to_text().splitlines() == [
        "20 cases (F1 10, F2 10), 0 of them derived by relations",
        "  z3: sat 5, unsat 1",
        "found: 1",
        "  one, 1 times",
        "known already: 1",
        "  1 times z3-1",
        "of a kind that its batch had enough of, not shrunk: 1",
        "  z3: crash, 4 times",
    ]


def test_known_bugs_alone_leave_a_campaign_clean() -> None:
    tally = Tally()
    tally.add(done(0, known=("z3-1",)))

    assert tally.is_clean
    tally.add(done(1, lost="a process died"))
    assert not tally.is_clean


def test_numbers_of_batches_end_with_the_cases_that_are_wanted(tmp_path: Path) -> None:
    journal = Journal(tmp_path, PLAN)
    numbers = _numbers(journal, replace(PLAN, drawn=5, mutants=1), Extent(cases=30))
    for number in numbers:
        journal.add(done(number, cases=7))

    assert sorted(journal.done) == [0, 1, 2, 3, 4]


def alone(member: Member, monkeypatch: pytest.MonkeyPatch, folder: Path, **plan: object) -> Done:
    """Return a batch of a plan in which nobody is asked but a member."""
    monkeypatch.setattr(batch, "_panel", lambda _: Panel((member,), Limits(wall_s=2.0)))
    shares = {"drawn": 60, "mutants": 0, "certified": 0.0, "shrink_s": 0.5, **plan}
    return run_batch(replace(PLAN, sources=("F1",), **shares), folder, 0)  # type: ignore[arg-type]


def no_empty_star(node: Term) -> Term:
    return call("re.+", *node.parts) if node.operator == "re.*" else node


def test_a_member_that_nobody_is_held_against_contradicts_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = WrongMember("wrong", no_empty_star)
    done = alone(wrong, monkeypatch, tmp_path, derived=1.0, chained=0.0)

    assert done.derived > 0
    assert any(name.startswith("wrong-") for name in done.found)


def test_a_member_that_is_right_is_held_to_chains_and_relations_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = alone(RIGHT, monkeypatch, tmp_path, derived=0.5, chained=0.5)

    assert done.derived > 30
    assert (done.found, done.known, done.unshrunk) == ((), (), {})


def test_a_chain_that_a_member_breaks_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "check_chain", lambda _: "it contradicts itself")
    done = alone(RIGHT, monkeypatch, tmp_path, derived=0.0, chained=1.0)

    stored = {name: Store(tmp_path / "findings").read(name) for name in done.found}
    assert stored
    assert {row["fault"] for row in stored.values()} == {"contradiction"}
    assert {row["evidence"] for row in stored.values()} == {"it contradicts itself"}


def test_more_of_a_known_bug_than_a_batch_shrinks_is_known_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of_text(
        '(assert (str.in_re "" (re.diff re.all re.none re.all)))(check-sat)', "5428"
    )
    other = Case((call("=", "a", "b"),), "by hand")
    found = Finding("cvc4", Fault.WRONG_SAT, "it is unsat")
    monkeypatch.setattr(batch, "_panel", lambda _: Panel((Old("cvc4", Sat({})),)))
    monkeypatch.setattr(batch, "MOST_FOLLOWED", 0)
    work = batch._Batch(PLAN, tmp_path, 0)
    work._follow(case, found, None)
    work._follow(other, found, None)

    assert work._counts.known == ["cvc5-5428"]
    assert work._counts.unshrunk == {"cvc4: wrong sat": 1}
