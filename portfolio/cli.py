"""The command `keyaki`.

Exit status: 0 PASS or equivalent; 1 anything else that is an answer, an unknown one included; 2 bad
input or usage; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from typing import IO, NoReturn, TypeVar

import click

from encoders.iam.parse import MAX_SIZE, PolicyError, parse_policy
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.resource_types import RESOURCE_TYPES
from portfolio import batch as batches
from portfolio import output
from portfolio.check import Comparison, Result
from portfolio.members import OWN, available
from portfolio.options import Options, QuestionCommand, question_options, race_options

BAD_INPUT = 2
INTERRUPTED = 130
READER_GONE = 141

FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)

T = TypeVar("T")


class BadInput(click.ClickException):
    """Input that asks nothing."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="keyaki", message="%(prog)s %(version)s")
def commands() -> None:
    """Proved answers about access policies.

    Exit status: 0 PASS, 1 FAIL or not decided, 2 bad input or usage. A file named - is standard
    input.
    """


@commands.command(
    cls=QuestionCommand, short_help="Does a new policy allow only what the old one does?"
)
@click.option("--existing", type=FILE, required=True, help="The policy as it is.")
@click.option("--new", type=FILE, required=True, help="The policy as it shall be.")
@question_options
def check_no_new_access(existing: str, new: str, options: Options) -> int:
    """PASS iff the new policy allows nothing that the existing one does not."""
    first, second = _policies((existing, new), options)
    return _report(options.conduct.no_new_access(first, second), options)


@commands.command(cls=QuestionCommand, short_help="Does a resource policy keep strangers out?")
@click.argument("policy", type=FILE)
@click.option(
    "--resource-type",
    type=click.Choice(RESOURCE_TYPES),
    metavar="TYPE",
    help="What the policy is attached to, such as AWS::S3::Bucket; the definition is the same.",
)
@click.option(
    "--definition",
    type=click.Choice(["semantic"]),
    default="semantic",
    show_default=True,
    help="What public means: some stranger's request is allowed.",
)
@question_options
def check_no_public_access(
    policy: str, resource_type: str | None, definition: str, options: Options
) -> int:
    """PASS iff the resource policy lets no stranger in."""
    del resource_type, definition  # checked by click; one definition serves all types
    read = _policy(policy, options.policy_type or PolicyType.RESOURCE)
    return _report(_asked(lambda: options.conduct.no_public_access(read)), options)


@commands.command(cls=QuestionCommand, short_help="Does a policy grant none of some access?")
@click.argument("policy", type=FILE)
@click.option("--action", "actions", multiple=True, help="An action; may be given often.")
@click.option("--resource", "resources", multiple=True, help="An ARN; may be given often.")
@question_options
def check_access_not_granted(
    policy: str, actions: tuple[str, ...], resources: tuple[str, ...], options: Options
) -> int:
    """PASS iff the policy allows none of the actions on any of the resources.

    Wildcards are welcome in both. Without an action every action is meant, without a resource every
    resource.
    """
    read = _policy(policy, options.policy_type)
    conduct = options.conduct
    return _report(_asked(lambda: conduct.access_not_granted(read, actions, resources)), options)


@commands.command(cls=QuestionCommand, short_help="Equivalent, less, more or incomparable?")
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@question_options
def compare(first: str, second: str, options: Options) -> int:
    """Tell whether SECOND is equivalent to FIRST, or allows less or more.

    Policies that each allow what the other does not are incomparable. Exit status 0 iff equivalent.
    """
    return _report(options.conduct.compare(*_policies((first, second), options)), options)


@commands.command(cls=QuestionCommand, short_help="Answer many questions, one JSON object a line.")
@click.argument("questions", type=FILE, metavar="FILE")
@race_options
def batch(questions: str, options: Options) -> int:
    """Answer many questions, one JSON object a line, in order.

    Exit status: 2 iff a line could not be read, else 1 iff some answer is not PASS.
    """
    status = 0
    with _opened(questions) as source:
        for reply in batches.answer(source, options.conduct):
            _write(json.dumps(reply.content) + "\n")
            status = max(status, BAD_INPUT if reply.is_error else _status(reply.passed, options))
    return status


@commands.command(short_help="What is installed, with versions.")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def members(output_format: str) -> int:
    """List the members of the portfolio with their versions."""
    installed = {member.name: member.version() for member in available()}
    missing = {member.name: None for member in OWN if member.name not in installed}
    versions = {**installed, **missing}
    if output_format == "json":
        listed = [{"name": name, "version": version} for name, version in versions.items()]
        _write(json.dumps(listed, indent=2) + "\n")
    else:
        _write(output.members_text(versions, width=_width()))
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


def _opened(path: str) -> IO[bytes]:
    try:
        return click.open_file(path, "rb")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None


def _policies(paths: tuple[str, str], options: Options) -> tuple[Policy, Policy]:
    first, second = paths
    if first == second == "-":
        raise click.UsageError("standard input can be only one of the policies")
    return _policy(first, options.policy_type), _policy(second, options.policy_type)


def _policy(path: str, policy_type: PolicyType | None) -> Policy:
    with _opened(path) as file:
        source = file.read(MAX_SIZE + 1)
    try:
        return parse_policy(source, policy_type)
    except PolicyError as error:
        raise BadInput(f"{path}: {error.path}: {error.message}") from None


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except ValueError as error:
        raise BadInput(str(error)) from None


def _report(found: Result | Comparison, options: Options) -> int:
    if options.output_format == "json":
        _write(json.dumps(found.to_json(), indent=2) + "\n")
    else:
        _write(output.text(found, width=_width()))
    return _status(found.passed, options)


def _status(passed: bool, options: Options) -> int:
    return 0 if passed or options.exit_zero else 1


def _width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _write(text: str) -> None:
    """Print `text` at once; exit iff nobody reads any more."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_GONE)


if __name__ == "__main__":
    main()
