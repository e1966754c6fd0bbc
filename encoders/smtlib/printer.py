"""Problems as SMT-LIB 2.6 scripts, in the dialect of a solver.

Addresses print as integers with their bounds asserted. Formulas and regular expressions are
graphs: what occurs more than once is bound by `let`, innermost first, so that a script is about
as long as its graph. Nothing here recurses: depth is the user's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from automaton import regex as rx
from automaton import terms
from automaton.charset import ANY_CHAR, CharSet
from automaton.regex import Regex
from automaton.terms import Formula, Number, Problem, Sort, Variable
from automaton.verdict import Unsupported
from encoders.smtlib.dialect import Dialect, Gaps
from encoders.smtlib.literals import literal
from encoders.smtlib.symbols import symbols
from encoders.smtlib.templates import TemplatePrinter, languages
from encoders.smtlib.walk import in_order

Node = Formula | Regex

SHORT = 48
"""A text of fewer characters is repeated rather than bound."""

LONG = 1 << 14
"""A text of more characters is bound even if it is used once: its users would copy it."""

LISTED = 1024
"""How many characters that may not stand in a range are listed one by one."""


def script(problem: Problem, dialect: Dialect, *, get_model: bool = True) -> str:
    """Return the script that decides `problem`, and prints a model iff `get_model` is set.

    Raise Unsupported iff the dialect cannot express it.
    """
    names = symbols(problem)
    models = [("produce-models", "true")] if get_model else []
    lines = [f"(set-option :{name} {value})" for name, value in [*dialect.options, *models]]
    lines.append(f"(set-logic {dialect.logic})")
    for variable in problem.variables:
        lines += _declaration(variable, names[variable.name])
    printer = _Printer(dialect, names)
    text = printer.text(problem.formula)
    lines += [f"(declare-const {name} String)" for name in printer.templates.fresh]
    lines.append(f"(assert {text})")
    lines.append("(check-sat)")
    lines += ["(get-model)"] if get_model else []
    return "\n".join(lines) + "\n"


def _declaration(variable: Variable, name: str) -> Iterator[str]:
    low, high = variable.sort.bounds
    sort = Sort.INT if high is not None else variable.sort
    yield f"(declare-const {name} {sort.value})"
    if high is not None:
        yield f"(assert (<= {low} {name} {high}))"


class _Printer:
    """Prints one formula; `texts` has what is printed, or bound to a name, so far."""

    def __init__(self, dialect: Dialect, names: dict[str, str]) -> None:
        self.dialect = dialect
        self.names = names
        self.templates = TemplatePrinter(names)
        self.texts: dict[Node, str] = {}
        self.depths: dict[Node, int] = {}
        self.bindings: list[list[str]] = []
        """The bindings by depth: those at one depth use names of smaller depths only."""

    def text(self, root: Formula) -> str:
        """Return the text of `root` under the bindings that it needs."""
        ordered: list[Node] = in_order(root, parts_of=self._parts)
        uses = Counter(part for node in ordered for part in self._parts(node))
        for node in ordered:
            text = self.texts[node] = self._text(node)
            self.depths[node] = max((self.depths[part] for part in self._parts(node)), default=0)
            if len(text) > LONG or (uses[node] > 1 and len(text) >= SHORT):
                self._bind(node)
        body = self.texts[root]
        for bindings in reversed(self.bindings):
            body = f"(let ({' '.join(bindings)}) {body})"
        return body

    def _bind(self, node: Node) -> None:
        depth = self.depths[node]
        if depth == len(self.bindings):
            self.bindings.append([])
        name = f"b!{depth}!{len(self.bindings[depth])}"
        self.bindings[depth].append(f"({name} {self.texts[node]})")
        self.texts[node] = name
        self.depths[node] = depth + 1

    def _parts(self, node: Node) -> tuple[Node, ...]:
        """Return the nodes whose texts make up the text of `node`."""
        match node:
            case terms.And() | terms.Or() | rx.Concat() | rx.Union() | rx.Intersection():
                return node.parts
            case terms.InTemplate():
                return languages(node)
            case terms.Atom(positive=False):
                return (terms.negation(node),)
            case terms.InRegex():
                _, rest = self._split(node.regex)
                return () if rest is rx.NONE else (rest,)
            case rx.Complement() | rx.Loop():
                return (node.part,)
        return ()

    def _split(self, regex: Regex) -> tuple[tuple[rx.Literal, ...], Regex]:
        """Return the literals of `regex` that print as equations, and the rest of it."""
        if isinstance(regex, rx.Literal):
            return (regex,), rx.NONE
        if not self.dialect.literals_apart or not isinstance(regex, rx.Union):
            return (), regex
        literals = tuple(part for part in regex.parts if isinstance(part, rx.Literal))
        if not literals:
            return (), regex
        return literals, rx.union(*_without_literals(regex.parts))

    def _text(self, node: Node) -> str:
        if isinstance(node, Regex):
            return self._regex(node)
        parts = [self.texts[part] for part in self._parts(node)]
        match node:
            case terms.And():
                return _call("and", parts)
            case terms.Or():
                return _call("or", parts)
            case terms.Constant():
                return str(node.value).lower()
            case terms.InTemplate():
                return self.templates.text(node, self._texts_of(node))
            case terms.Atom(positive=False):
                return f"(not {parts[0]})"
            case terms.SumAtMost():
                return f"(<= {self._sum(node)} {_number(node.bound)})"
            case terms.Atom():
                return self._atom(node, self.names[node.variable.name])
        raise TypeError(type(node).__name__)

    def _texts_of(self, atom: terms.InTemplate) -> dict[Regex, str]:
        return {regex: self.texts[regex] for regex in languages(atom)}

    def _sum(self, atom: terms.SumAtMost) -> str:
        return _call("+", [self._summand(*summand) for summand in atom.summands])

    def _summand(self, factor: int, variable: Variable) -> str:
        name = self.names[variable.name]
        number = f"(str.len {name})" if variable.sort is Sort.STRING else name
        return number if factor == 1 else f"(* {_number(factor)} {number})"

    def _atom(self, atom: terms.Atom, name: str) -> str:
        match atom:
            case terms.Truth():
                return name
            case terms.AtMost():
                return f"({'<' if atom.strict else '<='} {name} {_number(atom.bound)})"
            case terms.InRegex():
                return self._membership(name, atom.regex)
        raise TypeError(type(atom).__name__)

    def _membership(self, name: str, regex: Regex) -> str:
        literals, rest = self._split(regex)
        alternatives = [f"(= {name} {literal(part.text)})" for part in literals]
        if rest is not rx.NONE:
            alternatives.append(f"(str.in_re {name} {self.texts[rest]})")
        return _call("or", alternatives)

    def _regex(self, regex: Regex) -> str:
        parts = [self.texts[part] for part in self._parts(regex)]
        match regex:
            case rx.Literal():
                return f"(str.to_re {literal(regex.text)})"
            case rx.Chars():
                return self._charset(regex.charset)
            case rx.Concat():
                return _call("re.++", parts)
            case rx.Union():
                return _call("re.union", parts) if parts else "re.none"
            case rx.Intersection():
                return _call("re.inter", parts)
            case rx.Complement():
                return f"(re.comp {parts[0]})"
            case rx.Loop():
                return "re.all" if regex is rx.ALL else _loop(regex, parts[0])
        raise TypeError(type(regex).__name__)

    def _charset(self, charset: CharSet) -> str:
        if charset == ANY_CHAR:
            return "re.allchar"
        inside, outside = self._pieces(charset), self._pieces(~charset)
        if inside is None and outside is None:
            raise Unsupported(f"a class of {len(charset)} characters", "this solver")
        if outside is None or (inside is not None and self._is_better(inside, outside)):
            return _call("re.union", inside or [])
        return self._all_but(_call("re.union", outside))

    def _is_better(self, inside: Sequence[str], outside: Sequence[str]) -> bool:
        return self.dialect.gaps is Gaps.RANGES or len(inside) <= len(outside)

    def _pieces(self, charset: CharSet) -> list[str] | None:
        """Return what `charset` is the union of, or None iff too much of it is in no range."""
        in_ranges = charset & CharSet.of((0, self.dialect.last_in_range))
        listed = charset - in_ranges
        if len(listed) > LISTED:
            return None
        return [_range(*interval) for interval in in_ranges.intervals] + [
            _range(code, code) for code in listed
        ]

    def _all_but(self, gaps: str) -> str:
        # CVC4 1.8 takes a re.diff of three and more, and passes over all but the first two.
        if self.dialect.gaps is Gaps.INTERSECTION:
            return f"(re.inter re.allchar (re.comp {gaps}))"
        return f"(re.diff re.allchar {gaps})"


def _without_literals(parts: Sequence[Regex]) -> Iterator[Regex]:
    return (part for part in parts if not isinstance(part, rx.Literal))


def _range(low: int, high: int) -> str:
    if low == high:
        return f"(str.to_re {literal(chr(low))})"
    return f"(re.range {literal(chr(low))} {literal(chr(high))})"


def _loop(loop: rx.Loop, part: str) -> str:
    match loop.low, loop.high:
        case 0, None:
            return f"(re.* {part})"
        case 1, None:
            return f"(re.+ {part})"
        case 0, 1:
            return f"(re.opt {part})"
        case low, None:
            return f"(re.++ ((_ re.^ {low}) {part}) (re.* {part}))"
        case low, high if low == high:
            return f"((_ re.^ {low}) {part})"
        case low, high:
            return f"((_ re.loop {low} {high}) {part})"


def _call(operator: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({operator} {' '.join(parts)})"


def _number(value: Number) -> str:
    if value < 0:
        return f"(- {_number(-value)})"
    if isinstance(value, int):
        return str(value)
    return f"{value.numerator}.0" if value.denominator == 1 else _quotient(value)


def _quotient(value: Fraction) -> str:
    return f"(/ {value.numerator}.0 {value.denominator}.0)"
