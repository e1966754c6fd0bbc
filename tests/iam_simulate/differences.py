"""Where iam-simulate and we decide differently, each with the sentence that says who is right.

A row is no excuse for whatever a simulation that has its construct may show: `settled` puts the
construct in other words, by what we say that it means, and the row explains a difference iff both
sides then agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.iam_simulate import contested
from tests.iam_simulate.rewrite import with_endpoint_principals_resolved

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
OPERATORS = f"{GUIDE}/reference_policies_elements_condition_operators.html"
VARIABLES = f"{GUIDE}/reference_policies_variables.html"
LOGIC = f"{GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html"
EMPTY_SET = (
    "If the key values in the request resolve to an empty data set (for example, an empty string), "
    "a condition operator modified by ForAllValues returns true, and a condition operator modified "
    "by ForAnyValue returns false."
)
RESOURCE = f"{GUIDE}/reference_policies_elements_resource.html"


@dataclass(frozen=True)
class Difference:
    """One cause of differences: what each side does, and the sentence of AWS's that decides."""

    name: str
    theirs: str
    ours: str
    sentence: str
    url: str
    settled: contested.Settle

    @property
    def as_markdown(self) -> str:
        """The row as one of the table in CONTRIBUTING.md."""
        sentence = self.sentence.replace("*", "\\*")
        return f"| {self.name} | {self.theirs} | {self.ours} | [{sentence}]({self.url}) |"


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        name="variables before 2012",
        theirs="substitutes `${...}` in every version",
        ours="`${...}` is literal text unless the version is 2012-10-17",
        sentence=(
            "If you don't include the Version element and set it to an appropriate version date, "
            "variables like ${aws:username} are treated as literal strings in the policy."
        ),
        url=VARIABLES,
        settled=contested.both(
            contested.in_tests(contested.old_variable_in_test),
            contested.in_resources(contested.old_variable_in_resource),
        ),
    ),
    Difference(
        name="negated operator and a variable without value",
        theirs="the test fails",
        ours="the test holds",
        sentence=(
            "Inverted condition operators like StringNotEquals or StringNotLike do match against a "
            "null value, as the value of the condition key they are testing against is not equal "
            "to or like the effectively null value."
        ),
        url=f"{VARIABLES}#policy-vars-no-value",
        settled=contested.in_tests(contested.negated_with_variable),
    ),
    Difference(
        name="`${*}` under an operator without wildcards",
        theirs="stays as it is written",
        ours="is the character",
        sentence=(
            "There are a few special predefined policy variables that have fixed values that "
            "enable you to represent characters that otherwise have special meaning."
        ),
        url=VARIABLES,
        settled=contested.in_tests(contested.escape_without_pattern),
    ),
    Difference(
        name="pattern of fewer than six parts under an Arn operator",
        theirs="no test with one holds, not even a negated one",
        ours="its last part, if it ends in `*`, takes the rest; else it matches nothing",
        sentence=(
            "Each of the six colon-delimited components of the ARN is checked separately and each "
            "can include multi-character match wildcards (*) or single-character match wildcards."
        ),
        url=OPERATORS,
        settled=contested.in_tests(contested.short_arn_in_test),
    ),
    Difference(
        name="epoch seconds",
        theirs="reads digits as milliseconds since 1970",
        ours="reads digits as seconds since 1970",
        sentence=(
            "You must specify date/time values with one of the W3C implementations of the ISO "
            "8601 date formats or in epoch (UNIX) time."
        ),
        url=f"{OPERATORS}#Conditions_Date",
        settled=contested.in_tests(contested.epoch_seconds),
    ),
    Difference(
        name="0.0.0.0/0",
        theirs="holds no IPv4 address",
        ours="holds every IPv4 address",
        sentence="The value must be in the standard CIDR format.",
        url=f"{OPERATORS}#Conditions_IPAddress",
        settled=contested.in_tests(contested.every_ipv4),
    ),
    Difference(
        name="address without prefix length",
        theirs="compares texts; no test holds where one address is IPv4 and the other IPv6",
        ours="compares addresses; such two differ, so a negated test holds",
        sentence="NotIpAddress: All IP addresses except the specified IP address or range",
        url=f"{OPERATORS}#Conditions_IPAddress",
        settled=contested.in_tests(contested.bare_address),
    ),
    Difference(
        name="two texts of the same bytes",
        theirs="compares base64 texts",
        ours="compares the bytes",
        sentence=(
            "It compares the value of the specified key byte for byte against a base-64 encoded "
            "representation of the binary value in the policy."
        ),
        url=f"{OPERATORS}#Conditions_BinaryEquals",
        settled=contested.in_tests(contested.other_base64),
    ),
    Difference(
        name="Null of an empty list",
        theirs="the key is there",
        ours="the key is null",
        sentence="false (the key exists and its value is not null)",
        url=f"{OPERATORS}#Conditions_Null",
        settled=contested.in_tests(contested.null_of_empty),
    ),
    Difference(
        name="empty list under an operator without a set operator",
        theirs="the test fails, as for every list",
        ours="the key is absent",
        sentence=EMPTY_SET,
        url=f"{GUIDE}/reference_policies_multi-value-conditions.html",
        settled=contested.in_tests(contested.empty_list),
    ),
    Difference(
        name="value in a request that its operator cannot read",
        theirs="no test holds, not even a negated one; a number is read as far as it goes",
        ours="it is none of the values, so a negated test holds",
        sentence="NumericNotEquals: Negated matching",
        url=f"{OPERATORS}#Conditions_Numeric",
        settled=contested.in_tests(contested.unreadable_value),
    ),
    Difference(
        name="empty text under a set operator",
        theirs="is a value",
        ours="is no value",
        sentence=EMPTY_SET,
        url=f"{GUIDE}/reference_policies_multi-value-conditions.html",
        settled=contested.in_tests(contested.empty_text_in_set),
    ),
    Difference(
        name="case of characters beyond ASCII",
        theirs="as JavaScript's regular expressions fold it",
        ours="a character equals its own upper and lower case",
        sentence="Exact matching, ignoring case",
        url=f"{OPERATORS}#Conditions_String",
        settled=contested.in_tests(contested.case_beyond_ascii),
    ),
    Difference(
        name="line break, or character beyond U+FFFF, under a wildcard",
        theirs="no wildcard stands for the former; the latter is two characters",
        ours="each is a character like others",
        sentence=(
            "The values can include multi-character match wildcards (*) and single-character match "
            "wildcards (?) anywhere in the string."
        ),
        url=f"{OPERATORS}#Conditions_String",
        settled=contested.in_tests(contested.rare_character),
    ),
    Difference(
        name="NotResource with a variable without value",
        theirs="the statement applies, where something before the variable differs already",
        ours="the statement does not apply: a ruling, for the sentence may be read otherwise",
        sentence=(
            "If a variable that has no value in the authorization context is used as part of the "
            "Resource or NotResource element of a policy, the resource that includes a policy "
            "variable with no value will not match any resource."
        ),
        url=f"{VARIABLES}#policy-vars-no-value",
        settled=contested.in_resources(contested.not_resource_without_value),
    ),
    Difference(
        name="resource pattern of fewer than six parts",
        theirs="is filled up with `*`, or makes the statement not apply",
        ours="its last part, if it ends in `*`, takes the rest; else it matches nothing",
        sentence=(
            "You can use wildcard characters (* and ?) within the individual segments of "
            "an ARN. [...] "
            "If the * wildcard is the last character of a resource ARN segment, it can expand to "
            "match beyond the colon boundaries."
        ),
        url=RESOURCE,
        settled=contested.in_resources(contested.short_pattern),
    ),
    Difference(
        name="case of a resource pattern before its fifth colon",
        theirs="is ignored",
        ours="matters, as in the rest of the ARN and under the Arn operators",
        sentence="Case-sensitive matching of the ARN.",
        url=f"{OPERATORS}#Conditions_ARN",
        settled=contested.in_resources(contested.cased_arn),
    ),
    Difference(
        name="wildcard or variable in the type of a resource",
        theirs="stands for itself, where the pattern goes on after the type",
        ours="is a wildcard or a variable",
        sentence=(
            "An asterisk (*) character can expand to replace everything within a segment, "
            "including characters like a forward slash (/) that may otherwise appear to be a "
            "delimiter within a given service namespace. [...] the same wildcard expansion logic "
            "applies to all services."
        ),
        url=RESOURCE,
        settled=contested.in_resources(contested.wildcard_in_type),
    ),
    Difference(
        name="wildcard in the resource of a request",
        theirs="stands for any character there too",
        ours="is a character of the name",
        sentence=(
            "The following character sets are generally safe for use in key names. [...] Special "
            "characters: [...] Asterisk (*)"
        ),
        url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html",
        settled=contested.in_resources(contested.wildcard_in_request),
    ),
    Difference(
        name="principals of an endpoint policy",
        theirs="are ignored",
        ours="must name the caller",
        sentence=(
            "An endpoint policy is a resource-based policy that you attach to a VPC endpoint to "
            "control which AWS principals can use the endpoint to access an AWS service. [...] It "
            "must contain a Principal element."
        ),
        url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
        settled=with_endpoint_principals_resolved,
    ),
    Difference(
        name="account as a principal, and an identity provider of the account",
        theirs="a Deny covers the provider's users",
        ours="an account is its root user, users, roles and sessions",
        sentence=(
            "This delegates authority to the account. When you allow access to a different "
            "account, an administrator in that account must then grant access to an identity (IAM "
            "user or role) in that account."
        ),
        url=f"{GUIDE}/reference_policies_elements_principal.html#principal-accounts",
        settled=contested.provider_is_in_no_account,
    ),
    Difference(
        name="root user",
        theirs="has what its policies grant",
        ours="has full access",
        sentence=(
            "By default, all requests are implicitly denied with the exception of the AWS account "
            "root user, which has full access."
        ),
        url=LOGIC,
        settled=contested.root_has_access,
    ),
    Difference(
        name="root user assumes a role",
        theirs="may",
        ours="may not",
        sentence="You cannot use AWS account root user credentials to call AssumeRole.",
        url="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
        settled=contested.root_assumes_nothing,
    ),
    Difference(
        name="anonymous request to a role or a key",
        theirs="is heard",
        ours="is refused by the service",
        sentence=(
            "AWS first authenticates the principal that makes the request, if necessary. This step "
            "is not necessary for a few services, such as Amazon S3, that allow some requests from "
            "anonymous users."
        ),
        url=f"{GUIDE}/reference_policies_evaluation-logic.html",
        settled=contested.nobody_is_heard,
    ),
    Difference(
        name="service-linked role and the organisation",
        theirs="SCPs and RCPs limit it",
        ours="neither does",
        sentence="SCPs do not affect any service-linked role.",
        url="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        settled=contested.linked_role_is_free,
    ),
    Difference(
        name="session policy and a resource policy that names the session",
        theirs="the session policy must allow too",
        ours="the session policy does not limit what is granted to the session",
        sentence=(
            "Permissions granted directly to a session are not limited by an implicit deny in an "
            "identity-based policy, a permissions boundary, or session policy."
        ),
        url=LOGIC,
        settled=contested.session_policy_is_idle,
    ),
)
