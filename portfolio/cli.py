"""The command `keyaki`.

Exit status: 0 PASS or equivalent; 1 anything else that is an answer, an unknown one included; 2 bad
input or usage; 3 members contradict each other, whatever the answer is; 130 interrupted; 141 the
reader of the output went away.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import NoReturn

import click

from automaton.version import VERSION
from portfolio.command_groups import lazy_group

BAD_INPUT = 2
INTERRUPTED = 130


MODULES = {
    "portfolio.cli_checks": (
        "check-access-not-granted",
        "check-no-cross-account-access",
        "check-no-new-access",
        "check-no-public-access",
        "check-stack-no-new-access",
        "compare",
    ),
    "portfolio.cli_analyses": (
        "check-no-wide-access",
        "check-redundancy",
        "findings",
        "simulate",
        "what-can",
        "where-can",
        "who-can",
    ),
    "portfolio.cli_batch": ("batch",),
    "portfolio.cli_bench": ("bench",),
    "portfolio.cli_conformance": ("conformance",),
    "portfolio.cli_fuzz": ("fuzz",),
    "portfolio.cli_iam_conformance": ("iam-conformance",),
    "portfolio.cli_serve": ("serve",),
    "portfolio.cli_solve": ("solve",),
}
"""Where the commands are that are loaded only when they are named."""


@click.group(cls=lazy_group(MODULES), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="%(prog)s %(version)s")
def commands() -> None:
    """Proved answers about access policies.

    Exit status: 0 PASS, 1 FAIL or not decided, 2 bad input or usage, 3 members contradict each
    other. A file named - is standard input.
    """


@commands.command(short_help="What is installed, with versions.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--install",
    "releases",
    metavar="RELEASE",
    multiple=True,
    help="First install this release from PyPI in an environment of its own: z3@4.12.0.0.",
)
def members(output_format: str, releases: tuple[str, ...]) -> int:
    """List the members of the portfolio with their versions.

    Members such as z3@4.12.0.0 and cvc5@1.0.7 are releases that take part where they are named.

    Options of a solver follow its name, each after a colon: z3:seed=7, cvc4:seed=3,
    cvc5:strings-exp=true:seed=3, z3@4.13.0.0:smt.random_seed=7. They are the solver's own, but for
    seed, which stands for whatever each of them calls its seed.
    """
    from portfolio import output  # noqa: PLC0415 - each command loads what it needs
    from portfolio.members import OWN, available, versions  # noqa: PLC0415
    from portfolio.printing import print_text, terminal_width  # noqa: PLC0415

    for release in releases:
        _install(release)
    listed = (*available(), *versions.installed())
    installed = {member.name: member.version() for member in listed}
    missing = {member.name: None for member in OWN if member.name not in installed}
    shown = {**installed, **missing}
    if output_format == "json":
        rows = [{"name": name, "version": version} for name, version in shown.items()]
        print_text(json.dumps(rows, indent=2) + "\n")
    else:
        print_text(output.members_text(shown, width=terminal_width()))
    return 0


def _install(release: str) -> None:
    from portfolio.members import versions  # noqa: PLC0415 - few commands install anything

    try:
        versions.install(release)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except versions.InstallError as error:
        raise click.ClickException(str(error)) from error


def main() -> NoReturn:
    """Run the command line and exit."""
    # Nothing is computed that the threads, which numpy starts else when it is loaded, would share.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is loaded is no garbage: looking for some takes a tenth of a short command.
    gc.set_threshold(100_000, 50, 100)
    # A name in a policy may have letters that the terminal's encoding has not.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = BAD_INPUT
    except click.Abort:
        status = INTERRUPTED
    sys.exit(status)


if __name__ == "__main__":
    main()
