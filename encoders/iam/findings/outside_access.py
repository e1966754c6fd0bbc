"""What outsiders may do under a policy, as one formula with its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from automaton import terms
from automaton.terms import Formula, Sort, Variable
from encoders.iam import authorize
from encoders.iam.findings.labels import Axis, axes_of, under
from encoders.iam.policy import Effect, Policy, Principal, PrincipalKind, Principals
from encoders.iam.request import SymbolicRequest
from encoders.iam.strangers import is_stranger
from encoders.iam.support import require_supported
from encoders.iam.trust_zone import TrustZone, is_outside
from encoders.iam.wildcard import ArnWildcards


@dataclass(frozen=True)
class Access:
    """What outsiders may do: believable requests that match an `allowed` and no `denied` formula.

    `axes` are what findings speak about, `stranger` holds for strangers' requests, and `elements`
    are the formulas that each are about one element of a request.
    """

    allowed: tuple[Formula, ...]
    denied: tuple[Formula, ...]
    believable: Formula
    stranger: Formula
    axes: tuple[Axis, ...]
    elements: tuple[Formula, ...]

    @cached_property
    def formula(self) -> Formula:
        """The formula of these requests."""
        denied = terms.negation(terms.disjunction(*self.denied))
        return terms.conjunction(terms.disjunction(*self.allowed), denied, self.believable)


def access_of(policy: Policy, trusted: Sequence[str], reading: ArnWildcards) -> Access:
    """Return what outsiders may do under `policy`; `trusted` are ids of whom else to trust.

    Raise ValueError iff an id is of no known form or the policy names no principals, and
    Unsupported iff the policy holds a construct that is not modelled.
    """
    if not policy.policy_type.has_principal:
        raise ValueError(f"a policy of type `{policy.policy_type.value}` names no principals")
    require_supported(policy)
    request = SymbolicRequest.of((policy,))
    matching: dict[Effect, list[Formula]] = {effect: [] for effect in Effect}
    for statement in policy.statements:
        formula = authorize.statement_matches(statement, request, reading)
        matching[statement.effect].append(formula)
    allowed = tuple(matching[Effect.ALLOW])
    denied = (*matching[Effect.DENY], _comes_from_inside(trusted, policy, request))
    axes, stranger = axes_of(policy, request, reading), is_stranger(policy, request)
    return Access(
        allowed=allowed,
        denied=denied,
        believable=request.believable(_hull(allowed, denied, axes, stranger)),
        stranger=stranger,
        axes=axes,
        elements=tuple(
            authorize.statement_matches(under(test), request, reading)
            for statement in policy.statements
            for test in statement.tests
        ),
    )


def _comes_from_inside(trusted: Sequence[str], policy: Policy, request: SymbolicRequest) -> Formula:
    """Return the formula that holds iff the request is of an insider; AWS services are."""
    if not trusted:
        services = Principal(PrincipalKind.SERVICE, "*", path="")
        return authorize.principals_match(Principals((services,), negated=False, path=""))
    organizations = frozenset(name for name in trusted if name.startswith("o-"))
    accounts = frozenset(trusted) - organizations
    zone = TrustZone(accounts=accounts, organizations=organizations)
    return terms.negation(is_outside(zone, policy, request))


def _hull(
    allowed: Iterable[Formula], denied: Iterable[Formula], axes: Iterable[Axis], stranger: Formula
) -> Formula:
    """Return a formula that asks as much of a request at once as any question about findings.

    It has all their variables: marks keep its parts from being simplified.
    """
    labels = [[label.formula for label in axis.labels] for axis in axes]
    optional = (*denied, *(label for axis in labels for label in axis))
    return terms.conjunction(
        _one_of([*allowed, terms.TRUE], "allowed"),
        *(_one_of(axis, f"axis {n}") for n, axis in enumerate(labels)),
        *(_one_of([terms.negation(f), terms.TRUE], f"none {n}") for n, f in enumerate(optional)),
        _one_of([stranger, terms.TRUE], "stranger"),
    )


def _one_of(formulas: Iterable[Formula], name: str) -> Formula:
    """Return the disjunction of formulas, each with a mark of its own."""
    marked = (
        terms.conjunction(terms.is_true(Variable(f"{name} {n}", Sort.BOOL)), formula)
        for n, formula in enumerate(formulas)
    )
    return terms.disjunction(*marked)


def parts_of(access: Access) -> dict[Variable, str]:
    """Return to which part of a request each variable belongs; variables of one key are together.

    So are those of one element, and those of the labels of one axis.
    """
    together = [[*_variables(element)] for element in access.elements]
    together += [
        [v for label in axis.labels for v in _variables(label.formula)] for axis in access.axes
    ]
    everything = (access.believable, access.stranger, *access.allowed, *access.denied)
    names = {v: _element(v) for formula in everything for v in _variables(formula)}
    names |= {v: _element(v) for group in together for v in group}
    for group in together:
        joined = {names[variable] for variable in group}
        if len(joined) > 1:
            first = min(joined)
            names = {v: first if name in joined else name for v, name in names.items()}
    return names


def _variables(formula: Formula) -> Iterator[Variable]:
    for atom in terms.atoms(formula):
        yield from terms.variables_of(atom)


def _element(variable: Variable) -> str:
    """Return the key in the name of a variable, or the name of one that belongs to no key."""
    _, found, key = variable.name.partition("(")
    return key if found else variable.name
