"""A bug is stored once, counts up, and survives kills, several processes and a bad neighbour."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from automaton.verdict import Sat, Unsat
from automaton.version import VERSION
from encoders.smtlib.script import assertions_of
from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.filing.found import Found, Source, case_of_text
from portfolio.differential.filing.report import report, title
from portfolio.differential.filing.store import CASE, FINDING, ORIGINAL, REPORT, Store
from portfolio.differential.finding import NOBODY_KNOWS, Fault, Finding
from portfolio.differential.panel import Outcomes, Panel
from portfolio.differential.shape import is_same, operators_of, shape_of, words_of
from portfolio.members import BinaryMember
from portfolio.members.automaton import AutomatonMember
from portfolio.members.base import Outcome
from portfolio.members.library import Z3

TEXT = '(declare-fun x () String)(assert (= x (str.replace_all "" x "a")))(check-sat)'
LIAR = BinaryMember(
    name="liar", command=("echo", "unsat"), dialect="z3", version_command=("echo", "1.2.3")
)


def found_of(text: str = TEXT, fault: Fault = Fault.WRONG_UNSAT, evidence: str = "told") -> Found:
    case = case_of_text(text, "a test")
    finding = Finding("liar", fault, evidence)
    outcomes: Outcomes = {
        "liar": Outcome(End.ANSWERED, Unsat()),
        "automaton": Outcome(End.ANSWERED, Sat({"x": ""})),
    }
    return Found(
        finding=finding,
        case=case,
        original=case_of_text(TEXT, "the mutant 7 of `seed.smt2`"),
        panel=Panel([LIAR, AutomatonMember()]),
        outcomes=outcomes,
        shape=shape_of(finding, case),
        source=Source(seed=5, batch=3, command="keyaki fuzz --seed 5"),
        notes=("shrunk from 10 functions to 2",),
    )


def test_a_finding_has_a_folder_with_all_that_is_needed(tmp_path: Path) -> None:
    stored = Store(tmp_path).add(found_of())

    assert (stored.is_new, stored.count) == (True, 1)
    assert sorted(path.name for path in stored.folder.iterdir()) == [
        CASE,
        FINDING,
        ORIGINAL,
        REPORT,
    ]
    assert stored.name.startswith("liar-wrong-unsat-")
    row = json.loads((stored.folder / FINDING).read_text())
    assert row["members"][0] == {
        "name": "liar",
        "version": "1.2.3",
        "command": ["echo", "unsat"],
        "dialect": "z3",
        "version_command": ["echo", "1.2.3"],
    }
    assert row["said"] == {"liar": "unsat", "automaton": "sat"}
    assert row["source"] == {"seed": 5, "batch": 3, "command": "keyaki fuzz --seed 5"}
    assert (row["keyaki"], row["limits"]["wall_s"]) == (VERSION, 1.0)


def test_the_scripts_are_read_back_as_they_were(tmp_path: Path) -> None:
    found = found_of()
    folder = Store(tmp_path).add(found).folder
    text = (folder / CASE).read_text()

    assert case_of_text(text, "").text == found.case.text
    assert case_of_text((folder / ORIGINAL).read_text(), "").text == found.original.text
    assert text.splitlines()[:3] == [
        "; liar 1.2.3: wrong unsat with `str.replace_all`",
        f"; found by keyaki {VERSION}, from the mutant 7 of `seed.smt2`",
        "; told",
    ]
    assert "(set-info :status sat)\n" in text


def test_a_report_says_what_was_asked_what_is_right_and_who_said_what(tmp_path: Path) -> None:
    text = (Store(tmp_path).add(found_of()).folder / REPORT).read_text()

    assert text.startswith("# liar 1.2.3: wrong unsat with `str.replace_all`\n\n```smt2\n")
    assert '(assert (= x (str.replace_all "" x "a")))\n(check-sat)\n```\n' in text
    assert "The script is satisfiable: told.\n" in text
    assert "| liar | 1.2.3 | unsat |\n" in text
    assert "then: `echo unsat < script.smt2`\n" in text
    assert "Seed 5, batch 3.\nCommand: `keyaki fuzz --seed 5`\nShrunk from 10 " in text


def test_a_report_about_a_library_says_how_to_get_and_run_it() -> None:
    found = replace(
        found_of(), panel=Panel([Z3]), finding=Finding("z3", Fault.WRONG_SAT, "by hand")
    )

    text = report(found)

    assert "then: `z3 script.smt2`\n(from PyPI: `pip install z3-solver==" in text
    assert "(check-sat)\n(get-model)\n```" in text


def test_a_finding_about_nobody_names_all_members(tmp_path: Path) -> None:
    finding = Finding(NOBODY_KNOWS, Fault.CONTRADICTION, "sat: automaton; unsat: liar")
    found = replace(found_of(), finding=finding, shape=shape_of(finding, found_of().case))

    stored = Store(tmp_path).add(found)

    assert stored.name.startswith("nobody-contradiction-")
    assert f"; members: liar 1.2.3, automaton {VERSION}\n" in (stored.folder / CASE).read_text()
    assert title(found) == "members contradict each other with `str.replace_all`"


def test_the_same_shape_counts_up_and_another_has_a_folder_of_its_own(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = store.add(found_of())
    again = store.add(found_of(TEXT.replace('"a"', '"bc"')))
    other = store.add(found_of(TEXT.replace("str.replace_all", "str.replace")))

    assert (again.name, again.is_new, again.count) == (first.name, False, 2)
    assert other.is_new
    assert store.names() == sorted([first.name, other.name])
    assert '"a"' in (first.folder / CASE).read_text()


def test_a_batch_that_is_made_again_is_not_counted_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    name = store.add(found_of(), "batch 1, case 4").name

    for where in ("batch 1, case 4", "batch 2, case 9", "batch 2, case 9"):
        counted = store.count(name, where)

    assert counted is not None
    assert counted.count == 2
    assert store.count("z3-crash-0") is None


def test_what_a_kill_left_behind_is_no_finding_and_in_nobodys_way(tmp_path: Path) -> None:
    store = Store(tmp_path)
    name = found_of().shape.name
    (tmp_path / name).mkdir()
    (tmp_path / name / CASE).write_text("half a scr")
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / ".unfinished" / FINDING).write_text("{")

    assert store.names() == []
    assert store.add(found_of()).is_new
    assert store.read(name)["count"] == 1


PROGRAM = """
import sys
from pathlib import Path
from tests.test_differential_store import found_of
from portfolio.differential.filing.store import Store
store = Store(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    store.add(found_of(), f"{sys.argv[3]}/{number}")
"""


def start(folder: Path, times: int, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(times), name]
    return subprocess.Popen(command, cwd=Path(__file__).parents[1])


def test_several_processes_count_every_finding(tmp_path: Path) -> None:
    running = [start(tmp_path, 25, name) for name in ("a", "b", "c")]

    assert [process.wait(60) for process in running] == [0, 0, 0]
    store = Store(tmp_path)
    assert [store.read(name)["count"] for name in store.names()] == [75]


def test_a_process_that_is_killed_leaves_a_store_that_can_be_used(tmp_path: Path) -> None:
    store = Store(tmp_path)
    process = start(tmp_path, 100_000, "a")
    until = time.monotonic() + 60
    while not store.names() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = store.read(store.names()[0])["count"]

    assert isinstance(before, int)
    assert store.add(found_of(), "after").count == before + 1


def case_of(text: str) -> Case:
    return Case(tuple(assertions_of(text)[0]), "a test")


def test_a_shape_leaves_variables_and_constants_out_and_counts_functions() -> None:
    case = case_of(
        '(declare-fun x () String)(assert (= (str.++ x "a") (str.++ "b" x)))'
        '(assert (str.contains x (str.++ x "a")))(check-sat)'
    )

    assert operators_of(case) == ("=", "str.++", "str.++", "str.contains")


CRASHES: Mapping[str, str] = {
    "killed by SIGSEGV, errors `at 0x7f12`": "killed by sigsegv, errors",
    "killed by SIGABRT, errors `x at src/theory/strings.cpp:125: no`": "strings.cpp:125",
    "exit status 139": "exit status 0",
}


@pytest.mark.parametrize("evidence", CRASHES)
def test_crashes_are_told_by_their_words_or_the_place_in_the_source(evidence: str) -> None:
    assert words_of(Finding("z3", Fault.CRASH, evidence)) == CRASHES[evidence]


def test_a_crash_at_a_place_in_the_source_is_one_bug_whatever_led_there() -> None:
    crash = Finding("z3", Fault.CRASH, "unreachable at a.cpp:7")
    other = Finding("z3", Fault.CRASH, "unreachable at /home/b/a.cpp:7, once more")
    short = case_of('(assert (= "" (str.from_int 1)))(check-sat)')

    assert shape_of(crash, case_of(TEXT)) == shape_of(other, short)
    assert is_same(crash, other)
    assert not is_same(crash, Finding("z3", Fault.CRASH, "unreachable at a.cpp:8"))
    assert not is_same(crash, Finding("z3", Fault.WRONG_SAT, "unreachable at a.cpp:7"))
