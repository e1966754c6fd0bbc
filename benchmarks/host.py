"""A process that holds one solver and times it: `python -m benchmarks.host z3`.

Once it has loaded what it needs it writes a line. Then one line of JSON in, `{"script",
"limit_s"}`; one line out, `{"verdict", "wall_s", "cpu_s"}`: the times of one call, without pipes
and JSON; those of processes that the call started and waited for are part of it. `z3` and `cvc5`
are called as the portfolio's worker calls them, with what our printer makes; the others are those
of `script_solvers`, which run a script as it stands.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable

from benchmarks import machine
from benchmarks.script_solvers import SCRIPT_SOLVERS, SolveScript
from portfolio.members.worker import LIBRARIES

MEMORY_BYTES = 6 << 30
PARENT_DEATH_SIGNAL = 1


def _library(name: str) -> SolveScript:
    solve = LIBRARIES[name]()
    return lambda script, _: solve(script, []).split(maxsplit=1)[0]


SOLVERS: dict[str, Callable[[], SolveScript]] = {
    **{name: lambda name=name: _library(name) for name in LIBRARIES},  # type: ignore[misc]
    **{f"script-{name}": load for name, load in SCRIPT_SOLVERS.items()},
}


def die_with_parent() -> None:
    """Have this process killed when the thread that started it is gone, where Linux can do that."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def main() -> None:
    """Time each script of the input."""
    die_with_parent()
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    solve = SOLVERS[sys.argv[1]]()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    replies.write("ready\n")
    replies.flush()
    for line in sys.stdin:
        request = json.loads(line)
        wall, cpu = time.perf_counter(), machine.cpu_s()
        try:
            verdict = solve(request["script"], request["limit_s"])
        except Exception as error:
            verdict = f"error: {error}"
        times = {"wall_s": time.perf_counter() - wall, "cpu_s": machine.cpu_s() - cpu}
        replies.write(json.dumps({"verdict": verdict, **times}) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
