"""Numbers, dates and bytes as languages of text, for keys that are read as text too.

Each value has one canonical text, which is what a request carries: decimals without exponent or
idle zeros, dates `YYYY-MM-DDThh:mm:ssZ` from 1970 to 9999; `address_forms` has those of addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache, lru_cache

from automaton import regex as rx
from automaton.regex import Regex
from encoders.iam.address_forms import addresses, readable_addresses
from encoders.iam.conditions import Comparison, Family
from encoders.iam.values import read_binary, write_date, write_number

_DIGIT = rx.char_range("0", "9")
_DIGITS = rx.star(_DIGIT)
_POINT = rx.literal(".")


def written_forms(holds: Family | None, read_as: Iterable[Family]) -> Regex | None:
    """Return the texts that a key holds which operators of these kinds read; None for any text.

    `holds` is the kind of value that the key is documented to hold, None if it is not. A text that
    an operator can read stands in its one canonical form; what none of them reads is any text.
    """
    if holds is Family.BOOL:
        return rx.union(rx.literal("true"), rx.literal("false"))
    if holds in _HELD:
        return _HELD[holds]()
    kinds = sorted(set(read_as) & _FORMS.keys(), key=lambda kind: kind.value)
    forms = [
        rx.union(canonical(), rx.complement(readable()))
        for canonical, readable in map(_FORMS.__getitem__, kinds)
    ]
    return rx.intersection(*forms) if forms else None


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
    """Return the canonical texts of the moments that compare so with `bound`."""
    seconds = rx.intersection(number_texts(comparison, bound), _seconds())
    return rx.union(_iso_texts(comparison, bound), seconds)


def _iso_texts(comparison: Comparison, bound: Fraction) -> Regex:
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
            return rx.difference(dates(), _iso_texts(Comparison.AT_LEAST, bound))


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


def _readable_numbers() -> Regex:
    """Return the texts that `values.read_number` reads."""
    digits = rx.plus(_DIGIT)
    whole = rx.union(
        rx.concat(digits, rx.optional(rx.concat(_POINT, _DIGITS))), rx.concat(_POINT, digits)
    )
    exponent = rx.concat(_one_of("eE"), _SIGN, rx.loop(_DIGIT, 1, 3))
    return rx.concat(_SIGN, whole, rx.optional(exponent))


def _readable_dates() -> Regex:
    """Return at least the texts that `values.read_date` reads."""
    two = rx.loop(_DIGIT, 2, 2)
    day = rx.concat(rx.loop(_DIGIT, 4, 4), rx.loop(rx.concat(rx.literal("-"), two), 1, 2))
    colon = rx.literal(":")
    fraction = rx.optional(rx.concat(_POINT, rx.plus(_DIGIT)))
    second = rx.optional(rx.concat(colon, two, fraction))
    zone = rx.union(rx.literal("Z"), rx.concat(_one_of("+-"), two, colon, two))
    time = rx.concat(rx.literal("T"), two, colon, two, second, zone)
    return rx.union(_seconds(), rx.concat(day, rx.optional(time)))


@cache
def _seconds() -> Regex:
    """Return the texts that `values.read_date` reads as seconds since 1970."""
    fraction = rx.optional(rx.concat(_POINT, rx.loop(_DIGIT, 1, 9)))
    long = rx.concat(rx.loop(_DIGIT, 5, 15), fraction)
    return rx.concat(rx.optional(rx.literal("-")), rx.union(long, rx.loop(_DIGIT, 1, 3)))


def _all_dates() -> Regex:
    """Return the canonical texts of dates and of seconds since 1970."""
    return rx.union(dates(), rx.intersection(numbers(), _seconds()))


def _one_of(chars: str) -> Regex:
    return rx.union(*map(rx.literal, chars))


_SIGN = rx.optional(_one_of("+-"))

_HELD: dict[Family | None, Callable[[], Regex]] = {
    Family.NUMBER: numbers,
    Family.DATE: dates,
    Family.EPOCH: lambda: rx.intersection(numbers(), _seconds()),
    Family.ADDRESS: addresses,
}
"""The canonical texts of what AWS documents that a key holds."""

_FORMS: dict[Family, tuple[Callable[[], Regex], Callable[[], Regex]]] = {
    Family.NUMBER: (numbers, _readable_numbers),
    Family.DATE: (_all_dates, _readable_dates),
    Family.ADDRESS: (addresses, readable_addresses),
}
"""The canonical texts of each kind, and all texts that are read as one of it.

Booleans and bytes need no form: their operators are exact on every text.
"""
