"""`keyaki solve`: the portfolio as an ordinary solver of SMT-LIB."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "solve" / "segments.smt2"
KEYAKI = (sys.executable, "-m", "portfolio.cli", "solve")
HELLO = '(declare-const x String)(assert (= (str.replace_all x "l" "L") "heLLo"))'
NOT_SAME = '(assert (not (= x "heLLo")))(check-sat)'


def solve(text: str, *options: str, status: int = 0) -> list[str]:
    """Return the lines that are printed for a script on standard input."""
    done = subprocess.run(
        (*KEYAKI, "-", *options), input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("Traceback")) == (status, 0)
    return done.stdout.splitlines()


def answers(text: str, *options: str, status: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in solve(text, "--format", "json", *options, status=status)]


def test_the_example_is_answered() -> None:
    lines = solve(EXAMPLE.read_text())

    assert lines[:2] == ["unsat", "sat"]
    assert lines[2].startswith('((path "/home/')


def test_a_check_is_told_with_its_race() -> None:
    first, second = answers(EXAMPLE.read_text())

    assert (first["verdict"], first["model"], first["winner"]) == ("unsat", None, "automaton")
    assert second["model"]["path"].startswith("/home/")
    assert first["members"][0]["name"] == "automaton"


def test_what_the_automaton_does_not_model_goes_to_the_others() -> None:
    pytest.importorskip("z3")

    (found,) = answers(HELLO + NOT_SAME)

    assert found["verdict"] == "sat"
    assert found["model"]["x"].replace("l", "L") == "heLLo"


def test_alone_the_automaton_is_undecided() -> None:
    script = """(declare-const x String)(declare-const y String)
        (assert (and (> (str.len x) 1) (> (str.len y) 1)))
        (assert (= (* (str.len x) (str.len y)) 1763))
        (check-sat)(get-info :reason-unknown)"""

    lines = solve(script, "--members", "automaton", status=1)

    assert lines[0] == "unknown"
    assert "a product of variables (line 3, column 20)" in lines[1]
    assert solve(script, "--members", "automaton", "--exit-zero")[0] == "unknown"


def test_a_member_that_spends_its_processor_time_is_ended_and_says_so() -> None:
    pytest.importorskip("cvc5")
    hard = """(declare-const x String)(declare-const y String)(declare-const z String)
        (assert (= (str.++ x "ab" y z) (str.++ z "ba" y x)))
        (assert (> (* 3 (str.len x)) (+ 7 (str.len y))))(assert (not (= x y)))
        (assert (str.in_re z (re.+ (re.union (str.to_re "aab") (str.to_re "bba")))))
        (check-sat)"""

    (found,) = answers(hard, "--members", "cvc5", "--cpu", "0.2", status=1)

    (report,) = found["members"]
    assert report["detail"] == "the limit of processor time was reached"
    assert report["cpu_s"] >= 0.2


def test_a_number_of_any_length_is_printed() -> None:
    number = "1" + "0" * 3000
    script = f"(declare-const x Int)(assert (= x (* {number} {number})))(check-sat)(get-value (x))"

    assert solve(script, "--members", "automaton") == ["sat", f"((x 1{'0' * 6000}))"]


def test_what_cannot_be_read_goes_out_as_it_stands() -> None:
    pytest.importorskip("z3")
    pytest.importorskip("cvc5")
    script = "(declare-fun f (Int) Int)(assert (= (f 1) 2))(check-sat)(assert (= (f 1) 3))"

    assert solve(script + "(check-sat)") == ["sat", "unsat"]


def test_an_error_has_its_place_and_its_status() -> None:
    lines = solve("(declare-const x String)\n(assert (= x 5))\n(check-sat)", status=2)

    assert lines[0].startswith('(error "line 2, column ')
    assert lines[1] == "sat"


def test_an_error_is_no_answer_to_a_check() -> None:
    assert [found["verdict"] for found in answers("(assert 5)(check-sat)", status=2)] == ["sat"]


def test_each_command_is_answered_before_the_next_is_given() -> None:
    with subprocess.Popen(
        (*KEYAKI, "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for command, answer in (
            ("(declare-const x String)(assert (str.in_re x re.allchar))(check-sat)", "sat"),
            ('(assert (str.< x "A"))(assert (str.< "Z" x))(check-sat)', "unsat"),
            ("(exit)", ""),
        ):
            process.stdin.write(command + "\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == answer
    assert process.returncode == 0


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    done = subprocess.run(
        (*KEYAKI, str(tmp_path / "none.smt2")), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "none.smt2" in done.stderr
