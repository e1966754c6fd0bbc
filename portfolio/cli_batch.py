"""The command that answers many questions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import IO, TYPE_CHECKING

import click

from portfolio.batch import Cluster, answer_parts
from portfolio.conduct import Conduct
from portfolio.options import Options, QuestionCommand, race_options
from portfolio.printing import print_bytes, status_of
from portfolio.reading import FILE, BadInput, opened

if TYPE_CHECKING:
    from portfolio.pool.work import Part

BAD_INPUT = 2


@click.command(cls=QuestionCommand, short_help="Answer many questions, one JSON object a line.")
@click.argument("questions", type=FILE, metavar="FILE")
@click.option("--reasons", is_flag=True, help="Tell of each PASS the statements that it needs.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes share the work once there is much of it; 1 is this one alone."
    "  [default: one for each usable core]",
)
@click.option(
    "--executor",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Whether these are processes here or on a Ray cluster.",
)
@click.option(
    "--ray-address",
    metavar="ADDRESS",
    help="The cluster.  [default: RAY_ADDRESS, else one of this machine while it is used]",
)
@race_options
def batch(
    questions: str,
    reasons: bool,
    workers: int | None,
    executor: str,
    ray_address: str | None,
    options: Options,
) -> int:
    """Answer many questions, one JSON object a line, in order.

    Exit status: 2 iff a line could not be read, else 1 iff some answer is not PASS, or is one that
    members contradict each other about.
    """
    if ray_address is not None and executor != "ray":
        raise click.UsageError("`--ray-address` needs `--executor ray`")
    status = 0
    cluster = Cluster(address=ray_address) if executor == "ray" else None
    conduct = options.conduct_for_many(with_reasons=reasons)
    with opened(questions) as source:
        for part in _answered(source, conduct, workers, cluster):
            print_bytes(part.output)
            worst = BAD_INPUT if part.errors else status_of(not part.failed, options)
            status = max(status, worst)
    return status


def _answered(
    source: IO[bytes], conduct: Conduct, workers: int | None, cluster: Cluster | None
) -> Iterator[Part]:
    """Yield the answers, showing on a terminal that has nothing else to show how far they are."""
    from portfolio.executors.work import ExecutorError  # noqa: PLC0415 - others need neither
    from portfolio.progress import shown  # noqa: PLC0415

    # What a thread waits for must not be what Python closes at its end.
    unbuffered = getattr(source, "raw", source)
    answers = answer_parts(unbuffered, conduct, workers=workers, cluster=cluster)
    with closing(answers) as parts:
        try:
            yield from shown(parts, source) if _has_free_terminal() else parts
        except ExecutorError as error:
            raise BadInput(str(error)) from None


def _has_free_terminal() -> bool:
    return sys.stderr.isatty() and not sys.stdout.isatty()
