"""Wildcard patterns: of letters, in the shape of resource names, in the shape of actions."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from portfolio.differential.strategies.characters import LETTERS


def wildcards(alphabet: str = LETTERS, max_size: int = 8) -> SearchStrategy[str]:
    """Wildcard texts in which `*` and `?` are common."""
    return st.text(st.sampled_from(alphabet + "*?*"), max_size=max_size)


def arn_wildcards() -> SearchStrategy[str]:
    """Wildcard texts in the shape of resource names, overlapping one another."""
    service = st.sampled_from(["s3", "sqs", "*"])
    region = st.sampled_from(["", "*", "eu-*", "eu-west-?"])
    account = st.sampled_from(["", "*", "111122223333", "1111*"])
    piece = st.sampled_from(["*", "a", "b", "a*", "*b", "logs/", "?", "2024-*", "a*b"])
    name = st.lists(piece, min_size=1, max_size=3).map("".join)
    parts = st.tuples(st.just("arn"), st.just("aws"), service, region, account, name)
    return parts.map(":".join)


def arns() -> SearchStrategy[str]:
    """Names of resources, which some of `arn_wildcards` fit; few are of a real service."""
    partition = st.sampled_from(["aws", "aws-cn"])
    service = st.sampled_from(["s3", "sqs", "ec2"])
    region = st.sampled_from(["", "eu-west-1", "us-east-1"])
    account = st.sampled_from(["", "111122223333", "444455556666"])
    piece = st.sampled_from(["a", "b", "logs/", "2024-05", ":", "*", "ab"])
    name = st.lists(piece, min_size=1, max_size=3).map("".join)
    parts = st.tuples(st.just("arn"), partition, service, region, account, name)
    return parts.map(":".join)


def actions() -> SearchStrategy[str]:
    """Wildcard texts in the shape of actions."""
    names = ["*", "Get*", "GetObject", "Get*Object", "Put?bject", "*Object*", "List*Bucket*"]
    return st.builds("{}:{}".format, st.sampled_from(["s3", "ec2"]), st.sampled_from(names))
