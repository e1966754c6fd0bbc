"""Condition keys that a request may carry so that the tests of one statement hold.

Only keys of text and Booleans of which no rule of `couplings` says more than that they are there.
Where the statement, or the question, needs more thought nothing is suggested.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from encoders.iam.actions import ACCOUNT, REGION
from encoders.iam.caller_keys import (
    FOLLOWING,
    PRINCIPAL_TYPE,
    USER_NAME,
    type_of_caller,
    value_of_caller,
)
from encoders.iam.catalogue import ALIASES, KeyType, key_facts
from encoders.iam.compiled.block import Use
from encoders.iam.compiled.row import Row
from encoders.iam.conditions import Comparison, Family, operator_of, read_bool
from encoders.iam.context_keys import is_always_a_list, name_of
from encoders.iam.keys import (
    ALWAYS_PRESENT,
    CURRENT_TIME,
    EPOCH_TIME,
    IS_AWS_SERVICE,
    NEEDS,
    NOT_WITH_SOURCE_IP,
    may_be_empty,
)
from encoders.iam.policy import Quantifier, Test
from encoders.iam.principals import SOMEBODY
from encoders.iam.request import ANY_TEXT, ContextValue
from encoders.iam.variables import Exactly, Piece, Reference, pieces_of, references_of

Context = Mapping[str, ContextValue]
_Avoided = Mapping[tuple[str, str], int]
"""How many statements that should not match name a value of a key, which goes by its name."""

_USER_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_OF_FAMILY = {
    Family.TEXT: frozenset({None, KeyType.STRING, KeyType.ARN}),
    Family.BOOL: frozenset({None, KeyType.BOOL}),
}
"""The documented kinds of keys that operators of a family read as what they are."""


@dataclass(frozen=True)
class World:
    """How a question reads each condition key that it reads, by name in lower case."""

    uses: Mapping[str, Sequence[Use]]

    @cached_property
    def is_plain(self) -> bool:
        """True only if no two keys of the question depend on each other in ways not known here."""
        names = self.uses.keys()
        return not (
            CURRENT_TIME in names
            or EPOCH_TIME in names
            or any(use.folded and use.referenced for uses in self.uses.values() for use in uses)
        )

    def family(self, name: str) -> Family | None:
        """Return the one family as which a key is read, None iff it is not one that is suggested.

        A key of which only the presence is tested holds some text.
        """
        families = {use.family for use in self.uses[name]} - {Family.PRESENCE}
        if not families:
            return Family.PRESENCE
        facts = key_facts(name)
        kind = None if facts is None else facts.type
        (family, *others) = families
        return family if not others and kind in _OF_FAMILY.get(family, ()) else None

    def is_list(self, name: str) -> bool:
        """Return True iff the key holds several values in the question."""
        facts = key_facts(name)
        return (
            any(use.quantified for use in self.uses[name]) if facts is None else facts.multivalued
        )

    @cached_property
    def needed(self) -> bool:
        """True iff every request carries some key of the question."""
        names = self.uses.keys()
        return not (ALWAYS_PRESENT.isdisjoint(names) and len(FOLLOWING & names) < 2)

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The keys of one service that are another key of the question, each with that one."""
        return {name: other for name, other in ALIASES.items() if {name, other} <= self.uses.keys()}

    @cached_property
    def of_caller(self) -> Mapping[str, str | None]:
        """What the keys that follow from the caller hold if that is SOMEBODY; None is absent.

        One such key alone follows from nothing that matters.
        """
        names = FOLLOWING & self.uses.keys()
        if len(names) < 2:
            return {}
        told = {PRINCIPAL_TYPE: type_of_caller(SOMEBODY), IS_AWS_SERVICE: "false"}
        return {name: told.get(name) or value_of_caller(name, SOMEBODY.text) for name in names}


def world_of(uses: Iterable[Use]) -> World:
    """Return how a question reads its keys, given all uses of them."""
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(use.key, []).append(use)
    return World(found)


