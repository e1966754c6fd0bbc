"""Scripts for releases of cvc5 whose Python package has no parser: terms are built one by one.

Loaded by `worker.py`; imports nothing of Keyaki. Read are scripts of strings, regular expressions,
linear numbers and the connectives, with `let`: what our printers write. Anything else raises
UnsupportedError. The solver itself reads the escapes of strings, and prints the model.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Iterator
from typing import Any

Expression = Any
"""A token, or a list of expressions."""

Names = ChainMap[str, Any]
"""What a symbol stands for: terms that are declared, then those that each `let` binds."""

TOKEN = re.compile(r'\s+|;[^\n]*|(\(|\)|"(?:[^"]|"")*"|\|[^|\\]*\||[^\s()";|]+)')
NUMERAL = re.compile(r"0|[1-9][0-9]*")
DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)\.[0-9]+")

KINDS = {
    "not": "NOT",
    "and": "AND",
    "or": "OR",
    "xor": "XOR",
    "=>": "IMPLIES",
    "=": "EQUAL",
    "distinct": "DISTINCT",
    "ite": "ITE",
    "+": "ADD",
    "-": "SUB",
    "*": "MULT",
    "/": "DIVISION",
    "div": "INTS_DIVISION",
    "mod": "INTS_MODULUS",
    "abs": "ABS",
    "divisible": "DIVISIBLE",
    "<": "LT",
    "<=": "LEQ",
    ">": "GT",
    ">=": "GEQ",
    "to_real": "TO_REAL",
    "to_int": "TO_INTEGER",
    "is_int": "IS_INTEGER",
    "str.++": "STRING_CONCAT",
    "str.len": "STRING_LENGTH",
    "str.<": "STRING_LT",
    "str.<=": "STRING_LEQ",
    "str.prefixof": "STRING_PREFIX",
    "str.suffixof": "STRING_SUFFIX",
    "str.contains": "STRING_CONTAINS",
    "str.at": "STRING_CHARAT",
    "str.substr": "STRING_SUBSTR",
    "str.indexof": "STRING_INDEXOF",
    "str.replace": "STRING_REPLACE",
    "str.replace_all": "STRING_REPLACE_ALL",
    "str.replace_re": "STRING_REPLACE_RE",
    "str.replace_re_all": "STRING_REPLACE_RE_ALL",
    "str.is_digit": "STRING_IS_DIGIT",
    "str.to_code": "STRING_TO_CODE",
    "str.from_code": "STRING_FROM_CODE",
    "str.to_int": "STRING_TO_INT",
    "str.from_int": "STRING_FROM_INT",
    "str.in_re": "STRING_IN_REGEXP",
    "str.to_re": "STRING_TO_REGEXP",
    "re.none": "REGEXP_NONE",
    "re.all": "REGEXP_ALL",
    "re.allchar": "REGEXP_ALLCHAR",
    "re.++": "REGEXP_CONCAT",
    "re.union": "REGEXP_UNION",
    "re.inter": "REGEXP_INTER",
    "re.diff": "REGEXP_DIFF",
    "re.comp": "REGEXP_COMPLEMENT",
    "re.*": "REGEXP_STAR",
    "re.+": "REGEXP_PLUS",
    "re.opt": "REGEXP_OPT",
    "re.range": "REGEXP_RANGE",
    "re.^": "REGEXP_REPEAT",
    "re.loop": "REGEXP_LOOP",
}
"""The functions that are built, by the names of the solver's kinds."""

WITHOUT_ARGUMENTS = ("re.none", "re.all", "re.allchar")
SORTS = {
    "Bool": "getBooleanSort",
    "Int": "getIntegerSort",
    "Real": "getRealSort",
    "String": "getStringSort",
    "RegLan": "getRegExpSort",
}


class UnsupportedError(Exception):
    """The script has something that is not read here."""


def read(script: str) -> list[Expression]:
    """Return the s-expressions of a script. Raise ValueError iff it is no sequence of them."""
    outer: list[list[Expression]] = []
    done: list[Expression] = []
    for piece in _pieces(script):
        if piece == "(":
            outer.append(done)
            done = []
        elif piece != ")":
            done.append(piece)
        elif outer:
            inner, done = done, outer.pop()
            done.append(inner)
        else:
            raise ValueError("a `)` without its `(`")
    if outer:
        raise ValueError("a `(` without its `)`")
    return done


def _pieces(script: str) -> Iterator[str]:
    end = 0
    while end < len(script):
        found = TOKEN.match(script, end)
        if found is None:
            raise ValueError(f"no expression starts with `{script[end]}`")
        end = found.end()
        if found[1]:
            yield found[1]


