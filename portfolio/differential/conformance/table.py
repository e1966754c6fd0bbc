"""The conformance report: by solver and operator, how many answers are worth what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from portfolio.differential.conformance.judging import Judgement, Result

WORDS = tuple(result.value for result in Result)
TOTAL = "all"
Json = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answer, as a report keeps it: strings alone, so that it travels between processes."""

    solver: str
    version: str
    operator: str
    fact: str
    expected: str
    result: str
    detail: str = ""
    script: str = ""


def line_of(judgement: Judgement, version: str) -> Line:
    """Return what a report keeps of a judgement; the script, iff the answer is not right."""
    fact = judgement.fact
    return Line(
        solver=judgement.solver,
        version=version,
        operator=fact.operator,
        fact=str(fact),
        expected=fact.expected,
        result=judgement.result.value,
        detail=judgement.detail,
        script="" if judgement.result is Result.RIGHT else fact.case.text,
    )


@dataclass
class Table:
    """Answers, counted by solver and operator; those that are wrong or crashed are kept."""

    counts: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    faults: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Count an answer."""
        self.versions[line.solver] = line.version
        by_operator = self.counts.setdefault(line.solver, {})
        by_operator.setdefault(line.operator, Counter())[line.result] += 1
        if line.result in (Result.WRONG.value, Result.CRASHED.value):
            self.faults.append(line)

    @property
    def has_wrong(self) -> bool:
        """Whether some answer is wrong."""
        return any(line.result == Result.WRONG.value for line in self.faults)

    def rows(self, solver: str, order: Sequence[str]) -> Iterator[tuple[str, Counter[str]]]:
        """Yield the operators of a solver, known ones in their order, and the sums."""
        by_operator = self.counts[solver]
        last = len(order)
        place = {operator: number for number, operator in enumerate(order)}
        for operator in sorted(by_operator, key=lambda name: (place.get(name, last), name)):
            yield operator, by_operator[operator]
        yield TOTAL, sum(by_operator.values(), Counter())


def text(table: Table, order: Sequence[str]) -> str:
    """Return a report for people: a table for each solver."""
    return "\n".join(line for solver in table.counts for line in _lines(table, solver, order))


def _lines(table: Table, solver: str, order: Sequence[str]) -> Iterator[str]:
    rows = [("", *WORDS), *_cells(table.rows(solver, order))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield f"{solver} {table.versions[solver]}"
    for row in rows:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(("", first, *others)).rstrip()


def _cells(rows: Iterable[tuple[str, Counter[str]]]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of rows; what did not happen is left empty."""
    for operator, counts in rows:
        yield operator, *(str(counts[word]) if counts[word] else "" for word in WORDS)


def markdown(table: Table, order: Sequence[str]) -> str:
    """Return a report as Markdown: a table for each solver, and the faults with their scripts."""
    lines = ["# Conformance by operator"]
    for solver in table.counts:
        lines += ["", f"## {solver} {table.versions[solver]}", ""]
        lines += [f"| operator | {' | '.join(WORDS)} |", f"|---|{'---:|' * len(WORDS)}"]
        for cells in _cells(table.rows(solver, order)):
            lines.append(f"| {' | '.join((f'`{cells[0]}`', *cells[1:]))} |")
    lines += [line for fault in table.faults for line in _fault(fault)]
    return "\n".join((*lines, ""))


def _fault(fault: Line) -> Sequence[str]:
    heading = f"{fault.solver}, {fault.operator}: {fault.result}"
    answer = f"Expected {fault.expected}. {fault.detail}".rstrip()
    return ("", f"### {heading}", "", fault.fact, "", answer, "", "```smt2", fault.script, "```")


def to_json(table: Table, order: Sequence[str]) -> Json:
    """Return a report as an object of JSON."""
    solvers = [
        {
            "solver": solver,
            "version": table.versions[solver],
            "operators": {
                operator: {word: counts[word] for word in WORDS}
                for operator, counts in table.rows(solver, order)
            },
        }
        for solver in table.counts
    ]
    return {"solvers": solvers, "faults": [vars(fault) for fault in table.faults]}
