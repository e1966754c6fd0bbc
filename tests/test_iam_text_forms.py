"""Numbers, dates, addresses and bytes as languages of text, against arithmetic."""

import operator as ordering
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from hypothesis import given
from hypothesis import strategies as st

from automaton.evaluate import matches
from encoders.iam.address_forms import address_texts, addresses
from encoders.iam.conditions import Comparison
from encoders.iam.text_forms import (
    binary_texts,
    date_texts,
    dates,
    number_texts,
    numbers,
)
from encoders.iam.values import FIRST_DATE, LAST_DATE, read_binary, write_date, write_number
from tests.iam_cases import is_allowed, policy, request

ORDER = {
    Comparison.EQUAL: ordering.eq,
    Comparison.LESS: ordering.lt,
    Comparison.AT_MOST: ordering.le,
    Comparison.GREATER: ordering.gt,
    Comparison.AT_LEAST: ordering.ge,
}

decimals = st.builds(Fraction, st.integers(-1300, 1300), st.sampled_from([1, 1, 10, 100]))
seconds = st.integers(int(FIRST_DATE), int(LAST_DATE)).map(Fraction)
steps = st.sampled_from([0, 1, -1, 60, -3600, 86400 * 59, 86400 * 366]).map(Fraction)


@given(decimals, decimals)
def test_numbers_compare_as_text(number: Fraction, bound: Fraction) -> None:
    text = write_number(number)

    assert matches(numbers(), text)
    for comparison, expected in ORDER.items():
        assert matches(number_texts(comparison, bound), text) is expected(number, bound)


@given(seconds, steps, st.sampled_from([Fraction(0), Fraction(1, 2)]))
def test_dates_compare_as_text(bound: Fraction, step: Fraction, part: Fraction) -> None:
    moment = min(max(bound + step, FIRST_DATE), LAST_DATE)
    text = write_date(moment)

    assert matches(dates(), text)
    for comparison, expected in ORDER.items():
        found = matches(date_texts(comparison, bound + part), text)
        assert found is expected(moment, bound + part)


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    for day, expected in (("2024-02-29", True), ("2023-02-29", False), ("2100-02-29", False)):
        assert matches(dates(), f"{day}T00:00:00Z") is expected
    assert not matches(dates(), "2024-04-31T00:00:00Z")
    assert not matches(dates(), "1969-12-31T23:59:59Z")


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(0, 31))
def test_ipv4_addresses_lie_in_networks_as_text(address: int, prefix: int, bit: int) -> None:
    network = IPv4Network((address, prefix), strict=False)
    for one in (IPv4Address(address), IPv4Address(address ^ 1 << bit)):
        assert matches(addresses(), str(one))
        assert matches(address_texts(network), str(one)) is (one in network)


@given(st.integers(0, 2**128 - 1), st.integers(0, 128), st.integers(0, 127), st.integers(0, 128))
def test_ipv6_addresses_lie_in_networks_as_text(
    address: int, prefix: int, bit: int, zeros: int
) -> None:
    address = address >> zeros << zeros
    network = IPv6Network((address, prefix), strict=False)
    for one in (IPv6Address(address), IPv6Address(address ^ 1 << bit)):
        assert matches(addresses(), str(one))
        assert matches(address_texts(network), str(one)) is (one in network)


@given(st.sampled_from(["QQ==", "QR==", "Qg==", "QUI=", "QUJ=", "YWJj", ""]))
def test_base64_that_differs_in_idle_bits_is_the_same(text: str) -> None:
    others = ("QQ==", "QR==", "Qg==", "QUI=", "QUJ=", "YWJj", "")
    expected = [other for other in others if read_binary(other) == read_binary(text)]

    assert [other for other in others if matches(binary_texts(text), other)] == expected


def test_a_key_that_is_read_as_text_and_as_an_address_has_one_value() -> None:
    both = policy({"Condition": {
        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
        "StringNotLike": {"aws:SourceIp": "10.1.*"},
        "NumericLessThan": {"ex:A": 10},
        "DateGreaterThan": {"aws:CurrentTime": "2024-05-01"},
        "StringLike": {"aws:CurrentTime": "2024-*", "ex:A": "?*"},
    }})  # fmt: skip
    asked = {"aws:SourceIp": "10.2.0.1", "ex:A": "7", "aws:CurrentTime": "2024-06-01T00:00:00Z"}

    assert is_allowed(both, request(context=asked)) is True
    assert is_allowed(both, request(context={**asked, "aws:SourceIp": "10.1.0.1"})) is False
    assert is_allowed(both, request(context={**asked, "ex:A": "11"})) is False
    late = {**asked, "aws:CurrentTime": "2025-01-01T00:00:00Z"}
    assert is_allowed(both, request(context=late)) is False
