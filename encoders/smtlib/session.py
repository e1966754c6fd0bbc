"""A dialogue with the solver, as section 4 of SMT-LIB 2.7 has it.

An error leaves everything as it was, and the dialogue goes on. A model stays until the assertions
change: declarations do not spoil it. An assertion that holds what is not modelled stands on its
level as a refusal: an unsat of the others stands, all else is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from automaton.budget import Budget
from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Unsupported, Value, Verdict
from automaton.version import VERSION
from encoders.smtlib import answers
from encoders.smtlib import commands as c
from encoders.smtlib.commands import Command
from encoders.smtlib.evaluate import values
from encoders.smtlib.question import ScriptQuestion
from encoders.smtlib.script import Script
from encoders.smtlib.settings import Settings
from encoders.smtlib.sexpr import Atom, List, ParseError, Sexpr, Source
from encoders.smtlib.term import Term, TermSort

Decider = Callable[[ScriptQuestion, Budget], Verdict]
"""The verdict on what a script asks at a check, within a budget."""

NAME = "keyaki-automaton"
AUTHORS = "The Keyaki founders"
UNSUPPORTED = "unsupported"
_TOO_LARGE = Unsupported("a command of this size")
WORDS = {Sat: "sat", Unsat: "unsat", Unknown: "unknown"}


class FileError(Exception):
    """A file that the options name cannot be read or written."""


class CommandError(Exception):
    """A command cannot be carried out as things stand."""


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """What one check may spend: `wall_s` in seconds, `memory_mib` for the engine's tables."""

    wall_s: float | None = None
    memory_mib: int = 512


@dataclass
class Level:
    """What one level of the stack holds; `commands` are the texts of all that it says."""

    commands: list[str] = field(default_factory=list)
    assertions: list[Term] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    refusals: list[Unsupported] = field(default_factory=list)


