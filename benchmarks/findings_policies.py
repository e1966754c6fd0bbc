"""Bucket policies that grow by the statement, for findings: every two statements overlap.

Each statement allows the same bucket to a pattern of users and a topic, and with six keys to a
network within that of the statement before. Principal, action and resource count as keys. The
patterns are one word with a star in place of another letter each, so that all match that word, and
n statements have n * n findings. The first statements are those of a published benchmark, which
ends where its word does; here the word grows on, and a new network follows the last single address.
"""

from __future__ import annotations

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SHORTEST = 15
"""The length of the word as long as it has a letter for each statement."""

PREFIXES = range(16, 33)
"""The lengths of the prefixes of a chain of networks."""


def policy(statements: int, *, keys: int) -> dict[str, object]:
    """Return the policy of so many statements over five or six keys."""
    word = _word(max(SHORTEST, statements))
    found = [_statement(word, index, has_network=keys > 5) for index in range(statements)]
    return {"Version": "2012-10-17", "Statement": found}


def _word(length: int) -> str:
    return (LETTERS * (length // len(LETTERS) + 1))[:length]


def _statement(word: str, index: int, *, has_network: bool) -> dict[str, object]:
    users = f"{word[:index]}*{word[index + 1 :]}"
    topic = f"{word[:SHORTEST]}{index + 1}"
    condition: dict[str, dict[str, str]] = {
        "StringLike": {"aws:PrincipalArn": f"arn:aws:iam::123456789012:user/{users}"},
        "ArnLike": {"aws:SourceArn": f"arn:aws:sns:ap-northeast-1:123456789012:{topic}"},
    }
    if has_network:
        chain, step = divmod(index, len(PREFIXES))
        condition["IpAddress"] = {"aws:SourceIp": f"200.{10 + chain}.0.0/{PREFIXES[step]}"}
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::antsknmath",
        "Condition": condition,
    }
