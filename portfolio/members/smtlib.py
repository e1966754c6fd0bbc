"""Members that read SMT-LIB text: from a script to what the solver printed, and to an outcome."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from automaton.terms import Problem
from automaton.verdict import Reason, Sat, Unknown, Unsat, Unsupported
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.question import full_script
from portfolio.answer import End
from portfolio.members.base import NO_MORE_CPU, Ended, Outcome, Run, Task, crashed
from portfolio.members.exchange import Exchange, Stop
from portfolio.members.process import Process

START_BYTES = 128 << 20
"""What a solver may hold before it has read a word."""

MEMORY_SIGNS = ("out of memory", "bad_alloc", "cannot allocate memory", "memoryerror")
UNSUPPORTED_SIGNS = (
    *("unsupported", "not supported", "unimplemented", "not implemented"),
    *("parse error", "unknown constant", "invalid kind", "number of arguments"),
    "expecting a constant",
)
"""Words by which a solver says that it does not read a script, or not this part of the language."""

TIME_SIGNS = ("timeout", "canceled")
SHOWN = 200

UNREAD_MODEL = "sat, with"
"""How the detail of an outcome begins whose model is missing or cannot be read."""

_LIMITS = {
    Stop.TIME: Outcome(End.TIMED_OUT),
    Stop.CPU: NO_MORE_CPU,
    Stop.MEMORY: Outcome(End.OUT_OF_MEMORY),
    Stop.FLOOD: Outcome(End.CRASHED, detail="wrote without end"),
    Stop.CANCELLED: Outcome(End.CANCELLED),
}


def start_on_script(task: Task, dialect: str, begin: Callable[[str], Run]) -> Run:
    """Return the run that `begin` starts on the script of the task, or one that has ended."""
    from encoders.smtlib.printer import script  # noqa: PLC0415 - many answers need no solver

    try:
        if isinstance(task, Problem):
            return begin(script(task, DIALECTS[dialect]))
        return begin(full_script(task, DIALECTS[dialect]))
    except Unsupported as error:
        return Ended(Outcome(End.UNSUPPORTED, detail=str(error)))
    except OSError as error:
        return Ended(Outcome(End.CRASHED, detail=f"cannot be started: {error}"))


class ProcessRun:
    """An exchange with a process, which is then kept or killed.

    `read` makes an outcome of complete output; it returns None iff the output is cut off. `keep`
    takes a process that completed its answer in good order.
    """

    def __init__(
        self,
        exchange: Exchange,
        read: Callable[[str], Outcome | None],
        keep: Callable[[Process], None] | None = None,
    ) -> None:
        self._exchange = exchange
        self._read = read
        self._keep = keep
        self._lock = threading.Lock()
        self._is_over = False
        self._outcome: Outcome | None = None

    def wait(self, timeout_s: float | None) -> Outcome | None:
        """Return the outcome, or None iff there is none after `timeout_s`."""
        if self._outcome is None:
            until = math.inf if timeout_s is None else time.monotonic() + timeout_s
            try:
                stop = self._exchange.run(until)
                self._outcome = None if stop is None else self._end(stop)
            except Exception as error:
                self._outcome = self._abandon(error)
        return self._outcome

    def cancel(self) -> None:
        """Kill the process and whatever it started, unless the run is over."""
        with self._lock:
            # INVARIANT: a process that was kept may be at work for another run.
            if not self._is_over:
                self._exchange.process.cancel()

    def _abandon(self, error: Exception) -> Outcome:
        """End a process with which something went wrong here."""
        with self._lock:
            self._is_over = True
        self._exchange.process.kill()
        return crashed(error)

    def _end(self, stop: Stop) -> Outcome:
        process = self._exchange.process
        process.meter.look()
        outcome = self._outcome_of(stop)
        cost = process.meter.cost
        with self._lock:
            self._is_over = True
        if self._keep and self._is_good_as_new(stop, outcome):
            self._keep(process)
        else:
            process.kill()
            cost = process.meter.cost
        return replace(outcome, cpu_s=cost.cpu_s, peak_mib=cost.peak_mib)

    def _outcome_of(self, stop: Stop) -> Outcome:
        text = self._exchange.output.decode(errors="replace")
        if stop is Stop.COMPLETE:
            return self._outcome_in(text) or _unexpected(text)
        if stop is Stop.CLOSED:
            status = self._exchange.process.let_end()
            errors = self._exchange.errors.decode(errors="replace")
            return self._outcome_in(text) or death(status, text, errors)
        return _LIMITS[stop]

    def _is_good_as_new(self, stop: Stop, outcome: Outcome) -> bool:
        """Return whether the process can take the next question."""
        process = self._exchange.process
        if stop is not Stop.COMPLETE or process.is_cancelled or process.meter.has_others:
            return False
        if outcome.end is End.CRASHED:
            return outcome.detail.startswith(UNREAD_MODEL)
        return outcome.end is not End.OUT_OF_MEMORY

    def _outcome_in(self, text: str) -> Outcome | None:
        try:
            return self._read(text)
        except Exception as error:
            return crashed(error)


def read_answer(text: str, task: Task) -> Outcome | None:
    """Return the outcome that a solver's output stands for, or None iff there is none in it."""
    first, _, rest = text.strip().partition("\n")
    match first.split():
        case ["unsat"]:
            return Outcome(End.ANSWERED, Unsat())
        case ["sat"]:
            return _with_model(rest, task)
        case ["unknown", *reason]:
            return _undecided(" ".join((*reason, rest.partition("(error")[0])).strip())
        case ["timeout"]:
            return Outcome(End.TIMED_OUT)
    return _complaint(text) if "(error" in text else None


