"""Rules for strings: memberships as formulas and back, comparisons as memberships, functions."""

from __future__ import annotations

from itertools import pairwise

from encoders.smtlib.term import Term
from portfolio.differential.relations.rules import (
    ANYTHING,
    Context,
    Rule,
    Step,
    flattened,
    regrouped,
)
from portfolio.differential.rewriting import text_in
from portfolio.differential.terms import S, call, constant


def member(text: Term, language: Term) -> Term:
    """Return that a text is in a language."""
    return call("str.in_re", text, language)


def _as_formula(node: Term, _: Context) -> Term | None:
    """Return a membership in a union, an intersection, ... as a formula of memberships."""
    text, language = node.parts
    found = [member(text, part) for part in language.parts] if _is_boolean(language) else []
    match language.operator:
        case "re.union":
            return call("or", *found)
        case "re.inter":
            return call("and", *found)
        case "re.diff":
            return call("and", found[0], *(call("not", each) for each in found[1:]))
        case "re.comp":
            return call("not", found[0])
        case "re.opt":
            return call("or", call("=", text, ""), member(text, language.parts[0]))
    return None


def _in_named(node: Term, _: Context) -> Term | None:
    """Return a membership in a language that has a name as a formula."""
    text, language = node.parts
    match language.operator:
        case "re.none":
            return constant(False)
        case "re.all":
            return constant(True)
        case "re.allchar":
            return call("=", call("str.len", text), 1)
    return None


def _is_boolean(language: Term) -> bool:
    return language.operator in ("re.union", "re.inter", "re.diff", "re.comp")


def _as_language(node: Term, _: Context) -> Term | None:
    """Return a formula of memberships of one text as one membership."""
    if any(part.operator != "str.in_re" for part in node.parts):
        return None
    if any(part.parts[0] is not node.parts[0].parts[0] for part in node.parts):
        return None
    operator = {"or": "re.union", "and": "re.inter", "not": "re.comp"}[node.operator]
    return member(node.parts[0].parts[0], call(operator, *(part.parts[1] for part in node.parts)))


def _negated_as_language(node: Term, _: Context) -> Term | None:
    """Return a membership, and no membership of the same text, as one in a difference."""
    if len(node.parts) != 2 or node.parts[1].operator != "not":
        return None
    first, second = node.parts[0], node.parts[1].parts[0]
    if first.operator != "str.in_re" or second.operator != "str.in_re":
        return None
    if first.parts[0] is not second.parts[0]:
        return None
    return member(first.parts[0], call("re.diff", first.parts[1], second.parts[1]))


MEMBERSHIPS = Rule(
    "memberships as formulas",
    (
        Step("str.in_re", _as_formula),
        Step("str.in_re", _in_named),
        Step("or", _as_language),
        Step("and", _as_language),
        Step("not", _as_language),
        Step("and", _negated_as_language),
        Step("str.in_re", lambda n, _: call("not", member(n.parts[0], _comp(n.parts[1])))),
    ),
)


def _comp(language: Term) -> Term:
    return call("re.comp", language)


def _fits(text: Term, *pieces: Term | None) -> Term:
    """Return that a text is these constants, with any text where a piece is None."""
    found = [ANYTHING if piece is None else call("str.to_re", piece) for piece in pieces]
    return member(text, call("re.++", *found))


def _word_first(node: Term) -> Term | None:
    """Return the constant that a text is asked to begin or end with."""
    return node.parts[0] if text_in(node.parts[0]) is not None else None


def _prefix(node: Term, _: Context) -> Term | None:
    word = _word_first(node)
    return None if word is None else _fits(node.parts[1], word, None)


def _suffix(node: Term, _: Context) -> Term | None:
    word = _word_first(node)
    return None if word is None else _fits(node.parts[1], None, word)


def _infix(node: Term, _: Context) -> Term | None:
    text, word = node.parts
    return None if text_in(word) is None else _fits(text, None, word, None)


def _equal_as_member(node: Term, _: Context) -> Term | None:
    if len(node.parts) != 2 or node.parts[0].sort is not S:
        return None
    text, word = node.parts if text_in(node.parts[1]) is not None else node.parts[::-1]
    return None if text_in(word) is None else member(text, call("str.to_re", word))


def _member_as_equal(node: Term, _: Context) -> Term | None:
    text, language = node.parts
    if language.operator != "str.to_re":
        return None
    return call("=", text, language.parts[0])


def _prefix_by_place(node: Term, _: Context) -> Term:
    word, text = node.parts
    return call("=", word, call("str.substr", text, 0, call("str.len", word)))


def _suffix_by_place(node: Term, _: Context) -> Term:
    word, text = node.parts
    length, whole = call("str.len", word), call("str.len", text)
    found = call("str.substr", text, call("-", whole, length), length)
    return call("and", call("<=", length, whole), call("=", word, found))


