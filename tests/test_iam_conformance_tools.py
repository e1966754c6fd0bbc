"""Tools as processes: what is asked of them and accounted for, whatever they do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from portfolio.differential.iam.case import CHECKS, IamCase, Question
from portfolio.differential.iam.conversation import Conversation, End, Reply
from portfolio.differential.iam.examination import Examination
from portfolio.differential.iam.installation import NotInstalled, cache_folder, launch_of
from portfolio.differential.iam.library import cases
from portfolio.differential.iam.roster import TOOLS, by_name
from portfolio.differential.iam.score import Grade
from portfolio.differential.iam.telling import told
from portfolio.differential.iam.tool import DRIVERS, Kind, Launch, Tool

FAKE = Path(__file__).with_name("fake_tool.py")
CHECK = next(case for case in cases() if case.question in CHECKS and case.expected == "PASS")
FAILING = next(case for case in cases() if case.question in CHECKS and case.expected == "FAIL")
OWN = by_name(("keyaki",))[0]


def fake(behaviour: str, *places: Path) -> Launch:
    return Launch(command=(sys.executable, str(FAKE), behaviour, *map(str, places)))


def asked(launch: Launch, *lines: dict[str, object], wall_s: float = 20.0) -> list[Reply]:
    with Conversation(launch, wall_s=wall_s, start_wall_s=0.0) as talk:
        return [talk.ask(line) for line in lines or ({"id": "x"},)]


@pytest.mark.parametrize(
    ("behaviour", "end"),
    [
        ("says-PASS", End.ANSWERED),
        ("says-unknown", End.UNKNOWN),
        ("says-refused", End.REFUSED),
        ("says-not asked", End.NOT_ASKED),
        ("says-crashed", End.CRASHED),
    ],
)
def test_what_a_tool_says_is_how_a_question_ends(behaviour: str, end: End) -> None:
    (reply,) = asked(fake(behaviour))

    assert (reply.end, reply.detail) == (end, "because")


def test_a_process_is_asked_many_questions() -> None:
    replies = asked(fake("echoes"), {"id": "a"}, {"id": "b"}, {"id": ["c"]})

    assert [reply.answer for reply in replies] == ["a", "b", ["c"]]


def test_a_process_that_dies_is_a_crash_and_the_next_question_gets_a_new_one(
    tmp_path: Path,
) -> None:
    replies = asked(fake("first-dies", tmp_path / "asked"), {"id": "a"}, {"id": "b"})

    assert [reply.end for reply in replies] == [End.CRASHED, End.ANSWERED]
    assert replies[0].detail == "the process ended with status 3"


def test_a_process_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    place = tmp_path / "child"
    (reply,) = asked(fake("hangs", place), wall_s=2.0)

    assert (reply.end, reply.detail) == (End.TIMED_OUT, "no answer within 2 s")
    assert reply.wall_s < 10
    assert not is_alive(int(place.read_text("utf-8")))


def is_alive(process: int) -> bool:
    """Return whether a process is there within two seconds from now, zombies apart."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text("utf-8").rsplit(") ", 1)[1][0] == "Z":
            return False
        time.sleep(0.05)
    return True


def test_what_is_no_answer_is_a_crash() -> None:
    (reply,) = asked(fake("babbles"))

    assert (reply.end, reply.detail) == (End.CRASHED, "answered `no JSON`")


def test_too_much_is_a_crash() -> None:
    (reply,) = asked(fake("floods"))

    assert (reply.end, reply.detail) == (
        End.CRASHED,
        "more than 1048576 bytes without an answer",
    )


def test_a_command_that_is_not_there_is_a_crash() -> None:
    (reply,) = asked(Launch(command=("/nowhere/tool",)))

    assert reply.end is End.CRASHED
    assert "No such file" in reply.detail


def test_a_tool_is_never_told_what_is_expected(tmp_path: Path) -> None:
    place = tmp_path / "asked"
    examination = Examination(start=lambda tool: fake("notes", place))
    chosen = [CHECK, FAILING, next(c for c in cases() if c.question is Question.SIMULATE)]
    examination.score(OWN, chosen)
    lines = [json.loads(line) for line in place.read_text("utf-8").splitlines()]

    assert lines == [told(case) for case in chosen]
    assert all({"expected", "step", "rule", "source"}.isdisjoint(line) for line in lines)


