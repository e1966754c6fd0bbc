"""The table of members."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from portfolio import members
from portfolio.members import OWN, available, by_name
from portfolio.members.binary import CVC4
from portfolio.members.library import Z3
from tests.fakes import fake_binary


def test_the_automaton_is_always_there_and_first() -> None:
    assert available()[0].name == "automaton"


def test_names_are_unique() -> None:
    names = [member.name for member in OWN]
    assert len(set(names)) == len(names)


def test_members_come_in_the_order_in_which_they_are_named() -> None:
    names = [member.name for member in reversed(available())]
    assert [member.name for member in by_name(names)] == names


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["automaton", "nobody"], "there is no member `nobody`; there are automaton"),
        (["automaton", "automaton"], "member `automaton` is named twice"),
        (["absent"], "member `absent` is not installed"),
    ],
)
def test_wrong_names_are_refused(
    names: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = replace(CVC4, name="absent", command=("no-such-solver",))
    monkeypatch.setattr(members, "OWN", (*OWN, absent))
    with pytest.raises(ValueError, match=message):
        by_name(names)


def test_what_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = (replace(Z3, module="no_such_module"), replace(CVC4, command=("no-such-solver",)))
    monkeypatch.setattr(members, "OWN", absent)
    assert not {"z3", "cvc4"} & {member.name for member in available()}


def test_a_version_that_cannot_be_found_is_unknown() -> None:
    assert replace(CVC4, version_command=("no-such-solver",)).version() == "unknown"
    assert replace(Z3, package="no-such-package").version() == "unknown"
    assert fake_binary("sat").version() == "unknown"


def test_naming_the_members_loads_no_solver() -> None:
    code = (
        "import sys; from portfolio.members import available; available();"
        "print(sorted({'z3', 'cvc5', 'numba'} & set(sys.modules)))"
    )
    shown = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
