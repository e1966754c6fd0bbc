"""Members that mishandle one operator: they decide a script in which it stands for another.

What they say is right about the other script, by our solver, so that each is wrong in one way only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automaton.budget import Budget
from encoders.smtlib.decide import decide
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.term import VARIABLE, Term
from portfolio.differential.case import Case, variables_of
from portfolio.differential.rewriting import Script, mapped, text_in, with_parts
from portfolio.differential.terms import S, call, constant, variable
from portfolio.differential.text import SIMPLE
from portfolio.limits import Limits
from portfolio.members.base import Ended, Outcome, Run, Task, outcome_of

WALL_S = 5.0

Change = Callable[[Term], Term]
"""What a term whose parts are mishandled already is taken for."""


class WrongMember:
    """A member that takes a script, and each term in it, for what its changes make of them."""

    def __init__(
        self, name: str, change: Change, of_script: Callable[[Script], Script] = tuple
    ) -> None:
        self.name = name
        self.change = change
        self.of_script = of_script

    def version(self) -> str:
        return "1.0"

    def warm(self) -> None: ...

    def start(self, task: Task, limits: Limits) -> Run:
        assert isinstance(task, ScriptQuestion)
        return Ended(self.answer(task.assertions, limits.wall_s))

    def says(self, case: Case) -> Outcome:
        return self.answer(case.assertions, WALL_S)

    def answer(self, assertions: Script, wall_s: float) -> Outcome:
        taken = self.of_script(assertions)
        wrong = mapped(taken, lambda node, parts: self.change(with_parts(node, parts)))
        return outcome_of(decide(wrong, variables_of(wrong), Budget(wall_s=wall_s)))


RIGHT = WrongMember("right", lambda node: node)


def _as(operator: str, change: Callable[[Term], Term]) -> Change:
    return lambda node: change(node) if node.operator == operator else node


def _first(node: Term) -> Term:
    return node.parts[0]


def _called(operator: str, indices: tuple[int, ...] = ()) -> Callable[[Term], Term]:
    return lambda node: call(operator, *node.parts, indices=indices)


def _short_loop(node: Term) -> Term:
    low, high = node.indices
    return call("re.loop", *node.parts, indices=(low, max(high - 1, low)))


def _short_power(node: Term) -> Term:
    (times,) = node.indices
    return call("re.^", *node.parts, indices=(max(times - 1, 0),))


def _short_range(node: Term) -> Term:
    low, high = (text_in(part) or "" for part in node.parts)
    return call("re.range", low, chr(max(ord(high) - 1, 0))) if len(high) == 1 else node


def _without_last(node: Term) -> Term:
    kept = node.parts[:-1]
    return call(node.operator, *kept) if len(kept) > 1 else kept[0]


def _in_ascii(node: Term) -> Term:
    text = text_in(node)
    return node if text is None else constant("".join(min(char, "~") for char in text))


def _turned(node: Term) -> Term:
    return call(node.operator, *reversed(node.parts))


def _union_within(node: Term) -> Term:
    parts = [part.parts[0] if part.operator == "re.union" else part for part in node.parts]
    return with_parts(node, parts)


def _length_of_first(node: Term) -> Term:
    whole = node.parts[0]
    return call("str.len", whole.parts[0]) if whole.operator == "str.++" else node


def _no_membership(node: Term) -> Term:
    return constant(True) if node.parts[0].operator == "str.in_re" else node


def _one_for_odd_names(node: Term) -> Term:
    return node if SIMPLE.fullmatch(node.name) else variable("odd", node.sort)


CHANGES: Mapping[str, Change] = {
    "complement is none": _as("re.comp", lambda _: call("re.none")),
    "complement is nothing but negation": _as("re.comp", _first),
    "union loses its last": _as("re.union", _without_last),
    "intersection is union": _as("re.inter", _called("re.union")),
    "concatenation loses its last": _as("re.++", _without_last),
    "difference is its first": _as("re.diff", _first),
    "range loses its last": _as("re.range", _short_range),
    "loop ends one early": _as("re.loop", _short_loop),
    "power is one short": _as("re.^", _short_power),
    "star is option": _as("re.*", _called("re.opt")),
    "plus is star": _as("re.+", _called("re.*")),
    "option is its body": _as("re.opt", _first),
    "all is any character": _as("re.all", lambda _: call("re.allchar")),
    "literal is any": _as("str.to_re", lambda _: call("re.all")),
    "prefix is suffix": _as("str.prefixof", _called("str.suffixof")),
    "suffix is containment": _as("str.suffixof", lambda n: call("str.contains", *n.parts[::-1])),
    "words lose their last": _as("str.++", _without_last),
    "replacement does nothing": _as("str.replace", _first),
    "at is whole": _as("str.at", _first),
    "and loses its last": _as("and", _without_last),
    "or is and": _as("or", _called("and")),
    "implication is turned": _as("=>", _turned),
    "xor is or": _as("xor", _called("or")),
    "ite is its second": _as("ite", lambda node: node.parts[1]),
    "equality is containment": _as(
        "=",
        lambda n: call("str.contains", *n.parts[:2]) if n.parts[0].sort is S else n,
    ),
    "at most is less": _as("<=", _called("<")),
    "less is at most": _as("<", _called("<=")),
    "distinct is not": _as("distinct", lambda node: call("=", *node.parts)),
    "characters are ASCII": _in_ascii,
    "negation is lost": _as("not", _first),
    "union in a concatenation is its first": _as("re.++", _union_within),
    "length of words is that of the first": _as("str.len", _length_of_first),
    "no membership is lost": _as("not", _no_membership),
    "names that must be quoted are one": _as(VARIABLE, _one_for_odd_names),
}


def _lone_is_false(script: Script) -> Script:
    return (constant(False),) if len(script) == 1 else script


WRONG: Mapping[str, WrongMember] = {
    **{name: WrongMember(name, change) for name, change in CHANGES.items()},
    "a lone assertion is false": WrongMember("lone", lambda node: node, _lone_is_false),
}
"""Members by what they get wrong."""