def contexts(
    rows: Sequence[Row], action: str, world: World, others: Sequence[Row]
) -> Iterator[Context]:
    """Yield contexts of `action` in which the tests of `rows` hold, and of `others` may not.

    First one with as few keys as possible, then one with a value for whatever `rows` test, one with
    values that `others` exclude, and those whose stars stand for colons, or for nothing.
    """
    if not world.needed and not any(row.uses for row in rows):
        yield {}
    elif world.is_plain:
        avoided = Counter(_values_of(others))
        seen: list[Context] = []
        for style in (_FEW, _ALL, _AGAINST, _COLONS, _EMPTY):
            wanted = _wanted(rows, avoided, style)
            if style.against:
                wanted = _with_others(wanted, _against(others))
            context = _completed(wanted, action, world)
            if context is not None and context not in seen:
                seen.append(context)
                yield context


def _values_of(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield each value that the tests of `rows` know of a key, with the name of the key."""
    for row in rows:
        for test in row.block.tests:
            for value in test.values:
                yield name_of(test.key), value


@dataclass(frozen=True)
class _Style:
    """How values are chosen: for what is `optional` too, against others, what stands for a `*`."""

    optional: bool
    filler: str
    against: bool = False


_FEW = _Style(optional=False, filler="acme")
_ALL = _Style(optional=True, filler="acme")
_AGAINST = _Style(optional=False, filler="acme", against=True)
_COLONS = _Style(optional=True, filler="acme:acme")
_EMPTY = _Style(optional=False, filler="")


@dataclass(frozen=True)
class _Value:
    """A value that a key shall have, the key as it is spelled.

    `single`: it may not be a list. `also`: what a list shall hold besides.
    """

    key: str
    text: str
    single: bool = False
    also: str | None = None


def _wanted(rows: Sequence[Row], avoided: _Avoided, style: _Style) -> dict[str, _Value]:
    """Return values for keys, by name, so that the tests of `rows` may hold."""
    wanted = {name_of(one.key): _Value(one.key, _example(one.key)) for one in _references(rows)}
    tests = [test for row in rows for test in row.block.tests]
    for test in sorted(tests, key=_is_less_telling) if len(tests) > 1 else tests:
        if name_of(test.key) not in wanted and (style.optional or not _is_optional(test)):
            text = _text_for(test, avoided, style.filler)
            if text is not None:
                is_plain = test.quantifier is None and test.operator != "Null"
                wanted[name_of(test.key)] = _Value(test.key, text, single=is_plain)
    return wanted


def _with_others(wanted: dict[str, _Value], others: dict[str, _Value]) -> dict[str, _Value]:
    """Return the wanted values with other ones where no key, or a list, stands in their way."""
    both = {
        name: replace(value, also=others[name].text) if name in others else value
        for name, value in wanted.items()
    }
    return {**others, **both}


def _against(rows: Iterable[Row]) -> dict[str, _Value]:
    """Return values for keys whose absence the tests of `rows` accept, such that they fail."""
    against: dict[str, _Value] = {}
    for test in (test for row in rows for test in row.block.tests if _is_optional(test)):
        operator = operator_of(test)
        if operator.family is not Family.PRESENCE and test.values:
            text = _filled(test, test.values[0], "acme") if operator.negated else _example(test.key)
            against[name_of(test.key)] = _Value(test.key, text)
    return against


def _references(rows: Iterable[Row]) -> Iterator[Reference]:
    """Yield what the policy variables of statements stand for."""
    for row in rows:
        resources = row.statement.resources
        for part in (*row.block.tests, *(() if resources is None else (resources,))):
            yield from references_of(part.values, part.has_variables)


def _is_less_telling(test: Test) -> tuple[bool, bool]:
    """Return the order in which tests of one key give it a value."""
    operator = operator_of(test)
    return operator.family is Family.PRESENCE or operator.negated, _is_optional(test)


def _is_optional(test: Test) -> bool:
    """Return True iff the key may be absent where `test` holds."""
    operator = operator_of(test)
    if operator.family is Family.PRESENCE:
        return test.quantifier is not None or any(map(read_bool, test.values))
    if test.quantifier is not None:
        return test.quantifier is Quantifier.FOR_ALL_VALUES
    return operator.negated or test.if_exists


def _text_for(test: Test, avoided: _Avoided, filler: str) -> str | None:
    """Return a text that may fit `test`, if possible not an `avoided` one; None for absence."""
    operator = operator_of(test)
    if operator.family is Family.PRESENCE:
        return None if _is_optional(test) else _example(test.key)
    if operator.negated:
        return _example(test.key)
    name, first = name_of(test.key), next(iter(test.values), None)
    if first is None or operator.family is Family.BOOL:
        return None if first is None else first.lower()
    value = min(test.values, key=lambda one: avoided.get((name, one), 0)) if avoided else first
    return _filled(test, value, filler)


def _filled(test: Test, value: str, filler: str) -> str:
    """Return a text that fits a value of `test`."""
    is_pattern = operator_of(test).comparison in (Comparison.LIKE, Comparison.ARN_LIKE)
    pieces = pieces_of(value, test.has_variables)
    text = "".join(_text(piece, filler if is_pattern else None) for piece in pieces)
    return text or ("" if not filler and may_be_empty(name_of(test.key)) else ANY_TEXT)


def _text(piece: Piece, filler: str | None) -> str:
    if isinstance(piece, Reference):
        return _example(piece.key)
    if isinstance(piece, Exactly) or filler is None:
        return piece.text
    return piece.text.replace("*", filler).replace("?", "1")


def _example(key: str) -> str:
    """Return a readable text for a key."""
    name = name_of(key)
    if name.endswith("account"):
        return ACCOUNT
    return REGION if name.endswith("region") else "acme"


def _completed(wanted: dict[str, _Value], action: str, world: World) -> Context | None:
    """Return the context with these values, None iff it is not sure that a request may carry it."""
    if not wanted.keys() <= world.uses.keys() or not wanted.keys().isdisjoint(_TANGLED):
        return None
    for name in ALWAYS_PRESENT & world.uses.keys() - wanted.keys():
        wanted[name] = _Value(name, "false" if _is_bool(name) else _example(name))
    for name, text in world.of_caller.items():
        if text is None:
            wanted.pop(name, None)
        else:
            wanted[name] = _Value(wanted[name].key if name in wanted else name, text)
    for alias, name in world.aliases.items():
        _align(wanted, alias, name, action)
    context: dict[str, ContextValue] = {}
    for name, value in wanted.items():
        held = _held(name, value, world)
        if held is None:
            return None
        context[value.key] = held
    return context


def _align(wanted: dict[str, _Value], alias: str, name: str, action: str) -> None:
    """Let `alias` hold what `name` does in requests to its service, and be absent from others."""
    found = wanted.get(alias) or wanted.get(name)
    if not action.startswith(alias.partition(":")[0] + ":"):
        wanted.pop(alias, None)
    elif found is not None:
        for one in (alias, name):
            wanted[one] = _Value(wanted[one].key if one in wanted else one, found.text)


def _is_bool(name: str) -> bool:
    facts = key_facts(name)
    return facts is not None and facts.type is KeyType.BOOL


def _held(name: str, value: _Value, world: World) -> ContextValue | None:
    """Return what a request carries for a key, None iff it is not sure that it may."""
    family, text = world.family(name), value.text
    is_word = text in ("true", "false")
    if family is Family.BOOL or (family is None and _is_bool(name)):
        return text if is_word else None
    if family is None or (name == USER_NAME and not _USER_NAME.fullmatch(text)):
        return None
    if not world.is_list(name):
        return text
    if not value.single:
        return (text,) if value.also in (None, text) else (text, str(value.also))
    return None if is_always_a_list(name) else text


_TANGLED = frozenset({*NEEDS, *NOT_WITH_SOURCE_IP})
"""Keys whose presence says something of other keys."""
