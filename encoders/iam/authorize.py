"""The formula that says whether a policy allows a request, over the variables of the request.

`evaluate` has the same functions in the same order for one concrete request. Evaluation order:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from ipaddress import IPv4Network

from automaton import regex as rx
from automaton import terms
from automaton.pieces import Piece as Part
from automaton.regex import Regex
from automaton.terms import Formula, Variable
from automaton.verdict import Unsupported
from encoders.iam.address_forms import address_texts
from encoders.iam.conditions import (
    Comparison,
    Family,
    Operator,
    operator_of,
    read_bool,
    values_of,
)
from encoders.iam.context_keys import Key
from encoders.iam.policy import Effect, Patterns, Policy, Principals, Quantifier, Statement, Test
from encoders.iam.principals import principal_regex
from encoders.iam.request import SymbolicRequest
from encoders.iam.support import require_supported
from encoders.iam.symbols import (
    ACTION,
    PRINCIPAL,
    RESOURCE,
    TEXTUAL,
    holds_something,
    ipv4_of,
    ipv6_of,
    is_ipv6,
    is_list,
    present,
    text_in,
    text_in_template,
    value_of,
)
from encoders.iam.templates import Subject, matches
from encoders.iam.text_forms import binary_texts, date_texts, number_texts
from encoders.iam.values import Network, read_date, read_network, read_number
from encoders.iam.variables import Exactly, Reference, Text, pieces_of, references_of
from encoders.iam.variables import Piece as VariablePiece
from encoders.iam.wildcard import (
    ArnWildcards,
    action_regex,
    arn_regex,
    folded_regex,
    whole_resources,
)

SETS_KEPT = 1 << 14
"""How many lists of patterns keep their union between questions."""

MAX_REFERENCES, MAX_DEFAULTS = 64, 10
"""How many policy variables one value may have, and how many of them with a default.

Each default is a case of its own: 10 of them are 1,024 cases.
"""


def is_allowed(policy: Policy, request: SymbolicRequest, reading: ArnWildcards) -> Formula:
    """Return the formula that holds iff an Allow statement matches and no Deny statement does.

    Raise Unsupported iff the policy holds a construct that is not modelled.
    """
    require_supported(policy)
    matching: dict[Effect, list[Formula]] = {effect: [] for effect in Effect}
    for statement in policy.statements:
        matching[statement.effect].append(statement_matches(statement, request, reading))
    allowed = terms.disjunction(*matching[Effect.ALLOW])
    denied = terms.disjunction(*matching[Effect.DENY])
    return terms.conjunction(allowed, terms.negation(denied))


def statement_matches(
    statement: Statement, request: SymbolicRequest, reading: ArnWildcards
) -> Formula:
    """Return the formula that holds iff every element of `statement` matches the request."""
    return terms.conjunction(
        principals_match(statement.principals),
        actions_match(statement.actions),
        resources_match(statement.resources, request, reading),
        condition_holds(statement.tests, request),
    )


def principals_match(principals: Principals | None) -> Formula:
    """Return the formula that holds iff the caller is one of `principals`, which None leaves open.

    NotPrincipal is the complement of Principal. AWS adds to this that a Deny with NotPrincipal
    meets every caller with a permissions boundary, and that it wants an account, a role and its
    sessions listed together; here a role stands for its sessions.
    """
    if principals is None:
        return terms.TRUE
    covered = rx.union(*map(principal_regex, principals.values))
    return _signed(terms.in_regex(PRINCIPAL, covered), negated=principals.negated)


def actions_match(actions: Patterns) -> Formula:
    """Return the formula that holds iff the action is one of Action, or none of NotAction."""
    named = terms.in_regex(ACTION, _any_action(actions.values))
    return _signed(named, negated=actions.negated)


def resources_match(
    resources: Patterns | None, request: SymbolicRequest, reading: ArnWildcards
) -> Formula:
    """Return the formula that holds iff the resource is one of Resource, or none of NotResource.

    A statement without either applies to every resource. A pattern with a policy variable that has
    no value matches nothing, and NotResource with one does not apply.
    """
    if resources is None:
        return terms.TRUE
    whole = whole_resources(resources.values)
    if whole != resources.values:
        resources = replace(resources, values=whole)
    named = _any_text(_on_resource, _RESOURCES[reading], resources, request)
    if not resources.negated:
        return named
    references = references_of(resources.values, resources.has_variables)
    return terms.conjunction(terms.negation(named), *_resolvable(references, request))


def condition_holds(tests: tuple[Test, ...], request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff every test of a condition holds."""
    return terms.conjunction(*(test_holds(test, request) for test in tests))


