"""Numbers, dates, addresses and bytes as languages of text, for keys that are read as text too.

Each value has one canonical text, which is what a request carries: decimals without exponent or
idle zeros, dates `YYYY-MM-DDThh:mm:ssZ` from 1970 to 9999, addresses as `ipaddress` reads them
with groups that have no idle zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network

from automaton import regex as rx
from automaton.regex import Regex
from encoders.iam.conditions import Comparison, Family
from encoders.iam.values import Network, read_binary, write_date, write_number

_DIGIT = rx.char_range("0", "9")
_DIGITS = rx.star(_DIGIT)
_POINT = rx.literal(".")


def written_forms(families: Iterable[Family]) -> Regex | None:
    """Return the texts that a key read by operators of these kinds holds; None for any text."""
    kinds = set(families) - {Family.PRESENCE, Family.TEXT}
    if not kinds or Family.BOOL in kinds:
        return None
    return rx.union(*(_FORMS[kind]() for kind in sorted(kinds, key=lambda kind: kind.value)))


@cache
def numbers() -> Regex:
    """Return the canonical texts of all decimals."""
    return rx.union(_natural(), rx.concat(rx.literal("-"), _positive()))


def _natural() -> Regex:
    whole = rx.union(rx.literal("0"), rx.concat(rx.char_range("1", "9"), _DIGITS))
    return rx.concat(whole, rx.optional(_fraction()))


def _positive() -> Regex:
    return rx.difference(_natural(), rx.literal("0"))


def _fraction() -> Regex:
    return rx.concat(_POINT, _DIGITS, rx.char_range("1", "9"))


@lru_cache(1 << 12)
def number_texts(comparison: Comparison, bound: Fraction) -> Regex:
    """Return the canonical texts of the decimals that compare so with a decimal `bound`."""
    match comparison:
        case Comparison.EQUAL:
            return rx.literal(write_number(bound))
        case Comparison.GREATER:
            return _greater(bound)
        case Comparison.AT_LEAST:
            return rx.union(_greater(bound), rx.literal(write_number(bound)))
        case Comparison.AT_MOST:
            return rx.difference(numbers(), _greater(bound))
        case _:
            return rx.difference(numbers(), number_texts(Comparison.AT_LEAST, bound))


def _greater(bound: Fraction) -> Regex:
    if bound >= 0:
        return _greater_natural(write_number(bound))
    # Of two negative numbers the greater is the one with the smaller size.
    smaller = rx.difference(_positive(), number_texts(Comparison.AT_LEAST, -bound))
    return rx.union(_natural(), rx.concat(rx.literal("-"), smaller))


def _greater_natural(text: str) -> Regex:
    """Return the canonical texts of the decimals greater than the one that `text` writes."""
    whole, _, decimals = text.partition(".")
    more_digits = rx.concat(
        rx.char_range("1", "9"), rx.loop(_DIGIT, len(whole), len(whole)), _DIGITS
    )
    any_fraction = rx.optional(_fraction())
    found = [rx.concat(more_digits, any_fraction)]
    found += [rx.concat(start, any_fraction) for start in _later(whole, same_length=True)]
    fractions = [rx.concat(start, _end_of_fraction()) for start in _later(decimals)]
    longer = rx.concat(rx.literal(decimals), _DIGITS, rx.char_range("1", "9"))
    found.append(rx.concat(rx.literal(f"{whole}."), rx.union(*fractions, longer)))
    return rx.intersection(rx.union(*found), _natural())


def _end_of_fraction() -> Regex:
    return rx.optional(rx.concat(_DIGITS, rx.char_range("1", "9")))


def _later(digits: str, *, same_length: bool = False) -> list[Regex]:
    """Return, for each place of `digits`, the texts that have a greater digit there.

    If `same_length`, any digits follow to the same length, else none do.
    """
    found = []
    for place, digit in enumerate(digits):
        if digit != "9":
            rest = len(digits) - place - 1 if same_length else 0
            greater = rx.char_range(chr(ord(digit) + 1), "9")
            found.append(
                rx.concat(rx.literal(digits[:place]), greater, rx.loop(_DIGIT, rest, rest))
            )
    return found


@cache
def dates() -> Regex:
    """Return the canonical texts of the seconds from 1970 to 9999."""
    sixtieth = rx.concat(rx.char_range("0", "5"), _DIGIT)
    hour = rx.union(
        rx.concat(rx.char_range("0", "1"), _DIGIT), rx.concat(rx.literal("2"), _of("0", "3"))
    )
    time = [rx.literal("T"), hour, rx.literal(":"), sixtieth, rx.literal(":"), sixtieth]
    return rx.concat(_days(), *time, rx.literal("Z"))


def _days() -> Regex:
    to_28 = rx.union(
        rx.concat(rx.literal("0"), _of("1", "9")),
        rx.concat(rx.literal("1"), _DIGIT),
        rx.concat(rx.literal("2"), _of("0", "8")),
    )
    months = {
        28: [f"{month:02d}" for month in range(1, 13)],
        30: ["01", *(f"{month:02d}" for month in range(3, 13))],
        31: ["01", "03", "05", "07", "08", "10", "12"],
    }
    ends = {
        28: to_28,
        30: rx.union(rx.literal("29"), rx.literal("30")),
        31: rx.literal("31"),
    }
    usual = rx.union(
        *(
            rx.concat(rx.union(*map(rx.literal, months[last])), rx.literal("-"), ends[last])
            for last in months
        )
    )
    return rx.union(
        rx.concat(_years(), rx.literal("-"), usual),
        rx.concat(rx.intersection(_years(), _leap_years()), rx.literal("-02-29")),
    )


def _years() -> Regex:
    early = rx.concat(rx.literal("19"), _of("7", "9"), _DIGIT)
    return rx.union(early, rx.concat(_of("2", "9"), rx.loop(_DIGIT, 3, 3)))


def _leap_years() -> Regex:
    fours = rx.union(*(rx.literal(f"{year:02d}") for year in range(4, 100, 4)))
    hundreds = rx.union(*(rx.literal(f"{year:02d}") for year in range(0, 100, 4)))
    two = rx.loop(_DIGIT, 2, 2)
    return rx.union(rx.concat(two, fours), rx.concat(hundreds, rx.literal("00")))


def _of(low: str, high: str) -> Regex:
    return rx.char_range(low, high)


@lru_cache(1 << 12)
def date_texts(comparison: Comparison, bound: Fraction) -> Regex:
    """Return the canonical texts of the whole seconds that compare so with `bound`."""
    whole = Fraction(bound // 1)
    is_whole = whole == bound
    match comparison:
        case Comparison.EQUAL:
            return _at_second(whole) if is_whole else rx.NONE
        case Comparison.GREATER:
            return _after(whole)
        case Comparison.AT_LEAST:
            return rx.union(_after(whole), _at_second(whole)) if is_whole else _after(whole)
        case Comparison.AT_MOST:
            return rx.difference(dates(), _after(whole))
        case _:
            return rx.difference(dates(), date_texts(Comparison.AT_LEAST, bound))


_FIRST_SECOND, _LAST_SECOND = 0, 253402300799


def _at_second(second: Fraction) -> Regex:
    is_written = _FIRST_SECOND <= second <= _LAST_SECOND
    return rx.literal(write_date(second)) if is_written else rx.NONE


def _after(second: Fraction) -> Regex:
    """Return the canonical texts after a whole second: a date has a fixed width, so texts sort."""
    if second < _FIRST_SECOND:
        return dates()
    if second >= _LAST_SECOND:
        return rx.NONE
    text = write_date(second)
    later = [
        rx.concat(rx.literal(text[:place]), _of(chr(ord(char) + 1), "9"), rx.ALL)
        for place, char in enumerate(text)
        if char.isdigit() and char != "9"
    ]
    return rx.intersection(dates(), rx.union(*later))


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
        rx.concat(_of("1", "9"), _DIGIT),
        rx.concat(rx.literal("1"), _DIGIT, _DIGIT),
        rx.concat(rx.literal("2"), _of("0", "4"), _DIGIT),
        rx.concat(rx.literal("25"), _of("0", "5")),
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


@lru_cache(1 << 12)
def binary_texts(text: str) -> Regex:
    """Return the base64 texts of the same bytes as `text`: idle bits before the end may differ."""
    wanted = read_binary(text)
    padding = len(text) - len(text.rstrip("="))
    if not padding:
        return rx.literal(text)
    body = text.rstrip("=")
    ends = (char for char in _BASE64 if read_binary(f"{body[:-1]}{char}{'=' * padding}") == wanted)
    return rx.concat(
        rx.literal(body[:-1]), rx.union(*map(rx.literal, ends)), rx.literal("=" * padding)
    )


_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@cache
def _binaries() -> Regex:
    char = rx.union(*map(rx.literal, _BASE64))
    two, three = rx.loop(char, 2, 2), rx.loop(char, 3, 3)
    last = rx.union(rx.concat(two, rx.literal("==")), rx.concat(three, rx.literal("=")))
    return rx.concat(rx.star(rx.loop(char, 4, 4)), rx.optional(last))


_FORMS: dict[Family, Callable[[], Regex]] = {
    Family.NUMBER: numbers,
    Family.DATE: dates,
    Family.ADDRESS: addresses,
    Family.BINARY: _binaries,
}
