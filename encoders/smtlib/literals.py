r"""String literals of SMT-LIB 2.6, both ways.

A literal holds printable ASCII; everything else is a `\u{...}` escape, and a quote is doubled.
`\x41` is no escape in SMT-LIB 2.6: z3, cvc5 and CVC4 (`--lang=smt2.6`) all mean its four
characters, and z3 prints them so in its models.
"""

import re

from automaton.charset import MAX_CODE_POINT

_UNSAFE = re.compile(r"[^ !#-\[\]-~]")
_ESCAPE = re.compile(r"\\u(?:\{([0-9A-Fa-f]{1,5})\}|([0-9A-Fa-f]{4}))")
_BODY = re.compile(r'(?:[ !#-~\t\r\n]|"")*')


def literal(text: str) -> str:
    """Return the literal for `text`; raise ValueError iff a character lies above 0x2FFFF.

    A backslash is always escaped, so that the data can never make up an escape.
    """
    return f'"{_UNSAFE.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char == '"':
        return '""'
    if ord(char) > MAX_CODE_POINT:
        raise ValueError(f"a character lies above {MAX_CODE_POINT:#x}: `{char!r}`")
    return f"\\u{{{ord(char):x}}}"


def text_of(written: str) -> str:
    """Return the string that a literal stands for; raise ValueError iff it is no literal."""
    body = written[1:-1]
    if len(written) < 2 or written[0] != '"' or written[-1] != '"' or not _BODY.fullmatch(body):
        raise ValueError(f"no string literal: `{written}`")
    return _ESCAPE.sub(_unescaped, body.replace('""', '"'))


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= MAX_CODE_POINT else found[0]
