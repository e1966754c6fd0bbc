"""Terms of SMT-LIB scripts: s-expressions -> sorted terms, without recursion.

`let` is parallel and shadows; definitions are expanded; annotations vanish but for their names.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from automaton.charset import MAX_CODE_POINT
from automaton.verdict import Unsupported
from encoders.smtlib.application import Applier
from encoders.smtlib.declarations import Declarations, Definition, Refused, parameter
from encoders.smtlib.sexpr import Atom, Kind, List, ParseError, Sexpr, Source
from encoders.smtlib.signature import FUNCTIONS
from encoders.smtlib.term import Place, Pool, Term, TermSort

MAX_DIGITS = 4000
"""Python reads no whole number of more than 4300 digits."""

MAX_INDEX = 1 << 31

_BINDERS = frozenset({"forall", "exists", "match", "lambda", "choice", "par"})
_SPECIAL = _BINDERS | {"let", "!", "_", "as"}
_SORTS = {sort.value: sort for sort in TermSort}

Step = Callable[[], None]
Task = Sexpr | Step


class TermReader:
    """Reads the terms of one script; `declarations` say what its names stand for."""

    def __init__(self, declarations: Declarations, *, old_names: bool = False) -> None:
        self.declarations = declarations
        self.pool: Pool = declarations.pool
        self.applier = Applier(self.pool, old_names=old_names)
        self.names: list[str] = []
        self._source = Source("")
        self._is_open = False
        self._bound: dict[str, list[Term]] = {}
        self._todo: list[Task] = []
        self._done: list[Term] = []

    def read(
        self, written: Sexpr, source: Source, parameters: dict[str, Term] | None = None
    ) -> Term:
        """Return the term that is written in `source`, where `parameters` stand for terms.

        The names of its annotations are declared, and added to `names`. Raise ParseError iff it
        is no term, Unsupported iff it is one with a construct that is not modelled.
        """
        self._source = source
        self._is_open = bool(parameters)
        self._bound = {name: [term] for name, term in (parameters or {}).items()}
        self._todo, self._done = [written], []
        self._run()
        (term,) = self._done
        return term

    def take_back(self) -> None:
        """Forget the `names`."""
        self.declarations.take_back(self.names)
        self.names.clear()

    def sort(self, written: Sexpr, source: Source) -> TermSort | None:
        """Return the sort that is written, or None iff it is none of ours."""
        match written:
            case Atom(Kind.SYMBOL, name) if name in _SORTS:
                return _SORTS[name]
            case List((Atom(Kind.SYMBOL, "RegEx"), Atom(Kind.SYMBOL, "String"))):
                return TermSort.REGLAN
            case Atom(Kind.SYMBOL) | List((Atom(Kind.SYMBOL), *_)):
                return None
        raise ParseError(f"`{shown(written, source)}` is no sort", source.place(written.offset))

    def _run(self) -> None:
        todo = self._todo
        while todo:
            task = todo.pop()
            if isinstance(task, Atom):
                self._done.append(self._atom(task))
            elif isinstance(task, List):
                self._open(task)
            else:
                task()

    def _place(self, written: Sexpr) -> Place:
        return self._source.place(written.offset)

    def _wrong(self, message: str, written: Sexpr) -> ParseError:
        return ParseError(message, self._place(written))

    def _refused(self, feature: str, written: Sexpr) -> Unsupported:
        return Unsupported(feature, str(self._place(written)))

    def _atom(self, atom: Atom) -> Term:
        if atom.kind is Kind.SYMBOL:
            return self._symbol(atom.text, atom)
        if atom.kind is Kind.STRING:
            known = self.pool.known_string(atom.text)
            return known or self.pool.constant(atom.text, TermSort.STRING, self._place(atom))
        if atom.kind is Kind.NUMBER:
            return self._number(atom)
        if atom.kind is Kind.BITS:
            raise self._refused(f"the bit vector `{atom.text[:20]}`", atom)
        raise self._wrong(f"a term was expected, not the keyword `{atom.text}`", atom)

    def _number(self, atom: Atom) -> Term:
        if len(atom.text) > MAX_DIGITS:
            raise self._refused(f"a number of {len(atom.text)} digits", atom)
        if "." in atom.text:
            return self.pool.constant(Fraction(atom.text), TermSort.REAL, self._place(atom))
        return self.pool.constant(int(atom.text), TermSort.INT, self._place(atom))

    def _symbol(self, name: str, atom: Sexpr) -> Term:
        bound = self._bound.get(name)
        if bound:
            return bound[-1]
        entry = self.declarations.get(name)
        if isinstance(entry, Term):
            return entry
        match entry:
            case Refused(feature):
                raise self._refused(feature, atom)
            case Definition():
                raise self._wrong(f"`{name}` takes arguments", atom)
        known = self.pool.known(name, ())
        if known is not None:
            return known
        if name in ("true", "false"):
            return self.pool.constant(name == "true", TermSort.BOOL, self._place(atom))
        place = self._place(atom)
        canonical = self.applier.canonical(name, place, "symbol")
        return self.applier.apply(canonical, (), (), place)

    def _open(self, written: List) -> None:
        items = written.items
        if len(items) > 1:
            head = items[0]
            if isinstance(head, Atom) and head.kind is Kind.SYMBOL and head.text not in _SPECIAL:
                self._open_application(head.text, (), written, items[1:])
                return
        match items:
            case (Atom(Kind.SYMBOL, "let"), List(bindings), body) if bindings:
                self._open_let(bindings, body)
            case (Atom(Kind.SYMBOL, "!"), inner, *attributes) if attributes:
                self._todo += (partial(self._annotate, attributes), inner)
            case (Atom(Kind.SYMBOL, "_"), *_):
                self._done.append(self._indexed_constant(written))
            case (Atom(Kind.SYMBOL, "as"), inner, sort):
                self._todo += (partial(self._check_sort, sort), inner)
            case (Atom(Kind.SYMBOL, "let" | "!" | "as" as word), *_):
                raise self._wrong(f"a malformed `{word}`", written)
            case (Atom(Kind.SYMBOL, name), *_) if name in _BINDERS:
                raise self._refused(f"`{name}`", written)
            case (List() as head, _, *_):
                name, indices = self._head(head)
                self._open_application(name, indices, written, items[1:])
            case _:
                raise self._wrong(f"`{shown(written, self._source)}` is no term", written)

    def _head(self, head: List) -> tuple[str, tuple[int, ...]]:
        """Return the function that is written as a list, with its indices."""
        match head.items:
            case (Atom(Kind.SYMBOL, "as"), Atom(Kind.SYMBOL, name), _):
                return name, ()
            case (Atom(Kind.SYMBOL, "as"), List() as inner, _):
                return self._head_indexed(inner)
        return self._head_indexed(head)

    def _head_indexed(self, head: List) -> tuple[str, tuple[int, ...]]:
        match head.items:
            case (Atom(Kind.SYMBOL, "_"), Atom(Kind.SYMBOL, name), *indices) if indices:
                # An index that is no numeral belongs to other theories' functions.
                if name not in FUNCTIONS:
                    self.applier.canonical(name, self._place(head))
                return name, tuple(self._index(index) for index in indices)
        raise self._wrong(f"`{shown(head, self._source)}` is no function", head)

    def _index(self, written: Sexpr) -> int:
        match written:
            case Atom(Kind.NUMBER, digits) if "." not in digits:
                if len(digits) > 10 or int(digits) > MAX_INDEX:
                    raise self._refused(f"the index `{digits[:20]}`", written)
                return int(digits)
        raise self._wrong(f"`{shown(written, self._source)}` is no index", written)

    def _open_application(
        self, name: str, indices: tuple[int, ...], written: List, arguments: tuple[Sexpr, ...]
    ) -> None:
        step: Step
        if name in FUNCTIONS:
            # Most applications are of this kind, and need no waiting for their arguments.
            atoms = [each for each in arguments if isinstance(each, Atom)]
            if len(atoms) == len(arguments):
                parts = tuple([self._atom(atom) for atom in atoms])
                self._done.append(self._applied(name, indices, parts, written))
                return
            step = partial(self._apply, name, indices, len(arguments), written)
        else:
            step = self._step(name, indices, written, len(arguments))
        self._todo.append(step)
        self._todo += arguments[::-1]

    def _step(self, name: str, indices: tuple[int, ...], written: List, number: int) -> Step:
        """Return what applies a function that is none of the theories' own to its arguments."""
        match self.declarations.get(name):
            case Definition() as definition:
                return partial(self._expand, name, definition, number, written)
            case Refused(feature):
                raise self._refused(feature, written)
            case Term():
                raise self._wrong(f"`{name}` takes no arguments", written)
        canonical = self.applier.canonical(name, self._place(written))
        return partial(self._apply, canonical, indices, number, written)

    def _take(self, number: int) -> tuple[Term, ...]:
        parts = tuple(self._done[-number:])
        del self._done[-number:]
        return parts

    def _apply(self, name: str, indices: tuple[int, ...], number: int, written: Sexpr) -> None:
        self._done.append(self._applied(name, indices, self._take(number), written))

    def _applied(
        self, name: str, indices: tuple[int, ...], parts: tuple[Term, ...], written: Sexpr
    ) -> Term:
        known = None if indices else self.pool.known(name, parts)
        return known or self.applier.apply(name, indices, parts, self._place(written))

    def _expand(self, name: str, definition: Definition, number: int, written: Sexpr) -> None:
        parts = self._take(number)
        wanted = [term.sort for term in definition.parameters]
        if len(parts) == len(wanted):
            parts = tuple(map(self.coerced, parts, wanted))
        sorts = [part.sort for part in parts]
        if sorts != wanted:
            takes, given = (" ".join(s.value for s in each) for each in (wanted, sorts))
            raise self._wrong(f"`{name}` takes ({takes}), not ({given})", written)
        self._done.append(self.declarations.expand(definition, parts, self._place(written)))

    def coerced(self, term: Term, wanted: TermSort) -> Term:
        """Return the term, among the reals iff one is wanted and it is a whole number."""
        return self.applier.as_real(term) if wanted is TermSort.REAL else term

    def _open_let(self, bindings: tuple[Sexpr, ...], body: Sexpr) -> None:
        names: list[str] = []
        values: list[Sexpr] = []
        for binding in bindings:
            match binding:
                case List((Atom(Kind.SYMBOL, name), value)):
                    names.append(name)
                    values.append(value)
                case _:
                    raise self._wrong("a malformed binding of `let`", binding)
        if len(set(names)) < len(names):
            raise self._wrong("`let` binds a name twice", bindings[0])
        self._todo += (partial(self._unbind, names), body, partial(self._bind, names))
        self._todo += reversed(values)

    def _bind(self, names: list[str]) -> None:
        for name, term in zip(names, self._take(len(names)), strict=True):
            self._bound.setdefault(name, []).append(term)

    def _unbind(self, names: list[str]) -> None:
        for name in names:
            self._bound[name].pop()

    def _annotate(self, attributes: list[Sexpr]) -> None:
        """Declare the name that the attributes give the last term; others say nothing of it."""
        for attribute, value in zip(attributes, [*attributes[1:], None], strict=True):
            match attribute, value:
                case Atom(Kind.KEYWORD, ":named"), Atom(Kind.SYMBOL, name):
                    if self._is_open:
                        raise self._refused("`:named` among parameters", attribute)
                    self.declarations.label(name, self._done[-1], self._place(attribute))
                    self.names.append(name)
                case Atom(Kind.KEYWORD, ":named"), _:
                    raise self._wrong("`:named` wants a symbol", attribute)

    def _check_sort(self, written: Sexpr) -> None:
        sort = self.sort(written, self._source)
        term = self._done[-1]
        if sort is None:
            raise self._refused(f"the sort `{shown(written, self._source)}`", written)
        self._done[-1] = self.coerced(term, sort)
        if self._done[-1].sort is not sort:
            raise self._wrong(f"a term of sort {term.sort.value}, not {sort.value}", written)

    def _indexed_constant(self, written: List) -> Term:
        match written.items:
            case (_, Atom(Kind.SYMBOL, "char" | "Char"), Atom(Kind.BITS, bits)) if bits[1] == "x":
                code = int(bits[2:10], 16)
                if code > MAX_CODE_POINT or len(bits) > 7:
                    raise self._wrong(f"`{bits[:20]}` is no character", written)
                return self.pool.constant(chr(code), TermSort.STRING, self._place(written))
            case (_, Atom(Kind.SYMBOL, name), *_):
                self.applier.canonical(name, self._place(written))
        raise self._wrong(f"`{shown(written, self._source)}` is no term", written)


SHOWN = 40


def shown(written: Sexpr, source: Source) -> str:
    """Return the start of an expression, for a message."""
    text = source.written(written)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def parameters_of(
    reader: TermReader, written: Sexpr, source: Source
) -> tuple[dict[str, Term], str | None]:
    """Return the parameters of a definition, and the first sort among theirs that is not ours."""
    found: dict[str, Term] = {}
    foreign: str | None = None
    for item in written.items if isinstance(written, List) else (written,):
        place = source.place(item.offset)
        match item:
            case List((Atom(Kind.SYMBOL, name), written_sort)) if name not in found:
                sort = reader.sort(written_sort, source)
                foreign = foreign or (shown(written_sort, source) if sort is None else None)
                found[name] = parameter(reader.pool, len(found), sort or TermSort.BOOL, place)
            case _:
                raise ParseError(f"`{shown(item, source)}` is no parameter", place)
    return found, foreign
