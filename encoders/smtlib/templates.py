"""Templates as terms of the theory of strings: by equations alone wherever these say it all.

Any other regex among the pieces becomes a fresh variable where the atom is positive: formulas are
in negation normal form, so that some value for it is what the atom asserts. A negated atom keeps
its regexes, with the value of each variable as a part of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automaton import regex as rx
from automaton.pieces import Piece, spread
from automaton.regex import Regex
from automaton.sorts import Variable
from automaton.terms import InTemplate
from encoders.smtlib.literals import literal

COMPARISONS = {
    (False, False): "(= {whole} {words})",
    (False, True): "(str.prefixof {words} {whole})",
    (True, False): "(str.suffixof {words} {whole})",
    (True, True): "(str.contains {whole} {words})",
}
"""How a word and a whole compare, by whether anything may stand before and after the word."""


def languages(atom: InTemplate) -> tuple[Regex, ...]:
    """Return the regexes that the text of the atom holds."""
    parts = spread(atom.pieces)
    if _is_comparison(parts):
        return ()
    found = dict.fromkeys(part for part in parts if _is_language(part))
    return tuple(r for r in found if isinstance(r, Regex) and not (atom.positive and r is rx.ALL))


class TemplatePrinter:
    """Prints templates over the variables in `names`; `fresh` are the variables that it adds."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.fresh: list[str] = []

    def text(self, atom: InTemplate, texts: Mapping[Regex, str]) -> str:
        """Return the text of the atom; `texts` has those of its languages."""
        parts, whole = spread(atom.pieces), self.names[atom.variable.name]
        if _is_comparison(parts):
            words = [self._word(part) for part in parts if not _is_language(part)]
            form = COMPARISONS[parts[0] is rx.ALL, parts[-1] is rx.ALL]
            text = form.format(whole=whole, words=_call("str.++", words))
            return text if atom.positive else f"(not {text})"
        if atom.positive:
            return self._with_fresh(parts, whole, texts)
        sequence = [
            texts[part] if isinstance(part, Regex) and _is_language(part) else self._as_regex(part)
            for part in parts
        ]
        return f"(not (str.in_re {whole} {_call('re.++', sequence)}))"

    def _with_fresh(self, parts: Sequence[Piece], whole: str, texts: Mapping[Regex, str]) -> str:
        words: list[str] = []
        memberships: list[str] = []
        for part in parts:
            if not isinstance(part, Regex) or not _is_language(part):
                words.append(self._word(part))
                continue
            # No symbol of a variable starts so.
            words.append(f"u!{len(self.fresh)}")
            self.fresh.append(words[-1])
            if part is not rx.ALL:
                memberships.append(f"(str.in_re {words[-1]} {texts[part]})")
        return _call("and", [f"(= {whole} {_call('str.++', words)})", *memberships])

    def _word(self, part: Piece) -> str:
        if isinstance(part, Variable):
            return self.names[part.name]
        assert isinstance(part, rx.Literal)
        return literal(part.text)

    def _as_regex(self, part: Piece) -> str:
        return f"(str.to_re {self._word(part)})"


def _is_language(part: Piece) -> bool:
    return isinstance(part, Regex) and not isinstance(part, rx.Literal)


def _is_comparison(parts: Sequence[Piece]) -> bool:
    """Return whether the parts are words, and any string at most before and after them."""
    inner = parts[parts[0] is rx.ALL : len(parts) - (parts[-1] is rx.ALL)]
    return not any(map(_is_language, inner))


def _call(operator: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({operator} {' '.join(parts)})"
