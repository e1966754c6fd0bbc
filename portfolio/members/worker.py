"""The process of a solver that is a Python package: answers scripts until its input ends.

Run as a script, with the name of the library: `worker.py z3`. It imports nothing of Keyaki. One
line of JSON in, `{"script", "options", "memory_bytes"}`; one line out, `{"output"}`: what the
solver's own command would print for the script.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

Options = list[tuple[str, str]]
Solve = Callable[[str, Options], str]


def load_z3() -> Solve:
    """Return a function that runs a script in Z3."""
    import z3  # noqa: PLC0415 - only the library that was asked for

    def own_name(solver: z3.Solver, name: str) -> str:
        # In older releases a solver knows its options only without the name of their module.
        kind = solver.param_descrs().get_kind(name)
        return name.removeprefix("smt.") if kind == z3.Z3_PK_INVALID else name

    def solve(script: str, options: Options) -> str:
        context = z3.Context()
        solver = z3.Solver(ctx=context)
        for name, value in options:
            solver.set(own_name(solver, name), _value(value))
        solver.from_string(script)
        verdict = str(solver.check())
        if verdict == "sat":
            return f"sat\n({solver.model().sexpr()})"
        return f"unknown\n{solver.reason_unknown()}" if verdict == "unknown" else verdict

    return solve


def _value(text: str) -> bool | float | str:
    if text in ("true", "false"):
        return text == "true"
    if text.isdecimal():
        return int(text)
    return float(text) if text.replace(".", "", 1).isdecimal() else text


def load_cvc5() -> Solve:
    """Return a function that runs a script in cvc5; before 1.2 it has no parser as we use it."""
    import cvc5  # noqa: PLC0415 - only the library that was asked for

    if not hasattr(cvc5, "TermManager"):
        return load_cvc5_terms()

    def solve(script: str, options: Options) -> str:
        solver = cvc5.Solver(cvc5.TermManager())
        for name, value in options:
            solver.setOption(name, value)
        parser = cvc5.InputParser(solver)
        symbols = parser.getSymbolManager()
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "script")
        printed = []
        while not (command := parser.nextCommand()).isNull():
            printed.append(str(command.invoke(solver, symbols)))
            if printed[-1].startswith("unknown"):
                return f"unknown\n{_text(solver.getInfo('reason-unknown'))}"
        return "".join(printed)

    return solve


def _text(info: str | bytes) -> str:
    return info.decode() if isinstance(info, bytes) else info


def load_cvc5_terms() -> Solve:
    """Return a function that runs a script in cvc5 without its parser, in any release of it."""
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415

    import cvc5  # noqa: PLC0415 - only the library that was asked for

    # This folder is on no path: its modules have names that libraries have too.
    spec = spec_from_file_location("worker_terms", Path(__file__).with_name("worker_terms.py"))
    assert spec
    assert spec.loader
    terms = module_from_spec(spec)
    spec.loader.exec_module(terms)
    return lambda script, options: str(terms.solve(cvc5, script, options))


LIBRARIES = {"z3": load_z3, "cvc5": load_cvc5, "cvc5-terms": load_cvc5_terms}


def _error(error: Exception) -> str:
    # Z3 keeps its messages as bytes.
    value = getattr(error, "value", None)
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(error)
    message = text.replace('"', '""') or type(error).__name__
    return f'(error "{message}")'


def _used_bytes() -> int:
    """Return the size of this process before the first script, or 0 where that is not known."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _limit_memory(size_bytes: int) -> None:
    import resource  # noqa: PLC0415 - not on every system

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer each line of the input with a line of the output."""
    # What a library prints goes to the errors: the output belongs to the protocol.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    solve = LIBRARIES[sys.argv[1]]()
    used_bytes = _used_bytes()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if used_bytes:
            _limit_memory(used_bytes + request["memory_bytes"])
        try:
            output = solve(request["script"], request["options"])
        except Exception as error:
            output = _error(error)
        replies.write(json.dumps({"output": output}).encode() + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
