"""The pytest plug-in `keyaki`: a solver project checks its own binary against the suite.

    from portfolio.differential.pytest_plugin import conforms

    @conforms("./mysolver --lang smt2 {file}")
    def test_my_solver() -> None:
        pass

Each fact of the suite is then a test. A wrong answer fails it with the script, the answer due and
why it is due; a crash fails it too. What the solver does not decide is skipped, or with
`--conformance-strict` fails. The body may ask for the fixture `conformance` to demand more. The
fixture `smt_solver` answers scripts of one's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from portfolio.differential.conformance.fact import Fact
    from portfolio.differential.conformance.judging import Judgement
    from portfolio.differential.conformance.table import Table
    from portfolio.differential.solver_command import CommandMember
    from portfolio.limits import Limits

# Every run of pytest loads this module: what it needs it loads when a test is about a solver.

MARK = "conforms"
FACT = "conformance_fact"
PROPERTY = "keyaki-conformance"
UNPROVED = "its answer is not proved within the limits of the suite"

F = TypeVar("F", bound=Callable[..., object])


def conforms(
    solver: str | None = None,
    *,
    operators: Iterable[str] | None = None,
    cases: int | None = None,
    dialect: str | None = None,
    name: str | None = None,
) -> Callable[[F], F]:
    """Make a test function one test for each fact of the suite, put to `solver`.

    The solver is a command, to which `{file}` stands for the script, or which reads it from its
    standard input; without one it is that of `--smt-solver`. `operators` are those of whom facts
    are asked, `cases` at most for each; without them all are. `name` is the solver's in reports.
    """
    chosen = (operators,) if isinstance(operators, str) else operators and tuple(operators)
    mark = pytest.mark.conforms(solver, operators=chosen, cases=cases, dialect=dialect, name=name)

    def decorated(function: F) -> F:
        marked: F = mark(pytest.mark.usefixtures("conformance")(function))
        return marked

    return decorated


class SmtSolver:
    """A solver that is a command, with the limits of one answer."""

    def __init__(self, member: CommandMember, limits: Limits) -> None:
        self.member = member
        self.limits = limits

    @property
    def name(self) -> str:
        """The name that reports give it."""
        return self.member.name

    def check(self, script: str) -> str:
        """Return the answer to a script: `sat`, `unsat`, or the word for how else it ended."""
        from portfolio.differential.checks import word_of  # noqa: PLC0415

        outcome = self.member.answer_to(script, self.limits)
        return word_of(outcome) or outcome.end.value

    def judged(self, fact: Fact) -> Judgement:
        """Return what the answer to a fact is worth."""
        from portfolio.differential.conformance.judging import asked  # noqa: PLC0415

        return asked(self.member, fact, self.limits)


@dataclass(frozen=True)
class Conformance:
    """What a solver made of a fact; there is no judgement iff the fact's answer is not proved."""

    solver: SmtSolver
    fact: Fact
    judgement: Judgement | None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("keyaki", "conformance of SMT-LIB solvers")
    group.addoption(
        "--smt-solver",
        metavar="COMMAND",
        help="The solver under test; {file} stands for the script, else it is read from stdin.",
    )
    group.addoption(
        "--smt-dialect", default="standard", metavar="NAME", help="What it wants to be told."
    )
    group.addoption(
        "--smt-timeout", type=float, default=10.0, metavar="SECONDS", help="For each script."
    )
    group.addoption("--smt-memory", type=int, default=2048, metavar="MIB", help="For each script.")
    group.addoption(
        "--conformance-report", metavar="FILE", help="Write a .json or .md file by operator."
    )
    group.addoption(
        "--conformance-strict", action="store_true", help="What is not decided fails, too."
    )
    group.addoption(
        "--keyaki-cases", type=int, default=0, metavar="N", help="Draw N more scripts (hypothesis)."
    )
    group.addoption("--keyaki-seed", type=int, default=1, metavar="N", help="The seed of these.")


def pytest_configure(config: pytest.Config) -> None:
    """Tell of our mark, and gather the answers."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(solver, operators, cases, dialect, name): a test for each fact of the suite",
    )
    report = config.getoption("--conformance-report")
    if report and Path(report).suffix not in (".json", ".md"):
        raise pytest.UsageError(f"--conformance-report: `{report}` is no .json or .md file")
    config.pluginmanager.register(_Gathering(config), "keyaki-gathering")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each fact."""
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None:
        return
    if FACT not in metafunc.fixturenames:
        raise pytest.Collector.CollectError(f"`{MARK}` is a mark; use the decorator of this name")
    try:
        solver = _solver(metafunc.config, mark)
        facts = _facts(metafunc.config, mark.kwargs["operators"], mark.kwargs["cases"])
    except pytest.UsageError as error:
        raise pytest.Collector.CollectError(str(error)) from None
    params = [pytest.param((solver, fact), id=str(fact)) for fact in facts]
    metafunc.parametrize(FACT, params, indirect=True)


def _facts(
    config: pytest.Config, operators: tuple[str, ...] | None, cases: int | None
) -> Sequence[Fact]:
    from portfolio.differential.conformance.suite import suite  # noqa: PLC0415

    try:
        facts = suite(operators, most=cases)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    count = config.getoption("--keyaki-cases")
    return (*facts, *_drawn(count, config.getoption("--keyaki-seed"))) if count else facts


