"""What the encoder and the evaluator model, and the refusal of a policy that holds more.

A policy is read whole or refused with the place: nothing is left out and nothing is guessed.
"""

from automaton.charset import MAX_CODE_POINT
from automaton.verdict import Unsupported
from encoders.iam.conditions import READERS, operator_of, values_of
from encoders.iam.policy import Policy, Statement
from encoders.iam.principals import require_known_form

VARIABLES_SINCE = "2012-10-17"
"""The version from which `${...}` is a policy variable; before, it is literal text."""


def require_supported(policy: Policy) -> None:
    """Raise Unsupported iff `policy` holds a construct that is not modelled."""
    for statement in policy.statements:
        _require_supported(statement, has_variables=policy.version >= VARIABLES_SINCE)


def _require_supported(statement: Statement, *, has_variables: bool) -> None:
    _refuse_characters(statement.actions.values, statement.actions.path)
    if statement.principals is not None:
        for principal in statement.principals.values:
            _refuse_characters((principal.value,), principal.path)
            require_known_form(principal)
    if statement.resources is not None:
        _refuse(statement.resources.values, statement.resources.path, has_variables)
    for test in statement.tests:
        _refuse(test.values, test.path, has_variables)
        values_of(test, READERS[operator_of(test).family])


def _refuse(values: tuple[str, ...], path: str, has_variables: bool) -> None:
    _refuse_characters(values, path)
    # PERF: one look at all the values together; most policies hold no `$`.
    if has_variables and "${" in "".join(values):
        for value in values:
            if "${" in value:
                raise Unsupported(f"the policy variable in `{value}`", path)


def _refuse_characters(values: tuple[str, ...], path: str) -> None:
    text = "".join(values)
    if not text.isascii() and ord(max(text)) > MAX_CODE_POINT:
        raise Unsupported(f"a character above {MAX_CODE_POINT:#x}", path)
