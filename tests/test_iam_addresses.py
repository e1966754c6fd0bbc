"""How many addresses a policy lets in: known policies, and one address after another."""

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address

import pytest
from hypothesis import given

from automaton import solve, terms
from automaton.budget import Budget
from automaton.terms import Problem
from automaton.verdict import Reason, Sat, Unknown, Unsat, Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.access.addresses import (
    AddressCount,
    Limit,
    WideAccess,
    address_count,
    is_public_by_count,
    no_wide_access,
)
from encoders.iam.policy import Policy, PolicyType
from encoders.iam.request import Request, SymbolicRequest
from tests.iam_cases import SEGMENTS, Json, policy
from tests.iam_strategies import KEYS, policies, requests

ALL_OF_IPV4, ALL_OF_IPV6 = 1 << 32, 1 << 128
TEN = "10.0.0.0/8"


def counted(document: Policy, *, of_strangers: bool = False) -> AddressCount:
    count = address_count(document, of_strangers=of_strangers)
    assert isinstance(count, AddressCount)
    return count


def when(condition: Json) -> Json:
    return {"Condition": condition}


NOT_TEN = {"NotIpAddress": {"aws:SourceIp": [TEN, "2001:db8::/32"]}}

CASES: list[tuple[list[Json], tuple[int, int, bool]]] = [
    ([{}], (ALL_OF_IPV4, ALL_OF_IPV6, True)),
    ([when({"IpAddress": {"aws:SourceIp": TEN}})], (1 << 24, 0, False)),
    ([when({"IpAddressIfExists": {"aws:SourceIp": TEN}})], (1 << 24, 0, True)),
    ([when({"IpAddress": {"aws:sourceip": "2001:db8::7"}})], (0, 1, False)),
    (
        [when({"NotIpAddress": {"aws:SourceIp": TEN}})],
        (ALL_OF_IPV4 - (1 << 24), ALL_OF_IPV6, True),
    ),
    ([{}, {"Effect": "Deny", **when(NOT_TEN)}], (1 << 24, 1 << 96, False)),
    ([{"Effect": "Deny"}, when({"IpAddress": {"aws:SourceIp": TEN}})], (0, 0, False)),
    ([when({"Null": {"aws:SourceIp": "true"}})], (0, 0, True)),
    ([when({"Null": {"aws:SourceIp": "false"}})], (ALL_OF_IPV4, ALL_OF_IPV6, False)),
    ([when({"StringEquals": {"aws:SourceVpce": "vpce-1"}})], (0, 0, True)),
    (
        [when({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}})],
        (ALL_OF_IPV4, ALL_OF_IPV6, True),
    ),
    ([when({"Bool": {"aws:SecureTransport": "true"}})], (ALL_OF_IPV4, ALL_OF_IPV6, True)),
    (
        [
            when({"IpAddress": {"aws:SourceIp": ["10.0.0.0/24", "10.0.0.128/25"]}}),
            {"Effect": "Deny", **when({"IpAddress": {"aws:SourceIp": "10.0.0.7"}})},
        ],
        (255, 0, False),
    ),
    ([], (0, 0, False)),
]


@pytest.mark.parametrize(("statements", "expected"), CASES, ids=str)
def test_a_policy_lets_in_so_many_addresses(
    statements: list[Json], expected: tuple[int, int, bool]
) -> None:
    count = counted(policy(*statements))

    assert (count.ipv4, count.ipv6, count.without_address) == expected


def test_the_networks_are_as_few_as_can_be() -> None:
    networks = ["10.0.0.0/9", "10.128.0.0/9", "11.0.0.0/8", "2001:db8::/33", "2001:db8:8000::/33"]
    count = counted(policy(when({"IpAddress": {"aws:SourceIp": networks}})))

    assert count.to_json() == {
        "ipv4": str(1 << 25),
        "ipv6": str(1 << 96),
        "networks": ["10.0.0.0/7", "2001:db8::/32"],
        "withoutAddress": False,
    }


