"""The commands that answer with more than a verdict."""

from __future__ import annotations

import click

from encoders.iam.access.addresses import Limit
from encoders.iam.policy import PolicyType
from portfolio.options import (
    Options,
    QuestionCommand,
    analysis_options,
    simulation_options,
    zone_options,
)
from portfolio.printing import report
from portfolio.reading import FILE, asked, placed, policy_of, value_of

_RESOURCE = click.option("--resource", metavar="ARN", help="On which resource; any if left out.")
_ACTION = click.option("--action", help="Which action; any if left out.")
_PRINCIPAL = click.option(
    "--principal", metavar="NAME", help="Who, an account or an ARN; any if left out."
)


@click.command(cls=QuestionCommand, short_help="Is one request allowed by a stack of policies?")
@click.argument("request", type=FILE)
@simulation_options
def simulate(request: str, options: Options) -> int:
    """Decide one concrete request under all the policies that bear on it.

    REQUEST is a JSON object of a `request` and `policies`. Exit status 0 iff it is allowed.
    """
    value = value_of(request)
    return report(placed(request, lambda: options.analyst.simulate(value)), options)


@click.command(cls=QuestionCommand, short_help="Who outside gets what, as few patterns as can be.")
@click.argument("policy", type=FILE)
@zone_options
@analysis_options
def findings(
    policy: str, accounts: tuple[str, ...], organizations: tuple[str, ...], options: Options
) -> int:
    """List the external-access findings of a resource policy. Exit status 0 iff there are none."""
    read = policy_of(policy, options.policy_type or PolicyType.RESOURCE)
    trusted = (*accounts, *organizations)
    return report(asked(lambda: options.analyst.findings(read, trusted)), options)


@click.command(cls=QuestionCommand, short_help="Which callers are allowed?")
@click.argument("policy", type=FILE)
@_ACTION
@_RESOURCE
@analysis_options
def who_can(policy: str, action: str | None, resource: str | None, options: Options) -> int:
    """Say who can do an action on a resource, as patterns that are exactly these callers."""
    read = policy_of(policy, options.policy_type or PolicyType.RESOURCE)
    return report(asked(lambda: options.analyst.who_can(read, action, resource)), options)


@click.command(cls=QuestionCommand, short_help="Which actions are allowed?")
@click.argument("policy", type=FILE)
@_PRINCIPAL
@_RESOURCE
@analysis_options
def what_can(policy: str, principal: str | None, resource: str | None, options: Options) -> int:
    """Say what a caller can do on a resource, as patterns that are exactly these actions."""
    read = policy_of(policy, options.policy_type)
    return report(asked(lambda: options.analyst.what_can(read, principal, resource)), options)


@click.command(cls=QuestionCommand, short_help="On which resources?")
@click.argument("policy", type=FILE)
@_PRINCIPAL
@_ACTION
@analysis_options
def where_can(policy: str, principal: str | None, action: str | None, options: Options) -> int:
    """Say where a caller can do an action, as patterns that are exactly these resources."""
    read = policy_of(policy, options.policy_type)
    return report(asked(lambda: options.analyst.where_can(read, principal, action)), options)


@click.command(cls=QuestionCommand, short_help="Is any part of a policy to spare?")
@click.argument("policy", type=FILE)
@analysis_options
def check_redundancy(policy: str, options: Options) -> int:
    """PASS iff no statement, action, resource or value is redundant, shadowed or vacuous."""
    return report(options.analyst.redundancy(policy_of(policy, options.policy_type)), options)


@click.command(cls=QuestionCommand, short_help="From how many addresses can one get in?")
@click.argument("policy", type=FILE)
@click.option("--ipv4", type=click.IntRange(min=0), default=Limit().ipv4, show_default=True)
@click.option("--ipv6", type=click.IntRange(min=0), default=Limit().ipv6, show_default=True)
@analysis_options
def check_no_wide_access(policy: str, ipv4: int, ipv6: int, options: Options) -> int:
    """PASS iff the policy lets requests in from no more than so many source addresses."""
    read = policy_of(policy, options.policy_type)
    limit = Limit(ipv4, ipv6)
    return report(asked(lambda: options.analyst.no_wide_access(read, limit)), options)
