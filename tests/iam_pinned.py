"""A question of one request alone: that it may be made, and shows what is claimed."""

from collections.abc import Iterator

from automaton import regex as rx
from automaton import terms
from automaton.terms import Formula, Problem
from encoders.iam.conditions import Family
from encoders.iam.context_keys import Key
from encoders.iam.questions import Question
from encoders.iam.request import ContextValue, Request
from encoders.iam.symbols import ACTION, RESOURCE, is_list, present, text_in, value_of

SLOTS = 8
"""More values than a question can tell apart."""


def pinned(question: Question, request: Request) -> Problem:
    """Return the problem of `question`, of `request` alone, whose keys hold text or Booleans."""
    return Problem((*question.problem.assertions, *_facts(question, request)))


def _facts(question: Question, request: Request) -> Iterator[Formula]:
    yield terms.in_regex(ACTION, rx.literal(request.action.lower()))
    yield terms.in_regex(RESOURCE, rx.literal(str(request.resource)))
    carried = {key.lower(): value for key, value in request.context.items()}
    assert carried.keys() <= question.request.keys.keys()
    for name, key in question.request.keys.items():
        if name in carried:
            yield present(key)
            yield from _holds(key, carried[name])
        else:
            yield terms.negation(present(key))


def _holds(key: Key, value: ContextValue) -> Iterator[Formula]:
    if key.family is Family.BOOL:
        yield terms.equals(value_of(key), value == "true")
    elif not key.is_multi_valued:
        yield text_in(key, rx.literal(str(value)))
    else:
        if key.may_be_single:
            listed = terms.is_true(is_list(key))
            yield listed if isinstance(value, tuple) else terms.negation(listed)
        values = value if isinstance(value, tuple) else (value,)
        for slot in range(SLOTS):
            yield text_in(key.at(slot), rx.union(*map(rx.literal, values)))