COMPARISONS = Rule(
    "comparisons of strings said otherwise",
    (
        Step("str.prefixof", _prefix),
        Step("str.suffixof", _suffix),
        Step("str.contains", _infix),
        Step("=", _equal_as_member),
        Step("str.in_re", _member_as_equal),
        Step("str.prefixof", _prefix_by_place),
        Step("str.suffixof", _suffix_by_place),
        Step("str.contains", lambda n, _: call(">=", call("str.indexof", *n.parts, 0), 0)),
        Step("=", lambda node, _: _mutual_prefixes(node)),
        Step("str.is_digit", lambda n, _: member(n.parts[0], call("re.range", "0", "9"))),
        Step("str.is_digit", lambda node, _: _digit_by_code(node)),
        Step("str.<=", lambda node, _: _not_after(node)),
        Step("str.<", lambda node, _: _before(node)),
        Step("str.<=", lambda node, _: _equal_or_before(node)),
    ),
)


def _mutual_prefixes(node: Term) -> Term | None:
    if len(node.parts) != 2 or node.parts[0].sort is not S:
        return None
    return call(
        "and", call("str.prefixof", *node.parts), call("str.prefixof", *reversed(node.parts))
    )


def _digit_by_code(node: Term) -> Term:
    code = call("str.to_code", node.parts[0])
    return call("and", call("<=", 48, code), call("<=", code, 57))


def _not_after(node: Term) -> Term | None:
    if len(node.parts) != 2:
        return None
    return call("not", call("str.<", *reversed(node.parts)))


def _before(node: Term) -> Term | None:
    if len(node.parts) != 2:
        return None
    return call("and", call("str.<=", *node.parts), call("not", call("=", *node.parts)))


def _equal_or_before(node: Term) -> Term | None:
    if len(node.parts) != 2:
        return None
    return call("or", call("=", *node.parts), call("str.<", *node.parts))


def _constant_split(node: Term, context: Context) -> Term | None:
    text = text_in(node)
    if text is None or len(text) < 2:
        return None
    cut = context.cut(len(text))
    return call("str.++", text[:cut], text[cut:])


def _constants_joined(node: Term, _: Context) -> Term | None:
    parts = node.parts
    for place, (left, right) in enumerate(pairwise(parts)):
        texts = (text_in(left), text_in(right))
        if None not in texts:
            joined = constant("".join(map(str, texts)))
            rest = (*parts[:place], joined, *parts[place + 2 :])
            return call("str.++", *rest) if len(rest) > 1 else joined
    return None


def _length_of_sum(node: Term, _: Context) -> Term | None:
    whole = node.parts[0]
    if whole.operator != "str.++":
        return None
    return call("+", *(call("str.len", part) for part in whole.parts))


def _length_of_constant(node: Term, _: Context) -> Term | None:
    text = text_in(node.parts[0])
    return None if text is None else constant(len(text))


def _head_of_sum(node: Term, _: Context) -> Term | None:
    """Return that a concatenation begins with its own first part without what follows."""
    word, text = node.parts
    if text.operator != "str.++" or text.parts[0] is not word:
        return None
    return constant(True)


WORDS = Rule(
    "words split and joined",
    (
        Step("str.++", regrouped),
        Step("str.++", flattened),
        Step("str.++", _constants_joined),
        Step(S, _constant_split),
        Step(S, lambda node, _: call("str.++", node, "")),
        Step(S, lambda node, _: call("str.++", "", node)),
        Step("str.len", _length_of_sum),
        Step("str.len", _length_of_constant),
        Step("str.prefixof", _head_of_sum),
    ),
)

FUNCTIONS = Rule(
    "functions of strings said otherwise",
    (
        Step(S, lambda node, _: call("str.substr", node, 0, call("str.len", node))),
        Step(S, lambda n, c: _exchanged("str.replace", n, c.other(S))),
        Step(S, lambda n, c: _exchanged("str.replace_all", n, c.other(S))),
        Step("str.at", lambda node, _: call("str.substr", *node.parts, 1)),
        Step("str.replace", lambda node, _: _replaced_at(node)),
        Step("str.replace_re", lambda node, _: _replaced_literal(node)),
    ),
)


def _exchanged(operator: str, node: Term, word: Term) -> Term:
    """Return a text in which a word is replaced by itself."""
    return call(operator, node, word, word)


def _replaced_at(node: Term) -> Term:
    """Return a replacement by the place at which the word is found."""
    text, word, other = node.parts
    found = call("str.indexof", text, word, 0)
    after = call("+", found, call("str.len", word))
    head = call("str.substr", text, 0, found)
    tail = call("str.substr", text, after, call("str.len", text))
    changed = call("str.++", head, other, tail)
    return call("ite", call("str.contains", text, word), changed, text)


def _replaced_literal(node: Term) -> Term | None:
    """Return a replacement of a language of one word as one of this word."""
    text, language, other = node.parts
    if language.operator != "str.to_re":
        return None
    return call("str.replace", text, language.parts[0], other)


RULES = (MEMBERSHIPS, COMPARISONS, WORDS, FUNCTIONS)
