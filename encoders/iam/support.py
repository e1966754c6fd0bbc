"""What the encoder and the evaluator model, and the refusal of a policy that holds more.

A policy is read whole or refused with the place: nothing is left out and nothing is guessed.
"""

from automaton.charset import MAX_CODE_POINT
from automaton.verdict import Unsupported
from encoders.iam.conditions import READERS, Family, operator_of, values_of
from encoders.iam.policy import Patterns, Policy, Statement, Test
from encoders.iam.principals import require_known_form
from encoders.iam.variables import references_of


def require_supported(policy: Policy) -> None:
    """Raise Unsupported iff `policy` holds a construct that is not modelled."""
    for statement in policy.statements:
        _require_supported(statement)


def _require_supported(statement: Statement) -> None:
    _refuse_characters(statement.actions.values, statement.actions.path)
    if statement.principals is not None:
        for principal in statement.principals.values:
            _refuse_characters((principal.value,), principal.path)
            require_known_form(principal)
    if statement.resources is not None:
        _refuse_characters(statement.resources.values, statement.resources.path)
        _require_variables(statement.resources)
    for test in statement.tests:
        _refuse_characters(test.values, test.path)
        _require_test(test)


def _require_test(test: Test) -> None:
    operator = operator_of(test)
    has_references = _require_variables(test)
    if has_references and operator.family is not Family.TEXT:
        raise Unsupported(f"a policy variable under `{test.operator}`", test.path)
    values_of(test, READERS[operator.family])


def _require_variables(part: Patterns | Test) -> bool:
    """Return whether there are references; raise Unsupported iff a policy variable is none."""
    try:
        return bool(references_of(part.values, part.has_variables))
    except ValueError as error:
        raise Unsupported(str(error), part.path) from error


def _refuse_characters(values: tuple[str, ...], path: str) -> None:
    text = "".join(values)
    if not text.isascii() and ord(max(text)) > MAX_CODE_POINT:
        raise Unsupported(f"a character above {MAX_CODE_POINT:#x}", path)
