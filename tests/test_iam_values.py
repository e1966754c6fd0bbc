"""Texts of numbers, dates, networks and addresses, there and back."""

from datetime import UTC, datetime
from fractions import Fraction
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoders.iam.values import (
    LAST_DATE,
    read_date,
    read_network,
    read_number,
    write_date,
    write_ipv4,
    write_ipv6,
    write_number,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 5), ("-0.25", Fraction(-1, 4)), ("1e3", 1000), ("+7.", 7), (".5", Fraction(1, 2))],
)
def test_numbers_are_decimals(text: str, expected: Fraction) -> None:
    assert read_number(text) == expected


@pytest.mark.parametrize("text", ["", "x", "1/2", "1_000", "0x1", "nan", "1e9999", "١", "1 "])
def test_nothing_else_is_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01", "2024-05-01T00:00:00+00:00"),
        ("2024-05", "2024-05-01T00:00:00+00:00"),
        ("2024-05-01T10:30Z", "2024-05-01T10:30:00+00:00"),
        ("2024-05-01T10:30:05+02:00", "2024-05-01T08:30:05+00:00"),
        ("1714545005", "2024-05-01T06:30:05+00:00"),
    ],
)
def test_dates_are_moments(text: str, expected: str) -> None:
    assert datetime.fromtimestamp(int(read_date(text)), UTC).isoformat() == expected


def test_a_date_keeps_its_fraction_of_a_second_exactly() -> None:
    assert read_date("2024-05-01T00:00:00.125Z") - read_date("2024-05-01") == Fraction(1, 8)


@pytest.mark.parametrize(
    "text", ["", "2024", "2024-13-01", "2024-05-01T10:30", "2024-05-01T25:00Z", "tomorrow"]
)
def test_nothing_else_is_a_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1.2.3", "10.1.2.3/32"),
        ("10.1.2.3/16", "10.1.0.0/16"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("2001:db8::1/32", "2001:db8::/32"),
        ("::ffff:1.2.3.4", "::ffff:102:304/128"),
    ],
)
def test_an_address_alone_is_a_network_of_one(text: str, expected: str) -> None:
    network = read_network(text)

    assert f"{network.network_address}/{network.prefixlen}" in (expected, str(network))
    assert network.prefixlen == int(expected.split("/")[1])


@pytest.mark.parametrize(
    "text", ["", "10.0.0.0/255.0.0.0", "10.0.0/8", "10.0.0.0/33", "fe80::1%eth0", "010.0.0.1", "*"]
)
def test_nothing_else_is_a_network(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_network(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6).map(Fraction))
def test_a_written_number_reads_back(number: Fraction) -> None:
    assert read_number(write_number(number)) == number


def test_a_number_without_an_end_is_cut() -> None:
    assert write_number(Fraction(-1, 3)) == "-0.33333333333333333333"


@given(st.integers(0, int(LAST_DATE)), st.integers(0, 10**9 - 1))
def test_a_written_date_reads_back(seconds: int, nanoseconds: int) -> None:
    moment = seconds + Fraction(nanoseconds, 10**9)

    assert read_date(write_date(moment)) == moment


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**128 - 1))
def test_a_written_address_reads_back(four: int, six: int) -> None:
    assert (int(ip_address(write_ipv4(four))), int(ip_address(write_ipv6(six)))) == (four, six)
