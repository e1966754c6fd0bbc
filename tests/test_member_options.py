"""Members with options and seeds, by name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner

from automaton.verdict import Unknown, Unsat
from portfolio import members
from portfolio.answer import End
from portfolio.cli import commands
from portfolio.limits import Limits, Schedule
from portfolio.members import BinaryMember, LibraryMember, by_name, close_all, named
from portfolio.members.base import Member, Options
from portfolio.members.library import CVC5, Z3
from portfolio.race import race
from portfolio.solve import solve_script
from portfolio.trust import Standing, standing_of
from tests.fakes import RIGHT, SATISFIABLE, UNSATISFIABLE, Scripted, fake_binary, fake_library

OLD_Z3 = "z3@4.13.0.0"
SEED_0 = ("smt.random_seed", "0")


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    close_all()


def one(name: str) -> LibraryMember | BinaryMember:
    """Return the member of a name, or skip the test where its solver is not installed."""
    try:
        (member,) = by_name([name])
    except ValueError as error:
        if "is not installed" in str(error):
            pytest.skip(str(error))
        raise
    assert isinstance(member, LibraryMember | BinaryMember)
    return member


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("z3:seed=7", [("smt.random_seed", "7")]),
        ("z3:smt.random_seed=7", [("smt.random_seed", "7")]),
        ("z3:smt.restart_factor=1.5:seed=0", [("smt.restart_factor", "1.5"), SEED_0]),
        ("cvc5:strings-exp=true", [("strings-exp", "true")]),
        ("cvc5:strings-exp=true:seed=3", [("strings-exp", "true"), ("seed", "3")]),
        ("cvc4:seed=3", [("seed", "3")]),
        ("cvc4:strings-fmf=true", [("strings-fmf", "true")]),
        ("cvc4:strings-fmf=false", [("strings-fmf", "false")]),
        (f"{OLD_Z3}:smt.random_seed=7", [("smt.random_seed", "7")]),
        ("cvc5@1.0.7:seed=3", [("seed", "3")]),
        ("z3:smt.seq.regex_monadic=false", [("smt.seq.regex_monadic", "false")]),
    ],
)
def test_a_name_with_options_is_a_member_that_answers(
    name: str, options: list[tuple[str, str]]
) -> None:
    member = one(name)
    outcome = member.start(UNSATISFIABLE, Limits()).wait(None)
    assert (member.name, [*member.options]) == (name, options)
    assert outcome is not None
    assert (outcome.end, outcome.verdict) == (End.ANSWERED, Unsat())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("z3:no_such=7", "member `z3` does not take `no_such=7`: unknown parameter 'no_such'$"),
        ("z3:smt.random_seed=x", "does not take `smt.random_seed=x`: .* expected unsigned int$"),
        ("z3:smt.random_seed=true", "given argument of type bool, expected unsigned int$"),
        ("z3:smt.string_solver=none_such", "Invalid string solver value"),
        ("z3:seed=1:no_such=2", "member `z3` does not take `no_such=2`"),
        (f"{OLD_Z3}:no_such=7", f"member `{OLD_Z3}` does not take `no_such=7`: unknown parameter"),
        ("cvc5:no-such=1", "member `cvc5` does not take `no-such=1`: unrecognized option"),
        ("cvc5:strings-exp=maybe", "is not a bool constant"),
        ("cvc5:print-success=true", "member `cvc5` does not take `print-success=true`"),
        ("cvc4:no-such=1", "`no-such=1`: Error in option parsing: can't understand option"),
        ("cvc4:strings-process-loop-mode=x", "unknown option for --strings-process-loop-mode"),
    ],
)
def test_what_a_solver_does_not_take_is_an_error_that_names_it(name: str, said: str) -> None:
    one(name.partition(":")[0])
    with pytest.raises(ValueError, match=said):
        by_name([name])


@pytest.mark.parametrize(
    "name", ["z3:seed=7", "z3:smt.random_seed=7", "cvc5:seed=3", "cvc4:seed=3"]
)
def test_a_seed_leaves_a_solver_as_trusted_as_it_is(name: str) -> None:
    assert standing_of(one(name)) == standing_of(one(name.partition(":")[0]))


def test_with_other_options_than_a_seed_a_solver_is_trusted_for_nothing() -> None:
    for name in ("z3:smt.restart_factor=1.5:seed=0", "cvc5:strings-exp=true:seed=3"):
        base = name.partition(":")[0]
        assert standing_of(one(name)) == Standing(base, frozenset())


def test_an_option_that_makes_a_solver_wrong_makes_no_proof() -> None:
    # With two characters in all there are no three that differ.
    text = "".join(
        f"(declare-const {name} String)(assert (= (str.len {name}) 1))" for name in "stu"
    )
    member = one("cvc5:strings-alpha-card=2")
    answer = solve_script(f"{text}(assert (distinct s t u))(check-sat)", members=(member,))
    assert answer.members[0].verdict == Unsat()
    assert (answer.winner, type(answer.verdict)) == (None, Unknown)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("z3:", "member `z3:`: `` is no option, which is written as in `z3:seed=7`"),
        ("z3:seed", "`seed` is no option"),
        ("z3:seed=", "`seed=` is no option"),
        ("z3:=7", "`=7` is no option"),
        ("z3:seed=1:seed=2", "option `seed` is given twice"),
        ("z3:seed=x", "seed `x` is no number from 0 to 2147483647"),
        ("cvc5:seed=-1", "seed `-1` is no number"),
        ("z3:seed=99999999999", "seed `99999999999` is no number"),
        ("automaton:seed=1", "member `automaton` takes no options"),
        ("nobody:seed=1", "there is no member `nobody`"),
        ("z3@0.0.0:seed=1", "`keyaki members --install z3@0.0.0` does it"),
    ],
)
def test_what_is_written_wrong_is_an_error_without_a_solver(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "OWN", (*members.OWN[:1], replace(Z3, module="json"), CVC5))
    monkeypatch.setattr(named, "_complaint_now", lambda member: pytest.fail("was tried out"))
    with pytest.raises(ValueError, match=said):
        by_name([name])


def test_options_are_tried_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def try_out(member: Member) -> None:
        tried.append(member.name)

    monkeypatch.setattr(named, "_complaint_now", try_out)
    named._complaint_of_hashable.cache_clear()
    for _ in range(3):
        named.with_options(fake_binary("sat"), "fake:seed=1", (("seed", "1"),))
    named._complaint_of_hashable.cache_clear()
    assert tried == ["fake:seed=1"]


@pytest.mark.parametrize("make", [fake_binary, fake_library])
def test_a_solver_that_fails_anyhow_does_not_speak_against_its_options(
    make: Callable[[str], Member],
) -> None:
    member = named.with_options(make("leave"), "fake:seed=1", (("seed", "1"),))
    assert member.name == "fake:seed=1"


class Configurable(Scripted):
    """A member of somebody else's that takes one option, and cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]

    def with_options(self, name: str, options: Options) -> Configurable:
        if dict(options).keys() - {"delay_s"}:
            raise ValueError("there is only `delay_s`")
        return Configurable(name, self.verdict, delay_s=float(dict(options)["delay_s"]))


