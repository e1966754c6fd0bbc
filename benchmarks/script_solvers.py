"""The solvers on scripts as they stand: from a text to the answer to its first check.

z3: the evaluator of scripts that its command is, in a new context. cvc5: its parser's commands, as
the portfolio's worker runs them. cvc4: a process each. automaton: read, lowered, decided, the model
checked, in this process. automaton-cold: `keyaki-automaton`, a process each.
"""

from __future__ import annotations

import math
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

DECISIONS = ("sat", "unsat", "unknown", "timeout")
COMMAND = str(Path(sys.executable).with_name("keyaki-automaton"))

WARM_UP_S = 60.0
TIMED_OUT = (-signal.SIGXCPU, -signal.SIGKILL)

WARM_UP = tuple(
    f"(declare-fun x () String)(declare-fun y () String)(assert {assertion})(check-sat)"
    for assertion in (
        '(and (str.prefixof "a" x) (not (str.suffixof "b" x)) (> (str.len x) 3))',
        '(str.in_re x (re.inter (re.+ (re.range "a" "c")) (re.comp (re.* (re.++ (str.to_re "ab")'
        " re.all)))))",
        '(or (and (str.prefixof "a" x) (str.suffixof "b" x)) (str.contains x "cd"))',
        '(xor (str.in_re x (re.++ re.all (str.to_re "a") ((_ re.^ 9) re.allchar) (str.to_re "c")))'
        ' (str.in_re x (re.++ re.all (str.to_re "b") ((_ re.^ 8) re.allchar))))',
        '(and (= x (str.++ y "a")) (str.in_re y ((_ re.loop 2 4) (str.to_re "b"))))',
    )
)
"""Scripts that load what the warm member of a race does not."""

SolveScript = Callable[[str, float], str]
"""From a script and a limit in seconds to `sat`, `unsat`, `unknown` or another end."""


def load_z3() -> SolveScript:
    """Return Z3."""
    import z3  # noqa: PLC0415 - only the library that was asked for

    def solve(script: str, _: float) -> str:
        context = z3.Context()
        return first_answer(z3.Z3_eval_smtlib2_string(context.ref(), script))

    return solve


def load_cvc5() -> SolveScript:
    """Return cvc5."""
    from portfolio.members.worker import load_cvc5 as load  # noqa: PLC0415 - wanted here only

    solve = load()
    return lambda script, _: first_answer(solve(script, [("strings-exp", "true")]))


def load_cvc4() -> SolveScript:
    """Return CVC4."""
    command = ("cvc4", "--lang=smt2.6", "--strings-exp", "--quiet", "-")
    return lambda script, limit_s: _answer_of_process(command, script, limit_s)


def load_automaton() -> SolveScript:
    """Return our solver, warm."""
    from automaton.verdict import Unsupported  # noqa: PLC0415 - not for the other solvers
    from automaton.warming import warm  # noqa: PLC0415
    from benchmarks.members import cpu_budget, word_of  # noqa: PLC0415
    from encoders.smtlib.decide import decide  # noqa: PLC0415
    from encoders.smtlib.script import assertions_of  # noqa: PLC0415

    def solve(script: str, limit_s: float) -> str:
        budget = cpu_budget(limit_s)
        try:
            return word_of(decide(*assertions_of(script), budget))
        except Unsupported as error:
            return f"unknown: {error}"

    warm()
    for script in WARM_UP:
        solve(script, WARM_UP_S)
    return solve


def load_automaton_cold() -> SolveScript:
    """Return our command."""
    return lambda script, limit_s: _answer_of_process((COMMAND, "-"), script, limit_s)


def _answer_of_process(command: tuple[str, ...], script: str, limit_s: float) -> str:
    """Return the answer of a command that reads a script; it is killed at the limit."""
    most = math.ceil(limit_s)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))

    # The host has one thread, so that what runs between fork and exec is safe.
    finished = subprocess.run(  # noqa: S603
        command, input=script, capture_output=True, text=True, check=False, preexec_fn=limit
    )
    if finished.returncode < 0:
        is_late = finished.returncode in TIMED_OUT or "timeout" in finished.stderr
        return "timeout" if is_late else f"error: killed by signal {-finished.returncode}"
    return first_answer(finished.stdout or finished.stderr)


def first_answer(output: str) -> str:
    """Return the first line that answers a check, or an error with the first line there is."""
    lines = output.splitlines()
    answers = [
        line for line in lines if line.split(maxsplit=1)[:1] and line.split()[0] in DECISIONS
    ]
    return answers[0] if answers else f"error: {lines[0] if lines else 'no output'}"


SCRIPT_SOLVERS: dict[str, Callable[[], SolveScript]] = {
    "automaton": load_automaton,
    "z3": load_z3,
    "cvc5": load_cvc5,
    "cvc4": load_cvc4,
    "automaton-cold": load_automaton_cold,
}
