"""The condition keys of a question: what kind of value each holds, and how many.

A key that AWS documents has as many values, and values of the kind, that the catalogue says. Any
other holds values of the kind that its operators read, several iff set operators name it. Where
only some tests of a key of several values have a set operator, it may hold one or several, but for
global keys, which are lists. Where an operator reads another kind, or operators of several kinds
read a key that is not documented, its value is text, and each operator reads that text. Only tags,
parts of queries, and keys of which a policy says so are ever empty.

Where a policy variable stands under an operator that ignores case, the keys on both sides are held
to lower case: of tests that all ignore case nothing else is lost. Other tests of such a key, and
texts beyond ASCII, are not modelled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from automaton.verdict import Unsupported
from encoders.iam.caller_keys import CallerPart
from encoders.iam.catalogue import KeyType, key_facts
from encoders.iam.conditions import Comparison, Family, operator_of
from encoders.iam.keys import EPOCH_TIME, may_be_empty
from encoders.iam.policy import Patterns, Policy, Statement, Test
from encoders.iam.variables import Reference, references_of


@dataclass(frozen=True)
class Key:
    """A condition key of a question: its name, and as the policies first spell it.

    `holds`: the kind of value that AWS documents, None for a key that it does not. `read_as`: the
    kinds of the operators that read it. `may_be_empty`: the value may be the empty text.
    `is_referenced`: a policy variable stands for its value. `part`: the part of the caller's text
    that the tests of the key look at. `is_folded`: the value is in lower case, since all that reads
    it ignores case. `may_be_single`: nobody says whether it holds one value or several. `slot`
    numbers the values that a multi-valued key may hold.
    """

    name: str
    spelling: str
    family: Family
    holds: Family | None = None
    read_as: frozenset[Family] = frozenset()
    is_multi_valued: bool = False
    may_be_single: bool = False
    may_be_empty: bool = False
    is_referenced: bool = False
    part: CallerPart | None = None
    is_folded: bool = False
    slot: int = 0

    def at(self, slot: int) -> Key:
        """Return the key with the value in another slot in view."""
        return replace(self, slot=slot)


def name_of(key: str) -> str:
    """Return the one name, in lower case, of a key that may be spelled in several ways."""
    return key.lower()


def is_known_multi_valued(name: str) -> bool:
    """Return True iff AWS documents the key as one that holds several values."""
    facts = key_facts(name)
    return facts is not None and facts.multivalued


def is_always_a_list(name: str) -> bool:
    """Return True iff every request that carries the key carries a list, if only of one value.

    So it is with the global keys that AWS documents as multivalued. A service's own key may come as
    one value too: AWS's managed policies test `events:detail-type` without a set operator.
    """
    return name.startswith("aws:") and is_known_multi_valued(name)


@dataclass
class _Uses:
    """How the policies use one key."""

    spelling: str
    families: set[Family] = field(default_factory=set)
    has_quantifier: bool = False
    has_plain_test: bool = False
    may_be_empty: bool = False
    referenced_at: str | None = None
    folded_at: str | None = None
    exact_at: str | None = None


def keys_of(policies: Iterable[Policy]) -> dict[str, Key]:
    """Return each key that `policies` mention, in a test or in a policy variable, by its name.

    Raise Unsupported iff a policy variable stands for a key of several values.
    """
    uses: dict[str, _Uses] = {}
    for policy in policies:
        for statement in policy.statements:
            _add_references(statement, uses)
            for test in statement.tests:
                _add_test(test, uses)
    return {name: _key(name, found) for name, found in uses.items()}


def _add_test(test: Test, uses: dict[str, _Uses]) -> None:
    found = uses.setdefault(name_of(test.key), _Uses(test.key))
    found.families.add(operator_of(test).family)
    found.has_quantifier |= test.quantifier is not None
    is_plain = test.quantifier is None and operator_of(test).family is not Family.PRESENCE
    found.has_plain_test |= is_plain
    found.may_be_empty |= "" in test.values
    if ignores_case(test) and "".join(test.values).isascii():
        if references_of(test.values, test.has_variables):
            found.folded_at = test.path
    elif operator_of(test).family is not Family.PRESENCE:
        found.exact_at = test.path


def _add_references(statement: Statement, uses: dict[str, _Uses]) -> None:
    for reference, part in references_in(statement):
        found = uses.setdefault(name_of(reference.key), _Uses(reference.key))
        found.families.add(Family.TEXT)
        found.referenced_at = part.path
        if isinstance(part, Test) and ignores_case(part):
            found.folded_at = part.path
        else:
            found.exact_at = part.path


def ignores_case(test: Test) -> bool:
    """Return True iff the operator of `test` ignores the case of letters of text."""
    operator = operator_of(test)
    return operator.family is Family.TEXT and operator.comparison is Comparison.EQUAL_FOLDED


def references_in(statement: Statement) -> Iterator[tuple[Reference, Patterns | Test]]:
    """Yield each reference to a key in the values of `statement`, with what holds it."""
    patterns = () if statement.resources is None else (statement.resources,)
    for part in (*patterns, *statement.tests):
        for reference in references_of(part.values, part.has_variables):
            yield reference, part


def _key(name: str, uses: _Uses) -> Key:
    facts = key_facts(name)
    is_multi_valued = uses.has_quantifier if facts is None else facts.multivalued
    if is_multi_valued and uses.referenced_at is not None:
        feature = f"a policy variable for `{uses.spelling}`, which holds several values,"
        raise Unsupported(feature, uses.referenced_at)
    if uses.folded_at is not None and uses.exact_at is not None:
        feature = f"a policy variable that ignores case beside another test of `{uses.spelling}`"
        raise Unsupported(feature, uses.folded_at)
    kind = None if facts is None else _KINDS[facts.type]
    if name == EPOCH_TIME:
        kind = Family.EPOCH
    return Key(
        name=name,
        spelling=uses.spelling,
        family=_family(kind, uses.families),
        holds=kind,
        read_as=frozenset(uses.families),
        is_multi_valued=is_multi_valued,
        may_be_single=is_multi_valued and uses.has_plain_test and not is_always_a_list(name),
        may_be_empty=uses.may_be_empty or may_be_empty(name),
        is_referenced=uses.referenced_at is not None,
        is_folded=uses.folded_at is not None,
    )


_KINDS = {
    KeyType.STRING: Family.TEXT,
    KeyType.ARN: Family.TEXT,
    KeyType.BOOL: Family.BOOL,
    KeyType.NUMBER: Family.NUMBER,
    KeyType.DATE: Family.DATE,
    KeyType.ADDRESS: Family.ADDRESS,
    KeyType.BINARY: Family.BINARY,
}


def _family(kind: Family | None, families: Collection[Family]) -> Family:
    """Return the kind of value that is right for operators of all these kinds."""
    kinds = set(families) - {Family.PRESENCE}
    if not kinds:
        return Family.PRESENCE
    if kind is Family.EPOCH and kinds <= _OF_EPOCH:
        return Family.EPOCH
    if kind is not None:
        return kind if kinds == {kind} else Family.TEXT
    return kinds.pop() if len(kinds) == 1 else Family.TEXT


_OF_EPOCH = frozenset({Family.NUMBER, Family.DATE})
"""The kinds of the operators that read seconds since 1970."""
