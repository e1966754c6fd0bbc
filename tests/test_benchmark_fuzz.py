"""The fuzzer: what it makes of scripts, and what it calls a finding."""

from itertools import islice
from pathlib import Path
from random import Random

import pytest

from benchmarks.fuzz import Judge
from benchmarks.fuzz_mutants import Mutant, Seed, mutants, with_other_constants
from benchmarks.script_solvers import SolveScript
from encoders.smtlib.script import assertions_of

SCRIPT = """(declare-fun x () String)
(assert (str.in_re x (re.++ (str.to_re "a") (re.* (re.range "b" "c")))))
(assert (= (str.len x) 3))
(check-sat)
"""


def judge(**answers: str) -> Judge:
    """Return a judge beside solvers that always say the same."""
    return Judge(Random(1), {name: saying(said) for name, said in answers.items()})


def saying(answer: str) -> SolveScript:
    return lambda script, limit_s: answer


@pytest.mark.parametrize(
    ("answer", "theirs", "expected"),
    [
        ("", "unsat", []),
        ("", "unknown", []),
        ("", "sat", ["unsat, where z3 says sat"]),
        ("unsat", "unsat", []),
        ("sat", "unsat", ["unsat, where fusion promises sat"]),
    ],
)
def test_an_answer_is_held_against_what_is_known_and_what_others_say(
    answer: str, theirs: str, expected: list[str]
) -> None:
    mutant = Mutant(SCRIPT.replace("= (", "= 2 ("), "opfuzz", answer)

    assert list(judge(z3=theirs).findings(mutant)) == expected


def test_a_script_with_an_error_is_no_finding() -> None:
    by = judge(z3="sat")

    assert list(by.findings(Mutant("(assert y)(check-sat)", "opfuzz"))) == []
    assert by.counts["error"] == 1


def test_a_solver_that_cannot_read_a_script_says_nothing() -> None:
    def solve(script: str, limit_s: float) -> str:
        raise ValueError(script)

    by = Judge(Random(1), {"z3": solve})

    assert list(by.findings(Mutant("(assert false)(check-sat)", "opfuzz"))) == []
    assert by.counts["unsat beside error of z3"] == 1


@pytest.mark.parametrize("seed", range(20))
def test_changed_constants_leave_a_script_well_formed(seed: int) -> None:
    changed = with_other_constants(SCRIPT, Random(seed))

    assert changed.split() != SCRIPT.split()
    assert len(assertions_of(changed)[0]) == 2


def test_the_mutants_of_a_seed_are_scripts(tmp_path: Path) -> None:
    pytest.importorskip("yinyang")
    seed = Seed(tmp_path / "seed.smt2", "sat")
    seed.path.write_text(SCRIPT)

    found = list(islice(mutants([seed], Random(1)), 150))

    assert {mutant.mutator for mutant in found} == {"opfuzz", "typefuzz", "constants", "fusion"}
    assert all("(check-sat)" in "".join(mutant.text.split(" ")) for mutant in found)
