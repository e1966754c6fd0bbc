"""The commands that put a question to the race: PASS or FAIL, with a witness or a proof."""

from __future__ import annotations

import click

from encoders.iam.policy import PolicyType
from encoders.iam.resource_types import RESOURCE_TYPES
from encoders.iam.trust_zone import TrustZone
from portfolio.options import (
    Options,
    QuestionCommand,
    question_options,
    stack_options,
    zone_options,
)
from portfolio.printing import report
from portfolio.reading import FILE, asked, policies_of, policy_of, stacks_of


@click.command(
    cls=QuestionCommand, short_help="Does a new policy allow only what the old one does?"
)
@click.option("--existing", type=FILE, required=True, help="The policy as it is.")
@click.option("--new", type=FILE, required=True, help="The policy as it shall be.")
@question_options
def check_no_new_access(existing: str, new: str, options: Options) -> int:
    """PASS iff the new policy allows nothing that the existing one does not."""
    first, second = policies_of((existing, new), options.policy_type)
    return report(options.conduct.no_new_access(first, second), options)


@click.command(
    cls=QuestionCommand, short_help="The same of all the policies that bear on a request."
)
@click.option("--existing", type=FILE, required=True, help="The stack of policies as it is.")
@click.option("--new", type=FILE, required=True, help="The stack as it shall be.")
@click.option("--resource-account", metavar="ID", help="The account that owns the resource.")
@click.option("--management-account", metavar="ID", help="That of the organization.")
@click.option("--service-linked-role", is_flag=True, help="Sessions of roles are of such a role.")
@click.option("--federated-by", metavar="ARN", help="The user who made the federated sessions.")
@stack_options
def check_stack_no_new_access(
    existing: str,
    new: str,
    resource_account: str | None,
    management_account: str | None,
    service_linked_role: bool,
    federated_by: str | None,
    options: Options,
) -> int:
    """PASS iff the new stack of policies allows nothing that the existing one does not.

    A stack is a JSON object with the policies of each kind: identity, resource, boundary, session,
    endpoint, scp and rcp, the last two with an array for each level from the root to the account.
    """
    given = {
        "resourceAccount": resource_account,
        "managementAccount": management_account,
        "serviceLinkedRole": service_linked_role,
        "federatedBy": federated_by,
    }
    from encoders.iam.stack.simulate import read_facts  # noqa: PLC0415 - others need none of it

    known = {name: value for name, value in given.items() if value is not None}
    facts = asked(lambda: read_facts(known, "$"))
    first, second = stacks_of((existing, new))
    conduct = options.conduct
    return report(asked(lambda: conduct.no_new_access_of_stacks(first, second, facts)), options)


@click.command(cls=QuestionCommand, short_help="Does a resource policy keep strangers out?")
@click.argument("policy", type=FILE)
@click.option(
    "--resource-type",
    type=click.Choice(RESOURCE_TYPES),
    metavar="TYPE",
    help="What the policy is attached to, such as AWS::S3::Bucket: only its requests count.",
)
@click.option(
    "--definition",
    type=click.Choice(["semantic", "s3-block-public-access"]),
    default="semantic",
    show_default=True,
    help="What public means: some stranger's request is allowed, or, statement by statement, what"
    " S3 Block Public Access says.",
)
@question_options
def check_no_public_access(
    policy: str, resource_type: str | None, definition: str, options: Options
) -> int:
    """PASS iff the resource policy lets no stranger in."""
    read = policy_of(policy, options.policy_type or PolicyType.RESOURCE)
    if definition != "semantic":
        analyst = options.analyst
        return report(asked(lambda: analyst.no_public_statement(read, resource_type)), options)
    conduct = options.conduct
    return report(asked(lambda: conduct.no_public_access(read, resource_type)), options)


@click.command(cls=QuestionCommand, short_help="Does a resource policy keep other accounts out?")
@click.argument("policy", type=FILE)
@zone_options
@question_options
def check_no_cross_account_access(
    policy: str, accounts: tuple[str, ...], organizations: tuple[str, ...], options: Options
) -> int:
    """PASS iff the policy lets nobody in but the trusted accounts and organizations."""
    zone = asked(
        lambda: TrustZone(accounts=frozenset(accounts), organizations=frozenset(organizations))
    )
    read = policy_of(policy, options.policy_type or PolicyType.RESOURCE)
    conduct = options.conduct
    return report(asked(lambda: conduct.no_cross_account_access(read, zone)), options)


@click.command(cls=QuestionCommand, short_help="Does a policy grant none of some access?")
@click.argument("policy", type=FILE)
@click.option("--action", "actions", multiple=True, help="An action; may be given often.")
@click.option("--resource", "resources", multiple=True, help="An ARN; may be given often.")
@question_options
def check_access_not_granted(
    policy: str, actions: tuple[str, ...], resources: tuple[str, ...], options: Options
) -> int:
    """PASS iff the policy allows none of the actions on any of the resources.

    Wildcards are welcome in both. Without an action every action is meant, without a resource every
    resource. Of several, each pair is reported.
    """
    read = policy_of(policy, options.policy_type)
    conduct = options.conduct
    return report(asked(lambda: conduct.access_not_granted(read, actions, resources)), options)


@click.command(cls=QuestionCommand, short_help="Equivalent, less, more or incomparable?")
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@question_options
def compare(first: str, second: str, options: Options) -> int:
    """Tell whether SECOND is equivalent to FIRST, or allows less or more.

    Policies that each allow what the other does not are incomparable. Exit status 0 iff equivalent.
    """
    one, other = policies_of((first, second), options.policy_type)
    return report(options.conduct.compare(one, other), options)
