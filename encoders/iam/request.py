"""A request: concrete, as AWS gets it, and symbolic, as variables with what is believable of them.

The variables are `principal` (see `principals`), `action` in lower case, `resource` (`*` for an
action without one), and for each condition key of the question whether it is present and its value.
"""

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from urllib.parse import quote

from automaton import regex as rx
from automaton import terms
from automaton.charset import CharSet
from automaton.terms import Formula, Sort, Variable
from automaton.verdict import Model, Unsupported
from encoders.iam.conditions import Family, Key, keys_of
from encoders.iam.keys import (
    NOT_WITH_SOURCE_IP,
    SOURCE_IP,
    is_always_present,
    is_never_anonymous,
)
from encoders.iam.policy import Policy
from encoders.iam.principals import ANONYMOUS, BELIEVABLE, SOMEBODY, Caller
from encoders.iam.values import (
    FIRST_DATE,
    LAST_DATE,
    write_date,
    write_ipv4,
    write_ipv6,
    write_number,
)
from encoders.iam.wildcard import ANY_BUT_COLON

NO_RESOURCE = "*"
"""The resource of a request whose action has none."""


@dataclass(frozen=True)
class Request:
    """A concrete request. `principal` None: the policies name none. Key names ignore case."""

    principal: Caller | None
    action: str
    resource: str | None
    context: Mapping[str, str | tuple[str, ...]]

    def value(self, key: str) -> str | None:
        """Return the value of a condition key, None where it is absent."""
        value = self._by_name.get(key.lower())
        if isinstance(value, tuple):
            raise Unsupported(f"the list of values of `{key}`")
        return value

    @cached_property
    def _by_name(self) -> dict[str, str | tuple[str, ...]]:
        return {key.lower(): value for key, value in self.context.items()}


PRINCIPAL = Variable("principal", Sort.STRING)
ACTION = Variable("action", Sort.STRING)
RESOURCE = Variable("resource", Sort.STRING)

_SORTS = {
    Family.TEXT: Sort.STRING,
    Family.BOOL: Sort.BOOL,
    Family.NUMBER: Sort.REAL,
    Family.DATE: Sort.REAL,
}
_PRINTED = "".join(sorted(set(string.printable) - set(string.whitespace) - set("|\\%"))) + " "


@lru_cache(1 << 14)
def key_variable(part: str, key: str, sort: Sort) -> Variable:
    """Return the variable for a part of the condition key of this name.

    Its name is printable within `|...|`; distinct parts and keys have distinct names.
    """
    return Variable(f"{part}({quote(key, safe=_PRINTED)})", sort)


def value_of(key: Key) -> Variable:
    """Return the variable of the value of a key of text, Booleans, numbers or dates."""
    return key_variable("value", key.name, _SORTS[key.family])


def is_ipv6(key: Key) -> Variable:
    """Return the variable that tells whether the value of a key of addresses is an IPv6 one."""
    return key_variable("is-ipv6", key.name, Sort.BOOL)


def ipv4_of(key: Key) -> Variable:
    """Return the variable of the IPv4 address of a key of addresses."""
    return key_variable("ipv4", key.name, Sort.IPV4)


def ipv6_of(key: Key) -> Variable:
    """Return the variable of the IPv6 address of a key of addresses."""
    return key_variable("ipv6", key.name, Sort.IPV6)


def presence_of(name: str) -> Variable:
    """Return the variable that tells whether the key named `name` in lower case is present."""
    return key_variable("present", name, Sort.BOOL)


@dataclass(frozen=True)
class SymbolicRequest:
    """Every request that a question is about, as variables. Make one with `of`.

    `keys` are the condition keys of the question's policies, by name in lower case;
    `has_principal` and `has_resource` tell whether a policy says anything of either.
    """

    keys: Mapping[str, Key]
    has_principal: bool
    has_resource: bool

    @staticmethod
    def of(policies: Sequence[Policy]) -> "SymbolicRequest":
        """Return the requests that matter to `policies`; raise Unsupported as `keys_of` does."""
        statements = [statement for policy in policies for statement in policy.statements]
        return SymbolicRequest(
            keys=keys_of(policies),
            has_principal=any(statement.principals is not None for statement in statements),
            has_resource=any(statement.resources is not None for statement in statements),
        )

    def key(self, name: str) -> Key:
        """Return the condition key of a test; names ignore case."""
        return self.keys[name.lower()]

    def believable(self, formula: Formula) -> Formula:
        """Return what holds of the variables of `formula` in every request that AWS may get."""
        used = dict.fromkeys(atom.variable for atom in terms.atoms(formula))
        shapes = (_shape(variable) for variable in used if variable.sort is Sort.STRING)
        dated = (key for key in self.keys.values() if key.family is Family.DATE)
        dates = (_date_range(value_of(key)) for key in dated if value_of(key) in used)
        return terms.conjunction(*shapes, *dates, *_exclusions(self.keys, used))

    def concrete(self, model: Model) -> Request:
        """Return the request that `model` describes, with some value where it leaves one open."""
        present = [key for key in self.keys.values() if _holds_present(key, model)]
        action = model.get(ACTION.name, "s3:getobject")
        resource = model.get(RESOURCE.name, NO_RESOURCE)
        return Request(
            principal=_caller(model, present) if self.has_principal else None,
            action=str(action),
            resource=str(resource) if self.has_resource else None,
            context={key.spelling: _written(key, model) for key in present},
        )


