"""Why a PASS: the core proves, none of its statements is to spare, and a limit is owned up to."""

from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from automaton import Problem, Reason, Unknown, Unsat, Verdict, solve
from encoders.iam import questions
from encoders.iam.core import Core, minimal_core
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import Effect, Policy, PolicyType, Statement
from encoders.iam.questions import Question, no_new_access, no_public_access
from tests.iam_cases import Json, policy
from tests.iam_strategies import policies


def passes(question: Question) -> bool:
    return isinstance(solve(question.problem), Unsat)


def core_of(question: Question) -> Core[Question]:
    assert passes(question)
    return minimal_core(question, solve)


def places(core: Core[Question]) -> list[tuple[str, int | None]]:
    """Return the policy and the index of the statement of each reason."""
    return [
        (reason.policy, None if reason.statement is None else reason.statement.index)
        for reason in core.reasons
    ]


def deny(**elements: object) -> dict[str, object]:
    return {"Effect": "Deny", **elements}


def test_the_statement_that_allows_what_is_granted_is_the_reason() -> None:
    existing = policy({"Action": "ec2:*"}, {"Action": "s3:Get*"}, {"Action": "s3:Put*"})

    core = core_of(no_new_access(existing, policy({"Action": "s3:GetObject"})))

    assert places(core) == [("existing", 1)]
    assert core.is_minimal is True
    assert core.reasons[0].description == "`existing` allows what is granted"


def test_two_statements_that_only_together_allow_it_are_both_reasons() -> None:
    secure = {"Condition": {"Bool": {"ex:Flag": "true"}}}
    other = {"Condition": {"BoolIfExists": {"ex:Flag": "false"}}}
    existing = policy({"Action": "ec2:*"}, secure, other, {"Action": "s3:Put*"})

    assert places(core_of(no_new_access(existing, policy({})))) == [
        ("existing", 1),
        ("existing", 2),
    ]


def test_a_deny_of_the_new_policy_is_a_reason() -> None:
    new = policy({"Action": "s3:*"}, deny(Action="ec2:*"), deny(Action="s3:Put*"))
    existing = policy({"NotAction": "s3:put*"})

    core = core_of(no_new_access(existing, new))

    assert places(core) == [("existing", 0), ("new", 2)]
    assert core.reasons[1].description == "`new` denies what else would be granted"


def test_an_allow_of_the_new_policy_and_a_deny_of_the_existing_one_never_are_reasons() -> None:
    existing = policy({"Action": "*"}, deny(Action="ec2:*"))
    new = policy({"Action": "s3:*"}, deny(Action="ec2:*"))

    assert places(core_of(no_new_access(existing, new))) == [("existing", 0)]


def test_where_no_statement_is_needed_the_whole_policy_is_the_reason() -> None:
    core = core_of(no_new_access(policy({}), policy(deny())))

    assert places(core) == [("new", None)]
    assert core.reasons[0].description == (
        "no statement of `new` allows a request of those asked about"
    )


def test_the_deny_that_keeps_access_from_being_granted_is_the_reason() -> None:
    document = policy({"Action": "s3:*"}, deny(Action="s3:Put*"), deny(Action="s3:Get*"))

    core = core_of(questions.access_not_granted(document, ["s3:GetObject"], []))

    assert places(core) == [("policy", 2)]


def test_whatever_keeps_strangers_out_is_the_reason() -> None:
    vpc = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    statements: list[Json] = [
        {"Principal": {"AWS": "111122223333"}, "Action": "s3:Get*"},
        {"Principal": "*", "Action": "s3:List*", "Condition": vpc},
        {"Principal": "*", "Action": "s3:Put*"},
        {"Principal": "*", "Action": "s3:Put*", "Effect": "Deny"},
        {"Principal": "*", "Action": "ec2:*", "Effect": "Deny"},
    ]
    whole: list[Json] = [
        {"Effect": "Allow", "Resource": "arn:aws:s3:::b/*", **one} for one in statements
    ]
    document = policy_from_json({"Version": "2012-10-17", "Statement": whole})

    core = core_of(no_public_access(document))

    assert places(core) == [("policy", 3), ("policy", 0), ("policy", 1)]


def test_a_limit_is_owned_up_to_and_what_is_left_still_proves() -> None:
    existing = policy(*({"Action": f"s3:{letter}*"} for letter in "abcdefgh"))
    question = no_new_access(existing, policy({"Action": "s3:gx"}))

    core = minimal_core(question, solve, max_calls=2)

    assert (core.is_minimal, passes(core.question)) == (False, True)
    assert minimal_core(question, solve, wall_s=0).is_minimal is False


def test_what_is_not_decided_is_no_proof() -> None:
    existing = policy({"Action": "s3:*"}, {"Action": "ec2:*"})

    core = minimal_core(no_new_access(existing, policy({})), gives_up)

    assert places(core) == [("existing", 0), ("existing", 1)]


def gives_up(_: Problem) -> Verdict:
    return Unknown(Reason.INCOMPLETE)


@st.composite
def upgrades(draw: st.DrawFn) -> Question:
    """Draw a question whose new policy holds, so that it may pass, parts of the existing one."""
    kind = draw(st.sampled_from([PolicyType.IDENTITY, PolicyType.RESOURCE]))
    existing, new = draw(policies(kind)), draw(policies(kind))
    shared = draw(st.lists(st.sampled_from(existing.statements), max_size=2))
    return no_new_access(numbered(existing), numbered(new, shared))


def numbered(like: Policy, statements: Sequence[Statement] | None = None) -> Policy:
    """Return a policy of the statements (default: its own), each with its index."""
    chosen = enumerate(like.statements if statements is None else statements)
    indexed = tuple(replace(statement, index=index) for index, statement in chosen)
    return replace(like, statements=indexed)


@given(upgrades())
def test_the_core_proves_and_is_one_of_the_smallest_sets_that_do(question: Question) -> None:
    assume(passes(question))

    core = minimal_core(question, solve)
    kept = {place for place in places(core) if place[1] is not None}

    assert core.is_minimal is True
    assert passes(core.question)
    assert kept in naive_cores(question)


def naive_cores(question: Question) -> list[set[tuple[str, int]]]:
    """Return every set of statements that proves while no set inside it does, by trying all."""
    claim = question.claim
    assert claim.refusing is not None
    sides = [("existing", claim.refusing.policy, Effect.ALLOW)]
    sides.append(("new", claim.granting.policy, Effect.DENY))
    every = [
        (name, statement.index)
        for name, side, effect in sides
        for statement in side.statements
        if statement.effect is effect
    ]
    found: list[set[tuple[str, int]]] = []
    for size in range(len(every) + 1):
        for chosen in map(set, combinations(every, size)):
            if any(smaller <= chosen for smaller in found):
                continue
            existing, new = (only(*side, chosen) for side in sides)
            if passes(no_new_access(existing, new)):
                found.append(chosen)
    return found


def only(name: str, whole: Policy, effect: Effect, chosen: Set[tuple[str, int]]) -> Policy:
    """Return the policy without those statements of `effect` that are not chosen."""
    left = [s for s in whole.statements if s.effect is not effect or (name, s.index) in chosen]
    return replace(whole, statements=tuple(left))


@given(policies(PolicyType.RESOURCE))
def test_the_core_of_a_policy_that_is_not_public_proves_it(document: Policy) -> None:
    question = no_public_access(document)
    assume(passes(question))

    core = minimal_core(question, solve)

    assert (core.is_minimal, passes(core.question)) == (True, True)
