"""Facts about condition keys that AWS documents: which are always there, which exclude others.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Key names here are in lower case, since names of keys ignore case.
"""

ALWAYS_PRESENT = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "aws:userid",
        "aws:viaawsservice",
    }
)
"""Every request carries these, an anonymous one included."""

CURRENT_TIME, EPOCH_TIME = "aws:currenttime", "aws:epochtime"
"""One moment: the former holds it as a date, the latter as seconds since 1970."""

SOURCE_IP = "aws:sourceip"
NOT_WITH_SOURCE_IP = (
    *("aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid"),
    *("aws:vpceorgpaths", "aws:vpcsourceip"),
)
"""Only a request through a VPC endpoint carries these, and such a request has no `aws:SourceIp`."""

NOT_ANONYMOUS = (
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:username",
)
"""An anonymous request carries none of these, nor any `aws:PrincipalTag/...`."""

PRINCIPAL_TAG = "aws:principaltag/"

NEEDS = {"aws:multifactorauthage": "aws:multifactorauthpresent"}
"""A request that carries the former carries the latter."""


_TAGS = ("principaltag/", "requesttag/", "resourcetag/")


_MAY_BE_EMPTY = frozenset({"s3:delimiter", "s3:prefix"})


def may_be_empty(key: str) -> bool:
    """Return True iff the empty text may be a value of `key`: of a tag, or a part of a query."""
    return key.partition(":")[2].startswith(_TAGS) or key in _MAY_BE_EMPTY


def is_always_present(key: str) -> bool:
    """Return True iff every request carries `key`."""
    return key in ALWAYS_PRESENT


def is_never_anonymous(key: str) -> bool:
    """Return True iff no anonymous request carries `key`."""
    return key in NOT_ANONYMOUS or key.startswith(PRINCIPAL_TAG)


LIMITING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
"""Fixed values of these keep the public out: S3's list, and keys of the same facts that it omits.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html
"""

LIMITED_BY_ACCOUNT = frozenset({"aws:principalarn", "s3:dataaccesspointarn"})
"""ARN keys where a pattern keeps the public out as soon as its account is fixed."""

IS_AWS_SERVICE = "aws:principalisawsservice"
SERVICE_NAMES = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})
"""Only requests of AWS services carry the latter, and are true under the former."""

_WHOM = frozenset({"app_id", "aud", "id", "oaud", "sub", "user_id"})


def is_limiting(key: str) -> bool:
    """Return True iff fixed values of `key` keep the public out."""
    return key in LIMITING or _is_web_identity(key)


def _is_web_identity(key: str) -> bool:
    """Return True iff `key` is the audience or the subject that a web identity provider states."""
    provider, _, field = key.rpartition(":")
    return field in _WHOM and "." in provider
