"""Metamorphic relations: what the answer to a case promises about the answer to another case.

No member has to be trusted: one that breaks a promise contradicts itself. After Chen, Cheung and
Yiu, "Metamorphic testing", HKUST-CS98-01, 1998; for solvers of strings see Bugariu and Müller,
"Automatically testing string solvers", ICSE 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random

from automaton.verdict import Sat, Unsat, Unsupported
from encoders.smtlib.term import Term
from portfolio.differential.case import Case
from portfolio.differential.relations import formulas, languages, loops, shapes, strings
from portfolio.differential.relations.bounds import strengthened, weakened
from portfolio.differential.relations.formulas import no
from portfolio.differential.relations.rules import Context, Rule, said_otherwise
from portfolio.differential.relations.symmetries import renamed_characters, reversed_strings
from portfolio.differential.rewriting import Script, fresh, nodes_of, variables_among
from portfolio.differential.terms import B, L, S, call
from portfolio.members.base import Outcome

RULES: tuple[Rule, ...] = (
    *languages.RULES,
    *loops.RULES,
    *strings.RULES,
    *formulas.RULES,
)
"""Every way to say a term otherwise, so that what it is part of means the same."""


class Promise(Enum):
    """What holds between a case and one derived from it; the value is shown to people."""

    SAME = "is satisfiable iff the first is"
    UNSAT = "is unsatisfiable whatever the first is"
    WEAKER = "follows from the first"
    STRONGER = "implies the first"


@dataclass(frozen=True)
class Relation:
    """A promise, and how scripts are derived that keep it; None where the relation says nothing."""

    name: str
    promise: Promise
    derived: Callable[[Script, Random], Script | None]

    def derive(self, case: Case, chance: Random) -> Case | None:
        """Return a case derived from this one, None iff the relation does not apply to it."""
        script = self.derived(case.assertions, chance) if case.assertions else None
        if script is None or script == case.assertions:
            return None
        expected = self._expected(case)
        return Case(
            script, f"{case.origin}; {self.name}", expected, self._why(case) if expected else ""
        )

    def _why(self, case: Case) -> str:
        promise = f"`{self.name}` {self.promise.value}"
        if self.promise is Promise.UNSAT or not case.why:
            return promise
        return f"{promise}, of which is known: {case.why}"

    def _expected(self, case: Case) -> str:
        match self.promise:
            case Promise.SAME:
                return case.expected
            case Promise.UNSAT:
                return "unsat"
            case Promise.WEAKER:
                return case.expected if case.expected == "sat" else ""
        return case.expected if case.expected == "unsat" else ""


def check(
    case: Case, derived: Case, promise: Promise, before: Outcome, after: Outcome
) -> str | None:
    """Return how one member breaks a promise by what it says to two cases, None iff it does not.

    Where its own model tells which of the two answers is wrong, the evidence says so.
    """
    is_sat, is_unsat = (isinstance(before.verdict, word) for word in (Sat, Unsat))
    then_sat, then_unsat = (isinstance(after.verdict, word) for word in (Sat, Unsat))
    match promise:
        case Promise.UNSAT:
            is_broken = then_sat
        case Promise.SAME:
            is_broken = (is_sat and then_unsat) or (is_unsat and then_sat)
        case Promise.WEAKER:
            is_broken = is_sat and then_unsat
        case Promise.STRONGER:
            is_broken = is_unsat and then_sat
    if not is_broken:
        return None
    said = "sat" if then_sat else "unsat"
    if promise is not Promise.UNSAT:
        said += f" after {'sat' if is_sat else 'unsat'} to the first"
    return f"{said}, where `{derived.origin}` {promise.value}{_shown(case, before, derived)}"


def _shown(case: Case, before: Outcome, derived: Case) -> str:
    """Return what a model of the first case shows, if its variables are those of the second."""
    if not isinstance(before.verdict, Sat):
        return ""
    model = before.verdict.model
    try:
        if not case.question.holds(model):
            return "; the model of the first does not hold"
        if derived.question.holds(model):
            return "; the model of the first holds of both"
    except (Unsupported, ValueError):
        return ""
    return ""


def _by(rule: Rule) -> Relation:
    return Relation(
        rule.name,
        Promise.SAME,
        lambda script, chance: said_otherwise(script, rule.steps, chance),
    )


_STEPS = tuple(step for rule in RULES for step in rule.steps)


def rewritten(script: Script, chance: Random) -> Script | None:
    """Return a script with steps of any rule taken, None iff none applies."""
    return said_otherwise(script, _STEPS, chance)


def _whole(script: Script) -> Term:
    return script[0] if len(script) == 1 else call("and", *script)


def _implication(script: Script, chance: Random) -> Script | None:
    """Return that a script holds, or one of its formulas, and what is the same does not."""
    formulas = [node for node in nodes_of(script) if node.sort is B and node.parts]
    chosen = chance.choice([_whole(script), *formulas])
    others = rewritten((chosen,), chance)
    return None if others is None else tuple(chance.sample([chosen, no(others[0])], 2))


def _weakening(script: Script, chance: Random) -> Script | None:
    """Return that a script holds, and what it implies does not."""
    chosen = chance.choice([_whole(script), *(n for n in nodes_of(script) if n.sort is B)])
    others = weakened((chosen,), chance)
    return None if others is None else tuple(chance.sample([chosen, no(others[0])], 2))


def _languages(script: Script) -> list[Term]:
    return [node for node in nodes_of(script) if node.sort is L]


def _text(script: Script, chance: Random) -> Term:
    """Return what is asked to be in languages: a String of the script, or a new variable."""
    variables = variables_among(nodes_of(script))
    texts = [node for node in variables if node.sort is S]
    return chance.choice([*texts, fresh("text", S, variables)])


def _equal_languages(script: Script, chance: Random) -> Script | None:
    """Return that a text is in one of two languages that are the same, and not in the other."""
    languages = _languages(script)
    if not languages:
        return None
    first = chance.choice(languages)
    text = _text(script, chance)
    others = rewritten((call("str.in_re", text, first),), chance)
    if others is None:
        return None
    return (call("xor", call("str.in_re", text, first), others[0]),)


def _containment(script: Script, chance: Random) -> Script | None:
    """Return that a text is in one language, and not in its union with another."""
    languages = _languages(script)
    if not languages:
        return None
    first, text = chance.choice(languages), _text(script, chance)
    union = call("re.union", *chance.sample([first, chance.choice(languages)], 2))
    return _between(text, first, union, chance)


def _transitivity(script: Script, chance: Random) -> Script | None:
    """Return that a text is in a language, and not in one that holds what holds the first."""
    languages = _languages(script)
    if not languages:
        return None
    smallest, text = chance.choice(languages), _text(script, chance)
    largest = smallest
    for _ in range(2):
        context = Context(chance, nodes_of((*script, largest)))
        largest = call("re.union", *chance.sample([largest, context.other(L)], 2))
        largest = (said_otherwise((largest,), _LANGUAGE_STEPS, chance) or (largest,))[0]
    return _between(text, smallest, largest, chance)


_LANGUAGE_STEPS = tuple(step for rule in (*languages.RULES, *loops.RULES) for step in rule.steps)


def _between(text: Term, smaller: Term, bigger: Term, chance: Random) -> Script:
    """Return that a text lies between two languages, the smaller of which the bigger holds."""
    if chance.random() < 0.5:
        return (call("str.in_re", text, call("re.diff", smaller, bigger)),)
    return (call("str.in_re", text, smaller), no(call("str.in_re", text, bigger)))


def _without_an_assertion(script: Script, chance: Random) -> Script | None:
    if len(script) < 2:
        return None
    place = chance.randrange(len(script))
    return (*script[:place], *script[place + 1 :])


def _with_an_assertion(script: Script, chance: Random) -> Script | None:
    formulas = [node for node in nodes_of(script) if node.sort is B]
    added = chance.choice(formulas)
    return (*script, added if chance.random() < 0.5 else no(added))


RELATIONS: tuple[Relation, ...] = (
    *map(_by, RULES),
    Relation("all strings reversed", Promise.SAME, reversed_strings),
    Relation("characters exchanged", Promise.SAME, renamed_characters),
    Relation("assertions rearranged", Promise.SAME, shapes.rearranged),
    Relation("a term behind a name", Promise.SAME, shapes.with_a_name),
    Relation("an atom behind a name", Promise.SAME, shapes.with_a_boolean_name),
    Relation("a definition put in", Promise.SAME, shapes.without_a_definition),
    Relation("by cases", Promise.SAME, shapes.by_cases),
    Relation("variables renamed", Promise.SAME, shapes.renamed_variables),
    Relation("implication of the same", Promise.UNSAT, _implication),
    Relation("implication of the weaker", Promise.UNSAT, _weakening),
    Relation("equal languages", Promise.UNSAT, _equal_languages),
    Relation("containment in a union", Promise.UNSAT, _containment),
    Relation("transitivity of containment", Promise.UNSAT, _transitivity),
    Relation("a weaker term", Promise.WEAKER, weakened),
    Relation("an assertion dropped", Promise.WEAKER, _without_an_assertion),
    Relation("a stronger term", Promise.STRONGER, strengthened),
    Relation("an assertion added", Promise.STRONGER, _with_an_assertion),
)
"""Every relation; a name stands for one."""
