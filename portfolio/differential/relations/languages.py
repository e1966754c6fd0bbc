"""Rules for RegLan: each step leads from a language to the same language, said otherwise."""

from __future__ import annotations

from itertools import pairwise

from automaton.charset import MAX_CODE_POINT
from encoders.smtlib.term import Term
from portfolio.differential.relations.rules import (
    ANY_CHAR,
    ANYTHING,
    EPSILON,
    NOTHING,
    Context,
    Rule,
    Step,
    flattened,
    regrouped,
    repeated,
    shuffled,
)
from portfolio.differential.rewriting import text_in
from portfolio.differential.terms import L, call

MAX_UNROLLED = 8
"""The greatest number of repetitions that are written out."""


def _complement(node: Term) -> Term:
    return call("re.comp", node)


def _complements(node: Term) -> list[Term]:
    return [_complement(part) for part in node.parts]


def _uncomplemented(node: Term, _: Context) -> Term | None:
    inner = node.parts[0]
    return inner.parts[0] if inner.operator == "re.comp" else None


DOUBLE_COMPLEMENT = Rule(
    "double complement",
    (
        Step(L, lambda node, _: _complement(_complement(node))),
        Step("re.comp", _uncomplemented),
    ),
)


def _pushed(node: Term, _: Context) -> Term | None:
    inner = node.parts[0]
    turned = {"re.union": "re.inter", "re.inter": "re.union"}.get(inner.operator)
    return call(turned, *_complements(inner)) if turned else None


def _as_difference(node: Term, _: Context) -> Term | None:
    *first, last = node.parts
    if last.operator != "re.comp":
        return None
    kept = first[0] if len(first) == 1 else call("re.inter", *first)
    return call("re.diff", kept, last.parts[0])


DE_MORGAN = Rule(
    "de morgan on languages",
    (
        Step("re.union", lambda node, _: _complement(call("re.inter", *_complements(node)))),
        Step("re.inter", lambda node, _: _complement(call("re.union", *_complements(node)))),
        Step("re.comp", _pushed),
        Step("re.diff", lambda n, _: call("re.inter", n.parts[0], *_complements(n)[1:])),
        Step("re.inter", _as_difference),
        Step("re.comp", lambda node, _: call("re.diff", ANYTHING, node.parts[0])),
    ),
)

REGROUPED = Rule(
    "unions split and joined",
    (
        *(
            Step(name, step)
            for name in ("re.union", "re.inter")
            for step in (regrouped, flattened, shuffled, repeated)
        ),
        Step(L, lambda node, _: call("re.union", node, node)),
        Step(L, lambda node, _: call("re.union", NOTHING, node)),
        Step(L, lambda node, _: call("re.inter", node, ANYTHING)),
        Step(L, lambda node, _: call("re.diff", node, NOTHING)),
        Step(L, lambda n, c: call("re.union", n, call("re.inter", n, c.other(L)))),
        Step(L, lambda n, c: call("re.inter", n, call("re.union", c.other(L), n))),
        Step(L, lambda n, c: _halves(n, c.other(L))),
    ),
)


def _halves(node: Term, other: Term) -> Term:
    return call("re.union", call("re.inter", node, other), call("re.diff", node, other))


def _distributed(node: Term, context: Context) -> Term | None:
    places = [i for i, part in enumerate(node.parts) if part.operator == "re.union"]
    if not places:
        return None
    place = context.chance.choice(places)
    before, after = node.parts[:place], node.parts[place + 1 :]
    return call(
        "re.union",
        *(call(node.operator, *before, part, *after) for part in node.parts[place].parts),
    )


def _minus_apart(node: Term, _: Context) -> Term | None:
    first, *others = node.parts
    if first.operator != "re.union":
        return None
    return call("re.union", *(call("re.diff", part, *others) for part in first.parts))


def _factored(node: Term, _: Context) -> Term | None:
    """Return a union of concatenations that begin alike as one concatenation."""
    if any(part.operator != "re.++" for part in node.parts):
        return None
    if len({part.parts[0] for part in node.parts}) > 1:
        return None
    return call("re.++", node.parts[0].parts[0], call("re.union", *map(_rest, node.parts)))


def _rest(node: Term) -> Term:
    return node.parts[1] if len(node.parts) == 2 else call("re.++", *node.parts[1:])


DISTRIBUTED = Rule(
    "languages distributed",
    (
        Step("re.++", _distributed),
        Step("re.inter", _distributed),
        Step("re.diff", _minus_apart),
        Step("re.union", _factored),
    ),
)


