"""Arguments of the functions of strings at which solvers go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from encoders.smtlib.term import Term
from portfolio.differential.conformance.corners_numbers import BIG, Arguments, grid
from portfolio.differential.terms import call

LAST = "\U0002ffff"
SURROGATE = "\ud800"
ESCAPE = "\\u{61}"
"""What looks like an escape once its backslash is one: six characters."""

ODD = ("\0", '"', "\\", "\x7f", "\xff", SURROGATE, "\uffff", "\U00010000", LAST)

_ORDERED: tuple[Arguments, ...] = (
    *product(("", "a", "ab", "b"), repeat=2),
    *(("B", "a"), ("\uffff", "\U00010000"), (LAST, SURROGATE), ("a", "a\0"), ("10", "9")),
    *(("a", "b", "c"), ("a", "c", "b"), ("a", "a", "b"), ("b", "b", "a")),
)
_INSIDE: tuple[Arguments, ...] = (
    *product(("", "a", "ab", "abab"), ("", "ab", "aab", "aba")),
    *((LAST, f"a{LAST}"), (LAST, f"{LAST}a"), ("a", ESCAPE), ("u", ESCAPE), ("A", "a")),
)
_REPLACED: tuple[Arguments, ...] = (
    *product(("", "ab", "abab"), ("", "b", "ab", "c"), ("", "cb", "ab")),
    *(("aaa", "aa", "b"), (f"a{LAST}", LAST, SURROGATE), (ESCAPE, "\\", "/"), ("aaa", "a", "aa")),
)
_MATCHED = tuple(
    (text, regex, new)
    for text, regex in product(
        ("", "aab", "baab"),
        (
            call("re.none"),
            call("re.all"),
            call("re.allchar"),
            call("str.to_re", ""),
            call("str.to_re", "a"),
            call("re.+", call("str.to_re", "a")),
            call("re.*", call("str.to_re", "b")),
            call("re.union", call("str.to_re", "aab"), call("str.to_re", "ab")),
            call("re.comp", call("str.to_re", "")),
        ),
    )
    for new in ("X",)
)
_DIGITS = ("", *"059", "a", "/", ":", "10", "\u0663", "\uff10", LAST)
_DECIMALS = ("", "0", "7", "007", "-1", "+1", "1.0", " 1", "1a", str(BIG), "\u0663")

STRINGS: Mapping[str, tuple[Arguments, ...]] = {
    "str.++": (
        *product(("", "a", LAST, '"'), ("", "b\\")),
        *(("", "", ""), ("a", "", "b"), ("\\u", "{61}"), ("a", "b", "c", "d")),
    ),
    "str.len": grid(("", "a", "ab", "a" * 50, ESCAPE, '""', f"{LAST}a", *ODD)),
    **dict.fromkeys(("str.<", "str.<="), _ORDERED),
    **dict.fromkeys(("str.prefixof", "str.suffixof"), _INSIDE),
    "str.contains": tuple((whole, part) for part, whole in _INSIDE),
    "str.at": grid(("", "a", f"ab{LAST}"), (-1, 0, 1, 2, 3, BIG)),
    "str.substr": grid(("", f"ab{LAST}"), (-1, 0, 1, 2, 3, BIG), (-1, 0, 1, 2, BIG)),
    "str.indexof": grid(("", f"aba{LAST}"), ("", "a", "ba", "c", LAST), (-1, 0, 1, 3, 4, 5)),
    **dict.fromkeys(("str.replace", "str.replace_all"), _REPLACED),
    **dict.fromkeys(("str.replace_re", "str.replace_re_all"), _MATCHED),
    "str.is_digit": grid(_DIGITS),
    "str.to_code": grid(("", "a", "ab", *ODD)),
    "str.to_int": grid(_DECIMALS),
    "str.from_code": grid((-1, 0, 0x22, 0x5C, 0x61, 0xD800, 0xFFFF, 0x2FFFF, 0x30000, BIG)),
    "str.from_int": grid((-1, 0, 7, 10, BIG, -BIG)),
}
"""Functions without indices, and the lists of arguments to try."""


def uses_of_strings() -> Iterator[Term]:
    """Yield each function of strings applied to such arguments."""
    for operator, tried in STRINGS.items():
        yield from (call(operator, *arguments) for arguments in tried)
