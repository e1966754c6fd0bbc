"""What a tool is told of a case: what is asked, and which keys follow from who asks.

A request names its context without what AWS derives from the caller. Tools that take a context as
it is given are told these keys too, so that nobody has to guess them.
"""

from __future__ import annotations

from encoders.iam.stack.simulate import read_case
from portfolio.differential.iam.case import IamCase, Question


def told(case: IamCase) -> dict[str, object]:
    """Return the line that a tool is told; that of a simulation has the `derived` keys."""
    line = case.line()
    if case.question is Question.SIMULATE:
        line["derived"] = _derived(case)
    return line


def _derived(case: IamCase) -> dict[str, object]:
    """Return the keys, with their values, that follow from the caller of a request."""
    request = case.asked["request"]
    assert isinstance(request, dict)
    given = {key.lower() for key in request.get("context", {})}
    whole = read_case(case.asked).request.context
    return {
        key: value if isinstance(value, str) else list(value)
        for key, value in whole.items()
        if key.lower() not in given
    }