def present(key: Key) -> Formula:
    """Return the formula that says that a request carries `key`."""
    return terms.TRUE if is_always_present(key.name) else terms.is_true(presence_of(key.name))


def _action_shape() -> Formula:
    chars = CharSet.of((ord("a"), ord("z")), (ord("0"), ord("9")), (ord("-"), ord("-")))
    name = rx.plus(rx.chars(chars))
    return terms.in_regex(ACTION, rx.concat(name, rx.literal(":"), name))


def _resource_shape() -> Formula:
    some, any_, colon = rx.plus(ANY_BUT_COLON), rx.star(ANY_BUT_COLON), rx.literal(":")
    partition_and_service = (some, colon, some, colon)
    region_and_account = (any_, colon, any_, colon)
    rest = rx.plus(rx.ANY)
    arn = rx.concat(rx.literal("arn:"), *partition_and_service, *region_and_account, rest)
    return terms.in_regex(RESOURCE, rx.union(rx.literal(NO_RESOURCE), arn))


_SHAPES = {
    PRINCIPAL: terms.in_regex(PRINCIPAL, BELIEVABLE),
    ACTION: _action_shape(),
    RESOURCE: _resource_shape(),
}
_NOT_EMPTY = rx.plus(rx.ANY)
_IS_ANONYMOUS = terms.equals(PRINCIPAL, ANONYMOUS.text)


def _shape(variable: Variable) -> Formula:
    return _SHAPES.get(variable) or terms.in_regex(variable, _NOT_EMPTY)


def _date_range(variable: Variable) -> Formula:
    return terms.between(variable, FIRST_DATE, LAST_DATE)


def _exclusions(keys: Mapping[str, Key], used: Mapping[Variable, None]) -> Iterator[Formula]:
    """Yield which of the used keys no request carries together, and none that is anonymous."""
    for name in keys:
        presence = presence_of(name)
        if presence not in used:
            continue
        if name in NOT_WITH_SOURCE_IP and SOURCE_IP in keys:
            yield _not_both(terms.is_true(presence), terms.is_true(presence_of(SOURCE_IP)))
        if PRINCIPAL in used and is_never_anonymous(name):
            yield _not_both(terms.is_true(presence), _IS_ANONYMOUS)


def _not_both(first: Formula, second: Formula) -> Formula:
    return terms.negation(terms.conjunction(first, second))


def _holds_present(key: Key, model: Model) -> bool:
    return is_always_present(key.name) or model.get(presence_of(key.name).name) is True


def _caller(model: Model, present: Iterable[Key]) -> Caller:
    """Return the caller; where the model leaves it open, one that may carry the keys present."""
    text = model.get(PRINCIPAL.name)
    if text is not None:
        return Caller.from_text(str(text))
    return SOMEBODY if any(is_never_anonymous(key.name) for key in present) else ANONYMOUS


def _written(key: Key, model: Model) -> str:
    """Return the text of the value of a key in a request."""
    if key.family is Family.ADDRESS:
        return _written_address(key, model)
    if key.family is Family.PRESENCE:
        return "any"
    value = model.get(value_of(key).name)
    match key.family:
        case Family.BOOL:
            return "true" if value else "false"
        case Family.NUMBER:
            return write_number(Fraction(value or 0))
        case Family.DATE:
            return write_date(Fraction(value or 0))
        case Family.TEXT:
            return "any" if value is None else str(value)


def _written_address(key: Key, model: Model) -> str:
    if model.get(is_ipv6(key).name):
        return write_ipv6(int(model.get(ipv6_of(key).name, 0)))
    return write_ipv4(int(model.get(ipv4_of(key).name, 0)))
