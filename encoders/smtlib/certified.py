"""Deciders that write why an unsat holds, and deciders that believe nothing but that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from automaton.budget import Budget, LimitReached
from automaton.certify import CertificateError, check
from automaton.verdict import Reason, Unknown, Unsat, Unsupported, Verdict
from encoders.smtlib.lower import lower
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.session import NAME, Decider, FileError

NO_CERTIFICATE = "null"


def with_certificates(decider: Decider, file: Path) -> Decider:
    """Return `decider`, which writes a line to `file` for each check: a certificate, or `null`.

    Why an unsat has none goes to the standard error. Raise FileError iff the file cannot be
    written: at once, or whenever a line is due.
    """
    _write(file, "", "w")

    def decided(question: ScriptQuestion, budget: Budget) -> Verdict:
        verdict = decider(question, budget)
        is_unsat = isinstance(verdict, Unsat)
        line = _certificate(question, budget) if is_unsat else NO_CERTIFICATE
        _write(file, f"{line}\n", "a")
        return verdict

    return decided


def by_certificates(file: Path) -> Decider:
    """Return a decider that says unsat iff the line of `file` for the check is a certificate of it.

    All else is unknown. Raise FileError iff the file cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"cannot read `{file}`: {error}") from error
    following = iter(lines)

    def decided(question: ScriptQuestion, budget: Budget) -> Verdict:
        line = next(following, NO_CERTIFICATE)
        if line == NO_CERTIFICATE:
            return Unknown(Reason.NO_ANSWER, "there is no certificate")
        try:
            check(lower(question.assertions, question.declared, budget).problem, line)
        except CertificateError as error:
            return Unknown(Reason.NO_ANSWER, f"the certificate is refused: {error}")
        return Unsat()

    return decided


def _certificate(question: ScriptQuestion, budget: Budget) -> str:
    from automaton.certificate import certify_unsat  # noqa: PLC0415 - few runs want it

    try:
        problem = lower(question.assertions, question.declared, budget).problem
        return certify_unsat(problem, budget).to_json()
    except (LimitReached, Unsupported) as error:
        why = str(error)
    except ValueError:
        why = "what is not modelled was refuted by trial"
    sys.stderr.write(f"{NAME}: no certificate: {why}\n")
    return NO_CERTIFICATE


def _write(file: Path, line: str, mode: Literal["a", "w"]) -> None:
    try:
        with file.open(mode, encoding="utf-8") as written:
            written.write(line)
    except OSError as error:
        raise FileError(f"cannot write `{file}`: {error.strerror}") from error
