from __future__ import annotations

import tarfile
from collections.abc import Iterator

import pytest

from automaton.verdict import Unsupported
from encoders.smtlib import commands as c
from encoders.smtlib.script import assertions_of, read_script
from encoders.smtlib.sexpr import ParseError
from encoders.smtlib.term import TermSort
from tests.corpora import corpora_file

REFUSED = {
    "2107": "`y` with the sort `(Relation Int Int)`",
    "2195": "the symbol `re.begin-anchor`",
}
"""The scripts of the corpus that are about something else."""


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("(check-sat)", c.CheckSat()),
        ("(check-sat-assuming ())", c.CheckSat()),
        ("(define-fun f ((x Int)) Int x)", c.Define("f")),
        ("(define-const f Int 5)", c.Define("f")),
        ("(define-sort S () Int)", c.Define("S")),
        ("(declare-const x (Array Int Int))", c.Declare(None)),
        ('(echo "a""b")', c.Echo('"a""b"')),
        ("(exit)", c.Exit()),
        ("(get-assertions)", c.GetAssertions()),
        ("(get-assignment)", c.GetAssignment()),
        ("(get-info :name)", c.GetInfo(":name")),
        ("(get-model)", c.GetModel()),
        ("(get-option :x)", c.GetOption(":x")),
        ("(push)", c.Push(1)),
        ("(push 3)", c.Push(3)),
        ("(pop 0)", c.Pop(0)),
        ("(reset)", c.Reset()),
        ("(reset-assertions)", c.ResetAssertions()),
        ("(set-info :status sat)", c.SetInfo(":status")),
        ("(set-info :status)", c.SetInfo(":status")),
        ("(set-info :x (a b))", c.SetInfo(":x")),
        ("(set-logic QF_S)", c.SetLogic("QF_S")),
        ('(set-option :x "y")', c.SetOption(":x", "y")),
        ("(set-option :x 5)", c.SetOption(":x", "5")),
        ("(set-option :x (a  b))", c.SetOption(":x", "(a  b)")),
        ("(set-option :x)", c.SetOption(":x", "")),
    ],
)
def test_each_command_is_read(text: str, command: c.Command) -> None:
    assert list(read_script(text)) == [command]


def test_commands_hold_terms() -> None:
    declared, asserted, assuming, value = read_script(
        "(declare-fun p () Bool)(assert (not\tp))(check-sat-assuming (p))(get-value (p (not p)))"
    )

    assert isinstance(declared, c.Declare)
    p = declared.variable
    assert p
    assert (p.name, p.sort) == ("p", TermSort.BOOL)
    assert isinstance(asserted, c.Assert)
    assert (asserted.term.operator, asserted.term.parts) == ("not", (p,))
    assert asserted.written == "(not\tp)"
    assert assuming == c.CheckSat((p,), ("p",))
    assert value == c.GetValue((p, asserted.term), ("p", "(not p)"))


def test_commands_before_a_fault_are_read() -> None:
    commands = read_script("(push)(frobnicate)")

    assert next(commands) == c.Push(1)
    with pytest.raises(ParseError, match="line 1, column 7: unknown command `frobnicate`"):
        next(commands)


def test_the_assertions_are_those_at_the_first_check() -> None:
    assertions, variables = assertions_of(
        "(declare-const p Bool)(assert p)(push 2)(declare-const q Bool)(assert q)(pop)(pop)"
        "(declare-const r Bool)(push)(assert r)(check-sat-assuming ((not p)))(assert 5)"
    )

    assert [term.name or term.operator for term in assertions] == ["p", "r", "not"]
    assert [variable.name for variable in variables] == ["p", "r"]


@pytest.mark.parametrize("reset", ["(reset)(declare-const p Bool)", "(reset-assertions)"])
def test_a_reset_forgets_assertions(reset: str) -> None:
    text = (
        f"(set-option :global-declarations true)(declare-const p Bool)(assert p){reset}(assert p)"
    )

    assert len(assertions_of(text)[0]) == 1


def corpus() -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the public scripts."""
    folder = corpora_file("smtlib_strings")
    with tarfile.open(folder / "cases.tar.xz") as archive:
        for entry in archive:
            file = archive.extractfile(entry)
            if file is not None:
                yield entry.name.removesuffix(".smt2"), file.read().decode()
    for path in sorted((folder / "seeds").glob("*.smt2")):
        yield path.stem, path.read_text(encoding="utf-8")


def test_public_scripts_are_read_but_for_what_is_not_modelled() -> None:
    refused, count = {}, 0
    for name, text in corpus():
        count += 1
        try:
            assertions, _ = assertions_of(text)
            assert assertions, name
        except Unsupported as error:
            refused[name] = error.feature

    assert (refused, count) == (REFUSED, 1217)
