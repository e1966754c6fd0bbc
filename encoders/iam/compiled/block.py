"""What the Condition of a statement demands, prepared so that one can be held against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from encoders.iam.catalogue import key_facts
from encoders.iam.compiled.globs import (
    covers,
    covers_arns,
    covers_with_variables,
    has_plain_head,
    has_wildcard,
)
from encoders.iam.conditions import Comparison, Family, operator_of
from encoders.iam.context_keys import ignores_case, is_known_multi_valued, name_of
from encoders.iam.policy import Quantifier, Test
from encoders.iam.variables import references_of


@dataclass(frozen=True)
class Demand:
    """What one test demands, as far as its meaning goes."""

    comparison: Comparison
    family: Family
    negated: bool
    quantifier: Quantifier | None
    if_exists: bool
    key: str
    values: frozenset[str]

    def implies(self, other: Demand) -> bool:
        """Return True only if whatever this demand lets through `other` does, too."""
        mine = (self.family, self.negated, self.key)
        if mine != (other.family, other.negated, other.key) or self.family is Family.PRESENCE:
            return False
        if not self._is_as_strict_as(other):
            return False
        return _all_within(other, self) if self.negated else _all_within(self, other)

    def excludes(self, other: Demand) -> bool:
        """Return True only if this demand lets nothing through that `other` does, of one value."""
        if self.key != other.key or not (self._names_values and other._names_values):
            return False
        return self.values.isdisjoint(other.values)

    @property
    def _names_values(self) -> bool:
        """True only if a key must have one value, which is one of `values`."""
        is_text = self.comparison is Comparison.EQUAL and self.family is Family.TEXT
        if self.comparison is Comparison.LIKE:
            is_text = not any(map(has_wildcard, self.values))
        is_plain = self.quantifier is None and not (self.negated or self.if_exists)
        return is_text and is_plain and not any("${" in value for value in self.values)

    def _is_as_strict_as(self, other: Demand) -> bool:
        """Return True only if of keys and lists this demand lets through no more than `other`."""
        if self.quantifier is other.quantifier:
            return self.if_exists <= other.if_exists
        # One value that fits is a list of which every value fits, and no value is no list.
        if self.quantifier is None:
            return other.quantifier is Quantifier.FOR_ALL_VALUES
        # A key that is documented to hold one value is no list, of which some value fits.
        is_any = self.quantifier is Quantifier.FOR_ANY_VALUE and other.quantifier is None
        return is_any and key_facts(self.key) is not None and not is_known_multi_valued(self.key)


MOST_PAIRS = 1 << 12
"""How many pairs of values are compared before no more is seen."""

MOST_DEMANDS = 16
"""How many tests of one key are looked at."""


def _all_within(inner: Demand, cover: Demand) -> bool:
    """Return True only if whatever fits a value of `inner` fits one of `cover`."""
    if inner.comparison is cover.comparison and inner.values <= cover.values:
        return True
    if inner.family is not Family.TEXT:
        return False
    if len(inner.values) * len(cover.values) > MOST_PAIRS:
        return False
    return all(
        any(_is_within(inner.comparison, value, cover.comparison, one) for one in cover.values)
        for value in inner.values
    )


def _is_within(mine: Comparison, value: str, theirs: Comparison, cover: str) -> bool:
    """Return True only if whatever compares so with `value` compares so with `cover`.

    The characters of a value without wildcards stand for themselves under all three comparisons.
    Under LIKE a wildcard before the fifth colon may stand for colons, else LIKE is ARN_LIKE.
    """
    if Comparison.EQUAL_FOLDED in (mine, theirs):
        return False
    if "${" in cover or "${" in value:
        is_pattern = mine in (Comparison.LIKE, Comparison.ARN_LIKE)
        return is_pattern and theirs is Comparison.LIKE and covers_with_variables(cover, value)
    is_plain = mine is Comparison.EQUAL or not has_wildcard(value)
    if theirs is Comparison.EQUAL:
        return is_plain and value == cover
    if theirs is Comparison.LIKE:
        return covers(cover, value)
    return (mine is not Comparison.LIKE or has_plain_head(value)) and covers_arns(cover, value)


@dataclass(frozen=True)
class Use:
    """That a policy reads a condition key, by name, as a value of a family.

    `spelling` is the policy's. `quantified`: under a set operator. `referenced`: a policy variable
    stands for it. `folded`: the reader ignores case.
    """

    key: str
    spelling: str
    family: Family
    quantified: bool = False
    referenced: bool = False
    folded: bool = False


@dataclass(frozen=True, eq=False)
class Block:
    """The tests of a Condition: all must hold.

    `demands` has each once, as far as its meaning goes; `uses` says what of the request they read.
    """

    tests: tuple[Test, ...]
    demands: frozenset[Demand]
    uses: tuple[Use, ...]

    def implies(self, other: Block) -> bool:
        """Return True only if whatever holds of this block holds of `other`."""
        if self is other or self.demands >= other.demands:
            return True
        left = other.demands - self.demands
        return all(any(mine.implies(theirs) for mine in self._of(theirs.key)) for theirs in left)

    def excludes(self, other: Block) -> bool:
        """Return True only if nothing that holds of this block holds of `other`."""
        return any(
            mine.excludes(theirs) for theirs in other.demands for mine in self._of(theirs.key)
        )

    def _of(self, key: str) -> Sequence[Demand]:
        """Return what is demanded of a key, as far as so much can be looked at."""
        found = self._by_key.get(key, ())
        return found if len(found) <= MOST_DEMANDS else ()

    @cached_property
    def _by_key(self) -> dict[str, list[Demand]]:
        found: dict[str, list[Demand]] = {}
        for demand in self.demands:
            found.setdefault(demand.key, []).append(demand)
        return found


def block_of(tests: Sequence[Test]) -> Block:
    """Return the block of these tests."""
    demands = frozenset(map(_demand, tests))
    return Block(tuple(tests), demands, tuple(use for test in tests for use in _uses(test)))


def _demand(test: Test) -> Demand:
    operator = operator_of(test)
    return Demand(
        comparison=operator.comparison,
        family=operator.family,
        negated=operator.negated,
        quantifier=test.quantifier,
        if_exists=test.if_exists,
        key=name_of(test.key),
        values=frozenset(test.values),
    )


def _uses(test: Test) -> list[Use]:
    own = Use(
        name_of(test.key),
        test.key,
        operator_of(test).family,
        quantified=test.quantifier is not None,
        folded=ignores_case(test),
    )
    return [own, *uses_of_references(test.values, test.has_variables, folded=own.folded)]


def uses_of_references(
    values: Sequence[str], has_variables: bool, *, folded: bool = False
) -> list[Use]:
    """Return how the policy variables in `values` use condition keys."""
    return [
        Use(name_of(one.key), one.key, Family.TEXT, referenced=True, folded=folded)
        for one in references_of(values, has_variables)
    ]
