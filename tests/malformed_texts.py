"""Texts that are broken as JSON: cut, with a key twice, in no encoding, too large, too deep."""

from __future__ import annotations

import copy
import json

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from encoders.iam.parse import MAX_SIZE
from tests.malformed import GOOD, Breaker, Json, Malformed, parts, pick, step

MARK = "@@"
LEAVES = ("Version", "Id", "Sid", "Effect", "Action", "Resource", "AWS", "Service", "Federated")


def dumped(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False)


def duplicate(draw: DrawFn, document: Json) -> Malformed:
    """Write one key of an object twice."""
    part = pick(draw, document, "document", "statement", "Principal", "Condition", "operator")
    key = draw(st.sampled_from(list(part.value)))
    part.value[MARK] = part.value[key]
    source = dumped(document).replace(f'"{MARK}"', json.dumps(key))
    return Malformed("duplicate key", source, part.path + step(key), "occurs twice")


NUMBERS = {
    "NaN": "not JSON: `NaN`",
    "Infinity": "not JSON: `Infinity`",
    "-Infinity": "not JSON: `-Infinity`",
    "1e999": "the number `1e999` is too large",
    "-2E400": "the number `-2E400` is too large",
    "9" * 41: "a number of more than 40 characters",
    "0." + "1" * 40: "a number of more than 40 characters",
}


def number(draw: DrawFn, document: Json) -> Malformed:
    """Put a number that is none, or beyond any use, in place of a string."""
    part = pick(draw, document, *LEAVES)
    text = draw(st.sampled_from(list(NUMBERS)))
    part.holder[part.key] = MARK
    source = dumped(document).replace(f'"{MARK}"', text)
    return Malformed("number", source, part.path, NUMBERS[text])


CHARACTERS = {
    r"\ud800": "the character U+D800 is a lone surrogate",
    r"\udfff": "the character U+DFFF is a lone surrogate",
    r"\ud83d\ud83d": "the character U+D83D is a lone surrogate",
    "\U00030000": "the character U+30000 is above U+2FFFF",
    "\U0010ffff": "the character U+10FFFF is above U+2FFFF",
    r"\udbff\udfff": "the character U+10FFFF is above U+2FFFF",
}


def character(draw: DrawFn, document: Json) -> Malformed:
    """Add a character that no string of a problem can hold."""
    part = pick(draw, document, *LEAVES)
    char = draw(st.sampled_from(list(CHARACTERS)))
    part.holder[part.key] += MARK
    source = dumped(document).replace(MARK, char)
    return Malformed("character", source, part.path, CHARACTERS[char])


def cut(draw: DrawFn, document: Json) -> Malformed:
    """End the text too early."""
    text = dumped(document)
    return Malformed("cut", text[: draw(st.integers(0, len(text) - 1))], "$", "not JSON: ")


def encoding(draw: DrawFn, document: Json) -> Malformed:
    """Put bytes into the text that are not UTF-8."""
    source = dumped(document).encode()
    at = draw(st.integers(0, len(source)))
    wrong = draw(st.sampled_from([b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88", b"\x80"]))
    return Malformed("encoding", source[:at] + wrong + source[at:], "$", "not UTF-8: ")


def spelling(draw: DrawFn, document: Json) -> Malformed:
    """Write what other readers of JSON may take."""
    text = dumped(document)
    sources = [
        f"\ufeff{text}",
        f"{text}{text}",
        f"{text};",
        f"// a comment\n{text}",
        text.replace('"', "'"),
        f"{text[:-1]},}}",
        text.replace('"Effect"', "Effect"),
        text.replace('"Sid": "', '"Sid": "\t'),
        text.replace('"Version"', '"Ver\\sion"'),
    ]
    return Malformed("spelling", draw(st.sampled_from(sources)), "$", "not JSON: ")


def depth(draw: DrawFn, document: Json) -> Malformed:
    """Nest deeper than any reader follows."""
    del document
    opening = draw(st.sampled_from(["[", '{"a":']))
    times = draw(st.sampled_from([100_000, 200_000]))
    return Malformed("depth", opening * times, "$", "nested too deeply")


@st.composite
def oversized_texts(draw: DrawFn) -> Malformed:
    """Make the text longer than any policy."""
    text = dumped(draw(GOOD))
    padding = " " * (MAX_SIZE + draw(st.integers(1, 9)) - len(text))
    return Malformed("size", text + padding, "$", "longer than 4 MiB")


TEXTUAL: tuple[Breaker, ...] = (
    duplicate, duplicate, number, number, character, character, cut, encoding, spelling, depth,
)  # fmt: skip


@st.composite
def malformed_texts(draw: DrawFn) -> Malformed:
    """Draw a text that is no JSON that is taken."""
    document = copy.deepcopy(draw(GOOD))
    assert any(part.kind == "Sid" for part in parts(document))
    return draw(st.sampled_from(TEXTUAL))(draw, document)
