"""The command `keyaki`.

Exit status: 0 PASS or equivalent; 1 anything else that is an answer, an unknown one included; 2 bad
input or usage; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import json
import sys
from typing import NoReturn

import click

from portfolio import output
from portfolio.cli_analyses import ANALYSES
from portfolio.cli_batch import batch
from portfolio.cli_checks import CHECKS
from portfolio.cli_solve import solve
from portfolio.members import OWN, available
from portfolio.printing import print_text, terminal_width

BAD_INPUT = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="keyaki", message="%(prog)s %(version)s")
def commands() -> None:
    """Proved answers about access policies.

    Exit status: 0 PASS, 1 FAIL or not decided, 2 bad input or usage. A file named - is standard
    input.
    """


for command in (*CHECKS, *ANALYSES, batch, solve):
    commands.add_command(command)


@commands.command(short_help="What is installed, with versions.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def members(output_format: str) -> int:
    """List the members of the portfolio with their versions."""
    installed = {member.name: member.version() for member in available()}
    missing = {member.name: None for member in OWN if member.name not in installed}
    versions = {**installed, **missing}
    if output_format == "json":
        listed = [{"name": name, "version": version} for name, version in versions.items()]
        print_text(json.dumps(listed, indent=2) + "\n")
    else:
        print_text(output.members_text(versions, width=terminal_width()))
    return 0


def main() -> NoReturn:
    """Run the command line and exit."""
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