class Builder:
    """Makes terms of expressions. `maker` has the solver's functions for that."""

    def __init__(self, cvc5: Any, maker: Any) -> None:
        self._kinds = cvc5.Kind
        self._maker = maker
        self.declared: dict[str, Any] = {}

    def declare(self, name: str, sort: Expression) -> None:
        """Make a constant of a name; a second one takes the place of the first."""
        if not isinstance(sort, str) or sort not in SORTS:
            raise UnsupportedError(f"sort `{_shown(sort)}`")
        made = getattr(self._maker, SORTS[sort])()
        self.declared[_bare(name)] = self._maker.mkConst(made, _bare(name))

    def term(self, expression: Expression) -> Any:
        """Return the term of an expression, at any depth of nesting."""
        made: list[Any] = []
        steps: list[Callable[[], None]] = []
        self._plan(expression, ChainMap(self.declared), steps, made)
        while steps:
            steps.pop()()
        return made.pop()

    def _plan(
        self, expression: Expression, names: Names, steps: list[Callable[[], None]], made: list[Any]
    ) -> None:
        """Push the steps that leave the term of an expression on `made`, the last one first."""

        def later(part: Expression, names: Names) -> Callable[[], None]:
            return lambda: self._plan(part, names, steps, made)

        match expression:
            case str():
                made.append(self._atom(expression, names))
            case ["let", [*pairs], body] if all(map(_is_binding, pairs)):
                inner = names.new_child()
                steps.append(later(body, inner))
                steps.append(lambda: _bind(inner, [name for name, _ in pairs], made))
                steps.extend(later(part, names) for _, part in reversed(pairs))
            case [head, *parts] if parts:
                steps.append(lambda: self._apply(head, len(parts), made))
                steps.extend(later(part, names) for part in reversed(parts))
            case _:
                raise UnsupportedError(f"`{_shown(expression)}`")

    def _atom(self, piece: str, names: Names) -> Any:
        if piece.startswith('"'):
            return self._maker.mkString(piece[1:-1].replace('""', '"'), True)
        if NUMERAL.fullmatch(piece):
            return self._maker.mkInteger(piece)
        if DECIMAL.fullmatch(piece):
            return self._maker.mkReal(piece)
        if _bare(piece) in names:
            return names[_bare(piece)]
        if piece in ("true", "false"):
            return self._maker.mkBoolean(piece == "true")
        if piece in WITHOUT_ARGUMENTS:
            return self._maker.mkTerm(self._kind(piece))
        raise UnsupportedError(f"`{piece}`")

    def _apply(self, head: Expression, count: int, made: list[Any]) -> None:
        parts = made[-count:]
        del made[-count:]
        made.append(self._call(head, parts))

    def _call(self, head: Expression, parts: list[Any]) -> Any:
        match head, parts:
            case "-", [part]:
                return self._negated(part)
            case "and" | "or", [part]:
                return part
            case ["_", str() as name, *indices], _ if all(map(NUMERAL.fullmatch, indices)):
                operator = self._maker.mkOp(self._kind(name), *map(int, indices))
                return self._maker.mkTerm(operator, *parts)
            case str(), _:
                return self._maker.mkTerm(self._kind(head), *parts)
        raise UnsupportedError(f"`{_shown(head)}`")

    def _negated(self, part: Any) -> Any:
        # A negative number is a constant for the solver's own parser too.
        if part.isIntegerValue() and part.getIntegerValue() > 0:
            return self._maker.mkInteger(str(-part.getIntegerValue()))
        return self._maker.mkTerm(self._kinds.NEG, part)

    def _kind(self, name: str) -> Any:
        if name not in KINDS:
            raise UnsupportedError(f"function `{name}`")
        return getattr(self._kinds, KINDS[name])


def _is_binding(pair: Expression) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)


def _bind(inner: Names, names: list[str], made: list[Any]) -> None:
    values = made[-len(names) :]
    del made[-len(names) :]
    inner.update(zip(map(_bare, names), values, strict=True))


def _bare(name: str) -> str:
    return name.strip("|")


def _shown(expression: Expression) -> str:
    return expression if isinstance(expression, str) else f"({' '.join(map(_shown, expression))})"


class Interpreter:
    """Runs the commands of a script in one solver."""

    def __init__(self, cvc5: Any, options: list[tuple[str, str]]) -> None:
        manager = cvc5.TermManager() if hasattr(cvc5, "TermManager") else None
        self._solver = cvc5.Solver(manager) if manager else cvc5.Solver()
        self._builder = Builder(cvc5, manager or self._solver)
        for name, value in options:
            self._solver.setOption(name, value)

    def run(self, script: str) -> str:
        """Return what the commands print, up to a check without an answer."""
        printed = []
        for command in read(script):
            printed.append(self._invoke(command))
            if printed[-1] == "unknown":
                printed.append(_text(self._solver.getInfo("reason-unknown")))
                break
        return "\n".join(filter(None, printed))

    def _invoke(self, command: Expression) -> str:
        match command:
            case ["set-option", str() as name, str() as value]:
                self._solver.setOption(name.lstrip(":"), value)
            case ["set-logic", str() as logic]:
                self._solver.setLogic(logic)
            case ["set-info", _, _]:
                pass
            case ["declare-const", str() as name, sort] | ["declare-fun", str() as name, [], sort]:
                self._builder.declare(name, sort)
            case ["assert", expression]:
                self._solver.assertFormula(self._builder.term(expression))
            case ["check-sat"]:
                return self._checked()
            case ["get-model"]:
                return self._model()
            case _:
                raise UnsupportedError(f"`{_shown(command)}`")
        return ""

    def _checked(self) -> str:
        result = self._solver.checkSat()
        if result.isSat():
            return "sat"
        return "unsat" if result.isUnsat() else "unknown"

    def _model(self) -> str:
        # Asked for after `unsat` too, where there is none: that answer stands.
        try:
            return _text(self._solver.getModel([], list(self._builder.declared.values())))
        except RuntimeError as error:
            return _error(str(error))


def _error(message: str) -> str:
    return '(error "' + message.replace('"', '""') + '")'


def _text(shown: str | bytes) -> str:
    return shown.decode() if isinstance(shown, bytes) else shown


def solve(cvc5: Any, script: str, options: list[tuple[str, str]]) -> str:
    """Return what the script prints, or an error that says what is unsupported in it."""
    try:
        return Interpreter(cvc5, options).run(script)
    except UnsupportedError as error:
        return _error(f"unsupported: {error}")
