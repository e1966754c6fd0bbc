"""Addresses as languages of text: dotted IPv4, and IPv6 in lower case without idle zeros.

A run of groups may be left out of an IPv6 address wherever it is zero, so that an address has
several texts; see RFC 5952.
"""

from __future__ import annotations

from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network

from automaton import regex as rx
from automaton.charset import CharSet
from automaton.regex import Regex
from encoders.iam.values import Network

_DIGIT = rx.char_range("0", "9")


@lru_cache(1 << 12)
def address_texts(network: Network) -> Regex:
    """Return the texts of the addresses in `network`."""
    if isinstance(network, IPv4Network):
        octets = _groups(int(network.network_address), network.prefixlen, 4, 8)
        return _joined([_decimal_range(low, high) for low, high in octets], ".")
    groups = _groups(int(network.network_address), network.prefixlen, 8, 16)
    return rx.union(_joined([_hex_range(*group) for group in groups], ":"), *_shortened(groups))


def addresses() -> Regex:
    """Return the texts of all addresses."""
    return rx.union(address_texts(IPv4Network("0.0.0.0/0")), address_texts(IPv6Network("::/0")))


Range = tuple[int, int]


def _groups(start: int, prefix: int, count: int, bits: int) -> list[Range]:
    """Return the least and the greatest value of each group of an address in a network."""
    found = []
    for place in range(count):
        fixed = min(max(prefix - place * bits, 0), bits)
        low = start >> (count - 1 - place) * bits & (1 << bits) - 1
        found.append((low, low | (1 << bits - fixed) - 1))
    return found


def _joined(groups: list[Regex], separator: str) -> Regex:
    parts = [groups[0]] if groups else []
    for group in groups[1:]:
        parts += [rx.literal(separator), group]
    return rx.concat(*parts)


def _shortened(groups: list[Range]) -> list[Regex]:
    """Return the texts in which a run of two or more groups that may be zero is left out."""
    found = []
    for first in range(8):
        for last in range(first + 2, 9):
            if any(low for low, _ in groups[first:last]):
                break
            before = _joined([_hex_range(*group) for group in groups[:first]], ":")
            after = _joined([_hex_range(*group) for group in groups[last:]], ":")
            found.append(rx.concat(before, rx.literal("::"), after))
    return found


def _decimal_range(low: int, high: int) -> Regex:
    if (low, high) == (0, 255):
        return _octet()
    return rx.union(*(rx.literal(str(number)) for number in range(low, high + 1)))


@cache
def _octet() -> Regex:
    return rx.union(
        _DIGIT,
        rx.concat(rx.char_range("1", "9"), _DIGIT),
        rx.concat(rx.literal("1"), _DIGIT, _DIGIT),
        rx.concat(rx.literal("2"), rx.char_range("0", "4"), _DIGIT),
        rx.concat(rx.literal("25"), rx.char_range("0", "5")),
    )


@lru_cache(1 << 12)
def _hex_range(low: int, high: int) -> Regex:
    """Return the hexadecimal texts, in lower case, of a range of 16-bit numbers.

    The range is one of a prefix: its size is a power of two, and it starts at a multiple of it.
    """
    free = ((high - low + 1).bit_length() - 1) // 4
    head, first, last = low >> 4 * (free + 1), low >> 4 * free & 15, high >> 4 * free & 15
    if free == 4:
        return _hex_up_to(4)
    if head:
        return rx.concat(rx.literal(f"{head:x}"), _hex_digit(first, last), _hex_digits(free))
    longest = rx.concat(_hex_digit(max(first, 1), last), _hex_digits(free))
    return rx.union(longest, _hex_up_to(free)) if first == 0 else longest


def _hex_digit(first: int, last: int) -> Regex:
    return rx.union(*(rx.literal(f"{digit:x}") for digit in range(first, last + 1)))


def _hex_digits(count: int) -> Regex:
    return rx.loop(_hex_digit(0, 15), count, count)


def _hex_up_to(length: int) -> Regex:
    """Return the numbers of at most so many digits; of no digits, zero."""
    if length == 0:
        return rx.literal("0")
    rest = rx.loop(_hex_digit(0, 15), 0, length - 1)
    return rx.union(rx.literal("0"), rx.concat(_hex_digit(1, 15), rest))


def readable_addresses() -> Regex:
    """Return at least the texts of addresses that `ipaddress` reads."""
    part = rx.star(rx.chars(CharSet.chars("0123456789abcdefABCDEF.:")))
    colon = rx.literal(":")
    scope = rx.optional(rx.concat(rx.literal("%"), rx.ALL))
    ipv6 = rx.concat(part, colon, part, colon, part, scope)
    return rx.union(address_texts(IPv4Network("0.0.0.0/0")), ipv6)
