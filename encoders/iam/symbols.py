"""The variables of a request, and what a test of a key says in terms of them.

The variables are `principal` (see `principals`), `action` in lower case, `resource` (`*` for an
action without one), and for each condition key of the question whether it is present and its value.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from automaton import regex as rx
from automaton import terms
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import Formula, Sort, Variable
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key
from encoders.iam.keys import CURRENT_TIME, EPOCH_TIME, is_always_present

PRINCIPAL = Variable("principal", Sort.STRING)
ACTION = Variable("action", Sort.STRING)
RESOURCE = Variable("resource", Sort.STRING)

TEXTUAL = frozenset({Family.TEXT, Family.BINARY, Family.PRESENCE})
"""The kinds of value that are strings to the solver."""

NUMERIC = frozenset({Family.NUMBER, Family.DATE, Family.EPOCH})
"""The kinds of value that are numbers to the solver."""

_PRINTED = "".join(sorted(set(string.printable) - set(string.whitespace) - set("|\\%"))) + " "


@lru_cache(1 << 14)
def key_variable(part: str, key: str, sort: Sort) -> Variable:
    """Return the variable for a part of the condition key of this name.

    Its name is printable within `|...|`; distinct parts and keys have distinct names.
    """
    return Variable(f"{part}({quote(key, safe=_PRINTED)})", sort)


def value_of(key: Key) -> Variable:
    """Return the variable of the value of a key that holds no addresses."""
    if key.name in (CURRENT_TIME, EPOCH_TIME) and key.family in NUMERIC:
        return key_variable("moment", CURRENT_TIME, Sort.REAL)
    return key_variable(_in_slot("value", key), key.name, _sort(key.family))


def _sort(family: Family) -> Sort:
    if family in TEXTUAL:
        return Sort.STRING
    return Sort.BOOL if family is Family.BOOL else Sort.REAL


def is_ipv6(key: Key) -> Variable:
    """Return the variable that tells whether the value of a key of addresses is an IPv6 one."""
    return key_variable(_in_slot("is-ipv6", key), key.name, Sort.BOOL)


def ipv4_of(key: Key) -> Variable:
    """Return the variable of the IPv4 address of a key of addresses."""
    return key_variable(_in_slot("ipv4", key), key.name, Sort.IPV4)


def ipv6_of(key: Key) -> Variable:
    """Return the variable of the IPv6 address of a key of addresses."""
    return key_variable(_in_slot("ipv6", key), key.name, Sort.IPV6)


def _in_slot(part: str, key: Key) -> str:
    return f"{part}{key.slot}" if key.is_multi_valued else part


def is_list(key: Key) -> Variable:
    """Return the variable that tells whether a key that may be single holds several values."""
    return key_variable("is-list", key.name, Sort.BOOL)


def presence_of(name: str) -> Variable:
    """Return the variable that tells whether the key named `name` in lower case is present."""
    return key_variable("present", name, Sort.BOOL)


def present(key: Key) -> Formula:
    """Return the formula that says that a request carries `key`."""
    if is_always_present(key.name):
        return terms.TRUE
    carried = terms.is_true(presence_of(key.name))
    if key.part is None or key.is_referenced:
        return carried
    known = terms.in_regex(PRINCIPAL, key.part.callers(key.part.values))
    out_of_scope = terms.negation(terms.in_regex(PRINCIPAL, key.part.scope))
    return terms.disjunction(known, terms.conjunction(out_of_scope, carried))


def holds_something(key: Key) -> Formula:
    """Return the formula that says that a request carries `key` with a value that is not empty."""
    return terms.conjunction(present(key), terms.negation(_is_empty(key)))


def _is_empty(key: Key) -> Formula:
    if not key.may_be_empty or key.is_multi_valued or key.family not in TEXTUAL:
        return terms.FALSE
    return text_in(key, rx.EPSILON)


def text_in(key: Key, regex: Regex) -> Formula:
    """Return the formula that says that `regex` matches the value of a key that holds text."""
    own = terms.in_regex(value_of(key), regex)
    if key.part is None or key.is_referenced:
        return own
    known = terms.in_regex(PRINCIPAL, key.part.callers(regex))
    out_of_scope = terms.negation(terms.in_regex(PRINCIPAL, key.part.scope))
    return terms.disjunction(known, terms.conjunction(out_of_scope, own))


def text_in_template(key: Key, pieces: Sequence[Piece]) -> Formula:
    """Return the formula that says that the value of a key that holds text is a match of `pieces`.

    See `terms.in_template`.
    """
    own = terms.in_template(value_of(key), *pieces)
    part = key.part
    if part is None or key.is_referenced:
        return own
    inner = (part.within(piece) if isinstance(piece, Regex) else piece for piece in pieces)
    values = rx.star(rx.chars(part.chars))
    fitting = (terms.in_regex(one, values) for one in pieces if isinstance(one, Variable))
    known = terms.in_template(PRINCIPAL, part.head, *inner, part.tail)
    out_of_scope = terms.negation(terms.in_regex(PRINCIPAL, part.scope))
    return terms.disjunction(
        terms.conjunction(known, *fitting), terms.conjunction(out_of_scope, own)
    )
