"""Questions about policies as scripts, as any solver of SMT-LIB can decide them.

"Does the new policy allow anything that the existing one does not?" Where what is written in the
two already tells (`encoders.iam.compiled`), the answer is promised, so that rules of covering and
requests that were guessed are held against every solver.
"""

from __future__ import annotations

import json
from functools import cache

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from automaton.verdict import Unsupported
from encoders.iam.compiled import decide
from encoders.iam.compiled.library import Library
from encoders.iam.parse import parse_policy
from encoders.iam.policy import Policy
from encoders.iam.questions import no_new_access
from encoders.smtlib.dialect import DIALECTS
from encoders.smtlib.printer import script
from encoders.smtlib.script import assertions_of
from portfolio.differential.case import Case
from portfolio.differential.strategies.policies import Json, policies, statements

ORIGIN = "IAM"


@cache
def questions() -> SearchStrategy[Case]:
    """Draw a question about two identity policies, which mostly share statements.

    Questions that the encoder refuses are not drawn.
    """
    return _questions()


@st.composite
def _questions(draw: DrawFn) -> Case:
    existing = draw(policies("identity"))
    new = draw(policies("identity")) if draw(st.integers(0, 3)) == 0 else draw(_changed(existing))
    try:
        return question_of(existing, new)
    except Unsupported:
        # What is refused has no script.
        assume(condition=False)
        raise


@st.composite
def _changed(draw: DrawFn, policy: Json) -> Json:
    """Draw a policy that has most of the statements of another."""
    written = policy["Statement"]
    kept = list(written) if isinstance(written, list) else [written]
    match draw(st.integers(0, 2)):
        case 0:
            kept.append(draw(statements("identity")))
        case 1:
            kept[draw(st.integers(0, len(kept) - 1))] = draw(statements("identity"))
        case _:
            del kept[draw(st.integers(0, len(kept) - 1))]
    return {**policy, "Statement": kept or [draw(statements("identity"))]}


def question_of(existing: Json, new: Json) -> Case:
    """Return the question of whether `new` allows anything that `existing` does not.

    Raise Unsupported iff it holds what is not modelled.
    """
    old, other = _policy(existing), _policy(new)
    text = script(no_new_access(old, other).problem, DIALECTS["standard"], get_model=False)
    expected = _seen_at_once(old, other)
    said = "covered" if expected == "unsat" else "shown by a request"
    why = f"new access is {said}: existing {json.dumps(existing)}, new {json.dumps(new)}"
    return Case(tuple(assertions_of(text)[0]), ORIGIN, expected, why if expected else "")


def _policy(document: Json) -> Policy:
    return parse_policy(json.dumps(document).encode(), None)


def _seen_at_once(existing: Policy, new: Policy) -> str:
    """Return what compiled policies tell, or nothing."""
    library = Library()
    compiled = library.compile(existing), library.compile(new)
    if compiled[0] is None or compiled[1] is None:
        return ""
    match decide.no_new_access(compiled[0], compiled[1]):
        case decide.Covered():
            return "unsat"
        case decide.Shown():
            return "sat"
    return ""
