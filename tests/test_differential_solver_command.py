"""Any command as a member: where its script goes, what is read of its output, what it is called."""

from __future__ import annotations

import shlex
import sys
import tempfile
from pathlib import Path

import pytest

from automaton.verdict import Sat, Unsat
from portfolio.answer import End
from portfolio.differential.case import Case
from portfolio.differential.solver_command import member_of, named_member
from portfolio.differential.terms import S, call, variable
from portfolio.limits import Limits
from portfolio.members.base import Outcome

LIMITS = Limits(wall_s=10, memory_mib=512)
CASE = Case((call("=", call("str.len", variable("x", S)), 2),), "a test")


def solver(folder: Path, program: str, *words: str) -> str:
    """Return the command of a solver that a program is."""
    file = folder / "solver.py"
    file.write_text(f"import sys, pathlib, time\n{program}\n")
    return shlex.join((sys.executable, str(file), *words))


def outcome(command: str, limits: Limits = LIMITS) -> Outcome:
    found = member_of(command).start(CASE.question, limits).wait(None)
    assert found is not None
    return found


def test_a_script_is_read_from_the_input(tmp_path: Path) -> None:
    program = "print('unsat' if '(= (str.len x) 2)' in sys.stdin.read() else 'unknown')"

    assert outcome(solver(tmp_path, program)).verdict == Unsat()
    assert outcome(f"{solver(tmp_path, program)} stdin").verdict == Unsat()


def test_a_script_is_read_from_a_file_which_goes_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scripts))
    program = (
        "print('unsat' if '(check-sat)' in pathlib.Path(sys.argv[1][5:]).read_text() else '?')"
    )

    found = outcome(solver(tmp_path, program, "--in={file}"))

    assert found.verdict == Unsat()
    assert list(scripts.iterdir()) == []


def test_a_file_goes_even_if_its_solver_cannot_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scripts))

    found = outcome(f"{broken} {{file}}")

    assert found.end is End.CRASHED
    assert found.detail.startswith("cannot be started")
    assert list(scripts.iterdir()) == []


def test_replies_to_other_commands_are_passed_over(tmp_path: Path) -> None:
    answer = '(define-fun x () String "ab")'
    program = f"print('success\\nunsupported\\n; hello\\nsat\\n({answer})')"

    assert outcome(solver(tmp_path, program)).verdict == Sat({"x": "ab"})


def test_an_answer_after_an_error_is_none(tmp_path: Path) -> None:
    program = "print('(error \"line 2: unknown logic\")\\nsat\\n()')"

    found = outcome(solver(tmp_path, program))

    assert found.verdict is None
    assert found.end is End.CRASHED


def test_a_solver_is_stopped_at_its_limit(tmp_path: Path) -> None:
    found = outcome(solver(tmp_path, "time.sleep(60)"), Limits(wall_s=0.3, memory_mib=512))

    assert found.end is End.TIMED_OUT


def test_the_first_answer_to_a_script_as_it_stands_is_told(tmp_path: Path) -> None:
    member = member_of(solver(tmp_path, "print('sat\\n((x 5))\\nunsat')"))

    assert member.answer_to("(check-sat)(get-value (x))(check-sat)", LIMITS).verdict == Sat({})


def test_a_solver_is_told_not_to_print_success(tmp_path: Path) -> None:
    program = "print('unsat' if '(set-option :print-success false)' in sys.stdin.read() else '?')"

    assert outcome(solver(tmp_path, program)).verdict == Unsat()


def test_a_version_is_that_of_the_program_and_not_of_what_runs_it(tmp_path: Path) -> None:
    command = solver(
        tmp_path, "print('mine', '7.8.9' if sys.argv[1:] == ['--version'] else '?')", "-q"
    )

    assert member_of(command).version() == "7.8.9"


def test_a_name_is_that_of_the_program_unless_one_is_given() -> None:
    assert member_of("cat -u").name == "cat"
    assert named_member("mine=cat -u").name == "mine"
    assert named_member("mine=cat -u").command == ("cat", "-u")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("", "there is no command ``"),
        ("no-such-solver -q", "there is no command `no-such-solver`"),
        ("cat 'a", "`cat 'a` is no command: No closing quotation"),
    ],
)
def test_what_is_no_command_is_refused(command: str, message: str) -> None:
    with pytest.raises(ValueError, match="command") as refused:
        member_of(command)

    assert str(refused.value) == message


def test_a_dialect_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no dialect `odd`"):
        member_of("cat", dialect="odd")


@pytest.mark.parametrize("text", ["cat", "=cat", "mine="])
def test_a_named_command_has_a_name_and_a_command(text: str) -> None:
    with pytest.raises(ValueError, match="is not NAME=COMMAND"):
        named_member(text)
