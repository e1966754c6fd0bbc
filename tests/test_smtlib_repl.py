"""The command `keyaki-automaton`, run as a process, and its parts."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from automaton import certify
from automaton.budget import Budget
from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from encoders.smtlib import repl
from encoders.smtlib.lower import lower
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.repl import converse, on_time
from encoders.smtlib.script import assertions_of
from encoders.smtlib.session import Session

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "encoders.smtlib.repl")
WAIT_S = 120
NOTHING = ScriptQuestion("", (), ())

UNSAT = """(declare-const s String)
(assert (str.in_re s (re.+ (str.to_re "ab"))))
(assert (str.prefixof "b" s))
(check-sat)
"""


def run(*arguments: str, script: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    given = script.encode() if isinstance(script, str) else script
    command = [*COMMAND, *arguments]
    return subprocess.run(
        command, cwd=ROOT, input=given, capture_output=True, timeout=WAIT_S, check=False
    )


def started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )


def test_a_file_is_answered(tmp_path: Path) -> None:
    file = tmp_path / "script.smt2"
    file.write_text(f"(push){UNSAT}(pop)(check-sat)(get-model)")

    done = run(str(file), "--timeout", "100", "--memory", "2000")
    assert (done.stdout, done.stderr, done.returncode) == (b"unsat\nsat\n(\n)\n", b"", 0)


def test_standard_input_is_answered() -> None:
    assert run("-", script=UNSAT).stdout == b"unsat\n"


def test_an_error_makes_the_status_2_and_is_gone_past() -> None:
    done = run(script='(assert "\n(check-sat) ; \xff is \xe9")\n(check-sat)'.encode("latin-1"))

    message = b'(error "line 1, column 9: a string with unprintable characters")\n'
    assert (done.stdout, done.stderr, done.returncode) == (message + b"sat\n", b"", 2)


def test_an_error_shows_the_bytes_that_were_written() -> None:
    done = run(script=b"(frob |\xff\xc3\xa9|) |\xff\xc3\xa9|")

    assert done.stdout == (
        b'(error "line 1, column 1: unknown command `frob`")\n'
        b'(error "line 1, column 13: a command was expected, not `|\xff\xc3\xa9|`")\n'
    )


def test_a_script_that_stops_midway_is_an_error() -> None:
    done = run(script="(check-sat)(assert (= 1\n")

    message = b'sat\n(error "line 1, column 20: a `(` without its `)`")\n'
    assert (done.stdout, done.returncode) == (message, 2)


def test_a_file_that_is_not_there_is_bad_input() -> None:
    done = run("no/such/file")

    message = b"keyaki-automaton: cannot read `no/such/file`: No such file or directory\n"
    assert (done.stdout, done.stderr, done.returncode) == (b"", message, 2)


def test_a_certificate_that_cannot_be_written_is_bad_input() -> None:
    done = run("--certificate", "no/such/file", script=UNSAT)

    message = b"keyaki-automaton: cannot write `no/such/file`: No such file or directory\n"
    assert (done.stdout, done.stderr, done.returncode) == (b"", message, 2)


@pytest.mark.parametrize("arguments", [["--timeout", "-5"], ["--memory", "x"], ["a", "b"]])
def test_wrong_usage_is_bad_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        repl.main(arguments)

    assert caught.value.code == 2
    assert "usage: keyaki-automaton" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert repl.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("keyaki-automaton 0.")


def test_old_names_are_read_on_request() -> None:
    script = '(assert (str.in.re "\\x41" (str.to.re "A")))(check-sat)'

    assert (run("--old-names", script=script).stdout, run(script=script).returncode) == (
        b"sat\n",
        2,
    )


def test_a_dialogue_over_a_pipe_is_answered_command_by_command() -> None:
    with started() as process:
        assert process.stdin
        assert process.stdout
        for text, answer in [
            (b"(set-option :print-success true)", [b"success"]),
            (b"\n(declare-const p Bool) (as", [b"success"]),
            (b"sert p)(check", [b"success"]),
            (b"-sat)", [b"sat"]),
            (b"(get-model)\n", [b"(", b"  (define-fun p () Bool true)", b")"]),
            (
                b"nonsense\n",
                [b'(error "line 3, column 1: a command was expected, not `nonsense`")'],
            ),
            (b"(exit)", [b"success"]),
        ]:
            process.stdin.write(text)
            assert [process.stdout.readline().rstrip() for _ in answer] == answer
        assert process.wait(WAIT_S) == 2


def test_an_interrupt_ends_it_with_130() -> None:
    with started() as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"(check-sat)")
        assert process.stdout.readline() == b"sat\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT_S) == 130


def test_a_reader_that_goes_away_ends_it_with_141() -> None:
    with started() as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"(check-sat)")
        assert process.stdout.readline() == b"sat\n"
        process.stdout.close()
        process.stdin.write(b"(check-sat)")
        assert process.wait(WAIT_S) == 141


def test_every_unsat_gets_a_certificate_that_stands(tmp_path: Path) -> None:
    file = tmp_path / "certificates"
    done = run("--certificate", str(file), script=f"(check-sat){UNSAT}(check-sat)")

    problem = lower(*assertions_of(UNSAT), Budget()).problem
    none, *certificates = file.read_text().splitlines()
    assert none == "null"
    assert (done.stdout, done.stderr) == (b"sat\nunsat\nunsat\n", b"")
    assert len(certificates) == 2
    for certificate in certificates:
        certify.check(problem, certificate)


def test_certificates_are_checked_without_deciding_anything(tmp_path: Path) -> None:
    file, other = tmp_path / "certificates", tmp_path / "others"
    script = f"(check-sat){UNSAT}(check-sat)"
    run("--certificate", str(file), script=script)
    run("--certificate", str(other), script=script.replace('"b"', '"c"'))

    def checked(certificates: Path) -> bytes:
        return run("--check-certificate", str(certificates), script=script).stdout

    assert checked(file) == b"unknown\nunsat\nunsat\n"
    assert checked(other) == b"unknown\nunknown\nunknown\n"
    told = run("--check-certificate", str(other), script=UNSAT + "(get-info :reason-unknown)")
    assert b"there is no certificate" in told.stdout


def test_a_missing_file_of_certificates_is_bad_input() -> None:
    done = run("--check-certificate", "no/such/file", script=UNSAT)
    assert (done.stdout, done.returncode) == (b"", 2)


def test_an_unsat_without_a_certificate_is_told(tmp_path: Path) -> None:
    file = tmp_path / "certificates"
    script = "(declare-const n Int)(declare-const m Int)(assert (< n m))(assert (< m n))(check-sat)"
    done = run("--certificate", str(file), script=script)

    assert (done.stdout, file.read_text()) == (b"unsat\n", "null\n")
    assert done.stderr.startswith(b"keyaki-automaton: no certificate: a certificate about")


def test_an_unsat_found_by_trial_has_no_certificate(tmp_path: Path) -> None:
    file = tmp_path / "certificates"
    squared = "(assert (= (* (str.len x) (str.len x)) 7))"
    either = '(declare-const x String)(assert (or (= x "a") (= x "aaa")))'
    done = run("--certificate", str(file), script=f"{either}{squared}(check-sat)")

    assert (done.stdout, file.read_text()) == (b"unsat\n", "null\n")
    assert b"no certificate: what is not modelled was refuted by trial" in done.stderr


def test_bytes_may_come_one_by_one(capfd: pytest.CaptureFixture[str]) -> None:
    script = '; é\n(echo "a")|é|\n(echo "b")'.encode()
    session = Session(lambda *_: Unsat())
    converse(session, (bytes([byte]) for byte in script))

    error = '(error "line 2, column 11: a command was expected, not `|é|`")'
    assert capfd.readouterr().out == f'"a"\n{error}\n"b"\n'


def test_nothing_is_read_after_exit() -> None:
    read = iter([b"(exit)", b"(push)"])
    converse(Session(lambda *_: Unsat()), read)

    assert list(read) == [b"(push)"]


def test_a_search_that_overlooks_its_time_limit_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repl, "GRACE_S", 0.01)

    def asleep(_question: ScriptQuestion, _budget: Budget) -> Verdict:
        while True:
            time.sleep(0.01)

    assert on_time(asleep)(NOTHING, Budget(wall_s=0.01)) == Unknown(Reason.TIME)


def test_a_compilation_is_not_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repl, "GRACE_S", 0.01)
    compiler: dict[str, Any] = {"__name__": "numba.core.compiler", "time": time}
    exec("def compiled(): time.sleep(0.2); ends.append(time.monotonic())", compiler)
    compiler["ends"] = []

    def search(_question: ScriptQuestion, _budget: Budget) -> Verdict:
        compiler["compiled"]()
        while True:
            time.sleep(0.01)

    assert on_time(search)(NOTHING, Budget(wall_s=0.01)) == Unknown(Reason.TIME)
    assert len(compiler["ends"]) == 1


def test_a_search_in_time_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repl, "GRACE_S", 0.01)
    handler = signal.getsignal(signal.SIGALRM)

    for wall_s in (None, 0.2):
        assert on_time(lambda *_: Sat({}))(NOTHING, Budget(wall_s=wall_s)) == Sat({})
    time.sleep(0.3)
    assert signal.getsignal(signal.SIGALRM) is handler
