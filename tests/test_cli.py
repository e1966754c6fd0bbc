"""The command `keyaki`: its answers, its errors, its ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest
from click import ClickException
from click.testing import CliRunner, Result

from portfolio.cli import MODULES, commands
from portfolio.layout import printable

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
EXISTING = str(EXAMPLES / "no-new-access" / "existing.json")
NEW = str(EXAMPLES / "no-new-access" / "new.json")
CLOSED = str(EXAMPLES / "public" / "closed-by-deny.json")
PUBLIC = str(EXAMPLES / "public" / "still-public.json")
ADMIN = str(EXAMPLES / "delegated-admin" / "policy.json")
KEYAKI = (sys.executable, "-m", "portfolio.cli")


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(commands, [*arguments], input=given, standalone_mode=False)


def status(result: Result) -> int:
    """Return the exit status of a command that was not refused."""
    assert result.exception is None
    return int(result.return_value)


def refusal(result: Result) -> str:
    """Return the message to someone whose input is bad."""
    assert isinstance(result.exception, ClickException)
    return result.exception.format_message()


def answer(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json").stdout)
    return found


def policy(folder: Path, text: str | bytes, name: str = "policy.json") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def statement(**elements: object) -> str:
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": whole})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("check-no-new-access", "--existing", EXISTING, "--new", NEW), 1),
        (("check-no-new-access", "--existing", NEW, "--new", EXISTING), 0),
        (("check-no-public-access", CLOSED), 0),
        (("check-no-public-access", PUBLIC, "--resource-type", "AWS::S3::Bucket"), 1),
        (("check-no-public-access", PUBLIC, "--exit-zero"), 0),
        (("check-access-not-granted", ADMIN, "--action", "iam:DeleteUser"), 0),
        (("check-access-not-granted", ADMIN, "--action", "iam:DeleteRole"), 1),
        (("compare", EXISTING, EXISTING), 0),
        (("compare", EXISTING, NEW), 1),
        (("members",), 0),
    ],
)
def test_the_exit_status_is_the_answer(arguments: tuple[str, ...], expected: int) -> None:
    assert status(run(*arguments)) == expected


def test_a_result_has_the_promised_keys() -> None:
    found = answer("check-no-new-access", "--existing", EXISTING, "--new", NEW)

    assert list(found) == [
        "question",
        "result",
        "verdict",
        "unknown",
        "witness",
        "reasons",
        "arnWildcards",
        "winner",
        "wall_s",
        "members",
        "disagreements",
        "otherReading",
    ]
    assert (found["result"], found["verdict"], found["winner"]) == ("FAIL", "sat", "automaton")
    assert found["witness"]["action"] == "s3:GetObject"
    assert found["reasons"][-1] == {
        "description": "`existing` denies the request",
        "policy": "existing",
        "statementIndex": 3,
        "statementId": "PayrollNeedsMfa",
    }
    assert {"name", "version", "end", "wall_s"} <= set(found["members"][0])


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (EXISTING, NEW, "more"),
        (NEW, EXISTING, "less"),
        (NEW, NEW, "equivalent"),
        (NEW, PUBLIC, "incomparable"),
    ],
)
def test_compare_names_the_relation_and_its_witnesses(
    first: str, second: str, relation: str
) -> None:
    found = answer("compare", first, second)

    assert found["result"] == relation
    assert (found["added"]["witness"] is not None) == (relation in ("more", "incomparable"))
    assert (found["removed"]["witness"] is not None) == (relation in ("less", "incomparable"))


def test_a_verdict_that_depends_on_the_reading_of_wildcards_says_so(tmp_path: Path) -> None:
    narrow = policy(tmp_path, statement(Resource="arn:aws:s3:*:111122223333:a"), "narrow.json")
    wide = policy(tmp_path, statement(Resource="arn:aws:s3:a:b:111122223333:a"), "wide.json")
    question = ("check-no-new-access", "--existing", narrow, "--new", wide)

    segments = answer(*question)
    text = answer(*question, "--arn-wildcards", "text")

    assert (segments["result"], segments["otherReading"]["result"]) == ("FAIL", "PASS")
    assert (text["result"], text["otherReading"]["result"]) == ("PASS", "FAIL")
    assert text["otherReading"]["witness"]["resource"] == "arn:aws:s3:a:b:111122223333:a"
    assert "PASS with --arn-wildcards text" in run(*question).stdout


def test_a_verdict_that_does_not_depend_on_the_reading_says_nothing() -> None:
    found = answer("check-no-new-access", "--existing", EXISTING, "--new", NEW)

    assert found["otherReading"] is None


def test_what_is_not_modelled_is_unknown_and_fails(tmp_path: Path) -> None:
    path = policy(tmp_path, statement(Condition={"Bool": {"aws:SecureTransport": "${ex:tls}"}}))

    result = run("check-no-new-access", "--existing", path, "--new", path)

    assert status(result) == 1
    assert "`existing` at $.Statement.Condition.Bool" in result.stdout


def test_only_the_members_asked_for_take_part() -> None:
    found = answer("compare", EXISTING, NEW, "--members", "automaton")

    assert [report["name"] for report in found["added"]["members"]] == ["automaton"]


def test_standard_input_is_a_file() -> None:
    given = Path(NEW).read_bytes()

    assert status(run("compare", NEW, "-", given=given)) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", "-", "-"), "standard input can be only one"),
        (("compare", EXISTING, "nowhere.json"), "nowhere.json"),
        (("compare", EXISTING), "SECOND"),
        (("compare", EXISTING, NEW, "--members", "yices"), "there is no member `yices`"),
        (("compare", EXISTING, NEW, "--timeout", "0"), "`0.0` is not a time to spend"),
        (("compare", EXISTING, NEW, "--timeout", "nan"), "`nan` is not a time to spend"),
        (("compare", EXISTING, NEW, "--cpu", "-1"), "`-1.0` is not a time to spend"),
        (("compare", EXISTING, NEW, "--memory", "3"), "3 is not in the range x>=64"),
        (("check-access-not-granted", ADMIN), "name an action or a resource"),
        (("check-access-not-granted", ADMIN, "--action", "DeleteRole"), "`DeleteRole` is not"),
        (("check-no-public-access", PUBLIC, "--resource-type", "Bucket"), "Bucket"),
        (("check-no-public-access", EXISTING), "existing.json: $.Statement[0]"),
    ],
)
def test_bad_usage_is_told(arguments: tuple[str, ...], message: str) -> None:
    assert message in refusal(run(*arguments))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "$: not JSON"),
        (b"\xff", "$: not UTF-8"),
        ('{"Statement": [], "Statement": []}', "$.Statement: "),
        (statement(Effect="allow"), "$.Statement.Effect: "),
        (statement(Condition={"StringFoo": {"a": "b"}}), "$.Statement.Condition"),
    ],
)
def test_a_bad_policy_is_told_with_file_and_place(
    tmp_path: Path, text: str | bytes, place: str
) -> None:
    path = policy(tmp_path, text)

    assert f"policy.json: {place}" in refusal(run("compare", path, NEW))


def test_control_characters_of_a_policy_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = policy(tmp_path, statement(Sid="\x1b[2Jé"))

    shown = run("check-access-not-granted", path, "--action", "s3:*").stdout

    assert "(\\x1b[2Jé)" in shown
    assert printable("a\u202eb\x07") == "a\\u202eb\\x07"


def test_members_are_listed_with_versions() -> None:
    listed = json.loads(run("members", "--format", "json").stdout)

    assert [member["name"] for member in listed][:4] == ["automaton", "z3", "cvc5", "cvc4"]
    assert listed[0]["version"] == "0.1.0"


def test_a_batch_answers_in_order_and_reports_bad_lines(tmp_path: Path) -> None:
    nothing: dict[str, object] = {"Statement": []}
    lines = [
        {"id": "a", "question": "compare", "first": nothing, "second": nothing},
        {"id": "b", "question": "simulate"},
        {"id": "c", "question": "compare", "first": nothing, "second": nothing},
    ]
    given = "\n".join(map(json.dumps, lines))

    result = run("batch", "-", given=given)

    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "b", "c"]
    assert status(result) == 2


def test_a_batch_answers_each_line_before_it_reads_the_next() -> None:
    line = json.dumps({"id": 1, "question": "compare", "first": [], "second": []}) + "\n"
    with start("batch", "-") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(3):
            child.stdin.write(line)
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["id"] == 1
        child.stdin.close()

        assert child.wait(30) == 2


def test_a_reader_that_goes_away_ends_a_batch_quietly() -> None:
    line = json.dumps({"id": 1, "question": "compare", "first": [], "second": []})
    with start("batch", "-") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        child.stdin.write(f"{line}\n")
        child.stdin.flush()

        assert (child.wait(30), child.stderr.read()) == (141, "")


def test_an_interrupt_ends_a_batch_quietly() -> None:
    with start("batch", "-") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write("{}\n")
        child.stdin.flush()
        child.stdout.readline()
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)

        assert child.wait(30) == 130
        assert "Traceback" not in child.stderr.read()


def test_every_command_is_there_to_be_called() -> None:
    modules = [import_module(module) for module in MODULES]
    written = {
        command.name
        for module in modules
        for command in vars(module).values()
        if isinstance(command, click.Command)
    }

    listed = [*chain.from_iterable(MODULES.values())]

    assert sorted(listed) == sorted(filter(None, written))
    assert commands.list_commands(click.Context(commands)) == sorted([*listed, "members"])


def test_a_command_that_is_not_there_is_no_command() -> None:
    assert "No such command 'check'" in refusal(run("check"))


def test_the_process_that_asks_loads_no_solver() -> None:
    program = (
        "import sys; from portfolio.cli import commands;"
        f"commands.main(['compare', {EXISTING!r}, {NEW!r}, '--format', 'json',"
        " '--schedule', 'eager'], standalone_mode=False);"
        "print({'z3', 'cvc5', 'rich'} & set(sys.modules), file=sys.stderr)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert finished.stderr == "set()\n"


def test_an_encoding_without_the_letters_of_a_policy_is_no_obstacle(tmp_path: Path) -> None:
    path = policy(tmp_path, statement(Sid="é"))
    finished = subprocess.run(
        [*KEYAKI, "check-access-not-granted", path, "--action", "s3:*"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 1
    assert "(\\xe9)" in finished.stdout


def start(*arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*KEYAKI, *arguments], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("compare", EXISTING, EXISTING), 0),
        (("compare", EXISTING, NEW), 1),
        (("compare", EXISTING, "README.md"), 2),
        (("compare", EXISTING, "nowhere.json"), 2),
        (("compare", "--no-such-option"), 2),
        (("no-such-command",), 2),
        (("--help",), 0),
    ],
)
def test_the_process_exits_with_the_status(arguments: tuple[str, ...], expected: int) -> None:
    with start(*arguments) as child:
        _, errors = child.communicate(timeout=60)

    assert child.returncode == expected
    assert "Traceback" not in errors
    assert bool(errors) == (expected == 2)
