"""A plain printer of scripts: terms as SMT-LIB text, apart from the printer of problems.

What a term uses more than once is bound by `let`, so that a script is about as long as its graph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from encoders.smtlib.term import CONSTANT, VARIABLE, Constant, Term, parts_of
from encoders.smtlib.walk import in_order

SIMPLE = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def script_of(assertions: Sequence[Term], *, logic: str = "ALL") -> str:
    """Return a script that declares the variables of the assertions, asserts them and checks."""
    variables = [
        term for term in in_order(*assertions, parts_of=parts_of) if term.operator == VARIABLE
    ]
    declared = [f"(declare-fun {symbol(v.name)} () {v.sort.value})" for v in variables]
    asserted = [f"(assert {text_of(term)})" for term in assertions]
    return "\n".join([f"(set-logic {logic})", *declared, *asserted, "(check-sat)", ""])


def text_of(root: Term) -> str:
    """Return the text of a term."""
    nodes = in_order(root, parts_of=parts_of)
    uses = Counter(part for node in nodes for part in node.parts)
    texts: dict[Term, str] = {}
    opened: list[str] = []
    for node in nodes:
        text = _text(node, [texts[part] for part in node.parts])
        if node.parts and uses[node] > 1:
            name = f"t!{len(opened)}"
            opened.append(f"(let (({name} {text})) ")
            text = name
        texts[node] = text
    return "".join([*opened, texts[root], ")" * len(opened)])


def _text(node: Term, parts: list[str]) -> str:
    if node.operator == VARIABLE:
        return symbol(node.name)
    if node.operator == CONSTANT:
        assert node.value is not None
        return constant(node.value)
    head = node.operator
    if node.indices:
        head = f"(_ {head} {' '.join(map(str, node.indices))})"
    return f"({head} {' '.join(parts)})" if parts else head


def symbol(name: str) -> str:
    """Return a name as a symbol, between bars where it needs them."""
    return name if SIMPLE.fullmatch(name) else f"|{name}|"


def constant(value: Constant) -> str:
    """Return the text of a constant; a negative number and a fraction are terms of several."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(map(_char, value)) + '"'
        case Fraction() if value >= 0:
            upper, lower = value.numerator, value.denominator
            return f"{upper}.0" if lower == 1 else _decimal(value) or f"(/ {upper}.0 {lower}.0)"
    return str(value) if value >= 0 else f"(- {constant(-value)})"


def _decimal(value: Fraction) -> str:
    """Return a decimal of up to nine places; nothing where there is none."""
    scaled = value * 10**9
    if scaled.denominator > 1:
        return ""
    whole, rest = divmod(scaled.numerator, 10**9)
    return f"{whole}.{rest:09d}".rstrip("0")


def _char(char: str) -> str:
    if char == '"':
        return '""'
    return char if " " <= char <= "~" and char != "\\" else f"\\u{{{ord(char):x}}}"
