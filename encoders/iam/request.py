"""A request: concrete, as AWS gets it, and symbolic, as variables with what is believable of them.

The variables themselves are those of `symbols`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from automaton import terms
from automaton.terms import Formula, Variable
from automaton.verdict import Model, Unsupported, Value
from encoders.iam import couplings
from encoders.iam.caller_keys import (
    PRINCIPAL_TYPE,
    is_in_scope,
    type_of_caller,
    value_of_caller,
)
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key, is_always_a_list, keys_of, name_of
from encoders.iam.couplings import NO_RESOURCE, variables_in
from encoders.iam.keys import IS_AWS_SERVICE, is_always_present, is_never_anonymous
from encoders.iam.policy import Policy
from encoders.iam.principals import ANONYMOUS, SOMEBODY, Caller
from encoders.iam.sets import Claims
from encoders.iam.symbols import (
    ACTION,
    NUMERIC,
    PRINCIPAL,
    RESOURCE,
    ipv4_of,
    ipv6_of,
    is_ipv6,
    is_list,
    presence_of,
    value_of,
)
from encoders.iam.values import write_date, write_ipv4, write_ipv6, write_number

__all__ = [
    "ACTION",
    "NO_RESOURCE",
    "PRINCIPAL",
    "RESOURCE",
    "Request",
    "SymbolicRequest",
    "ipv4_of",
    "ipv6_of",
    "is_ipv6",
    "presence_of",
    "value_of",
]

ContextValue = str | tuple[str, ...]

ANY_TEXT = "any"
"""The value of a key of which nothing but its presence matters."""


@dataclass(frozen=True)
class Request:
    """A concrete request. `principal` None: the policies name none. Key names ignore case.

    A key of several values holds a tuple; one that always does so may be given as one text too.
    """

    principal: Caller | None
    action: str
    resource: str | None
    context: Mapping[str, ContextValue]

    def values(self, key: str) -> ContextValue | None:
        """Return the value of a condition key, a tuple iff it may hold several; None if absent.

        No values are the absence of the key, and so is the empty text for a key of several.
        """
        name = name_of(key)
        value = self._by_name.get(name)
        if isinstance(value, str) and is_always_a_list(name):
            value = (value,) if value else ()
        return None if value == () else value

    def value(self, key: str) -> str | None:
        """Return the value of a key of one value; raise Unsupported iff it may hold several."""
        value = self.values(key)
        if isinstance(value, tuple):
            raise Unsupported(f"the list of values of `{key}`")
        return value

    @cached_property
    def _by_name(self) -> dict[str, ContextValue]:
        return {name_of(key): value for key, value in self.context.items()}


@dataclass(frozen=True)
class SymbolicRequest:
    """Every request that a question is about, as variables. Make one with `of`.

    `keys` are the condition keys of the question's policies, by name in lower case;
    `has_principal` and `has_resource` tell whether a policy says anything of either. `claims` are
    what the tests made of it say about keys of several values.
    """

    keys: Mapping[str, Key]
    has_principal: bool
    has_resource: bool
    claims: Claims = field(default_factory=Claims, compare=False, repr=False)

    @staticmethod
    def of(policies: Sequence[Policy]) -> SymbolicRequest:
        """Return the requests that matter to `policies`; raise Unsupported as `keys_of` does."""
        statements = [statement for policy in policies for statement in policy.statements]
        has_principal = any(statement.principals is not None for statement in statements)
        return SymbolicRequest(
            keys=couplings.coupled(keys_of(policies), has_principal=has_principal),
            has_principal=has_principal,
            has_resource=any(statement.resources is not None for statement in statements),
        )

    def key(self, name: str) -> Key:
        """Return the condition key of a test; names ignore case."""
        return self.keys[name_of(name)]

    def believable(self, formula: Formula) -> Formula:
        """Return what holds of the variables of `formula` in every request that AWS may get.

        It also says what the claims in `formula` mean: without it the formula is not complete.
        """
        meanings = [*self.claims.definitions(formula)]
        used = dict.fromkeys(variables_in(formula, *meanings))
        shapes = couplings.believable(self.keys, used, has_principal=self.has_principal)
        return terms.conjunction(*meanings, shapes)

    def concrete(self, model: Model) -> Request:
        """Return the request that `model` describes, with some value where it leaves one open."""
        text = self._caller_text(model)
        caller = Caller.from_text(text)
        context = {
            key.spelling: value
            for key in self.keys.values()
            if (value := _carried(key, model, caller, text)) is not None
        }
        return Request(
            principal=caller if self.has_principal else None,
            action=str(model.get(ACTION.name, "s3:getobject")),
            resource=str(model.get(RESOURCE.name, NO_RESOURCE)) if self.has_resource else None,
            context=context,
        )

    def _caller_text(self, model: Model) -> str:
        """Return the caller; where the model leaves it open, one that may carry what is present."""
        text = model.get(PRINCIPAL.name)
        if text is not None:
            return str(text)
        carried = (key for key in self.keys.values() if _holds_present(key, model))
        is_signed = not self.has_principal or any(is_never_anonymous(key.name) for key in carried)
        return SOMEBODY.text if is_signed else ANONYMOUS.text


def _holds_present(key: Key, model: Model) -> bool:
    return is_always_present(key.name) or model.get(presence_of(key.name).name) is True


def _carried(key: Key, model: Model, caller: Caller, text: str) -> ContextValue | None:
    """Return the value of `key` in the request of `model`, None iff it is absent."""
    told = (value_of(key).name, presence_of(key.name).name)
    is_read_off = not key.is_referenced or model.keys().isdisjoint(told)
    if key.part is not None and is_read_off:
        known = value_of_caller(key.name, text)
        if known is not None or is_in_scope(key.name, caller):
            return known
    if not _holds_present(key, model):
        return None
    if key.may_be_single and model.get(is_list(key).name) is not True:
        return _written(key, model, caller)
    if key.is_multi_valued:
        values = [_written(own, model, caller) for own in _slots(key, model)]
        return tuple(dict.fromkeys(values)) or (_written(key, model, caller),)
    return _written(key, model, caller)


def _slots(key: Key, model: Model) -> Iterator[Key]:
    """Yield `key` with each slot in view of which the model says something."""
    slot = 0
    while not model.keys().isdisjoint(variable.name for variable in _variables(key.at(slot))):
        yield key.at(slot)
        slot += 1


def _variables(key: Key) -> tuple[Variable, ...]:
    if key.family is Family.ADDRESS:
        return is_ipv6(key), ipv4_of(key), ipv6_of(key)
    return (value_of(key),)


def _written(key: Key, model: Model, caller: Caller) -> str:
    """Return the text of the value of a key in a request."""
    if key.family is Family.ADDRESS:
        return _written_address(key, model)
    value = model.get(value_of(key).name)
    if key.family is Family.BOOL or (value is None and key.name == IS_AWS_SERVICE):
        return "true" if value else "false"
    if key.family in NUMERIC:
        return _written_number(key.family, value)
    if value is None and key.name == PRINCIPAL_TYPE:
        return type_of_caller(caller) or ANY_TEXT
    return ANY_TEXT if value is None else str(value)


def _written_number(family: Family, value: Value | None) -> str:
    number = Fraction(0 if value is None else value)
    return write_date(number) if family is Family.DATE else write_number(number)


def _written_address(key: Key, model: Model) -> str:
    if model.get(is_ipv6(key).name):
        return write_ipv6(int(model.get(ipv6_of(key).name, 0)))
    return write_ipv4(int(model.get(ipv4_of(key).name, 0)))
