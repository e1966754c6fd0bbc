"""Problems as SMT-LIB 2.6 scripts, in the dialect of a solver.

Addresses print as integers with their bounds asserted. Formulas and regular expressions are
graphs: what occurs more than once is bound by `let`, innermost first, so that a script is no
longer than its graph. Nothing here recurses: depth is the user's.
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
from encoders.smtlib.dialect import Dialect
from encoders.smtlib.literals import literal
from encoders.smtlib.symbols import symbols

Node = Formula | Regex

SHORT = 48
"""A text of fewer characters is repeated rather than bound."""

LISTED = 256
"""How many characters of a range that a dialect cannot write are listed one by one."""


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
    lines.append(f"(assert {_Printer(dialect, names).text(problem.formula)})")
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
        self.texts: dict[Node, str] = {}
        self.depths: dict[Node, int] = {}
        self.bindings: list[list[str]] = []
        """The bindings by depth: those at one depth use names of smaller depths only."""

    def text(self, root: Formula) -> str:
        """Return the text of `root` under the bindings that it needs."""
        ordered, uses = _post_order(root)
        for node in ordered:
            self.texts[node] = self._text(node)
            self.depths[node] = max((self.depths[part] for part in _parts(node)), default=0)
            if uses[node] > 1 and len(self.texts[node]) >= SHORT:
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

    def _text(self, node: Node) -> str:
        if isinstance(node, Regex):
            return self._regex(node)
        if isinstance(node, terms.Atom):
            positive = node if node.positive else terms.negation(node)
            text = self._atom(positive)
            return text if node.positive else f"(not {text})"
        parts = [self.texts[part] for part in _parts(node)]
        match node:
            case terms.And():
                return _call("and", parts)
            case terms.Or():
                return _call("or", parts)
            case terms.Constant():
                return str(node.value).lower()
        raise TypeError(type(node).__name__)

    def _atom(self, atom: Formula) -> str:
        match atom:
            case terms.Truth():
                return self.names[atom.variable.name]
            case terms.AtMost():
                relation = "<" if atom.strict else "<="
                return f"({relation} {self.names[atom.variable.name]} {_number(atom.bound)})"
            case terms.InRegex(regex=rx.Literal() as only):
                return f"(= {self.names[atom.variable.name]} {literal(only.text)})"
            case terms.InRegex():
                return f"(str.in_re {self.names[atom.variable.name]} {self.texts[atom.regex]})"
        raise TypeError(type(atom).__name__)

    def _regex(self, regex: Regex) -> str:
        parts = [self.texts[part] for part in _parts(regex)]
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
        gaps = ~charset
        is_shorter = self.dialect.complements and len(gaps.intervals) < len(charset.intervals)
        if is_shorter or charset.intervals[-1][1] > self.dialect.last_in_range:
            return f"(re.diff re.allchar {self._ranges(gaps)})" if gaps else "re.allchar"
        return self._ranges(charset)

    def _ranges(self, charset: CharSet) -> str:
        return _call("re.union", [text for i in charset.intervals for text in self._range(*i)])

    def _range(self, low: int, high: int) -> Iterator[str]:
        if low < high <= self.dialect.last_in_range:
            yield f"(re.range {literal(chr(low))} {literal(chr(high))})"
        elif high - low < LISTED:
            yield from (f"(str.to_re {literal(chr(code))})" for code in range(low, high + 1))
        else:
            raise Unsupported(f"a range of characters up to {high:#x}", "this solver")


def _post_order(root: Formula) -> tuple[list[Node], Counter[Node]]:
    """Return every node of the graph after its parts, and how often each is used."""
    ordered: list[Node] = []
    uses: Counter[Node] = Counter()
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            ordered.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            parts = _parts(node)
            uses.update(parts)
            stack.extend((part, False) for part in reversed(parts))
    return ordered, uses


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case terms.And() | terms.Or() | rx.Concat() | rx.Union() | rx.Intersection():
            return node.parts
        case terms.InRegex() if not isinstance(node.regex, rx.Literal):
            return (node.regex,)
        case rx.Complement() | rx.Loop():
            return (node.part,)
    return ()


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
