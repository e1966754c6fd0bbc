"""The group of commands that measure members on many recorded queries."""

from __future__ import annotations

import click

from portfolio.command_groups import lazy_group

MODULES = {
    "portfolio.cli_bench_run": ("collect", "install", "run", "versions"),
    "portfolio.cli_bench_compare": ("compare", "gate"),
    "portfolio.cli_bench_report": ("best", "report", "scatter"),
}


@click.group(cls=lazy_group(MODULES), short_help="Judge solvers by many recorded queries.")
def bench() -> None:
    """Judge a solver, or a new release of one, by many recorded queries.

    Collect queries, run members on them, and hold two runs together before a release ships.
    """
