"""What holds of the variables of every request that AWS may get: shapes, and couplings of keys.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Where a rule is not documented the request is possible: a witness may be odd, but no access that
could exist is overlooked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from automaton import regex as rx
from automaton import terms
from automaton.charset import CharSet
from automaton.terms import Formula, Sort, Variable
from encoders.iam.caller_keys import (
    ACCOUNT,
    AWS_CALLERS,
    CASED,
    FOLLOWING,
    PARTS,
    PRINCIPAL_TYPE,
    SERVICE_CALLERS,
    TYPES,
    USER_NAME,
    USER_PATH,
)
from encoders.iam.catalogue import canonical_key
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key
from encoders.iam.keys import (
    IS_AWS_SERVICE,
    NEEDS,
    NOT_WITH_SOURCE_IP,
    SOURCE_IP,
    is_never_anonymous,
)
from encoders.iam.principals import ANONYMOUS, BELIEVABLE, NAMES
from encoders.iam.symbols import ACTION, PRINCIPAL, RESOURCE, TEXTUAL, present, text_in, value_of
from encoders.iam.text_forms import written_forms
from encoders.iam.values import FIRST_DATE, FIRST_EPOCH, LAST_DATE
from encoders.iam.wildcard import ANY_BUT_COLON

NO_RESOURCE = "*"
"""The resource of a request whose action has none."""


def coupled(keys: Mapping[str, Key], *, has_principal: bool) -> dict[str, Key]:
    """Return `keys`, those that follow from the caller with their part of the caller's text.

    One such key alone, where no policy names principals, follows from nothing that matters.
    """
    following = FOLLOWING & keys.keys()
    if not has_principal and len(following) < 2:
        return dict(keys)
    # Where a value is held to lower case, nothing follows from a part that may be in another.
    bound = following & PARTS.keys() - {name for name in CASED & following if keys[name].is_folded}
    parts = {name: PARTS[name] for name in bound}
    if not has_principal:
        parts = {name: replace(part, scope=rx.ALL) for name, part in parts.items()}
    return {name: replace(key, part=parts.get(name)) for name, key in keys.items()}


def believable(
    keys: Mapping[str, Key], used: Collection[Variable], *, has_principal: bool
) -> Formula:
    """Return what holds of the `used` variables in every request that AWS may get.

    What it adds may speak of variables that were not used before.
    """
    of_caller = [*_of_caller(keys, used, has_principal=has_principal)]
    used = dict.fromkeys((*used, *variables_in(*of_caller)))
    couplings = [*of_caller, *_exclusions(keys, used), *_aliases(keys, used)]
    everything = dict.fromkeys((*used, *variables_in(*couplings)))
    return terms.conjunction(*couplings, *_shapes(keys, everything))


def variables_in(*formulas: Formula) -> Iterator[Variable]:
    """Yield the variables of `formulas`, with repetitions."""
    for formula in formulas:
        for atom in terms.atoms(formula):
            yield from terms.variables_of(atom)


def _shapes(keys: Mapping[str, Key], used: Iterable[Variable]) -> Iterator[Formula]:
    forms = _forms(keys, used)
    for variable in used:
        if variable.sort is Sort.STRING:
            yield _shape_of_request(variable) or forms.get(variable) or _not_empty(variable)
        elif variable in forms:
            yield forms[variable]


def _forms(keys: Mapping[str, Key], used: Iterable[Variable]) -> dict[Variable, Formula]:
    """Return what holds of the value of each key, beyond that a text is not empty."""
    names = {variable.name for variable in used}
    forms: dict[Variable, Formula] = {}
    for key in keys.values():
        for slot in range(len(names) if key.is_multi_valued else 1):
            own = key.at(slot)
            if key.family is Family.ADDRESS or value_of(own).name not in names:
                break
            form = _form(own)
            if form is not None:
                # One variable may stand for the moment under two keys.
                forms[value_of(own)] = terms.conjunction(forms.get(value_of(own), terms.TRUE), form)
    return forms


def _form(key: Key) -> Formula | None:
    """Return what holds of the value of a key, None iff that is only that it is not empty."""
    variable = value_of(key)
    match key.family:
        case Family.DATE:
            return terms.between(variable, FIRST_DATE, LAST_DATE)
        case Family.EPOCH:
            return terms.between(variable, FIRST_EPOCH, LAST_DATE)
        case Family.TEXT | Family.BINARY | Family.PRESENCE:
            return _form_of_text(key, variable)
    return None


def _form_of_text(key: Key, variable: Variable) -> Formula | None:
    may_be_empty = key.may_be_empty and not key.is_multi_valued
    written = written_forms(key.holds, key.read_as)
    if key.is_folded:
        held = terms.in_regex(variable, rx.star(_FOLDED) if may_be_empty else rx.plus(_FOLDED))
        is_name = key.name == USER_NAME
        return terms.conjunction(held, terms.in_regex(variable, NAMES)) if is_name else held
    if key.name == USER_NAME:
        return terms.in_regex(variable, NAMES)
    if written is None:
        return terms.TRUE if may_be_empty else None
    in_form = terms.in_regex(variable, written)
    return in_form if may_be_empty else terms.conjunction(in_form, _not_empty(variable))


_FOLDED = rx.chars(CharSet.of((0, ord("A") - 1), (ord("Z") + 1, 0x7F)))


def _not_empty(variable: Variable) -> Formula:
    return terms.in_regex(variable, rx.plus(rx.ANY))


@cache
def _shape_of_request(variable: Variable) -> Formula | None:
    """Return the shape of a principal, an action or a resource, None for the value of a key."""
    if variable == PRINCIPAL:
        return terms.in_regex(PRINCIPAL, BELIEVABLE)
    if variable == ACTION:
        return _action_shape()
    return _resource_shape() if variable == RESOURCE else None


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


def _of_caller(
    keys: Mapping[str, Key], used: Collection[Variable], *, has_principal: bool
) -> Iterator[Formula]:
    """Yield how the keys that follow from the caller do."""
    if PRINCIPAL not in used and not _speaks_of_caller(keys, used, has_principal=has_principal):
        return
    if not has_principal:
        yield terms.in_regex(PRINCIPAL, AWS_CALLERS)
    bound = {
        name: key
        for name, key in keys.items()
        if key.part is not None and key.is_referenced and _is_in_use(key, used)
    }
    if {ACCOUNT, USER_NAME} <= bound.keys():
        yield from _are_parts_of_user(bound.pop(ACCOUNT), bound[USER_NAME])
    for key in bound.values():
        yield from _is_part_of_caller(key)
    if PRINCIPAL_TYPE in keys:
        for word, callers in TYPES.items():
            is_of_type = terms.in_regex(PRINCIPAL, callers)
            yield terms.equivalence(is_of_type, text_in(keys[PRINCIPAL_TYPE], rx.literal(word)))
    if IS_AWS_SERVICE in keys:
        yield _tells_services(keys[IS_AWS_SERVICE])


def _speaks_of_caller(
    keys: Mapping[str, Key], used: Collection[Variable], *, has_principal: bool
) -> bool:
    """Return True iff what is `used` of keys that follow from the caller binds them together."""
    following = FOLLOWING & keys.keys()
    in_use = any(_is_in_use(keys[name], used) for name in following)
    return in_use and (has_principal or len(following) > 1)


def _are_parts_of_user(account: Key, name: Key) -> Iterator[Formula]:
    """Yield that the account is its part of the caller, beside the name of the caller if any.

    Two templates of one text, whose variables may stand anywhere in it, are hard to solve: one
    template holds both.
    """
    part, name_part = account.part, name.part
    assert part is not None
    assert name_part is not None
    has_name = terms.in_regex(PRINCIPAL, name_part.callers(name_part.values))
    both = terms.in_template(PRINCIPAL, part.head, value_of(account), USER_PATH, value_of(name))
    alone = terms.in_template(PRINCIPAL, part.head, value_of(account), part.tail)
    carries = terms.in_regex(PRINCIPAL, part.callers(part.values))
    equation = terms.if_then_else(has_name, both, alone)
    fits = terms.in_regex(value_of(account), part.values)
    yield terms.implication(carries, terms.conjunction(equation, fits))


def _is_part_of_caller(key: Key) -> Iterator[Formula]:
    """Yield that the value of a key to which policy variables refer is its part of the caller."""
    part = key.part
    assert part is not None
    carries = terms.in_regex(PRINCIPAL, part.callers(part.values))
    in_scope = terms.in_regex(PRINCIPAL, part.scope)
    yield terms.implication(in_scope, terms.equivalence(present(key), carries))
    equation = terms.in_template(PRINCIPAL, part.head, value_of(key), part.tail)
    yield terms.implication(
        carries, terms.conjunction(equation, terms.in_regex(value_of(key), part.values))
    )


def _tells_services(key: Key) -> Formula:
    is_service = terms.in_regex(PRINCIPAL, SERVICE_CALLERS)
    if key.family is Family.BOOL:
        says_so = terms.is_true(value_of(key))
    elif key.family in TEXTUAL:
        says_so = text_in(key, rx.fold_case("true"))
    else:
        return terms.TRUE
    return terms.equivalence(is_service, terms.conjunction(present(key), says_so))


_IS_ANONYMOUS = terms.equals(PRINCIPAL, ANONYMOUS.text)


def _exclusions(keys: Mapping[str, Key], used: Collection[Variable]) -> Iterator[Formula]:
    """Yield which of the used keys no request carries together, and none that is anonymous."""
    for name, key in keys.items():
        carried = present(key)
        if key.part is not None or not _is_in_use(key, used):
            continue
        if name in NOT_WITH_SOURCE_IP and SOURCE_IP in keys:
            yield _not_both(carried, present(keys[SOURCE_IP]))
        if name in NEEDS and NEEDS[name] in keys:
            yield terms.implication(carried, present(keys[NEEDS[name]]))
        if PRINCIPAL in used and is_never_anonymous(name):
            yield _not_both(carried, _IS_ANONYMOUS)


def _aliases(keys: Mapping[str, Key], used: Collection[Variable]) -> Iterator[Formula]:
    """Yield that a key of one service's requests that is another key has its value."""
    for name, alias in keys.items():
        service = name.partition(":")[0]
        other = keys.get(canonical_key(name, service))
        if other is None or other is alias or not _is_in_use(alias, used):
            continue
        in_service = terms.in_regex(ACTION, rx.glob(f"{service}:*"))
        yield terms.implication(present(alias), in_service)
        yield terms.implication(in_service, terms.equivalence(present(alias), present(other)))
        if alias.family in TEXTUAL and other.family in TEXTUAL:
            same = terms.in_template(value_of(alias), value_of(other))
            yield terms.implication(present(alias), same)


def _is_in_use(key: Key, used: Collection[Variable]) -> bool:
    if key.family is not Family.ADDRESS and value_of(key) in used:
        return True
    return any(variable in used for variable in variables_in(present(key)))


def _not_both(first: Formula, second: Formula) -> Formula:
    return terms.negation(terms.conjunction(first, second))