def test_holds(test: Test, request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff `test` holds.

    Values are alternatives; a negated operator holds iff none fits. Where the key is absent, a
    positive operator fails, and a negated one and one with IfExists hold. A list of values fits
    nothing without a set operator. Under ForAllValues every value must fit, which is so of
    none; under ForAnyValue some value must, whatever else holds of an absent key.
    """
    operator, key = operator_of(test), request.key(test.key)
    if operator.family is Family.PRESENCE:
        return _presence_holds(test, key)
    if test.quantifier is not None:
        return _values_hold(test, operator, key, request)
    fits = _signed(_fits(test, operator, key, request), negated=operator.negated)
    if key.is_multi_valued:
        is_single = terms.negation(terms.is_true(is_list(key)))
        fits = terms.conjunction(is_single, fits) if key.may_be_single else terms.FALSE
    if operator.negated or test.if_exists:
        return terms.implication(present(key), fits)
    return terms.conjunction(present(key), fits)


def _signed(formula: Formula, *, negated: bool) -> Formula:
    return terms.negation(formula) if negated else formula


def _presence_holds(test: Test, key: Key) -> Formula:
    """Return the formula of a test with Null; under a set operator it no longer tests the key."""
    if test.quantifier is not None:
        return terms.constant(test.quantifier is Quantifier.FOR_ALL_VALUES)
    wanted = values_of(test, read_bool)
    return terms.disjunction(
        *(_signed(holds_something(key), negated=is_absent) for is_absent in wanted)
    )


def _values_hold(test: Test, operator: Operator, key: Key, request: SymbolicRequest) -> Formula:
    """Return the formula of a test with a set operator."""
    is_all = test.quantifier is Quantifier.FOR_ALL_VALUES

    def counts(own: Key) -> Formula:
        """Return that the value settles the test: it fits under "any", or not under "all"."""
        fits = _fits(test, operator, own, request)
        return _signed(fits, negated=operator.negated is not is_all)

    if key.is_multi_valued:
        identity = (operator, test.values, test.has_variables, operator.negated is not is_all)
        some = request.claims.some(key, identity, counts)
    else:
        some = counts(key)
    return _signed(terms.conjunction(holds_something(key), some), negated=is_all)


@lru_cache(SETS_KEPT)
def _any_action(patterns: tuple[str, ...]) -> Regex:
    return rx.union(*map(action_regex, patterns))


def _resolvable(references: Iterable[Reference], request: SymbolicRequest) -> Iterator[Formula]:
    """Yield for each reference that it has a value."""
    for reference in references:
        if reference.default is None:
            yield present(request.key(reference.key))


def _on_resource(pieces: Sequence[Part]) -> Formula:
    return terms.in_template(RESOURCE, *pieces)


_RESOURCES = {
    ArnWildcards.SEGMENTS: Comparison.ARN_LIKE,
    ArnWildcards.TEXT: Comparison.LIKE,
}


def _any_text(
    subject: Subject, comparison: Comparison, values: Patterns | Test, request: SymbolicRequest
) -> Formula:
    """Return the formula that holds iff what is tested compares so with one of the values."""
    plain = _union(comparison, values.values, values.has_variables)
    if plain is not None:
        return subject([plain])
    alternatives = [pieces_of(value, values.has_variables) for value in values.values]
    for pieces in alternatives:
        _refuse_many_references(pieces, values.path)
    return terms.disjunction(
        *(_resolved(subject, comparison, pieces, request) for pieces in alternatives)
    )


def _refuse_many_references(pieces: Sequence[VariablePiece], path: str) -> None:
    """Raise Unsupported iff a value has so many references that its formula would be too large."""
    references = {piece for piece in pieces if isinstance(piece, Reference)}
    if len(references) > MAX_REFERENCES:
        raise Unsupported(f"a value with over {MAX_REFERENCES} policy variables", path)
    if sum(reference.default is not None for reference in references) > MAX_DEFAULTS:
        raise Unsupported(f"a value with over {MAX_DEFAULTS} defaults of policy variables", path)


def _resolved(
    subject: Subject,
    comparison: Comparison,
    pieces: Sequence[VariablePiece | Variable],
    request: SymbolicRequest,
) -> Formula:
    """Return the formula for one value, each reference replaced as the request decides."""
    reference = next((piece for piece in pieces if isinstance(piece, Reference)), None)
    if reference is None:
        resolved = [piece for piece in pieces if not isinstance(piece, Reference)]
        return matches(subject, comparison, resolved)
    key = request.key(reference.key)

    def with_(value: Exactly | Variable) -> Formula:
        replaced = [value if piece == reference else piece for piece in pieces]
        return _resolved(subject, comparison, replaced, request)

    found = terms.conjunction(present(key), with_(value_of(key)))
    if reference.default is None:
        return found
    by_default = with_(Exactly(reference.default))
    return terms.disjunction(found, terms.conjunction(terms.negation(present(key)), by_default))


@lru_cache(SETS_KEPT)
def _union(comparison: Comparison, values: tuple[str, ...], has_variables: bool) -> Regex | None:
    """Return what compares so with one of `values`, None iff they hold references."""
    if references_of(values, has_variables):
        return None
    return rx.union(*(_regex(comparison, pieces_of(value, has_variables)) for value in values))


def _regex(comparison: Comparison, pieces: tuple[VariablePiece, ...]) -> Regex:
    if len(pieces) == 1 and isinstance(pieces[0], Text):
        return _TEXTS[comparison](pieces[0].text)
    found: list[Regex] = []

    def take(parts: Sequence[Part]) -> Formula:
        found.extend(part for part in parts if isinstance(part, Regex))
        return terms.TRUE

    matches(take, comparison, [piece for piece in pieces if not isinstance(piece, Reference)])
    return rx.concat(*found)


_TEXTS: dict[Comparison, Callable[[str], Regex]] = {
    Comparison.EQUAL: rx.literal,
    Comparison.EQUAL_FOLDED: folded_regex,
    Comparison.LIKE: rx.glob,
    Comparison.ARN_LIKE: arn_regex,
}


def _fits(test: Test, operator: Operator, key: Key, request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff the key's value, if present, fits a value of the test."""
    match operator.family:
        case Family.TEXT:
            return _any_text(
                lambda pieces: text_in_template(key, pieces), operator.comparison, test, request
            )
        case Family.BOOL:
            alternatives = [_is_bool(key, wanted) for wanted in values_of(test, read_bool)]
        case Family.ADDRESS:
            alternatives = [_lies_in(key, network) for network in values_of(test, read_network)]
        case Family.BINARY:
            alternatives = [text_in(key, binary_texts(value)) for value in test.values]
        case Family.DATE:
            bounds = values_of(test, read_date)
            alternatives = [_compares(key, operator, bound, date_texts) for bound in bounds]
        case _:
            bounds = values_of(test, read_number)
            alternatives = [_compares(key, operator, bound, number_texts) for bound in bounds]
    return terms.disjunction(*alternatives)


_NUMBERS: dict[Comparison, Callable[[Variable, Fraction], Formula]] = {
    Comparison.EQUAL: terms.equals,
    Comparison.LESS: terms.less,
    Comparison.AT_MOST: terms.at_most,
    Comparison.GREATER: terms.greater,
    Comparison.AT_LEAST: terms.at_least,
}


def _compares(
    key: Key,
    operator: Operator,
    bound: Fraction,
    texts: Callable[[Comparison, Fraction], Regex],
) -> Formula:
    if key.family in TEXTUAL:
        return text_in(key, texts(operator.comparison, bound))
    return _NUMBERS[operator.comparison](value_of(key), bound)


def _is_bool(key: Key, wanted: bool) -> Formula:
    """Return the formula for a Boolean value; a key that is read as text too holds its word."""
    if key.family is Family.BOOL:
        return terms.equals(value_of(key), wanted)
    return text_in(key, folded_regex(str(wanted)))


def _lies_in(key: Key, network: Network) -> Formula:
    if key.family in TEXTUAL:
        return text_in(key, address_texts(network))
    low, high = int(network.network_address), int(network.broadcast_address)
    six = terms.is_true(is_ipv6(key))
    if isinstance(network, IPv4Network):
        return terms.conjunction(terms.negation(six), terms.between(ipv4_of(key), low, high))
    return terms.conjunction(six, terms.between(ipv6_of(key), low, high))
