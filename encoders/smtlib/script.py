"""Scripts of SMT-LIB 2.7: s-expressions -> commands, whose terms are closed and sorted.

What a script declares and defines is known to its reader: a command needs no other to be
understood. A symbol of a sort that is not modelled is known as such, and refused where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from automaton.verdict import Unsupported
from encoders.smtlib import commands as c
from encoders.smtlib.commands import Command
from encoders.smtlib.declarations import Declarations, Entry, Refused, define
from encoders.smtlib.literals import old_text_of, text_of
from encoders.smtlib.parse import TermReader, parameters_of, shown
from encoders.smtlib.sexpr import Atom, Kind, List, ParseError, Sexpr, Source, read
from encoders.smtlib.signature import FUNCTIONS
from encoders.smtlib.term import Pool, Term, TermSort

MAX_LEVELS = 1_000_000

_REFUSED = frozenset(
    {
        "apply",
        "assert-soft",
        "block-model",
        "check-sat-using",
        "check-synth",
        "eval",
        "get-abduct",
        "get-interpolant",
        "get-objectives",
        "get-proof",
        "get-unsat-assumptions",
        "get-unsat-core",
        "include",
        "maximize",
        "minimize",
        "simplify",
    }
)


def read_script(text: str, *, old_names: bool = False) -> Iterator[Command]:
    """Yield the commands of a script; raise ParseError or Unsupported at the first that is none."""
    script = Script(old_names=old_names)
    source = Source(text)
    for written in script.expressions(source):
        yield script.command(written, source)


def assertions_of(text: str, *, old_names: bool = False) -> tuple[list[Term], list[Term]]:
    """Return what a script has asserted at its first check, and the variables that it declares.

    Raise ParseError or Unsupported iff it cannot be read so far.
    """
    script = Script(old_names=old_names)
    source = Source(text)
    levels: list[list[Term]] = [[]]
    for written in script.expressions(source):
        match script.command(written, source):
            case c.Assert(term):
                levels[-1].append(term)
            case c.Push(number):
                levels += ([] for _ in range(number))
            case c.Pop(number) if number:
                del levels[-number:]
            case c.Reset() | c.ResetAssertions():
                levels = [[]]
            case c.CheckSat(assumptions):
                levels.append(list(assumptions))
                break
    return [term for level in levels for term in level], list(script.declarations.variables())


class Script:
    """Reads the commands of one script, one after another."""

    def __init__(self, *, old_names: bool = False) -> None:
        self._old_names = old_names
        self._start()

    def _start(self) -> None:
        self.declarations = Declarations(Pool())
        self.terms = TermReader(self.declarations, old_names=self._old_names)

    def expressions(self, source: Source) -> tuple[Sexpr, ...]:
        """Return the expressions of a piece; raise ParseError iff they are none."""
        return read(source, old_text_of if self._old_names else text_of)

    def command(self, written: Sexpr, source: Source) -> Command:
        """Return the command that is written in `source`, after its declarations are made.

        Raise ParseError iff it is none, Unsupported iff it holds what is not modelled; then it has
        changed nothing.
        """
        self.terms.names.clear()
        try:
            return self._command(written, source)
        except (ParseError, Unsupported, MemoryError):
            self.terms.take_back()
            raise

    def _command(self, written: Sexpr, source: Source) -> Command:
        match written:
            case List((Atom(Kind.SYMBOL, word), *arguments)) if word in _READERS:
                command = _READERS[word](self, arguments, source)
                if command is not None:
                    return command
                message = f"a malformed `{word}`"
            case List((Atom(Kind.SYMBOL, word), *_)):
                if word in _REFUSED:
                    where = str(source.place(written.offset))
                    raise Unsupported(f"the command `{word}`", where)
                message = f"unknown command `{word}`"
            case _:
                message = f"a command was expected, not `{shown(written, source)}`"
        raise ParseError(message, source.place(written.offset))

    def _reset(self, arguments: list[Sexpr], _: Source) -> Command | None:
        if arguments:
            return None
        self._start()
        return c.Reset()

    def _reset_assertions(self, arguments: list[Sexpr], _: Source) -> Command | None:
        if arguments:
            return None
        self.declarations.clear()
        return c.ResetAssertions()

    def _push(self, arguments: list[Sexpr], source: Source) -> Command | None:
        levels = _levels(arguments, source)
        if levels is None:
            return None
        self.declarations.push(levels)
        return c.Push(levels)

    def _pop(self, arguments: list[Sexpr], source: Source) -> Command | None:
        levels = _levels(arguments, source)
        if levels is None:
            return None
        depth = self.declarations.depth
        if levels > depth:
            place = source.place(arguments[0].offset) if arguments else source.start
            raise ParseError(f"a pop of {levels} levels where there are {depth}", place)
        self.declarations.pop(levels)
        return c.Pop(levels)

    def _assert(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [written]:
                return c.Assert(self._bool(written, source), source.written(written))
        return None

    def _bool(self, written: Sexpr, source: Source) -> Term:
        term = self.terms.read(written, source)
        if term.sort is not TermSort.BOOL:
            message = f"a Bool was expected, not a term of sort {term.sort.value}"
            raise ParseError(message, source.place(written.offset))
        return term

    def _check_sat_assuming(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [List(literals)]:
                return c.CheckSat(
                    tuple(self._bool(literal, source) for literal in literals),
                    tuple(map(source.written, literals)),
                )
        return None

    def _get_value(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [List(items)] if items:
                terms = tuple(self.terms.read(item, source) for item in items)
                return c.GetValue(terms, tuple(map(source.written, items)))
        return None

    def _declare(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.SYMBOL, name) as symbol, List(domain), codomain]:
                sorts = [self.terms.sort(each, source) for each in (*domain, codomain)]
            case _:
                return None
        place = source.place(symbol.offset)
        entry: Entry
        foreign = [each for each, sort in zip((*domain, codomain), sorts, strict=True) if not sort]
        if foreign:
            entry = Refused(f"`{name}` with the sort `{shown(foreign[0], source)}`")
        elif domain:
            entry = Refused(f"the uninterpreted function `{name}`")
        else:
            assert sorts[0]
            entry = self.declarations.pool.variable(name, sorts[0], place)
        self._name(symbol, entry, source)
        return c.Declare(entry if isinstance(entry, Term) else None)

    def _declare_const(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [symbol, sort]:
                return self._declare([symbol, List((), 0, 0), sort], source)
        return None

    def _name(self, symbol: Atom, entry: Entry, source: Source) -> None:
        place = source.place(symbol.offset)
        if symbol.text in FUNCTIONS or symbol.text in ("true", "false"):
            raise ParseError(f"`{symbol.text}` has a meaning already", place)
        self.declarations.add(symbol.text, entry, place)

    def _define(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.SYMBOL, name) as symbol, List() as written, codomain, body]:
                try:
                    entry = self._meaning(written, codomain, body, source)
                except Unsupported as refusal:
                    self.terms.take_back()
                    # Of a chain of definitions the first one is to blame.
                    blamed = refusal.feature.rpartition("`, for ")[2]
                    entry = Refused(f"`{name}`, for {blamed}")
                self._name(symbol, entry, source)
                return c.Define(name)
        return None

    def _meaning(self, written: List, codomain: Sexpr, body: Sexpr, source: Source) -> Entry:
        """Return what a definition says that its name means."""
        parameters, foreign = parameters_of(self.terms, written, source)
        sort = self.terms.sort(codomain, source)
        if foreign or sort is None:
            raise Unsupported(f"the sort `{foreign or shown(codomain, source)}`")
        term = self.terms.coerced(self.terms.read(body, source, parameters), sort)
        if term.sort is not sort:
            message = f"a term of sort {term.sort.value}, where {sort.value} is promised"
            raise ParseError(message, source.place(body.offset))
        return define(tuple(parameters.values()), term) if parameters else term

    def _define_const(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [symbol, sort, body]:
                return self._define([symbol, List((), 0, 0), sort, body], source)
        return None

    def _define_recursive(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.SYMBOL, name) as symbol, List(), _, _]:
                self._name(symbol, Refused(f"the recursive function `{name}`"), source)
                return c.Define(name)
        return None

    def _define_foreign(self, arguments: list[Sexpr], source: Source) -> Command | None:
        """Know every symbol of datatypes, sorts or recursive functions, in order to refuse it."""
        todo = arguments[::-1]
        first = ""
        while todo:
            item = todo.pop()
            if isinstance(item, List):
                todo += reversed(item.items)
            elif item.kind is Kind.SYMBOL and self._is_new(item.text):
                first = first or item.text
                self._name(item, Refused(f"the symbol `{item.text}`"), source)
        return c.Define(first) if arguments else None

    def _is_new(self, name: str) -> bool:
        is_sort = any(name == sort.value for sort in TermSort)
        return not (is_sort or name in FUNCTIONS or self.declarations.get(name))

    def _set_option(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.KEYWORD, keyword)]:
                return c.SetOption(keyword, "")
            case [Atom(Kind.KEYWORD, keyword), value]:
                text = value.text if isinstance(value, Atom) else source.written(value)
                if keyword == ":global-declarations":
                    self.declarations.is_global = text == "true"
                return c.SetOption(keyword, text)
        return None

    def _set_info(self, arguments: list[Sexpr], _: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.KEYWORD, keyword)] | [Atom(Kind.KEYWORD, keyword), _]:
                return c.SetInfo(keyword)
        return None

    def _set_logic(self, arguments: list[Sexpr], _: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.SYMBOL, logic)]:
                return c.SetLogic(logic)
        return None

    def _get_info(self, arguments: list[Sexpr], _: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.KEYWORD, keyword)]:
                return c.GetInfo(keyword)
        return None

    def _get_option(self, arguments: list[Sexpr], _: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.KEYWORD, keyword)]:
                return c.GetOption(keyword)
        return None

    def _echo(self, arguments: list[Sexpr], source: Source) -> Command | None:
        match arguments:
            case [Atom(Kind.STRING) as text]:
                return c.Echo(source.written(text))
        return None


def _levels(arguments: list[Sexpr], source: Source) -> int | None:
    """Return the number that push or pop has, 1 if it has none, or None iff it is malformed."""
    match arguments:
        case []:
            return 1
        case [Atom(Kind.NUMBER, digits) as atom] if "." not in digits:
            if len(digits) > 7 or int(digits) > MAX_LEVELS:
                raise ParseError(f"`{digits[:20]}` levels", source.place(atom.offset))
            return int(digits)
    return None


def _plain(make: Callable[[], Command]) -> Callable[[Script, list[Sexpr], Source], Command | None]:
    return lambda _script, arguments, _source: None if arguments else make()


_READERS: dict[str, Callable[[Script, list[Sexpr], Source], Command | None]] = {
    "assert": Script._assert,
    "check-sat": _plain(c.CheckSat),
    "check-sat-assuming": Script._check_sat_assuming,
    "declare-const": Script._declare_const,
    "declare-datatype": Script._define_foreign,
    "declare-datatypes": Script._define_foreign,
    "declare-fun": Script._declare,
    "declare-sort": Script._define_foreign,
    "declare-sort-parameter": Script._define_foreign,
    "define-const": Script._define_const,
    "define-fun": Script._define,
    "define-fun-rec": Script._define_recursive,
    "define-funs-rec": Script._define_foreign,
    "define-sort": Script._define_foreign,
    "echo": Script._echo,
    "exit": _plain(c.Exit),
    "get-assertions": _plain(c.GetAssertions),
    "get-assignment": _plain(c.GetAssignment),
    "get-info": Script._get_info,
    "get-model": _plain(c.GetModel),
    "get-option": Script._get_option,
    "get-value": Script._get_value,
    "pop": Script._pop,
    "push": Script._push,
    "reset": Script._reset,
    "reset-assertions": Script._reset_assertions,
    "set-info": Script._set_info,
    "set-logic": Script._set_logic,
    "set-option": Script._set_option,
}
