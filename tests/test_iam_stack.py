"""Both evaluations of a stack of policies, side by side, and the steps of a decision."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.evaluate import evaluate as value
from automaton.verdict import Unsupported
from encoders.iam.parse import policy_from_json
from encoders.iam.policy import PolicyType, Principal, PrincipalKind
from encoders.iam.principals import Caller
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.stack import authorize as stack_authorize
from encoders.iam.stack import evaluate as stack_evaluate
from encoders.iam.stack.decision import Outcome, Step, decide
from encoders.iam.stack.evaluate import ConcreteCase
from encoders.iam.stack.stack import Case, Facts, Naming, Stack, naming_of
from encoders.iam.wildcard import ArnWildcards
from tests.iam_cases import SEGMENTS, TEXT, policy, request
from tests.iam_stacks import CALLERS, HOME, asked, facts, stacks
from tests.iam_strategies import model_of

EVERYONE = policy_from_json(
    {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
)


def functions(module: ModuleType) -> list[str]:
    """Return the public functions that a module defines, in order."""
    return [
        name
        for name, one in vars(module).items()
        if not name.startswith("_") and getattr(one, "__module__", "") == module.__name__
    ]


def symbolically(case: ConcreteCase) -> bool:
    """Return what the formula says of a concrete case."""
    symbolic = SymbolicRequest.of((*case.stack.policies, EVERYONE))
    formula = stack_authorize.stack_allows(Case(case.stack, symbolic, case.facts, case.reading))
    return value(formula, model_of(case.request, symbolic))


def test_both_evaluations_have_the_same_functions_in_the_same_order() -> None:
    assert functions(stack_authorize) == functions(stack_evaluate)


@given(stacks(), asked(), facts(), st.sampled_from([SEGMENTS, TEXT]))
def test_both_evaluations_agree(
    stack: Stack, request: Request, facts: Facts, reading: ArnWildcards
) -> None:
    case = Case(stack, request, facts, reading)

    assert symbolically(case) is stack_evaluate.stack_allows(case)


@given(stacks(), asked(), facts())
def test_a_decision_is_what_the_evaluation_says(
    stack: Stack, request: Request, facts: Facts
) -> None:
    case = Case(stack, request, facts, SEGMENTS)
    decision = decide(case)

    assert decision.passed is stack_evaluate.stack_allows(case)
    is_explicit = stack_evaluate.is_denied(case) and decision.step is not Step.NO_PERMISSION
    assert (decision.outcome is Outcome.EXPLICIT_DENY) is is_explicit
    assert decision.reasons


FACTS_OF_CALLERS = (
    "is_anonymous",
    "is_root",
    "is_entity",
    "is_role_session",
    "is_federated_session",
)


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.text)
@pytest.mark.parametrize("name", FACTS_OF_CALLERS)
def test_what_a_caller_is_reads_alike(caller: Caller, name: str) -> None:
    case = Case(Stack(), request(principal=caller), Facts(), SEGMENTS)
    symbolic = SymbolicRequest.of([EVERYONE])
    formula = getattr(stack_authorize, name)()

    expected = getattr(stack_evaluate, name)(case)

    assert value(formula, model_of(case.request, symbolic)) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (HOME, Naming.ACCOUNT),
        (f"arn:aws:iam::{HOME}:root", Naming.ACCOUNT),
        (f"arn:aws:iam::{HOME}:role/path/admin", Naming.ENTITY),
        (f"arn:aws:iam::{HOME}:user/role/ann", Naming.DIRECT),
        (f"arn:aws:sts::{HOME}:assumed-role/admin/bob", Naming.DIRECT),
        (f"arn:aws:sts::{HOME}:federated-user/bob", Naming.DIRECT),
    ],
)
def test_how_a_principal_names_its_callers(principal: str, expected: Naming) -> None:
    assert naming_of(Principal(PrincipalKind.AWS, principal, "$")) is expected


def test_other_kinds_of_principal_name_their_callers_directly() -> None:
    kinds = [kind for kind in PrincipalKind if kind is not PrincipalKind.AWS]

    assert {naming_of(Principal(kind, "*", "$")) for kind in kinds} == {Naming.DIRECT}


def test_the_policies_of_a_stack_are_named_by_kind_and_place() -> None:
    one = policy({})
    stack = Stack(identity=(one, one), resource=EVERYONE, boundary=(one,), scp=((one,), (one, one)))

    assert [named.name for named in stack.named()] == [
        "resource",
        "identity[0]",
        "identity[1]",
        "boundary[0]",
        "scp[0][0]",
        "scp[1][0]",
        "scp[1][1]",
    ]
    assert [named.name for named in stack.named(PolicyType.BOUNDARY)] == ["boundary[0]"]


def decided(stack: Stack) -> tuple[str, list[str]]:
    """Return what becomes of Ann's request for an object, and the policies that decided."""
    decision = decide(Case(stack, request(), Facts(), SEGMENTS))
    return decision.outcome.value, [reason.policy for reason in decision.reasons]


