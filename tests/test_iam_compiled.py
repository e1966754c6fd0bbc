"""What is decided on compiled policies, against the solver and the strict reader."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton import Budget, Sat, Unknown, Unsat, solve
from automaton.verdict import Unsupported
from encoders.iam import evaluate, questions
from encoders.iam.compiled.decide import Covered, Shown, access_not_granted, no_new_access
from encoders.iam.compiled.library import Library, PolicyText
from encoders.iam.compiled.row import Compiled
from encoders.iam.compiled.tell import absent_keys, explanation
from encoders.iam.explain import NamedPolicy, why_allowed, why_refused
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Effect, Policy, PolicyType
from encoders.iam.questions import Question, access_policy
from encoders.iam.questions import no_new_access as ask_no_new_access
from encoders.iam.wildcard import ArnWildcards
from tests.iam_generator import draw_policy
from tests.iam_neighbours import draw_neighbours
from tests.iam_pinned import pinned

Found = Covered | Shown | None

randoms = st.randoms(use_true_random=False)
readings = st.sampled_from(ArnWildcards)


def identity(*statements: object) -> Policy:
    document = {"Version": "2012-10-17", "Statement": [*statements]}
    return policy_from_json(document, PolicyType.IDENTITY)


def allow(action: object, resource: object = "*", **elements: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: object, resource: object = "*", **elements: object) -> dict[str, object]:
    return {**allow(action, resource, **elements), "Effect": "Deny"}


def compiled(policy: Policy, library: Library | None = None) -> Compiled:
    found = (library or Library()).compile(policy)
    assert found is not None
    return found


def decided(existing: Policy, new: Policy) -> Found:
    library = Library()
    one, other = library.compile(existing), library.compile(new)
    return None if one is None or other is None else no_new_access(one, other)


def asked(existing: Policy, new: Policy, reading: ArnWildcards) -> Question | None:
    try:
        return ask_no_new_access(existing, new, reading=reading)
    except Unsupported:
        return None


def is_right(found: Found, question: Question) -> bool:
    """Return whether the solver has nothing against what was found; a long search has nothing."""
    match found:
        case Covered():
            verdict = solve(question.problem, Budget(wall_s=2))
            return isinstance(verdict, Unsat | Unknown)
        case Shown():
            verdict = solve(pinned(question, found.request), Budget(wall_s=2))
            return isinstance(verdict, Sat | Unknown)
    return True


@given(randoms, readings)
def test_what_is_decided_is_what_the_solver_says(rng: Random, reading: ArnWildcards) -> None:
    existing, new = draw_neighbours(rng)
    question = asked(existing, new, reading)
    if question is not None:
        assert is_right(decided(existing, new), question)


ACTIONS = ("*", "s3:*", "s3:GetObject", "s3:Put*", "ec2:RunInstances")
RESOURCES = ("*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:ec2:*:*:i/*")


def granted(policy: Policy, actions: Sequence[str], resources: Sequence[str]) -> Found:
    library = Library()
    one, access = library.compile(policy), library.compile(access_policy(actions, resources))
    return None if one is None or access is None else access_not_granted(one, access)


@given(randoms, readings)
def test_what_is_granted_is_what_the_solver_says(rng: Random, reading: ArnWildcards) -> None:
    policy, _ = draw_neighbours(rng)
    actions, resources = rng.sample(ACTIONS, 2), rng.sample(RESOURCES, rng.choice((1, 2)))
    try:
        question = questions.access_not_granted(policy, actions, resources, reading=reading)
    except Unsupported:
        return

    assert is_right(granted(policy, actions, resources), question)


def test_access_that_is_denied_or_elsewhere_is_not_granted() -> None:
    policy = identity(allow("s3:*", READ), allow("ec2:*"), deny("ec2:Run*"))

    assert granted(policy, ["ec2:RunInstances"], ["*"]) == Covered()
    assert granted(policy, ["s3:GetObject"], [WRITE]) == Covered()
    assert granted(policy, ["sqs:*"], ["*"]) == Covered()
    assert isinstance(granted(policy, ["s3:GetObject"], [READ]), Shown)
    assert isinstance(granted(policy, ["ec2:*"], ["*"]), Shown)


@pytest.mark.slow
@given(st.integers(0, 10**9))
def test_what_is_decided_of_many_is_what_the_solver_says(seed: int) -> None:
    rng = Random(seed)
    for _ in range(200):
        existing, new = draw_neighbours(rng)
        found = decided(existing, new)
        for reading in ArnWildcards:
            question = asked(existing, new, reading)
            assert question is None or is_right(found, question)


def test_most_pairs_that_hardly_differ_are_decided() -> None:
    rng = Random(1)
    found = Counter(type(decided(*draw_neighbours(rng))) for _ in range(300))

    assert found[Covered] > 80
    assert found[Shown] > 50


@given(randoms, readings)
def test_a_request_is_explained_as_the_evaluator_does(rng: Random, reading: ArnWildcards) -> None:
    existing, new = draw_neighbours(rng)
    library = Library()
    one, other = library.compile(existing), library.compile(new)
    found = None if one is None or other is None else no_new_access(one, other)
    if one is None or other is None or not isinstance(found, Shown):
        return
    told = explanation(found, ("new", other), ("existing", one), reading)

    plain = [
        *why_allowed(NamedPolicy("new", new), found.request, reading),
        *why_refused(NamedPolicy("existing", existing), found.request, reading),
    ]
    assert evaluate.is_allowed(new, found.request, reading)
    assert not evaluate.is_allowed(existing, found.request, reading)
    assert [(one.description, one.policy) for one in told.reasons] == [
        (one.description, one.policy) for one in plain
    ]


def test_the_keys_that_a_request_lacks_are_spelled_as_the_policies_do() -> None:
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}
    existing, new = identity(allow("*"), deny("s3:*", **mfa)), identity(allow("*"))
    library = Library()
    one, other = compiled(existing, library), compiled(new, library)
    found = no_new_access(other, one)
    reverse = no_new_access(one, other)

    assert isinstance(found, Covered)
    assert isinstance(reverse, Shown)
    assert absent_keys(reverse, [one, other]) == ()
    assert reverse.request.context == {"aws:MultiFactorAuthPresent": "false"}


READ, WRITE = "arn:aws:s3:::a/*", "arn:aws:s3:::b/*"
TAGGED = {"Condition": {"StringEquals": {"aws:ResourceTag/a": ["1", "2"]}}}
TAGGED_ONE = {"Condition": {"StringEquals": {"aws:ResourceTag/a": "2"}}}
UNTAGGED = {"Condition": {"StringNotEquals": {"aws:ResourceTag/a": ["1", "2"]}}}
UNTAGGED_ONE = {"Condition": {"StringNotEquals": {"aws:ResourceTag/a": "2"}}}

COVERED: Mapping[str, tuple[Sequence[object], Sequence[object]]] = {
    "the same": ([allow("s3:Get*")], [allow("S3:get*")]),
    "fewer actions": ([allow(["s3:A", "s3:B"])], [allow("s3:B")]),
    "a wildcard for an action": ([allow("s3:Get*")], [allow("s3:GetObject")]),
    "statements for parts of the actions": (
        [allow("s3:A"), allow("s3:B")],
        [allow(["s3:B", "s3:A"])],
    ),
    "statements for parts of the resources": (
        [allow("s3:A", READ), allow("s3:A", WRITE)],
        [allow("s3:A", [WRITE, READ])],
    ),
    "a wildcard for a resource": ([allow("s3:A", "arn:aws:s3:::*")], [allow("s3:A", READ)]),
    "a wildcard in each segment": (
        [allow("s3:A", "arn:*:s3:*:*:*")],
        [allow("s3:A", "arn:aws:s3:us-*:1*:x*y")],
    ),
    "another condition that asks less": ([allow("s3:A", **TAGGED)], [allow("s3:A", **TAGGED_ONE)]),
    "an exception that is smaller": ([allow("s3:A", **UNTAGGED_ONE)], [allow("s3:A", **UNTAGGED)]),
    "no condition at all": ([allow("s3:A")], [allow("s3:A", **TAGGED)]),
    "its own Deny": ([allow("s3:A")], [allow(["s3:A", "s3:B"]), deny("s3:B")]),
    "a Deny of both": ([allow("*"), deny("s3:B")], [allow("*"), deny(["s3:B", "s3:C"])]),
    "a Deny of what is not allowed": ([allow("s3:A"), deny("ec2:*")], [allow("s3:A")]),
    "no Allow": ([], [deny("s3:A")]),
    "fewer exceptions of NotAction": (
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}],
    ),
    "an action that NotAction does not name": (
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        [allow("s3:*")],
    ),
}


@pytest.mark.parametrize("name", COVERED)
def test_it_is_seen_that_a_policy_is_covered_by(name: str) -> None:
    existing, new = (identity(*statements) for statements in COVERED[name])

    assert decided(existing, new) == Covered()


SHOWN: Mapping[str, tuple[Sequence[object], Sequence[object]]] = {
    "an action": ([allow("s3:GetObject")], [allow(["s3:GetObject", "s3:PutObject"])]),
    "an action of a wildcard": ([allow("s3:GetObject")], [allow("s3:Get*")]),
    "a resource": ([allow("s3:GetObject", READ)], [allow("s3:GetObject", [READ, WRITE])]),
    "a resource of a wildcard": ([allow("s3:GetObject", READ)], [allow("s3:GetObject")]),
    "a value": ([allow("s3:GetObject", **TAGGED_ONE)], [allow("s3:GetObject", **TAGGED)]),
    "the absence of a key": ([allow("s3:GetObject", **TAGGED)], [allow("s3:GetObject")]),
    "what was denied": ([allow("s3:*"), deny("s3:PutObject")], [allow("s3:*")]),
    "what only some are denied": (
        [allow("s3:*"), deny("s3:PutObject", **TAGGED)],
        [allow("s3:*"), deny("s3:PutObject", **TAGGED_ONE)],
    ),
    "what NotAction denies": (
        [allow("*"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}],
        [allow(["s3:GetObject", "ec2:RunInstances"])],
    ),
    "the value of a policy variable": (
        [allow("s3:GetObject", READ)],
        [allow("s3:GetObject", "arn:aws:s3:::b/${aws:PrincipalTag/team}")],
    ),
    "an account that owns a bucket, under both names of the key": (
        [allow("ec2:RunInstances")],
        [
            allow(
                "s3:*",
                Condition={
                    "StringEquals": {"s3:ResourceAccount": "111122223333"},
                    "StringLike": {"aws:ResourceAccount": "1111*"},
                },
            )
        ],
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_request_shows(name: str) -> None:
    existing, new = (identity(*statements) for statements in SHOWN[name])
    found = decided(existing, new)

    assert isinstance(found, Shown)
    for reading in ArnWildcards:
        question = asked(existing, new, reading)
        assert question is not None
        assert isinstance(solve(pinned(question, found.request)), Sat)


NOT_COMPILED = {
    "principals": (PolicyType.RESOURCE, allow("s3:*", READ, Principal="*")),
    "no resources": (
        PolicyType.TRUST,
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"},
    ),
    "a variable under an operator of Booleans": (
        PolicyType.IDENTITY,
        allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "${aws:username}"}}),
    ),
}


@pytest.mark.parametrize("name", NOT_COMPILED)
def test_a_policy_is_not_compiled_with(name: str) -> None:
    policy_type, statement = NOT_COMPILED[name]
    document = {"Version": "2012-10-17", "Statement": statement}

    assert Library().compile(policy_from_json(document, policy_type)) is None


def test_a_dollar_that_starts_no_variable_is_not_compiled() -> None:
    old = {"Version": "2008-10-17", "Statement": allow("s3:*", "arn:aws:s3:::${aws:username}")}

    assert Library().compile(policy_from_json(old)) is None


def text_of(document: Mapping[str, object]) -> PolicyText:
    version, statements = document.get("Version"), document["Statement"]
    assert version is None or isinstance(version, str)
    listed = statements if isinstance(statements, list) else [statements]
    return PolicyText(version, [json.dumps(statement).encode() for statement in listed])


@given(randoms)
def test_a_text_is_compiled_as_the_policy_that_is_read_from_it(rng: Random) -> None:
    library, document = Library(), draw_policy(rng, "identity")
    strict = library.compile(policy_from_json(document, PolicyType.IDENTITY))
    first, again = (library.read(text_of(document), PolicyType.IDENTITY) for _ in range(2))

    assert (first is None) == (strict is None)
    if first is not None and strict is not None and again is not None:
        assert (first.rows, first.sids) == (strict.rows, strict.sids)
        assert (again.rows, again.allows, again.denies) == (first.rows, first.allows, first.denies)


REFUSED = {
    "an unknown element": b'{"Effect": "Allow", "Action": "*", "Resource": "*", "Who": 1}',
    "a key twice": b'{"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}',
    "no Resource": b'{"Effect": "Allow", "Action": "*"}',
    "what is no JSON": b'{"Effect": Allow}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_text_that_is_refused_is_not_compiled(name: str) -> None:
    library = Library()
    fine = json.dumps(allow("s3:*")).encode()

    assert library.read(PolicyText("2012-10-17", [fine])) is not None
    assert library.read(PolicyText("2012-10-17", [fine, REFUSED[name]])) is None


def test_an_id_that_occurs_twice_is_refused_where_ids_are_unique() -> None:
    texts = [json.dumps(allow(action, Sid="a")).encode() for action in ("s3:A", "s3:B")]
    text = PolicyText("2012-10-17", texts)

    assert Library().read(text, PolicyType.IDENTITY) is None
    assert Library().read(text, None) is None
    assert Library().read(text, PolicyType.SCP) is not None


def test_statements_that_are_written_alike_are_one_row() -> None:
    library = Library()
    plain = compiled(identity(allow(["s3:A", "S3:b"], Sid="one")), library)
    other = compiled(identity(deny("s3:C"), allow(["S3:a", "s3:B"], Sid="two")), library)

    assert plain.rows[0] is other.rows[1]
    assert [one.sid for one in other.in_place([plain.rows[0]])] == ["two"]
    assert [one.index for one in other.in_place([plain.rows[0]])] == [1]
    assert other.rows[0].statement.effect is Effect.DENY