class Session:
    """The state of a dialogue; `errors` are those of the commands that were wrong."""

    def __init__(
        self,
        decide: Decider,
        limits: SessionLimits = SessionLimits(),
        *,
        old_names: bool = False,
    ) -> None:
        self._decide = decide
        self._limits = limits
        self._script = Script(old_names=old_names)
        self.is_over = False
        self.errors: list[ParseError] = []
        self._start()

    def _start(self) -> None:
        self._settings = Settings()
        self._levels = [Level()]
        self._logic: str | None = None
        self._verdict: Verdict | None = None

    def respond(self, source: Source) -> Iterator[str]:
        """Carry out the commands of a piece of the script, and yield what they answer."""
        try:
            expressions = self._script.expressions(source)
        except ParseError as error:
            yield self._error(error)
            return
        except MemoryError:
            self._miss(_TOO_LARGE)
            return
        for written in expressions:
            if not self.is_over:
                yield from self._respond(written, source)

    def _respond(self, written: Sexpr, source: Source) -> Iterator[str]:
        try:
            command = self._script.command(written, source)
            answer = _ANSWERS[type(command)](self, command)
            if isinstance(command, c.Assert | c.Declare | c.Define | c.SetLogic):
                self._keep(source.written(written), is_asserted=isinstance(command, c.Assert))
        except ParseError as error:
            answer = self._error(error)
        except CommandError as error:
            answer = self._error(ParseError(str(error), source.place(written.offset)))
        except Unsupported as refusal:
            answer = self._refuse(written, source, refusal)
        except MemoryError:
            answer = self._refuse(written, source, _TOO_LARGE)
        if answer:
            yield answer
        elif self._settings.is_on(":print-success"):
            yield "success"

    def _keep(self, command: str, *, is_asserted: bool) -> None:
        lasts = not is_asserted and self._settings.is_on(":global-declarations")
        self._levels[0 if lasts else -1].commands.append(command)

    def _error(self, error: ParseError) -> str:
        self.errors.append(error.with_traceback(None))
        return answers.error(str(error))

    def _refuse(self, written: Sexpr, source: Source, refusal: Unsupported) -> str:
        """Return the answer to a command that holds what is not modelled."""
        match written:
            case List((Atom(_, "assert"), inner)):
                self._keep(source.written(written), is_asserted=True)
                self._miss(refusal)
                self._levels[-1].written.append(source.written(inner))
                return ""
            case List((Atom(_, "check-sat-assuming"), List(literals))):
                assumed = tuple(map(source.written, literals))
                return self._end(self._decided(self._question(assumed, refusal=refusal)))
            case List((Atom(_, word), *_)) if word.startswith(("declare-", "define-")):
                self._keep(source.written(written), is_asserted=False)
        return UNSUPPORTED

    def _miss(self, refusal: Unsupported) -> None:
        """Take note that something is asserted which is not understood."""
        self._verdict = None
        self._levels[-1].refusals.append(refusal)

    def _assert(self, command: c.Assert) -> str:
        self._verdict = None
        self._levels[-1].assertions.append(command.term)
        self._levels[-1].written.append(command.written)
        return ""

    def _push(self, command: c.Push) -> str:
        self._verdict = None
        self._levels += (Level() for _ in range(command.levels))
        return ""

    def _pop(self, command: c.Pop) -> str:
        self._verdict = None
        del self._levels[len(self._levels) - command.levels :]
        return ""

    def _reset(self, _: c.Reset) -> str:
        self._start()
        return ""

    def _reset_assertions(self, _: c.ResetAssertions) -> str:
        self._verdict = None
        declarations = (
            () if self._settings.is_on(":global-declarations") else ("(declare", "(define")
        )
        gone = ("(assert", *declarations)
        kept = [text for text in self._levels[0].commands if not text.startswith(gone)]
        self._levels = [Level(commands=kept)]
        return ""

    def _exit(self, _: c.Exit) -> str:
        self.is_over = True
        return ""

    def _check(self, command: c.CheckSat) -> str:
        return self._end(self._decided(self._question(command.written, command.assumptions)))

    def _question(
        self,
        assumed: Sequence[str] = (),
        assumptions: tuple[Term, ...] = (),
        refusal: Unsupported | None = None,
    ) -> ScriptQuestion:
        """Return what the assertions ask together with assumptions, one of which may be refused."""
        levels = self._levels
        commands = [command for level in levels for command in level.commands]
        refusals = [other for level in levels for other in level.refusals]
        return ScriptQuestion(
            text="\n".join([*commands, *(f"(assert {literal})" for literal in assumed)]),
            assertions=(*(term for level in levels for term in level.assertions), *assumptions),
            declared=self._variables(),
            refusals=(*refusals, *([refusal] if refusal else [])),
        )

    def _decided(self, question: ScriptQuestion) -> Verdict:
        try:
            return self._decide(question, self._budget())
        except MemoryError:
            return Unknown(Reason.MEMORY)
        except Unsupported as refusal:
            return _unknown(refusal)

    def _variables(self) -> tuple[Term, ...]:
        return self._script.declarations.variables()

    def _budget(self) -> Budget:
        limits = [self._settings.number(":timeout"), self._settings.number(":tlimit-per")]
        walls = [number / 1000 for number in limits if number]
        walls += [] if self._limits.wall_s is None else [self._limits.wall_s]
        return Budget(
            wall_s=min(walls, default=None),
            max_steps=self._settings.number(":reproducible-resource-limit"),
            memory_mib=self._limits.memory_mib,
        )

    def _end(self, verdict: Verdict) -> str:
        self._verdict = verdict
        return WORDS[type(verdict)]

    def _get_model(self, _: c.GetModel) -> str:
        values_of = self._model()
        printable = [term for term in self._variables() if term.sort is not TermSort.REGLAN]
        return answers.model((term, values_of[term.name]) for term in printable)

    def _get_value(self, command: c.GetValue) -> str:
        return answers.pairs(zip(command.written, self._values(command.terms), strict=True))

    def _get_assignment(self, _: c.GetAssignment) -> str:
        labels = self._script.declarations.labels()
        truths = {name: term for name, term in labels.items() if term.sort is TermSort.BOOL}
        found = self._values(tuple(truths.values()))
        return answers.pairs(zip(map(answers.symbol, truths), found, strict=True))

    def _values(self, terms: tuple[Term, ...]) -> tuple[Value, ...]:
        model = self._model()
        if any(term.sort is TermSort.REGLAN for term in terms):
            raise CommandError("a value of sort RegLan cannot be printed")
        return values(terms, model)

    def _model(self) -> Model:
        """Return the values of the variables; raise CommandError iff there is no model."""
        if not self._settings.is_on(":produce-models"):
            raise CommandError("models are switched off")
        if not isinstance(self._verdict, Sat):
            raise CommandError("there is no model: the last answer was not sat")
        defaults = {
            t.name: answers.DEFAULTS[t.sort]
            for t in self._variables()
            if t.sort is not TermSort.REGLAN
        }
        return {**defaults, **self._verdict.model}

    def _get_assertions(self, _: c.GetAssertions) -> str:
        return f"({' '.join(each for level in self._levels for each in level.written)})"

    def _get_info(self, command: c.GetInfo) -> str:
        match command.keyword:
            case ":reason-unknown":
                if not isinstance(self._verdict, Unknown):
                    raise CommandError("the last answer was not unknown")
                found = answers.reason(self._verdict)
            case ":assertion-stack-levels":
                found = str(len(self._levels) - 1)
            case ":name":
                found = answers.quoted(NAME)
            case ":version":
                found = answers.quoted(VERSION)
            case ":authors":
                found = answers.quoted(AUTHORS)
            case ":error-behavior":
                found = "continued-execution"
            case _:
                return UNSUPPORTED
        return f"({command.keyword} {found})"

    def _get_option(self, command: c.GetOption) -> str:
        known = self._settings.has(command.keyword)
        return self._settings.written(command.keyword) if known else UNSUPPORTED

    def _set_option(self, command: c.SetOption) -> str:
        return "" if self._settings.set(command.keyword, command.value) else UNSUPPORTED

    def _note(self, _: c.Declare | c.Define | c.SetInfo) -> str:
        return ""

    def _set_logic(self, command: c.SetLogic) -> str:
        if self._logic is not None:
            raise CommandError(f"the logic is `{self._logic}` already")
        self._logic = command.logic
        return ""

    def _echo(self, command: c.Echo) -> str:
        return command.written