def _with_model(text: str, task: Task) -> Outcome:
    from encoders.smtlib.model import ModelError, read_model, read_values  # noqa: PLC0415

    if task.variables and not text.strip():
        return Outcome(End.CRASHED, detail=f"{UNREAD_MODEL}out a model")
    try:
        if isinstance(task, Problem):
            return Outcome(End.ANSWERED, Sat(read_model(text, task)))
        return Outcome(End.ANSWERED, Sat(read_values(text, task.variables)))
    except ModelError as error:
        return Outcome(End.CRASHED, detail=f"{UNREAD_MODEL} a model that cannot be read: {error}")


def _undecided(why: str) -> Outcome:
    if _shows(why, MEMORY_SIGNS):
        return Outcome(End.OUT_OF_MEMORY, detail=_shown(why))
    if _shows(why, TIME_SIGNS):
        return Outcome(End.TIMED_OUT, detail=_shown(why))
    return Outcome(End.UNKNOWN, Unknown(Reason.INCOMPLETE, _shown(why)), _shown(why))


def _complaint(text: str) -> Outcome:
    detail = _shown(text[text.index("(error") :])
    if _shows(text, MEMORY_SIGNS):
        return Outcome(End.OUT_OF_MEMORY, detail=detail)
    if _shows(text, UNSUPPORTED_SIGNS):
        return Outcome(End.UNSUPPORTED, detail=detail)
    return Outcome(End.CRASHED, detail=detail)


def _unexpected(text: str) -> Outcome:
    return Outcome(End.CRASHED, detail=f"unexpected output `{_shown(text)}`")


def death(status: int, text: str, errors: str) -> Outcome:
    """Return the outcome of a process that ended with `status` and without an answer."""
    if _shows(text + errors, MEMORY_SIGNS):
        return Outcome(End.OUT_OF_MEMORY, detail=_shown(errors))
    if status == -signal.SIGXCPU:
        return NO_MORE_CPU
    words = [f"exit status {status}"] if status >= 0 else [f"killed by {_signal_name(-status)}"]
    words += [f"output `{_shown(text)}`"] if text.strip() else []
    words += [f"errors `{_shown(errors)}`"] if errors.strip() else []
    return Outcome(End.CRASHED, detail=", ".join(words))


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _shows(text: str, signs: tuple[str, ...]) -> bool:
    lower = text.lower()
    return any(sign in lower for sign in signs)


def _shown(text: str) -> str:
    """Return the start of `text` as one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
