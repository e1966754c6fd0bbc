"""How many source addresses a policy lets in: a measure of how public it is.

After the idea that access is public iff more than so many addresses have it. The set is exact:
the bounds of all networks that the policy names cut the addresses into intervals, and in each of
them it is decided whether some request is allowed. A request through a VPC endpoint carries no
`aws:SourceIp`; whether such a one is allowed is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, summarize_address_range

from automaton import solve, terms
from automaton.assignment import Truth, assign
from automaton.budget import Budget, LimitReached
from automaton.intervals import holds
from automaton.membership import with_plain_atoms
from automaton.terms import AtMost, Formula, Problem, Variable
from automaton.verdict import Reason, Sat, Unknown, Unsupported
from encoders.iam import authorize, strangers
from encoders.iam.conditions import Family
from encoders.iam.policy import Effect, Patterns, Policy, PolicyType, Statement, Test
from encoders.iam.request import SymbolicRequest
from encoders.iam.symbols import ipv4_of, ipv6_of, is_ipv6, present
from encoders.iam.wildcard import ArnWildcards

SOURCE_IP = "aws:SourceIp"
SEGMENTS = ArnWildcards.SEGMENTS

Interval = tuple[int, int]
"""The first and the last number."""


@dataclass(frozen=True)
class Limit:
    """How many addresses are not too many; by default a /8 of IPv4 and a /32 of IPv6."""

    ipv4: int = 1 << 24
    ipv6: int = 1 << 96


@dataclass(frozen=True)
class AddressCount:
    """The addresses from which a request is allowed, as disjoint intervals in order.

    `without_address`: some request without a source address is allowed.
    """

    ipv4_intervals: tuple[Interval, ...]
    ipv6_intervals: tuple[Interval, ...]
    without_address: bool

    @property
    def ipv4(self) -> int:
        """The number of IPv4 addresses."""
        return sum(high - low + 1 for low, high in self.ipv4_intervals)

    @property
    def ipv6(self) -> int:
        """The number of IPv6 addresses."""
        return sum(high - low + 1 for low, high in self.ipv6_intervals)

    @property
    def networks(self) -> Iterator[IPv4Network | IPv6Network]:
        """The fewest networks that are exactly these addresses, IPv4 first."""
        for low, high in self.ipv4_intervals:
            yield from summarize_address_range(IPv4Address(low), IPv4Address(high))
        for low, high in self.ipv6_intervals:
            yield from summarize_address_range(IPv6Address(low), IPv6Address(high))

    def exceeds(self, limit: Limit) -> bool:
        """Return True iff there are more addresses of either version than `limit` says."""
        return self.ipv4 > limit.ipv4 or self.ipv6 > limit.ipv6

    def to_json(self) -> dict[str, object]:
        """Return the count as a value for JSON; numbers of IPv6 addresses outgrow 64 bits."""
        return {
            "ipv4": str(self.ipv4),
            "ipv6": str(self.ipv6),
            "networks": [str(network) for network in self.networks],
            "withoutAddress": self.without_address,
        }


@dataclass(frozen=True)
class WideAccess:
    """The answer to `no_wide_access`: it passes iff no more addresses than `limit` are let in.

    A request that is allowed without a source address comes from anywhere, so it fails too.
    """

    limit: Limit
    count: AddressCount

    @property
    def passes(self) -> bool:
        """True iff the policy lets in few addresses only."""
        return not self.count.exceeds(self.limit) and not self.count.without_address


def no_wide_access(
    policy: Policy,
    limit: Limit | None = None,
    *,
    reading: ArnWildcards = SEGMENTS,
    budget: Budget | None = None,
) -> WideAccess | Unknown:
    """Ask whether `policy` lets in few source addresses; raise Unsupported as `address_count` does.

    Where the policy names principals, only requests of strangers count.
    """
    of_strangers = policy.policy_type.has_principal
    count = address_count(policy, of_strangers=of_strangers, reading=reading, budget=budget)
    return count if isinstance(count, Unknown) else WideAccess(limit or Limit(), count)


def is_public_by_count(policy: Policy, limit: Limit | None = None) -> bool | Unknown:
    """Return whether requests of strangers are allowed from more addresses than `limit` says."""
    count = address_count(policy, of_strangers=True)
    return count if isinstance(count, Unknown) else count.exceeds(limit or Limit())


def address_count(
    policy: Policy,
    *,
    key: str = SOURCE_IP,
    of_strangers: bool = False,
    reading: ArnWildcards = SEGMENTS,
    budget: Budget | None = None,
) -> AddressCount | Unknown:
    """Return the addresses, as values of `key`, from which `policy` allows some request.

    `of_strangers`: only requests of strangers count, of whom nothing is known but the address.
    Raise ValueError iff that is asked of a policy without principals, Unsupported iff the policy is
    not modelled whole, or reads the key as anything but an address.
    """
    if of_strangers and not policy.policy_type.has_principal:
        raise ValueError(f"a policy of type `{policy.policy_type.value}` names no principals")
    try:
        return _count(policy, key, of_strangers, reading, budget or Budget())
    except LimitReached as limit:
        return Unknown(limit.reason, limit.detail)
    except MemoryError:
        return Unknown(Reason.MEMORY)
    except RecursionError:
        return Unknown(Reason.MEMORY, "the formula is nested too deeply")


def _count(
    policy: Policy, name: str, of_strangers: bool, reading: ArnWildcards, budget: Budget
) -> AddressCount:
    request = SymbolicRequest.of([policy, _reading_address(name)])
    key = request.key(name)
    if key.family is not Family.ADDRESS:
        raise Unsupported(f"`{key.spelling}` read as {key.family.value}")
    shown = authorize.is_allowed(policy, request, reading)
    if of_strangers:
        shown = terms.conjunction(shown, _is_stranger(policy, name, request))
    formula = with_plain_atoms(terms.conjunction(shown, request.believable(shown)))
    carried = _decided(formula, present(key), holds=True)
    six = terms.is_true(is_ipv6(key))
    search = _Search(budget)
    return AddressCount(
        search.intervals(ipv4_of(key), _decided(carried, six, holds=False)),
        search.intervals(ipv6_of(key), _decided(carried, six, holds=True)),
        search.is_possible(_decided(formula, present(key), holds=False)),
    )


def _reading_address(key: str) -> Policy:
    """Return a policy that reads `key` as an address, so that a question with it has the key."""
    test = Test("IpAddress", None, if_exists=False, key=key, values=("0.0.0.0/0",), path="")
    nothing = Patterns((), negated=False, path="")
    statement = Statement(0, None, Effect.ALLOW, None, nothing, nothing, (test,), path="")
    return Policy("2012-10-17", None, (statement,), PolicyType.IDENTITY)


def _is_stranger(policy: Policy, key: str, request: SymbolicRequest) -> Formula:
    """Return that the request comes from a stranger, whatever its address is."""
    named = authorize.principals_match(strangers.familiar_principals(policy))
    tests = (test for test in strangers.familiar_tests(policy) if test.key.lower() != key.lower())
    familiar = (authorize.test_holds(test, request) for test in tests)
    return terms.negation(terms.disjunction(named, *familiar))


def _decided(formula: Formula, statement: Formula, *, holds: bool) -> Formula:
    """Return what is left of `formula` where an atom holds, or does not."""
    truth: Truth = {
        statement: terms.constant(holds),
        terms.negation(statement): terms.constant(not holds),
    }
    return assign(formula, truth)


@dataclass
class _Search:
    """Decides formulas within one budget, each once."""

    budget: Budget
    known: dict[Formula, bool] = field(default_factory=dict)

    def is_possible(self, formula: Formula) -> bool:
        """Return True iff `formula` is satisfiable."""
        if formula not in self.known:
            verdict = solve(Problem((formula,)), self.budget)
            if isinstance(verdict, Unknown):
                raise LimitReached(verdict.reason, verdict.detail)
            self.known[formula] = isinstance(verdict, Sat)
        return self.known[formula]

    def intervals(self, variable: Variable, formula: Formula) -> tuple[Interval, ...]:
        """Return the values of `variable` with which `formula` is satisfiable."""
        comparisons = [
            atom
            for atom in terms.atoms(formula)
            if isinstance(atom, AtMost) and atom.variable == variable
        ]
        found: list[Interval] = []
        for low, high in _cuts(variable, comparisons):
            self.budget.spend()
            truth: Truth = {atom: terms.constant(holds(atom, high)) for atom in comparisons}
            if self.is_possible(assign(formula, truth)):
                is_next = bool(found) and found[-1][1] + 1 == low
                start = found.pop()[0] if is_next else low
                found.append((start, high))
        return tuple(found)


def _cuts(variable: Variable, comparisons: Iterable[AtMost]) -> Iterator[Interval]:
    """Yield the intervals of values that the comparisons do not tell apart, in order."""
    low, last = variable.sort.bounds
    assert low is not None
    assert last is not None
    for bound in sorted({int(atom.bound) for atom in comparisons} | {last}):
        yield low, bound
        low = bound + 1