def test_a_tool_is_told_what_follows_from_the_caller() -> None:
    case = next(case for case in cases() if case.name == "a variable under 2012-10-17 is its value")

    derived = told(case)["derived"]
    assert isinstance(derived, dict)
    assert derived["aws:username"] == "ann"


def test_scores_are_of_all_tools_and_cases() -> None:
    launches: dict[Tool, Launch | NotInstalled] = {
        replace(OWN, name="yes"): fake("says-PASS"),
        replace(OWN, name="none"): NotInstalled("no network"),
    }
    seen: list[tuple[str, int]] = []
    examination = Examination(
        start=lambda tool: launches[tool], progress=lambda tool, count: seen.append((tool, count))
    )
    yes, none = examination.scores(list(launches), [CHECK, FAILING])

    assert [one.grade for one in yes.graded] == [Grade.RIGHT, Grade.FALSE_PROOF]
    assert (none.missing, none.graded) == ("no network", ())
    assert seen == [("yes", 1), ("yes", 2)]


def test_every_driver_is_there() -> None:
    assert [tool.name for tool in TOOLS if not (DRIVERS / tool.driver).is_file()] == []


def test_an_unknown_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown tool `zelkova`; known are keyaki, "):
        by_name(("zelkova",))


def test_a_tool_that_cannot_be_installed_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    tool = Tool(
        name="nobody",
        version="1",
        kind=Kind.PIP,
        package="keyaki-nobody-has-this",
        driver="own.py",
        license="",
        about="",
    )
    missing = launch_of(tool, tmp_path)

    assert isinstance(missing, NotInstalled)
    assert "keyaki-nobody-has-this" in missing.reason
    assert not (tmp_path / "nobody-1" / "installed").exists()


def test_without_npm_its_tools_are_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    missing = launch_of(by_name(("iam-simulate",))[0], tmp_path)

    assert missing == NotInstalled("no `node` or no `npm` on the path")


def test_environments_are_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/some/cache")

    assert cache_folder() == Path("/some/cache/keyaki/tools")


def test_the_driver_of_our_own_answers_as_a_process() -> None:
    launch = launch_of(OWN)
    assert isinstance(launch, Launch)
    (reply,) = asked(replace(launch), told(CHECK), wall_s=60.0)

    assert (reply.end, reply.answer) == (End.ANSWERED, "PASS")


def test_what_a_tool_prints_is_no_answer(tmp_path: Path) -> None:
    driver = tmp_path / "loud.py"
    driver.write_text(
        "import os\n"
        "def answer(case, desk):\n"
        "    print('loud'); os.write(1, b'louder')\n"
        "    if case['id'] == 'bad': raise KeyError('no')\n"
        "    return 'PASS', desk.write('a.json', case)\n",
        encoding="utf-8",
    )
    command = (sys.executable, str(DRIVERS / "serve.py"), str(driver))
    good, bad = asked(Launch(command=command), {"id": "good"}, {"id": "bad"})

    assert (good.end, good.answer) == (End.ANSWERED, "PASS")
    assert not Path(good.detail).exists()
    assert (bad.end, bad.detail) == (End.CRASHED, "KeyError: 'no'")


def simulations() -> list[IamCase]:
    return [case for case in cases() if case.question is Question.SIMULATE][:20]


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_real_tool_answers(tool: Tool) -> None:
    launch = launch_of(tool)
    if isinstance(launch, NotInstalled):
        pytest.skip(f"{tool.name} is not installed: {launch.reason}")
    chosen = [case for case in cases() if case.rule.topic in ("actions", "grammar")]
    score = Examination(start=lambda _: launch).score(tool, chosen)

    assert score.settled()[Grade.RIGHT] > 0


@pytest.mark.slow
def test_the_command_runs_with_a_tool_of_ones_own() -> None:
    command = [sys.executable, "-m", "portfolio.cli", "iam-conformance", "--topic", "actions"]
    own = ["--own-tool", f"mine={sys.executable} {FAKE} says-FAIL"]
    done = subprocess.run([*command, *own], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "mine" in done.stdout