def _unknown(refusal: Unsupported) -> Unknown:
    return Unknown(Reason.UNSUPPORTED, str(refusal))


def question_of(text: str, *, old_names: bool = False) -> ScriptQuestion:
    """Return what a script asks at its first check, or at its end.

    Raise ParseError iff a command before that is wrong.
    """
    asked: list[ScriptQuestion] = []

    def decide(question: ScriptQuestion, budget: Budget) -> Verdict:
        asked.append(question)
        return Unknown(Reason.CANCELLED)

    session = Session(decide, old_names=old_names)
    for piece in (text, "(check-sat)"):
        for _ in session.respond(Source(piece)):
            if asked:
                return asked[0]
            if session.errors:
                raise session.errors[0]
    return asked[0]


_ANSWERS: dict[type[Command], Callable[[Session, Any], str]] = {
    c.Assert: Session._assert,
    c.CheckSat: Session._check,
    c.Declare: Session._note,
    c.Define: Session._note,
    c.Echo: Session._echo,
    c.Exit: Session._exit,
    c.GetAssertions: Session._get_assertions,
    c.GetAssignment: Session._get_assignment,
    c.GetInfo: Session._get_info,
    c.GetModel: Session._get_model,
    c.GetOption: Session._get_option,
    c.GetValue: Session._get_value,
    c.Pop: Session._pop,
    c.Push: Session._push,
    c.Reset: Session._reset,
    c.ResetAssertions: Session._reset_assertions,
    c.SetInfo: Session._note,
    c.SetLogic: Session._set_logic,
    c.SetOption: Session._set_option,
}
"""What a session does for each command; "" stands for success."""