@cache
def _drawn(count: int, seed: int) -> Sequence[Fact]:
    try:
        from portfolio.differential.conformance.drawn import drawn  # noqa: PLC0415
    except ImportError as error:
        raise pytest.UsageError(f"--keyaki-cases: `{error.name}` is not installed") from None
    return drawn(count, seed)


def _solver(config: pytest.Config, mark: pytest.Mark | None) -> SmtSolver:
    """Return the solver that a mark names, or the options. Raise UsageError iff there is none."""
    from portfolio.differential.solver_command import member_of  # noqa: PLC0415
    from portfolio.limits import Limits  # noqa: PLC0415

    named = mark.kwargs if mark else {}
    command = (mark.args[0] if mark else None) or config.getoption("--smt-solver")
    if not command:
        raise pytest.UsageError("which solver? Name it by --smt-solver or in the decorator")
    try:
        dialect = named.get("dialect") or config.getoption("--smt-dialect")
        member = member_of(command, named.get("name"), dialect)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    limits = Limits(
        wall_s=config.getoption("--smt-timeout"), memory_mib=config.getoption("--smt-memory")
    )
    return SmtSolver(member, limits)


@pytest.fixture(scope="session")
def smt_solver(pytestconfig: pytest.Config) -> SmtSolver:
    """Return the solver of `--smt-solver`: `smt_solver.check(script)` is its answer."""
    return _solver(pytestconfig, None)


@pytest.fixture
def conformance_fact(request: pytest.FixtureRequest) -> tuple[SmtSolver, Fact]:
    """Return the solver and the fact that a test is about."""
    found: tuple[SmtSolver, Fact] = request.param
    return found


@pytest.fixture
def conformance(conformance_fact: tuple[SmtSolver, Fact]) -> Conformance:
    """Return what the solver made of the fact that a test is about."""
    solver, fact = conformance_fact
    proved = _settled(fact)
    return Conformance(solver, proved or fact, solver.judged(proved) if proved else None)


def _settled(fact: Fact) -> Fact | None:
    """Return the fact with its answer; None iff that is open, and stays so."""
    if fact.expected:
        return fact
    from portfolio.differential.conformance.drawn import settled  # noqa: PLC0415

    return settled(fact)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Hold the answer to the fact against the proof before the body of the test runs."""
    if pyfuncitem.get_closest_marker(MARK) is None:
        return
    found = pyfuncitem.funcargs["conformance"]
    assert isinstance(found, Conformance)
    if found.judgement is None:
        pytest.skip(UNPROVED)
    pyfuncitem.user_properties.append((PROPERTY, _line(found)))
    _demand(found.judgement, is_strict=pyfuncitem.config.getoption("--conformance-strict"))


def _line(found: Conformance) -> str:
    """Return what a report keeps of an answer, as text that travels between processes."""
    from portfolio.differential.conformance.table import line_of  # noqa: PLC0415

    assert found.judgement is not None
    return json.dumps(vars(line_of(found.judgement, found.solver.member.version())))


def _demand(judgement: Judgement, *, is_strict: bool) -> None:
    """Fail iff the answer is wrong or none at all; skip what is not decided, or fail if strict."""
    from portfolio.differential.conformance.judging import Result, explanation  # noqa: PLC0415

    if judgement.result is Result.RIGHT:
        return
    if is_strict or judgement.result in (Result.WRONG, Result.CRASHED):
        pytest.fail(explanation(judgement), pytrace=False)
    pytest.skip(str(judgement))


class _Gathering:
    """Counts the answers of all processes where the run is reported."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._table: Table | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the answer that a report brings."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._add(json.loads(str(value)))

    def _add(self, line: dict[str, str]) -> None:
        from portfolio.differential.conformance.table import Line, Table  # noqa: PLC0415

        self._table = self._table or Table()
        self._table.add(Line(**line))

    def pytest_sessionfinish(self) -> None:
        """Write the report, where the run has one."""
        file = self._config.getoption("--conformance-report")
        if file and not hasattr(self._config, "workerinput"):
            from portfolio.differential.conformance.table import Table  # noqa: PLC0415

            _write(Path(file), self._table or Table())

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table by operator, iff some solver was asked."""
        if self._table is None:
            return
        from portfolio.differential.conformance.suite import OPERATORS  # noqa: PLC0415
        from portfolio.differential.conformance.table import text  # noqa: PLC0415

        terminalreporter.section("conformance by operator")
        terminalreporter.write_line(text(self._table, OPERATORS))


def _write(file: Path, table: Table) -> None:
    from portfolio.differential.conformance.suite import OPERATORS  # noqa: PLC0415
    from portfolio.differential.conformance.table import markdown, to_json  # noqa: PLC0415

    if file.suffix == ".md":
        file.write_text(markdown(table, OPERATORS), encoding="utf-8")
    else:
        text = json.dumps(to_json(table, OPERATORS), indent=1)
        file.write_text(f"{text}\n", encoding="utf-8")