def test_addresses_behind_an_endpoint_are_counted_under_their_own_key() -> None:
    document = policy(when({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/30"}}))
    count = address_count(document, key="aws:VpcSourceIp")

    assert isinstance(count, AddressCount)
    assert (count.ipv4, count.ipv6, count.without_address) == (4, 0, False)
    assert counted(document).ipv4 == 0


def test_only_strangers_count_where_the_policy_names_principals() -> None:
    named = {"Principal": {"AWS": "111122223333"}}
    office = {"Principal": "*", **when({"IpAddress": {"aws:SourceIp": TEN}})}
    document = policy(named, office)

    assert counted(document).ipv4 == ALL_OF_IPV4
    assert counted(document, of_strangers=True).ipv4 == 1 << 24


@pytest.mark.parametrize(
    ("network", "expected"),
    [(TEN, (True, False)), ("10.0.0.0/7", (False, True)), ("2001:db8::/31", (False, True))],
)
def test_access_is_wide_iff_more_than_the_limit_is_let_in(
    network: str, expected: tuple[bool, bool]
) -> None:
    document = policy({"Principal": "*", **when({"IpAddress": {"aws:SourceIp": network}})})
    answer = no_wide_access(document)

    assert isinstance(answer, WideAccess)
    assert (answer.passes, is_public_by_count(document)) == expected


def test_the_limit_can_be_chosen() -> None:
    document = policy(when({"IpAddress": {"aws:SourceIp": "10.0.0.0/30"}}))
    answers = [no_wide_access(document, Limit(number, 0)) for number in (3, 4)]

    assert [isinstance(a, WideAccess) and a.passes for a in answers] == [False, True]


def test_a_request_from_anywhere_without_an_address_is_wide() -> None:
    answer = no_wide_access(policy(when({"IpAddressIfExists": {"aws:SourceIp": "10.0.0.1"}})))

    assert isinstance(answer, WideAccess)
    assert (answer.count.ipv4, answer.passes) == (1, False)


def test_limits_and_refusals_are_no_counts() -> None:
    text = policy(
        when({"IpAddress": {"aws:SourceIp": TEN}, "StringLike": {"aws:SourceIp": "10.*"}})
    )
    with pytest.raises(Unsupported, match="`aws:SourceIp` read as text"):
        address_count(text)
    with pytest.raises(ValueError, match="`identity` names no principals"):
        address_count(policy({}), of_strangers=True)
    assert address_count(policy(*CASES[5][0]), budget=Budget(max_steps=1)) == Unknown(
        Reason.STEPS, "1 steps"
    )


def holds_of(document: Policy, address: str) -> bool:
    """Return whether some believable request from `address` is allowed."""
    six = ":" in address
    within = f"{address}/{128 if six else 32}"
    probe = policy(when({"IpAddress": {"aws:SourceIp": within}}))
    request = SymbolicRequest.of([document, probe])
    formula = terms.conjunction(
        authorize.is_allowed(document, request, SEGMENTS),
        authorize.condition_holds(probe.statements[0].tests, request),
    )
    verdict = solve(Problem((formula, request.believable(formula))))
    assert isinstance(verdict, Sat | Unsat)
    return isinstance(verdict, Sat)


def is_in(count: AddressCount, address: str) -> bool:
    found = ip_address(address)
    intervals = count.ipv4_intervals if found.version == 4 else count.ipv6_intervals
    return any(low <= int(found) <= high for low, high in intervals)


ADDRESSES = (*KEYS["aws:SourceIp"][2], "9.255.255.255", "10.0.0.0", "10.255.255.255", "2001:db9::")


@given(policies())
def test_an_address_is_counted_iff_some_request_from_it_is_allowed(document: Policy) -> None:
    count = counted(document)
    networks = [*count.networks]

    assert {address: is_in(count, address) for address in ADDRESSES} == {
        address: holds_of(document, address) for address in ADDRESSES
    }
    assert sum(network.num_addresses for network in networks) == count.ipv4 + count.ipv6
    four = [network for network in networks if isinstance(network, IPv4Network)]
    six = [network for network in networks if isinstance(network, IPv6Network)]
    assert [*collapse_addresses(four), *collapse_addresses(six)] == networks


@given(policies(PolicyType.RESOURCE), requests())
def test_an_allowed_request_is_counted(document: Policy, request: Request) -> None:
    address = request.value("aws:SourceIp")
    if evaluate.is_allowed(document, request, SEGMENTS):
        count = counted(document)
        assert count.without_address if address is None else is_in(count, str(address))
