"""What the commands print, and the exit status that goes with it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from portfolio import output
from portfolio.answer import WORDS, Answer
from portfolio.check import Comparison, Result
from portfolio.options import Options

if TYPE_CHECKING:
    from portfolio.analyses import Analysis

DISPUTED = 3
READER_GONE = 141


def report(found: Result | Comparison | Analysis, options: Options) -> int:
    """Print what was found as the options say; return the exit status."""
    if options.output_format == "json":
        print_text(json.dumps(found.to_json(), indent=2) + "\n")
    elif isinstance(found, Result | Comparison):
        print_text(output.text(found, width=terminal_width()))
    else:
        from portfolio.analysis_text import analysis_text  # noqa: PLC0415 - checks need none of it

        print_text(analysis_text(found, width=terminal_width()))
    answers = found.answers if isinstance(found, Result | Comparison) else ()
    return DISPUTED if tell_disputes(answers) else status_of(found.passed, options)


def tell_disputes(answers: Iterable[Answer]) -> bool:
    """Say beside the output who contradicts whom in `answers`; return whether somebody does."""
    said: dict[str, None] = {}
    for answer in answers:
        for one in answer.disagreements:
            said[
                f"the {WORDS[type(one.verdict)]} of `{one.member}` is disputed: {one.objection}"
            ] = None
        if answer.evidence:
            said[f"what is needed to look into it is in `{answer.evidence}`"] = None
    for line in said:
        sys.stderr.write(f"keyaki: {line}\n")
    return bool(said)


def status_of(passed: bool, options: Options) -> int:
    """Return the exit status of an answer."""
    return 0 if passed or options.exit_zero else 1


def terminal_width() -> int | None:
    """Return the width of the terminal, None iff the output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def print_text(text: str) -> None:
    """Print `text` at once; exit iff nobody reads any more."""
    with _reader_needed():
        sys.stdout.write(text)
        sys.stdout.flush()


def print_bytes(text: bytes) -> None:
    """Print `text`, which is ASCII, at once; exit iff nobody reads any more."""
    with _reader_needed():
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _reader_needed() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_GONE)