def test_a_members_own_way_to_take_options_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "registered", lambda taken: (Configurable("other", RIGHT),))
    (member,) = by_name(["other:delay_s=0.1"])
    answer = race(SATISFIABLE, members=[member], limits=Limits(wall_s=5))
    assert (answer.winner, answer.members[0].name) == ("other:delay_s=0.1", "other:delay_s=0.1")
    with pytest.raises(ValueError, match="member `other:x=1`: there is only `delay_s`"):
        by_name(["other:x=1"])


def test_reports_have_names_with_options_and_versions() -> None:
    chosen = [one("cvc4:seed=3"), one("cvc4:seed=4")]
    answer = race(UNSATISFIABLE, members=chosen, schedule=Schedule.RUN_ALL)
    assert [(report.name, report.version) for report in answer.members] == [
        ("cvc4:seed=3", "1.8"),
        ("cvc4:seed=4", "1.8"),
    ]


SCRIPT = "(declare-const s String)(assert (= s (str.++ s s)))(check-sat)"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ("cvc4:seed=3", 0, "sat"),
        ("cvc4:no-such=1", 2, "member `cvc4` does not take `no-such=1`"),
        ("cvc4:seed=x", 2, "seed `x` is no number"),
    ],
)
def test_the_command_line_takes_options_and_refuses_wrong_ones(
    given: str, status: int, said: str
) -> None:
    one("cvc4")
    command = (sys.executable, "-m", "portfolio.cli", "solve", "-", "--members", given)
    shown = subprocess.run(command, input=SCRIPT, capture_output=True, text=True, check=False)
    assert shown.returncode == status, shown.stderr
    assert said in shown.stdout + shown.stderr


@pytest.mark.parametrize("arguments", [["members", "--help"], ["solve", "--help"]])
def test_help_says_how_options_are_written(arguments: list[str]) -> None:
    assert "z3:seed=7" in CliRunner().invoke(commands, arguments).output
