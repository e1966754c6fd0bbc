"""The command that puts an SMT-LIB script to the race: the portfolio as an ordinary solver."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace

import click

from automaton.budget import Budget
from automaton.verdict import Unknown, Verdict
from encoders.smtlib.question import ScriptQuestion
from portfolio.options import Options, QuestionCommand, solver_options
from portfolio.printing import DISPUTED, READER_GONE, print_text, tell_disputes
from portfolio.reading import FILE, BadInput
from portfolio.solve import answer_to_json, solve_question


class Solver:
    """Decides the checks of one script, and tells of each how its race went."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.is_undecided = False
        self.is_disputed = False

    def __call__(self, question: ScriptQuestion, budget: Budget) -> Verdict:
        """Return the verdict of a race that lasts no longer than the budget."""
        left_s, limits = budget.left_s, self._options.limits
        answer = solve_question(
            question,
            members=self._options.members,
            limits=replace(limits, wall_s=limits.wall_s if left_s is None else left_s),
            schedule=self._options.schedule,
            scrutiny=self._options.scrutiny,
        )
        self.is_undecided |= isinstance(answer.verdict, Unknown)
        if self._options.output_format == "json":
            print_text(json.dumps(answer_to_json(answer)) + "\n")
        self.is_disputed |= tell_disputes([answer])
        return answer.verdict


@click.command(cls=QuestionCommand, short_help="Decide an SMT-LIB script by the whole portfolio.")
@click.argument("script", type=FILE, metavar="FILE")
@click.option("--old-names", is_flag=True, help="Read the names and escapes of SMT-LIB 2.5.")
@solver_options
def solve(script: str, old_names: bool, options: Options) -> int:
    """Answer the commands of an SMT-LIB script, each as soon as it is read.

    With --format json, only checks are answered: an object a line, with the model and how each
    member ended. Exit status: 2 iff a command was wrong, else 3 iff members contradict each other,
    else 1 iff some check was not decided.
    """
    # Policies, which most calls are about, need none of this.
    from encoders.smtlib.repl import chunks, converse, write_answer  # noqa: PLC0415
    from encoders.smtlib.session import FileError, Session, SessionLimits  # noqa: PLC0415

    # A number may have more digits than Python prints unasked.
    sys.set_int_max_str_digits(0)
    solver = Solver(options)
    session = Session(solver, SessionLimits(wall_s=options.timeout), old_names=old_names)
    write = write_answer if options.output_format == "text" else _keep_errors
    try:
        converse(session, chunks(script), write)
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except FileError as error:
        raise BadInput(str(error)) from None
    if session.errors:
        return 2
    if solver.is_disputed:
        return DISPUTED
    return int(solver.is_undecided and not options.exit_zero)


def _keep_errors(answer: str) -> None:
    """Print errors, which belong to no check, beside the output."""
    if answer.startswith("(error"):
        click.echo(answer, err=True)
