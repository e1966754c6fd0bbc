"""The command `keyaki-automaton`: the automaton alone, as a solver that reads SMT-LIB.

It answers each command as soon as its last parenthesis has come, from a file or over a pipe.
"""

from __future__ import annotations

import argparse
import codecs
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from automaton.budget import Budget, LimitReached
from automaton.verdict import Reason, Unknown, Verdict
from automaton.version import VERSION
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.session import NAME, Decider, FileError, Session, SessionLimits
from encoders.smtlib.sexpr import Source, Splitter

BAD_INPUT = 2
OUT_OF_MEMORY = 3
INTERRUPTED = 130
READER_GONE = 141

STANDARD_INPUT = 0
CHUNK_BYTES = 1 << 16
MIB = 1 << 20
LIBRARIES_MIB = 512
"""Address space of libraries that are loaded when they are needed, which is not memory in use."""

GRACE_S = 1.0
"""How long after its time limit a search is stopped from outside, and then how often it is told."""

UNBROKEN = ("automaton.clock", "llvmlite", "numba", "weakref")
"""Modules that are not stopped from outside: what is raised in callbacks is lost, and a clock that
stopped would not go on."""

EPILOG = """
Each answer is flushed. An error is answered with its place and leaves the state as it was; the
commands after it are carried out. Exit status: 0; 2 if there was an error, or a file cannot be
used; 3 if the memory does not hold the script; 130 if interrupted; 141 if the reader of the output
went away.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = _parser().parse_args(arguments)
    if options.version:
        sys.stdout.write(f"{NAME} {VERSION}\n")
        return 0
    # A number may have more digits than Python prints unasked.
    sys.set_int_max_str_digits(0)
    # Terms are no garbage while they are read: looking for some doubles the time of long scripts.
    gc.set_threshold(100_000, 50, 100)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except FileError as error:
        sys.stderr.write(f"{NAME}: {error}\n")
        return BAD_INPUT
    except MemoryError:
        sys.stderr.write(f"{NAME}: out of memory\n")
        return OUT_OF_MEMORY
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=NAME, description="Decide string constraints, written in SMT-LIB.", epilog=EPILOG
    )
    add = parser.add_argument
    add("file", metavar="FILE", nargs="?", default="-", help="a script; - (default) reads a pipe")
    add("--timeout", metavar="SECONDS", type=_seconds, help="time limit of each check")
    add("--memory", metavar="MIB", type=_mebibytes, help="memory limit, beyond what it starts with")
    add("--old-names", action="store_true", help="read the names and escapes of SMT-LIB 2.5")
    add(
        "--certificate",
        metavar="FILE",
        type=Path,
        help="write a JSON line for each check: why it is unsat, else null",
    )
    add(
        "--check-certificate",
        metavar="FILE",
        type=Path,
        help="decide nothing: unsat is what its line of FILE proves, all else is unknown",
    )
    add("--version", action="store_true", help="print the version and exit")
    return parser


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e9:
        raise ValueError
    return number


def _mebibytes(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 30:
        raise ValueError
    return number


_seconds.__name__ = "number of seconds"
_mebibytes.__name__ = "number of MiB"


def _run(options: argparse.Namespace) -> int:
    decider = _decider(options)
    limits = SessionLimits(wall_s=options.timeout)
    if options.memory is not None:
        limits = SessionLimits(wall_s=options.timeout, memory_mib=options.memory)
        _limit_memory(options.memory)
    session = Session(decider, limits, old_names=options.old_names)
    converse(session, chunks(options.file))
    return BAD_INPUT if session.errors else 0


def _decider(options: argparse.Namespace) -> Decider:
    """Return what decides the checks, which is loaded only now."""
    # Nothing is computed that the threads, which numpy starts else when it is loaded, would share.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from encoders.smtlib.decide import decide_question  # noqa: PLC0415

    if options.certificate is None and options.check_certificate is None:
        return on_time(decide_question)
    from encoders.smtlib.certified import by_certificates, with_certificates  # noqa: PLC0415

    decider = on_time(decide_question)
    if options.check_certificate is not None:
        decider = on_time(by_certificates(options.check_certificate))
    if options.certificate is not None:
        decider = with_certificates(decider, options.certificate)
    return decider


def chunks(name: str) -> Iterator[bytes]:
    """Yield what a file holds, or standard input for `-`, as it comes.

    Raise FileError iff it cannot be read.
    """
    try:
        descriptor = STANDARD_INPUT if name == "-" else os.open(name, os.O_RDONLY)
        while chunk := os.read(descriptor, CHUNK_BYTES):
            yield chunk
    except OSError as error:
        raise FileError(f"cannot read `{name}`: {error.strerror}") from error


def write_answer(answer: str) -> None:
    """Print an answer at once."""
    sys.stdout.buffer.write(f"{answer}\n".encode(errors="surrogateescape"))
    sys.stdout.buffer.flush()


def converse(
    session: Session, read: Iterator[bytes], write: Callable[[str], None] = write_answer
) -> None:
    """Write what the session answers to each command that is read, until it is over."""
    splitter = Splitter()
    # What is no UTF-8 may stand in comments.
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for chunk in read:
        for source in splitter.feed(decoder.decode(chunk)):
            _answer(session, source, write)
            if session.is_over:
                return
    _answer(session, splitter.finish(), write)


def _answer(session: Session, source: Source, write: Callable[[str], None]) -> None:
    for answer in session.respond(source):
        write(answer)


def _limit_memory(mebibytes: int) -> None:
    """Let the process have so much memory beyond what it has now, libraries apart."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * resource.getpagesize() + (LIBRARIES_MIB + mebibytes) * MIB
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size if hard < 0 else min(size, hard), hard))


def on_time(decider: Decider) -> Decider:
    """Return `decider`, stopped from outside where it overlooks that its time is over."""

    def decided(question: ScriptQuestion, budget: Budget) -> Verdict:
        try:
            with _alarm(budget):
                return decider(question, budget)
        except LimitReached as limit:
            return Unknown(limit.reason, limit.detail)

    return decided


@contextmanager
def _alarm(budget: Budget) -> Iterator[None]:
    if budget.left_s is None:
        yield
        return

    def stop(_signal: int, frame: FrameType | None) -> None:
        # The search is told again soon; till then its clock may have stood still, and what is
        # compiled is kept.
        if budget.left_s == 0 and not _is_unbroken(frame):
            raise LimitReached(Reason.TIME)

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, budget.left_s + GRACE_S, GRACE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _is_unbroken(frame: FrameType | None) -> bool:
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name in UNBROKEN or name.partition(".")[0] in UNBROKEN:
            return True
        frame = frame.f_back
    return False


if __name__ == "__main__":
    sys.exit(main())
