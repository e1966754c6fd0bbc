"""The symbolic and the concrete evaluator: same functions, same answers."""

import ast
import inspect
from types import ModuleType

import pytest
from hypothesis import given

from automaton import terms
from automaton.evaluate import evaluate as value
from automaton.verdict import Unsupported
from encoders.iam import authorize, evaluate
from encoders.iam.policy import Policy
from encoders.iam.request import Request, SymbolicRequest
from encoders.iam.wildcard import ArnWildcards
from tests.iam_cases import SEGMENTS, policy
from tests.iam_strategies import model_of, policies, requests


def public_functions(module: ModuleType) -> list[str]:
    tree = ast.parse(inspect.getsource(module))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [name for name in names if not name.startswith("_")]


def test_the_evaluators_can_be_laid_side_by_side() -> None:
    assert public_functions(authorize) == public_functions(evaluate)


@given(policies(), requests())
def test_the_evaluators_agree(policy: Policy, request: Request) -> None:
    symbolic = SymbolicRequest.of([policy])
    for reading in ArnWildcards:
        formula = authorize.is_allowed(policy, symbolic, reading)
        expected = evaluate.is_allowed(policy, request, reading)

        assert value(formula, model_of(request, symbolic)) is expected


@given(policies(), requests())
def test_the_evaluators_agree_statement_by_statement(policy: Policy, request: Request) -> None:
    symbolic = SymbolicRequest.of([policy])
    for statement in policy.statements:
        formula = authorize.statement_matches(statement, symbolic, SEGMENTS)
        expected = evaluate.statement_matches(statement, request, SEGMENTS)

        assert value(formula, model_of(request, symbolic)) is expected


def test_equal_policies_give_one_formula() -> None:
    documents = [policy({"Action": ["s3:Get*", "s3:Put*"]}, {"Effect": "Deny"}) for _ in range(2)]
    formulas = [
        authorize.is_allowed(document, SymbolicRequest.of([document]), SEGMENTS)
        for document in documents
    ]

    assert formulas[0] is formulas[1]


def test_a_policy_that_allows_everything_is_true() -> None:
    everything = policy({"Action": "*", "Resource": "*"})
    formula = authorize.is_allowed(everything, SymbolicRequest.of([everything]), SEGMENTS)

    assert formula is terms.TRUE


def test_a_list_of_patterns_is_one_atom() -> None:
    listed = policy(
        {
            "Action": ["s3:Get*", "s3:Put*", "ec2:*"],
            "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::b*"],
        }
    )
    formula = authorize.is_allowed(listed, SymbolicRequest.of([listed]), SEGMENTS)

    assert len(list(terms.atoms(formula))) == 2


@pytest.mark.parametrize(
    ("variable", "count"),
    [("${{aws:PrincipalTag/t{}}}", 65), ("${{aws:PrincipalTag/t{}, 'd'}}", 11)],
)
def test_a_value_of_very_many_policy_variables_is_refused(variable: str, count: int) -> None:
    def allowed(variables: int) -> None:
        value = "/".join(variable.format(number) for number in range(variables))
        found = policy({"Resource": f"arn:aws:s3:::b/{value}"})
        authorize.is_allowed(found, SymbolicRequest.of([found]), SEGMENTS)

    allowed(count - 1)
    with pytest.raises(Unsupported, match=r"a value with over \d+ .*\$\.Statement"):
        allowed(count)