def _literal_split(node: Term, context: Context) -> Term | None:
    text = text_in(node.parts[0])
    if text is None or len(text) < 2:
        return None
    cut = context.cut(len(text))
    return call("re.++", call("str.to_re", text[:cut]), call("str.to_re", text[cut:]))


def _literals_joined(node: Term, _: Context) -> Term | None:
    parts = node.parts
    for place, (left, right) in enumerate(pairwise(parts)):
        texts = [text_in(p.parts[0]) if p.operator == "str.to_re" else None for p in (left, right)]
        if None not in texts:
            joined = call("str.to_re", "".join(map(str, texts)))
            rest = (*parts[:place], joined, *parts[place + 2 :])
            return call("re.++", *rest) if len(rest) > 1 else joined
    return None


def _word_apart(node: Term, _: Context) -> Term | None:
    word = node.parts[0]
    if word.operator != "str.++":
        return None
    return call("re.++", *(call("str.to_re", part) for part in word.parts))


CONCATENATIONS = Rule(
    "concatenations of languages regrouped",
    (
        Step("re.++", regrouped),
        Step("re.++", flattened),
        Step("re.++", _literals_joined),
        Step("str.to_re", _literal_split),
        Step("str.to_re", _word_apart),
        Step(L, lambda node, _: call("re.++", node, EPSILON)),
        Step(L, lambda node, _: call("re.++", EPSILON, node)),
    ),
)


def ends_of(node: Term) -> tuple[int, int] | None:
    """Return the first and the last code point of a range of constants, None iff it is none."""
    texts = [text_in(part) for part in node.parts]
    if node.operator != "re.range" or any(text is None or len(text) != 1 for text in texts):
        return None
    low, high = (ord(str(text)) for text in texts)
    return low, high


def interval(low: int, high: int) -> Term:
    """Return the language of the characters between two code points, both among them."""
    return call("str.to_re", chr(low)) if low == high else call("re.range", chr(low), chr(high))


def _range_split(node: Term, context: Context) -> Term | None:
    ends = ends_of(node)
    if ends is None or ends[0] >= ends[1]:
        return None
    low, high = ends
    cut = context.chance.choice((low, high - 1, context.chance.randrange(low, high)))
    return call("re.union", interval(low, cut), interval(cut + 1, high))


def _range_as_characters(node: Term, _: Context) -> Term | None:
    ends = ends_of(node)
    if ends is None or not 1 <= ends[1] - ends[0] < MAX_UNROLLED:
        return None
    return call("re.union", *(interval(code, code) for code in range(ends[0], ends[1] + 1)))


def _empty_range(node: Term, _: Context) -> Term | None:
    texts = [text_in(part) for part in node.parts]
    if None in texts:
        return None
    ends = ends_of(node)
    return NOTHING if ends is None or ends[0] > ends[1] else None


def _range_of_one(node: Term, _: Context) -> Term | None:
    ends = ends_of(node)
    return interval(*ends) if ends is not None and ends[0] == ends[1] else None


def _character_as_range(node: Term, _: Context) -> Term | None:
    text = text_in(node.parts[0])
    return call("re.range", text, text) if text is not None and len(text) == 1 else None


def _range_as_difference(node: Term, _: Context) -> Term | None:
    """Return a range as all characters but those below and above it."""
    ends = ends_of(node)
    if ends is None or ends[0] > ends[1]:
        return None
    low, high = ends
    below = [interval(0, low - 1)] if low else []
    above = [interval(high + 1, MAX_CODE_POINT)] if high < MAX_CODE_POINT else []
    return call("re.diff", ANY_CHAR, *below, *above) if below or above else ANY_CHAR


CHARACTERS = Rule(
    "ranges split and joined",
    (
        Step("re.range", _range_split),
        Step("re.range", _range_as_characters),
        Step("re.range", _empty_range),
        Step("re.range", _range_of_one),
        Step("re.range", _range_as_difference),
        Step("str.to_re", _character_as_range),
        Step("re.allchar", lambda _, __: interval(0, MAX_CODE_POINT)),
        Step("re.allchar", lambda _, c: _range_split(interval(0, MAX_CODE_POINT), c)),
    ),
)

RULES = (DOUBLE_COMPLEMENT, DE_MORGAN, REGROUPED, DISTRIBUTED, CONCATENATIONS, CHARACTERS)
