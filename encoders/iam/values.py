"""Values of condition keys between text and number: decimals, dates, networks, addresses.

Reading raises ValueError iff a text is not exactly of the form that AWS documents; nothing is
guessed. Writing gives text that reads back as the same value.
"""

import base64
import ipaddress
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_SECONDS = re.compile(r"-?\d{5,15}(\.\d{1,9})?|-?\d{1,3}", re.ASCII)
_DATE = re.compile(
    r"(?P<day>\d{4}-\d\d(-\d\d)?)"
    r"(T(?P<minute>\d\d:\d\d)(:(?P<second>\d\d)(?P<fraction>\.\d{1,9})?)?(?P<zone>Z|[+-]\d\d:\d\d))?",
    re.ASCII,
)
_NETWORK = re.compile(r"[0-9.]+(/\d{1,2})?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/\d{1,3})?", re.ASCII)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DATE = Fraction(0)
LAST_DATE = Fraction(253402300799)
"""Requests are made between 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z."""

FIRST_EPOCH = Fraction(10_000)
"""The least number of seconds that cannot be taken for a year."""

DIGITS_WRITTEN = 20
"""Decimal places of a number that no decimal writes exactly."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_number(text: str) -> Fraction:
    """Return the number that a decimal text stands for."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"`{text}` is not a number")
    return Fraction(text)


def read_date(text: str) -> Fraction:
    """Return the seconds since 1970 of an ISO 8601 date in W3C's profile, or of epoch seconds.

    A date without a time is its first moment in UTC. A text of four digits is refused: it may be
    a year or seconds.
    """
    if _SECONDS.fullmatch(text):
        return Fraction(text)
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text}` is not a date")
    day = found["day"] if len(found["day"]) > 7 else f"{found['day']}-01"
    time = f"{found['minute'] or '00:00'}:{found['second'] or '00'}"
    zone = found["zone"] or "Z"
    moment = datetime.fromisoformat(f"{day}T{time}{zone.replace('Z', '+00:00')}")
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    return seconds + Fraction(f"0{found['fraction'] or ''}")


@lru_cache(1 << 14)
def read_network(text: str) -> Network:
    """Return the network of a CIDR text; an address alone is the network of that one address."""
    if not _NETWORK.fullmatch(text):
        raise ValueError(f"`{text}` is not an address or a CIDR block")
    return ipaddress.ip_network(text, strict=False)


def read_binary(text: str) -> bytes:
    """Return the bytes that base64 text stands for."""
    return base64.b64decode(text, validate=True)


def write_number(number: Fraction) -> str:
    """Return the decimal text of `number`, cut to 20 places iff no decimal is exactly it."""
    whole, rest = divmod(abs(number), 1)
    places = _places(rest)
    digits = f"{rest * 10**places // 1:0{places}d}".rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def _places(number: Fraction) -> int:
    """Return how many decimal places write `number` exactly, `DIGITS_WRITTEN` if none do."""
    rest, places = number.denominator, {2: 0, 5: 0}
    for factor in places:
        while rest % factor == 0:
            rest //= factor
            places[factor] += 1
    return max(1, *places.values()) if rest == 1 else DIGITS_WRITTEN


def write_date(seconds: Fraction) -> str:
    """Return the ISO 8601 date of a moment from 1970 to 9999, to the nanosecond."""
    whole, rest = divmod(seconds, 1)
    moment = _EPOCH + timedelta(seconds=int(whole))
    fraction = f"{rest * 10**9 // 1:09d}".rstrip("0")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{'.' if fraction else ''}{fraction}Z"


def write_ipv4(address: int) -> str:
    """Return the dotted text of an IPv4 address."""
    return str(ipaddress.IPv4Address(address))


def write_ipv6(address: int) -> str:
    """Return the text of an IPv6 address."""
    return str(ipaddress.IPv6Address(address))
