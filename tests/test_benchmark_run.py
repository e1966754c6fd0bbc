"""Measuring: suites, processes, batches and agreed verdicts, on very little each."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import batch, expected, report, run, start, suites
from benchmarks.apart import Apart
from benchmarks.batch import Input, wrong_answers
from benchmarks.growth import cases as growth_cases
from benchmarks.posed import Asked, Case, Posed
from benchmarks.rows import SLOWER, TIMEOUT, Row, Timing, read
from benchmarks.run import ALL, FASTEST, FIRST, PATIENCE_S, Run
from portfolio.workbench.drawing.wildcard_suite import WildcardCase
from tests.benchmark_rows import ROW, written

ALLOW: dict[str, Any] = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
CASE = WildcardCase("marks", 1, holds=True, seed=0)


def test_a_sample_of_the_wildcards_is_measured_recorded_and_reported(tmp_path: Path) -> None:
    options = ("--sample", "4", "--members", "automaton", "--record", str(tmp_path))
    measured = CliRunner().invoke(run.main, ("wildcards", *options), catch_exceptions=False)
    reported = CliRunner().invoke(report.main, (str(tmp_path), "--slow", "1000"))

    rows = read(tmp_path)
    about = json.loads((tmp_path / "run.json").read_text())

    assert measured.exit_code == 0
    assert [(row.member, row.verdict) for row in rows] == [("automaton", r.expected) for r in rows]
    assert (len(rows), about["cases"], about["suite"]) == (4, 4, "wildcards")
    assert reported.exit_code == 0
    assert "wrong answers: 0\ncontradictions: 0" in reported.output
    assert "automaton: 0 not solved within 1000.0 s" in reported.output


def test_an_old_record_is_read_by_its_wall_time(tmp_path: Path) -> None:
    lines = "case,member,version,verdict,seconds\none,z3,5,sat,0.5\n"
    (tmp_path / "rows.csv").write_text(lines)

    (row,) = read(tmp_path)

    assert (row.verdict, row.wall_s, row.cpu_s, row.expected) == ("sat", 0.5, 0.5, "")
    assert (row.size, row.count, row.peak_mib) == (0, 1, 0.0)


@dataclass
class Scripted:
    """A member that takes so long over every case, and notes the limits it is given."""

    name: str
    takes_s: float

    def __post_init__(self) -> None:
        self.limits: list[float] = []

    def version(self) -> str:
        return "0"

    def time(self, case: Posed, limit_s: float) -> Timing:
        self.limits.append(limit_s)
        is_late = self.takes_s > limit_s
        spent_s = min(self.takes_s, limit_s)
        return Timing(verdict=TIMEOUT if is_late else "sat", wall_s=spent_s, cpu_s=spent_s)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("others", "limits", "verdicts"),
    [
        (ALL, [[10.0], [10.0], [10.0]], ["sat", "sat", "sat"]),
        (FASTEST, [[10.0], [PATIENCE_S, 10.0], [PATIENCE_S, 2.0]], ["sat", "sat", SLOWER]),
        (FIRST, [[10.0], [10.0], []], ["sat", "sat"]),
    ],
)
def test_other_members_are_stopped_early_where_only_the_fastest_matters(
    tmp_path: Path, others: str, limits: list[list[float]], verdicts: list[str]
) -> None:
    members = [Scripted("automaton", 9.0), Scripted("cvc5", 2.0), Scripted("z3", 8.0)]
    measuring = Run(members, 10.0, others, tmp_path)
    measuring.measure(CASE)
    measuring.close()

    assert [member.limits for member in members] == limits
    assert [row.verdict for row in read(tmp_path)] == verdicts


def test_a_member_that_was_tried_for_long_enough_is_not_tried_again(tmp_path: Path) -> None:
    members = [Scripted("cvc5", 1.0), Scripted("z3", 0.1), Scripted("cvc4", 0.2)]
    measuring = Run(members, 10.0, FASTEST, tmp_path)
    measuring.measure(CASE)
    measuring.close()

    assert [member.limits for member in members] == [[PATIENCE_S]] * 3
    assert [(row.member, row.verdict) for row in read(tmp_path)] == [
        ("z3", "sat"),
        ("cvc4", "sat"),
        ("cvc5", SLOWER),
    ]


def test_a_record_is_gone_on_with(tmp_path: Path) -> None:
    written(tmp_path, [replace(ROW, case=CASE.name, member="cvc5")])
    members = [Scripted("cvc5", 1.0), Scripted("z3", 1.0)]
    measuring = Run(members, 10.0, ALL, tmp_path)
    measuring.measure(CASE)
    measuring.close()

    assert [member.limits for member in members] == [[], [10.0]]
    assert [row.member for row in read(tmp_path)] == ["cvc5", "z3"]


def test_a_case_is_timed_in_a_process_of_its_own_with_the_most_memory_it_had() -> None:
    case = next(case for case in growth_cases() if case.size == 10)

    timing = Apart("growth").time(case, 10.0)

    assert timing.verdict == case.expected
    assert 20 < timing.peak_mib < 2_000


def test_a_process_that_fails_is_an_error_with_what_it_said() -> None:
    timing = Apart("growth").time(replace(next(growth_cases()), family="no-such"), 1.0)

    assert timing.verdict.startswith("error: 1 ")


def test_a_sample_is_the_same_each_time_and_all_cases_keep_their_order() -> None:
    numbers: list[Posed] = [WildcardCase("marks", size, holds=True, seed=0) for size in range(9)]

    assert suites.sample(numbers, None, seed=1) == numbers
    assert suites.sample(numbers, 4, seed=1) == suites.sample(numbers, 4, seed=1)
    assert suites.sample(numbers, 4, seed=1) != suites.sample(numbers, 4, seed=2)


def test_pairs_are_two_thousand_of_different_policies_ready_afresh_each_time() -> None:
    cases = list(suites.pairs())
    asked: list[Asked] = [cases[0].ready(), cases[0].ready()]

    assert len({case.name for case in cases}) == suites.PAIRS
    assert all(case.existing != case.new for case in cases)
    assert asked[0] == asked[1]
    assert asked[0] is not asked[1]


def test_agreed_verdicts_grow_with_records_and_refuse_contradictions() -> None:
    rows = [ROW, replace(ROW, member="z3"), replace(ROW, case="two", verdict="timeout")]

    known = expected.merged({"three": ("unsat", frozenset({"cvc5"}))}, rows)

    assert known == {
        "one": ("sat", frozenset({"automaton", "z3"})),
        "three": ("unsat", frozenset({"cvc5"})),
    }
    with pytest.raises(expected.ContradictionError, match="`one`: "):
        expected.merged(known, [replace(ROW, verdict="unsat", member="cvc4")])


@pytest.mark.parametrize("suite", ["upgrades", "pairs"])
def test_agreed_verdicts_are_verdicts(suite: str) -> None:
    known = expected.agreed(suite)

    assert {verdict for verdict, _ in known.values()} <= {"sat", "unsat"}
    assert all(by for _, by in known.values())


def answers(*lines: object) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([{"id": "a", "verdict": "sat"}, {"id": "b", "verdict": "unsat"}], 0),
        ([{"id": "b", "verdict": "unsat"}, {"id": "a", "verdict": "sat"}], 2),
        ([{"id": "a", "verdict": "unsat"}, {"id": "b", "verdict": "sat"}], 1),
        ([{"id": "a", "verdict": "sat"}, {"id": "b", "verdict": "unknown"}], 1),
        ([{"id": "a", "verdict": "sat"}, {"id": "b", "error": {}}], 1),
        ([{"id": "a", "verdict": "sat"}], 1),
        ([{"id": "a", "verdict": "sat"}, {"id": "b", "verdict": "sat"}, {"id": "c"}], 1),
    ],
)
def test_answers_of_a_batch_are_held_against_the_questions(lines: list[object], wrong: int) -> None:
    assert len(list(wrong_answers(answers(*lines), [("a", "sat"), ("b", "")]))) == wrong


def test_a_further_copy_of_a_batch_has_statements_of_other_names(tmp_path: Path) -> None:
    case = Case("one", existing=ALLOW, new={"Statement": [ALLOW["Statement"]]}, expected="unsat")

    given = batch.written([case], "x2", 2, tmp_path)
    alike = batch.written([case], "x2 alike", 2, tmp_path, same_text=True)

    first, second = map(json.loads, given.path.read_text().splitlines())
    assert first["existing"] == ALLOW
    assert second["existing"]["Statement"] == [{**ALLOW["Statement"], "Sid": "Copy1Number0"}]
    assert second["existing"] == second["new"]
    assert alike.path.read_text().count("Sid") == 0
    assert given.expected == [("one, 0", "unsat"), ("one, 1", "unsat")]


def test_a_batch_is_measured_beside_its_floor(tmp_path: Path) -> None:
    case = Case(
        "allowed",
        existing=ALLOW,
        new={"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}},
        expected="unsat",
    )
    given: Input = batch.written([case, case], "small x1", 1, tmp_path)

    rows = list(batch.rows_of([given], 1, ("--members", "automaton"), set()))

    assert [(row.family, row.verdict, row.count) for row in rows[:3]] == [
        ("memory", "right", 2),
        ("batch", "right", 2),
        ("floor", "right", 2),
    ]
    assert rows[0].peak_mib > 10
    assert {row.member for row in rows[2:]} >= {"parsing by json"}


def test_a_wrong_batch_is_a_wrong_row(tmp_path: Path) -> None:
    row = Row("b", "batch", "keyaki batch", "0", "wrong", "right", 1.0, 1.0, count=9)

    assert CliRunner().invoke(report.main, [str(written(tmp_path, [row]))]).exit_code == 1


def test_a_start_is_a_whole_process_with_its_verdict() -> None:
    row = start.measure(start.COMMANDS[0], start.WARM, 0)

    assert (row.verdict, row.expected, row.family) == ("sat", "sat", "warm")
    assert row.wall_s > 0.01
