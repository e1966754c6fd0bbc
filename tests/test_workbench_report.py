"""The report of a record: what it tells, and that its page stands alone."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portfolio.cli_bench_report import report
from portfolio.workbench.compare import compared
from portfolio.workbench.record import Run
from portfolio.workbench.report.markdown import literal, markdown
from portfolio.workbench.report.page import LISTED, Page, Section, Table, listing
from portfolio.workbench.report.upgrades import plain
from portfolio.workbench.scatter import EDGE, kind_of, points_of
from portfolio.workbench.schedules import EAGER, STAGGERED
from portfolio.workbench.times import LEAST_S, Clock
from tests.workbench_runs import LIMIT_S, lost, row, run_of, write_record

EVIL = '</td><script src="https://evil.example/x.js">|`*'

RUNS = (
    run_of([row("a", seconds=0.02), row("b-1", "unsat"), row("b-2"), row(EVIL)], "automaton"),
    run_of([row("a"), row("b-1", "unsat"), row("b-2"), row(EVIL, seconds=7.0)], "z3@4.12.0.0"),
    run_of([row("a"), row("b-1", "unsat"), row("b-2", "unsat"), lost(EVIL)], "z3@5.0.0.0"),
    run_of([row("a", cpu_s=2.0), lost("b-1"), row("b-2"), row(EVIL)], EAGER),
    run_of([row("a", cpu_s=0.5), lost("b-1"), row("b-2"), row(EVIL)], STAGGERED),
)


class Reader(HTMLParser):
    """Reads a page: which elements are open, which there were, the cells of its tables."""

    VOID = frozenset({"meta", "img", "br", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "td":
            self.cells[-1] += data


def run(*arguments: object) -> Result:
    return CliRunner().invoke(
        report, list(map(str, arguments)), standalone_mode=False, catch_exceptions=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("report")
    out = base / "out"
    result = run(write_record(base / "record", *RUNS), "--out", out, "--title", "A <title>")
    assert result.output == f"report: {out / 'report.html'}\n"
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> Reader:
    reader = Reader()
    reader.feed((folder / "report.html").read_text())
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_needs_nothing_else(page: Reader) -> None:
    references = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in {"src", "href", "srcset", "data", "action"}
    ]

    assert {str(value).partition(",")[0] for value in references if value and value[0] != "#"} == {
        "data:image/png;base64"
    }
    assert {"script", "link", "iframe"} & {tag for tag, _ in page.elements} == set()


def test_the_page_escapes_names(page: Reader, folder: Path) -> None:
    assert EVIL in page.cells
    assert "A &lt;title&gt;" in (folder / "report.html").read_text()


def test_links_within_the_page_lead_somewhere(page: Reader) -> None:
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}

    links = {attributes["href"] for tag, attributes in page.elements if tag == "a"}

    assert links == {f"#{name}" for name in ids}


def test_every_picture_says_what_is_to_be_seen_and_lies_beside_the_page(
    page: Reader, folder: Path
) -> None:
    pictures = [attributes for tag, attributes in page.elements if tag == "img"]

    assert all(each["alt"] for each in pictures)
    assert sorted(path.name for path in folder.glob("*.png")) == [
        "scatter-z3-4.12.0.0-z3-5.0.0.0.png",
        "scatter-z3-5.0.0.0-automaton.png",
        "solved.png",
    ]
    assert len(pictures) == 3


def table_below(text: str, title: str) -> list[list[str]]:
    """Return the cells of the first table below a line of Markdown."""
    lines = text[text.index(title) :].splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("|"))
    last = next(at for at, line in enumerate(lines[first:], first) if not line.startswith("|"))
    rows = [re.split(r" (?<!\\)\| ", line[2:-2]) for line in lines[first:last]]
    return [rows[0], *rows[2:]]


@pytest.fixture(scope="module")
def summary(folder: Path) -> str:
    return (folder / "README.md").read_text()


def test_the_summary_begins_with_what_is_most_wanted(summary: str) -> None:
    section = summary[summary.index("## In short") : summary.index("## What was measured")]

    assert section.split("\n\n")[1:] == [
        "z3@4.12.0.0 -\\> z3@5.0.0.0: of 4 queries 1 newly unsolved (1 borderline), 0 newly solved,"
        " 1 changed verdicts.",
        "Members disagree on 1 queries; wrong for certain: z3@5.0.0.0 1 times.",
        "Of 4 queries the virtual best solver solves 4; wins: automaton 4 (2 alone),"
        " z3@5.0.0.0 1 (0 alone).",
        "The staggered schedule takes 12.5 s of processor time for 4 queries, the eager one 14.0 s:"
        " it saves 10.7% (measured).",
        "The staggered schedule takes 5.9 s of processor time for 4 queries, the eager one 6.0 s:"
        " it saves 2.8% (estimated from the runs of automaton, z3@5.0.0.0).",
        "",
    ]


def test_the_summary_tells_how_each_member_did(summary: str) -> None:
    head, *rows = table_below(summary, "## Members")

    found = {cells[0]: dict(zip(head, cells, strict=True)) for cells in rows}
    assert {name: (f["solved"], f["wrong"], f["PAR2 s"]) for name, f in found.items()} == {
        "automaton": ("4", "0", "0.7550"),
        EAGER: ("3", "0", "6.0000"),
        STAGGERED: ("3", "0", "5.6250"),
        "z3@4.12.0.0": ("4", "0", "2.5000"),
        "z3@5.0.0.0": ("2", "1", "10.5000"),
    }
    assert found["z3@5.0.0.0"]["timed out"] == "1"


def test_the_summary_tells_what_an_upgrade_loses(summary: str) -> None:
    ((_, *step),) = table_below(summary, "## Upgrades")[1:]

    assert step == ["4", "4 -> 3".replace(">", r"\>"), "0", "1", "1", "1", *step[6:]]
    assert table_below(summary, "**Newly unsolved: 1**")[1:] == [
        [literal(EVIL), literal(EVIL), "sat in 7.0 s", "timed out in 10.0 s", "borderline"]
    ]
    assert table_below(summary, "**Changed verdicts: 1**")[1][-1] == (
        "sat is proved: the referee accepts the model of z3@4.12.0.0"
    )


def test_the_summary_tells_disagreements_wins_and_schedules(summary: str) -> None:
    assert table_below(summary, "## Disagreements")[1:] == [
        [
            "b-2",
            "b",
            "sat: automaton, race:eager, race:staggered, z3@4.12.0.0; unsat: z3@5.0.0.0",
            "sat is proved: the referee accepts the model of automaton",
        ]
    ]
    assert table_below(summary, "**Wins**")[1][:5] == ["automaton", "4", "4", "1", "2"]
    assert table_below(summary, "**measured**")[2][:6] == [
        "staggered",
        "4",
        "3",
        "12.5",
        "1.0 s",
        "10.7%",
    ]


def test_the_whole_is_there_as_json(folder: Path) -> None:
    found = json.loads((folder / "report.json").read_text())

    assert [one["query"] for one in found["disagreements"]] == ["b-2"]
    assert [one["query"] for one in found["steps"][0]["newly_unsolved"]] == [EVIL]


def test_the_same_record_gives_the_same_report(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    run(write_record(tmp_path / "record", *RUNS), "--out", out, "--title", "A <title>")

    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_a_record_of_one_run_has_a_report(tmp_path: Path) -> None:
    record = write_record(tmp_path / "record", run_of([row("a")], "z3"))

    run(record, "--out", tmp_path / "out")

    text = (tmp_path / "out" / "README.md").read_text()
    assert "The record has no two releases of one solver." in text
    assert "No two members contradict each other on any query." in text


def test_a_name_that_no_text_can_have_is_told_all_the_same(tmp_path: Path) -> None:
    name = "sub/\udcff.smt2"
    runs = [
        run_of([row(name, said)], member) for said, member in (("sat", "z3"), ("unsat", "cvc5"))
    ]

    run(write_record(tmp_path / "record", *runs), "--out", tmp_path / "out")

    for file in ("report.html", "README.md", "report.json"):
        assert "udcff.smt2" in (tmp_path / "out" / file).read_text()


def test_runs_of_one_command_are_told_together(tmp_path: Path) -> None:
    runs = [
        run_of([row("a")], name, command=command, started=started)
        for name, command, started in (
            ("cvc4", "one", "2"),
            ("cvc5", "other", "3"),
            ("z3", "one", "1"),
        )
    ]

    run(write_record(tmp_path / "record", *runs), "--out", tmp_path / "out")

    text = (tmp_path / "out" / "README.md").read_text()
    assert table_below(text, "**How they were begun**")[1:] == [
        ["cvc4, z3", "1", "one"],
        ["cvc5", "3", "other"],
    ]


def test_a_long_list_says_how_many_there_are() -> None:
    rows = [[str(at)] for at in range(LISTED + 2)]

    (table,) = listing("Lost", ["query"], rows)

    assert (table.title, len(table.rows)) == ("Lost: 42, the first 40 of them", LISTED)
    assert listing("Lost", ["query"], []) == ()


@pytest.mark.parametrize("text", ["a|b", "*a*", "_a_", "<b>", "a\\|b", "[x](y)", "a\nb", "`a`"])
def test_markdown_shows_names_as_they_are(text: str) -> None:
    table = Table(title="t", head=["name", "other"], rows=((text, "x"),))

    lines = markdown(Page(title="p", sections=(Section(title="s", tables=(table,)),))).splitlines()

    assert lines[-1] == f"| {literal(text)} | x |"
    assert re.search(r"(?<!\\)[|*`<\[]", literal(text).replace("\\\\", "")) is None


def test_a_word_with_underscores_stays_readable() -> None:
    assert literal("no_new_access-12") == "no_new_access-12"


def test_names_of_files_are_plain() -> None:
    assert [plain(name) for name in ("z3@4.12.0.0", "race:eager", "../x", "é")] == [
        "z3-4.12.0.0",
        "race-eager",
        "x",
        "run",
    ]


def drawn(base: Run, new: Run) -> dict[str, list[tuple[float, float]]]:
    return {kind: at for kind, at in points_of(compared(base, new, clock=Clock.CPU)).items() if at}


def test_points_lie_at_the_times_and_on_the_edges() -> None:
    base = run_of([row("a", seconds=0.5), row("b", "unsat", 2.0), lost("c"), row("d"), row("e")])
    new = run_of(
        [row("a", seconds=0.0), lost("b"), lost("c"), row("d", "unsat"), row("e", cpu_s=50.0)]
    )
    edge = EDGE * LIMIT_S

    assert drawn(base, new) == {
        "sat": [(0.5, LEAST_S), (1.0, edge)],
        "unsat": [(2.0, edge)],
        "verdict changed": [(1.0, 1.0)],
        "solved by neither": [(edge, edge)],
    }
    assert math.isfinite(edge)
    held = compared(base, new, clock=Clock.CPU)
    assert kind_of(held.times, held.held.pairs[3]) == "verdict changed"


def test_only_plots_and_reports_load_matplotlib_and_jinja() -> None:
    program = (
        "import sys, portfolio.cli_bench_compare, portfolio.cli_bench_report,"
        " portfolio.workbench.gate, portfolio.workbench.telling;"
        "print(*{'matplotlib', 'jinja2', 'numpy'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == ""


def test_what_is_not_installed_is_told(tmp_path: Path) -> None:
    record = write_record(tmp_path / "record", run_of([row("a")], "z3"))
    program = (
        "import sys; sys.modules['matplotlib.axes'] = None;"
        "from portfolio.cli_bench_report import report; report()"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(record), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "is not installed: `pip install 'keyaki[bench]'`" in done.stderr
