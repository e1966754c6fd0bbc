r"""String literals of SMT-LIB 2.6, both ways.

A literal holds printable ASCII; everything else is a `\u{...}` escape, and a quote is doubled.
`\x41` is no escape in SMT-LIB 2.6: z3, cvc5 and CVC4 (`--lang=smt2.6`) all mean its four
characters, and z3 prints them so in its models.
"""

import re

from automaton.charset import MAX_CODE_POINT

_UNSAFE = re.compile(r"[^ !#-\[\]-~]")
_ESCAPE = re.compile(r"\\u(?:\{([0-9A-Fa-f]{1,5})\}|([0-9A-Fa-f]{4}))")
_OLD_ESCAPE = re.compile(
    rf'{_ESCAPE.pattern}|\\(?:x([0-9A-Fa-f]{{2}})|([0-7]{{1,3}})|([abefnrtv\\"]))'
)
_OLD_LETTERS = dict(zip('abefnrtv\\"', '\a\b\x1b\f\n\r\t\v\\"', strict=True))
_BODY = re.compile(r'(?:[ !#-~\t\r\n]|"")*')
_UNESCAPED = "\x7f"
"""What z3 up to 4.15 prints as it is, though it is not printable."""


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


def printed_text_of(written: str) -> str:
    """Return what a literal in a solver's output stands for; raise ValueError iff it is none."""
    return text_of(written.replace(_UNESCAPED, f"\\u{{{ord(_UNESCAPED):x}}}"))


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= MAX_CODE_POINT else found[0]


def old_text_of(written: str) -> str:
    r"""Return what a literal of SMT-LIB 2.5 stands for: `\x41`, `\101` and `\n` are escapes too."""
    text_of(written)
    return _OLD_ESCAPE.sub(_unescaped_old, written[1:-1].replace('""', '"'))


def _unescaped_old(found: re.Match[str]) -> str:
    if found[1] or found[2]:
        return _unescaped(found)
    if found[5]:
        return _OLD_LETTERS[found[5]]
    return chr(int(found[3], 16) if found[3] else int(found[4], 8))
