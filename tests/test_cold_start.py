"""What a process loads before its first answer, and when its kernels are compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

POLICIES = ("--existing", "existing.json", "--new", "new.json")
CHECK = ("-m", "portfolio.cli", "check-no-new-access", *POLICIES)
SCRIPT = ("-m", "encoders.smtlib.repl", "segments.smt2")

WARM = """
import sys
from automaton.kernels.compile import Kernel
from automaton.warming import warm

warm()
modules = [module for name, module in sys.modules.items() if "automaton.kernels" in name]
named = {n: v for m in modules for n, v in vars(m).items() if isinstance(v, Kernel)}
print(len(named), [name for name, kernel in named.items() if kernel.compiled is None])
"""

GROWING = """
import sys
from automaton import regex as rx
from automaton.kernels.product import explore
from automaton.solver import solve
from automaton.terms import Problem, Sort, Variable, conjunction, in_regex, negation

text = Variable("text", Sort.STRING)
for length in range(14):
    a, b = (rx.concat(rx.ALL, rx.literal(x), rx.loop(rx.ANY, length, length)) for x in "ab")
    outside = in_regex(text, rx.concat(rx.literal("c"), rx.complement(rx.union(a, b))))
    solve(Problem((outside,)))
    print(int("numba" in sys.modules and explore.compiled is not None), end="")
"""


def run(*arguments: str, folder: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def loaded(folder: str, *arguments: str) -> set[str]:
    """Return the modules that Python loads for a command, which must print something."""
    finished = run("-X", "importtime", *arguments, folder=ROOT / "examples" / folder)
    assert finished.stdout
    lines = [line for line in finished.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize(
    ("folder", "command"), [("no-new-access", CHECK), ("solve", SCRIPT)], ids=["check", "script"]
)
def test_a_small_question_does_not_load_the_compiler(folder: str, command: tuple[str, ...]) -> None:
    assert {"numba", "llvmlite"} & loaded(folder, *command) == set()


def test_a_command_loads_nothing_of_what_others_need() -> None:
    spared = {"rich", "z3", "cvc5", "orjson", "multiprocessing"}
    modules = ("email", "importlib.metadata", "portfolio.analyses", "portfolio.cli_analyses")

    found = loaded("no-new-access", *CHECK)

    assert found & {*spared, *modules, "encoders.iam.stack", "encoders.smtlib.printer"} == set()


def test_a_small_question_compiles_nothing(tmp_path: Path) -> None:
    finished = run(*CHECK, folder=ROOT / "examples" / "no-new-access", XDG_CACHE_HOME=str(tmp_path))

    assert finished.stdout.startswith("FAIL")
    assert [*tmp_path.iterdir()] == []


def test_a_process_that_searches_much_ends_up_with_compiled_kernels() -> None:
    shown = run("-c", GROWING).stdout

    assert shown == "".join(sorted(shown))
    assert set(shown) == {"0", "1"}


def test_warming_up_compiles_every_kernel() -> None:
    count, left = run("-c", WARM).stdout.split(maxsplit=1)

    assert int(count) >= 8
    assert left.strip() == "[]"
