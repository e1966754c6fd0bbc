"""The pytest plug-in, in runs of its own: what fails, what is skipped, and what is reported."""

from __future__ import annotations

import json
import sys

import pytest

from portfolio.differential.conformance.suite import suite
from tests.conformance_cases import knowing_solver

pytest_plugins = "pytester"

OPERATORS = ("str.at", "str.len", "re.loop")
FACTS = suite(OPERATORS, most=4)
PROGRAM = """
from portfolio.differential.pytest_plugin import conforms

@conforms(operators={operators}, cases=4, name="mine")
def test_my_solver():
    pass
"""


@pytest.fixture(autouse=True)
def _program(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROGRAM.format(operators=OPERATORS))


def solver(pytester: pytest.Pytester, *behaviours: str) -> str:
    return knowing_solver(pytester.path, FACTS, *behaviours)


def run(pytester: pytest.Pytester, command: str, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("--smt-solver", command, *options)


def test_each_fact_is_a_test_with_a_name_that_says_what_it_is_about(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, solver(pytester), "--collect-only", "-q")

    names = [line.partition("::")[2] for line in result.outlines if "::" in line]
    # pytest writes a backslash of a name as two.
    assert names == [f"test_my_solver[{fact}]".replace("\\", r"\\") for fact in FACTS]


def test_a_solver_that_is_right_passes_and_the_table_says_so(pytester: pytest.Pytester) -> None:
    result = run(pytester, solver(pytester))

    result.assert_outcomes(passed=12)
    result.stdout.fnmatch_lines(
        [
            "*conformance by operator*",
            "mine *",
            "* right  wrong  unknown  unsupported  crashed  timed out",
            "*str.len * 4",
            "*all * 12",
        ]
    )


def test_a_lie_is_found_and_attributed_to_its_operator(pytester: pytest.Pytester) -> None:
    result = run(pytester, solver(pytester, "str.at=lie"))

    result.assert_outcomes(passed=8, failed=4)
    result.stdout.fnmatch_lines(
        [
            "*`mine` on str.at: *",
            "wrong: the answer is *",
            "expected * by *",
            "proof *",
            "(check-sat)",
        ]
    )
    assert "str.at 4" in squeezed(result)
    assert "all 8 4" in squeezed(result)


def squeezed(result: pytest.RunResult) -> list[str]:
    return [" ".join(line.split()) for line in result.outlines]


def test_a_model_that_does_not_hold_is_wrong(pytester: pytest.Pytester) -> None:
    facts = suite(("str.to_code",))
    command = knowing_solver(pytester.path, facts, "str.to_code=wrong-model")
    pytester.makepyfile(test_model=PROGRAM.format(operators=("str.to_code",)).replace("4", "20"))

    result = run(pytester, command, "test_model.py")

    assert result.parseoutcomes()["failed"] >= 3
    result.stdout.fnmatch_lines(["wrong: the script is sat, but not where *"])


UNDECIDED = ("str.len=unknown", "str.at=unsupported", "re.loop=error")


def test_what_is_not_decided_is_skipped(pytester: pytest.Pytester) -> None:
    result = run(pytester, solver(pytester, *UNDECIDED))

    result.assert_outcomes(skipped=12)
    assert "all 4 8" in squeezed(result)


def test_what_is_not_decided_fails_if_it_must_not_be(pytester: pytest.Pytester) -> None:
    result = run(pytester, solver(pytester, *UNDECIDED), "--conformance-strict")

    result.assert_outcomes(failed=12)


def test_a_solver_that_hangs_is_stopped_and_its_tests_are_skipped(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, solver(pytester, "str.at=hang"), "--smt-timeout=0.3", "-k", "str.at:")

    result.assert_outcomes(skipped=4, deselected=8)
    result.stdout.fnmatch_lines(["*str.at * 4"])


@pytest.mark.parametrize("behaviour", ["crash", "garbage"])
def test_a_solver_that_breaks_fails(pytester: pytest.Pytester, behaviour: str) -> None:
    result = run(pytester, solver(pytester, f"str.len={behaviour}"))

    result.assert_outcomes(passed=8, failed=4)
    result.stdout.fnmatch_lines(["crashed: *"])


def test_workers_report_what_one_process_does(pytester: pytest.Pytester) -> None:
    command = solver(pytester, "str.at=lie", "str.len=unknown")

    alone = run(pytester, command, "--conformance-report=alone.json")
    together = pytester.runpytest_subprocess(
        "--smt-solver", command, "--conformance-report=together.json", "-n2"
    )

    alone.assert_outcomes(passed=4, failed=4, skipped=4)
    together.assert_outcomes(passed=4, failed=4, skipped=4)
    assert report(pytester, "together.json") == report(pytester, "alone.json")


def report(pytester: pytest.Pytester, name: str) -> dict[str, object]:
    found = json.loads((pytester.path / name).read_text())
    found["faults"].sort(key=lambda fault: fault["fact"])
    assert isinstance(found, dict)
    return found


def test_a_report_counts_by_operator_and_keeps_what_is_wrong(pytester: pytest.Pytester) -> None:
    run(pytester, solver(pytester, "str.at=lie"), "--conformance-report=report.json")

    found = json.loads((pytester.path / "report.json").read_text())
    (mine,) = found["solvers"]
    assert mine["solver"] == "mine"
    assert {name: row["wrong"] for name, row in mine["operators"].items()} == {
        **dict.fromkeys(OPERATORS, 0),
        "str.at": 4,
        "all": 4,
    }
    assert {fault["script"] for fault in found["faults"]} == {
        fact.case.text for fact in FACTS if fact.operator == "str.at"
    }


def test_a_report_may_be_markdown(pytester: pytest.Pytester) -> None:
    run(pytester, solver(pytester, "str.at=lie"), "--conformance-report=report.md")

    lines = (pytester.path / "report.md").read_text().splitlines()
    assert "| `str.at` |  | 4 |  |  |  |  |" in lines
    assert lines.count("```smt2") == 4


def test_a_script_may_lie_in_a_file(pytester: pytest.Pytester) -> None:
    run(pytester, f"{solver(pytester)} --file={{file}}").assert_outcomes(passed=12)


def test_a_decorator_may_name_its_solver_and_a_body_may_demand_more(
    pytester: pytest.Pytester,
) -> None:
    command = solver(pytester)
    pytester.makepyfile(
        test_more=f"""
        from portfolio.differential.pytest_plugin import conforms

        @conforms({command!r}, operators="str.at", cases=2)
        def test_my_solver(conformance):
            assert conformance.judgement.result.value == "right"
            assert conformance.fact.operator == "str.len"
        """
    )

    result = pytester.runpytest_inprocess("test_more.py")

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*'str.at' == 'str.len'*"])


def test_the_fixture_answers_scripts_of_ones_own(pytester: pytest.Pytester) -> None:
    script = FACTS[0].case.text
    pytester.makepyfile(
        test_script=f"""
        def test_scripts(smt_solver):
            assert smt_solver.check({script!r}) == {FACTS[0].expected!r}
            assert smt_solver.check("(set-logic ALL)(assert false)(check-sat)") == "unknown"
        """
    )

    run(pytester, solver(pytester), "test_script.py").assert_outcomes(passed=1)


def test_scripts_are_drawn_on_request_and_those_without_a_proof_are_skipped(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, solver(pytester), "--keyaki-cases=6", "-rs", "-k", "fragment")

    outcomes = result.parseoutcomes()
    assert outcomes["skipped"] == 6
    result.stdout.fnmatch_lines(["*fragment F1 *"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "which solver? Name it by --smt-solver or in the decorator"),
        (("--smt-solver", "no-such-solver"), "there is no command `no-such-solver`"),
        (("--smt-solver", "cat", "--smt-dialect=odd"), "there is no dialect `odd`"),
        (("--smt-solver=cat", "--conformance-report=a.txt"), "`a.txt` is no .json or .md file"),
    ],
)
def test_what_is_wrong_with_the_call_is_said(
    pytester: pytest.Pytester, options: tuple[str, ...], message: str
) -> None:
    result = pytester.runpytest_inprocess(*options)

    assert result.ret in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)
    assert message in "\n".join((*result.outlines, *result.errlines))


def test_a_run_without_solvers_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_light="""
        import sys

        def test_nothing_is_loaded():
            heavy = {"numba", "hypothesis.strategies", "click", "z3", "cvc5"}
            assert heavy & set(sys.modules) == set()
            assert "portfolio.differential.conformance" not in sys.modules
        """
    )

    # The plug-ins of others that load Hypothesis.
    others = ("-p", "no:hypothesispytest", "-p", "no:schemathesis")
    result = pytester.runpytest_subprocess("test_light.py", *others)

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*conformance by operator*")


def test_our_own_solver_conforms(pytester: pytest.Pytester) -> None:
    result = run(pytester, f"{sys.executable} -m encoders.smtlib.repl", "-k", "str.at: or str.len:")

    result.assert_outcomes(passed=8, deselected=4)