NOTHING = policy({"Action": "ec2:RunInstances"})
READING = policy({"Action": "s3:Get*"})
DENYING = policy({"Effect": "Deny"})


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        (Stack(identity=(READING,)), ("allowed", ["identity[0]"])),
        (Stack(identity=(NOTHING, READING)), ("allowed", ["identity[1]"])),
        (Stack(identity=(NOTHING,)), ("implicitDeny", ["identity"])),
        (Stack(), ("implicitDeny", ["identity"])),
        (Stack(identity=(READING, DENYING)), ("explicitDeny", ["identity[1]"])),
        (
            Stack(identity=(READING,), boundary=(READING,)),
            ("allowed", ["identity[0]", "boundary[0]"]),
        ),
        (Stack(identity=(READING,), boundary=(NOTHING,)), ("implicitDeny", ["boundary"])),
        (Stack(identity=(READING,), scp=((READING,), ())), ("implicitDeny", ["scp[1]"])),
        (
            Stack(identity=(READING,), scp=((NOTHING,), (READING,), (NOTHING,))),
            ("implicitDeny", ["scp[0]", "scp[2]"]),
        ),
        (Stack(identity=(READING,), scp=((READING, DENYING),)), ("explicitDeny", ["scp[0][1]"])),
        (Stack(resource=EVERYONE), ("allowed", ["resource"])),
    ],
)
def test_a_decision_names_what_decided(stack: Stack, expected: tuple[str, list[str]]) -> None:
    assert decided(stack) == expected


def test_a_decision_is_written_in_the_words_of_aws() -> None:
    stack = Stack(identity=(policy({"Sid": "Read", "Action": "s3:Get*"}),))
    decision = decide(Case(stack, request(), Facts(), SEGMENTS))

    assert decision.to_json() == {
        "question": "simulate",
        "decision": "allowed",
        "step": "identity policies",
        "reasons": [
            {
                "description": "`identity[0]` allows the request",
                "policy": "identity[0]",
                "statementIndex": 0,
                "statementId": "Read",
            }
        ],
        "request": {
            "principal": {"AWS": "arn:aws:iam::111122223333:user/ann"},
            "action": "s3:getobject",
            "resource": "arn:aws:s3:::bucket/a",
            "context": {},
        },
    }


def test_what_is_not_modelled_is_refused_with_the_name_of_the_policy() -> None:
    strange = policy({"Principal": {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}})
    case = Case(Stack(endpoint=(strange,)), request(), Facts(), SEGMENTS)

    with pytest.raises(Unsupported, match=r"`AIDACKCEVSQ6C2EXAMPLE` in `endpoint\[0\]`"):
        decide(case)
    with pytest.raises(Unsupported, match=r"in `endpoint\[0\]`"):
        symbolically(case)
