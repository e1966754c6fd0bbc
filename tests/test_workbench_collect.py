from __future__ import annotations

import gc
import lzma
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from automaton.budget import Budget
from automaton.formula import And
from automaton.solver import solve
from automaton.terms import (
    Problem,
    Sort,
    Variable,
    conjunction,
    constant,
    disjunction,
    equals,
    is_true,
    negation,
)
from automaton.verdict import Unsupported
from encoders.iam.parse import policy_from_json
from encoders.iam.questions import no_new_access
from encoders.smtlib.lower import lower
from encoders.smtlib.session import question_of
from portfolio.workbench.collecting import SHARES, collected
from portfolio.workbench.drawing.drawn import Draw, Drawn, NoQuery, asked
from portfolio.workbench.drawing.edits import edited
from portfolio.workbench.drawing.kinds import KINDS
from portfolio.workbench.drawing.managed import managed
from portfolio.workbench.queries import (
    BANDS,
    Query,
    QueryError,
    band_of,
    open_queries,
    write_queries,
)

ROOT = Path(__file__).resolve().parents[1]
OF_PROBLEMS = [name for name in KINDS if not name.startswith("F")]


def query(name: str, script: str = "(check-sat)\n") -> Query:
    return Query(name=name, family="own", size=len(script), origin="test", script=script)


def draw_of_sizes(*sizes: int) -> Draw:
    """Return a draw of scripts of these sizes, no two of them alike."""

    def draw(chance: Random) -> Drawn:
        return Drawn(f"{chance.random():.17f}".ljust(chance.choice(sizes)), "test")

    return draw


def sizes_of(count: int, kinds: Mapping[str, Draw]) -> Counter[str]:
    return Counter(band_of(found.size) for found in collected(count, 1, kinds))


def test_a_set_is_the_same_in_every_process(tmp_path: Path) -> None:
    files = []
    for seed in ("1", "2"):
        files.append(tmp_path / f"{seed}.jsonl.xz")
        command = ["collect", "--count", "52", "--seed", "3", "--out", str(files[-1])]
        subprocess.run(
            [sys.executable, "-c", "from portfolio.cli import main; main()", "bench", *command],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    assert files[0].read_bytes() == files[1].read_bytes()
    found = open_queries(files[0])
    by_family = Counter(one.family for one in found.queries())
    assert by_family == dict.fromkeys(KINDS, 4)
    assert len({one.script for one in found.queries()}) == 52
    assert found.about["seed"] == 3


@pytest.mark.parametrize("kind", OF_PROBLEMS)
def test_a_script_says_what_the_question_asked(kind: str) -> None:
    problems: list[Problem] = []

    def remember(problem: Problem, origin: str) -> Drawn:
        problems.append(problem)
        return asked(problem, origin)

    drawn = 0
    with pytest.MonkeyPatch.context() as patched:
        for module in ("findings", "policies", "resource_policies", "stacks", "wildcard_queries"):
            patched.setattr(f"portfolio.workbench.drawing.{module}.asked", remember)
        for number in range(8):
            problems.clear()
            try:
                found = KINDS[kind](Random(f"{kind} {number}"))
            except (NoQuery, Unsupported):
                continue
            question = question_of(found.script)
            read = lower(question.assertions, question.declared, Budget())
            drawn += 1
            assert read.gaps == ()
            if read.problem.formula is not problems[0].formula:
                # A template is read as fresh variables with a definition.
                either = Budget(wall_s=10.0)
                assert type(solve(read.problem, either)) is type(solve(problems[0], either))
    assert drawn >= 3


@pytest.mark.parametrize("kind", [name for name in KINDS if name.startswith("F")])
def test_scripts_of_fragments_are_read_whole(kind: str) -> None:
    for number in range(20):
        question = question_of(KINDS[kind](Random(f"{kind} {number}")).script)
        assert question.assertions
        assert question.refusals == ()


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_drawn_hangs_on_the_chance_alone(kind: str) -> None:
    def draws() -> list[str]:
        found = []
        for number in range(4):
            try:
                found.append(KINDS[kind](Random(f"again {number}")).origin)
            except (NoQuery, Unsupported):
                found.append("")
        return found

    assert draws() == draws()


def test_what_is_decided_as_it_stands_is_no_query() -> None:
    for decided in (Problem((constant(True),)), Problem((constant(False),))):
        with pytest.raises(NoQuery):
            asked(decided, "nothing")
    name = managed().names[0]
    document = managed().documents[name]
    question = no_new_access(policy_from_json(document), policy_from_json(document))
    with pytest.raises(NoQuery):
        asked(question.problem, name)


def test_edits_leave_the_document_as_it_was() -> None:
    name = managed().names[5]
    before = repr(managed().documents[name])
    for number in range(30):
        edited(Random(number), managed().documents[name])
    assert repr(managed().documents[name]) == before


def test_no_band_of_sizes_crowds_out_the_others() -> None:
    small, middle, large = 300, 1_000, 40_000
    found = sizes_of(100, {"own": draw_of_sizes(*[small] * 8, middle, middle, large)})
    most = {band: round(100 * share) for band, share in zip(BANDS, SHARES, strict=True)}
    # All of the middle and of the large fit; the rest can only be small.
    assert found[band_of(middle)] == most[band_of(middle)]
    assert found[band_of(large)] == most[band_of(large)]
    assert found[band_of(small)] == 100 - found[band_of(middle)] - found[band_of(large)]


def test_what_is_over_its_share_is_taken_where_there_is_nothing_else() -> None:
    assert sizes_of(20, {"own": draw_of_sizes(300)}) == {band_of(300): 20}


def test_a_kind_that_runs_dry_leaves_its_part_to_others() -> None:
    def dry(chance: Random) -> Drawn:
        return Drawn("(check-sat)", "always the same")

    families = Counter(
        found.family for found in collected(20, 1, {"dry": dry, "own": draw_of_sizes(300)})
    )
    assert families == {"dry": 1, "own": 19}


def test_too_few_queries_are_an_error() -> None:
    def dry(chance: Random) -> Drawn:
        return Drawn("(check-sat)", "always the same")

    with pytest.raises(QueryError, match="there are only 1 distinct queries of seed 7"):
        list(collected(2, 7, {"dry": dry}))


def test_collecting_leaves_the_collector_of_garbage_as_it_was() -> None:
    queries = collected(4, 1, {"own": draw_of_sizes(300)})
    list(islice(queries, 1))
    queries.close()
    assert gc.isenabled()


def test_a_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl.xz"
    queries = [query("a", "(assert true)\n"), query("b", '(echo "\\u{2603}")\n\u2603')]
    written = write_queries(path, queries, {"seed": 1})
    found = open_queries(path)
    assert list(found.queries()) == queries
    assert (found.count, found.digest) == (2, written.digest)
    assert found.about["families"] == {"own": {"0-512": 2}}
    assert list(tmp_path.iterdir()) == [path]


def test_a_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl.xz"
    found = write_queries(path, [query(f"q{n}", f"{n}") for n in range(100)], {})
    first, again, other = (found.sample(10, seed) for seed in (1, 1, 2))
    assert first is not None
    assert (first == again, first == other, len(first)) == (True, False, 10)
    assert len(list(found.queries(first))) == 10
    assert found.sample(100, 1) is None


def test_a_set_that_is_cut_off_or_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl.xz"
    write_queries(path, [query(f"q{n}", f"{n}") for n in range(300)], {})
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with pytest.raises(QueryError, match="is no whole file of xz"):
        open_queries(path)
    header, *lines = lzma.decompress(whole).splitlines(keepends=True)
    path.write_bytes(lzma.compress(header + b"".join(lines[1:])))
    with pytest.raises(QueryError, match="was changed or cut off"):
        open_queries(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: "),
        (b"{}\n", "is no query set"),
        (b'{"format": "keyaki-queries-1"}\n', "has no query"),
        (b'{"format": "keyaki-queries-1"}\n{"name": 1}\n', "line 2: expected the fields"),
        (b'{"format": "keyaki-queries-1"}\nnothing\n', "line 2: "),
    ],
)
def test_what_is_no_query_set_is_refused_with_its_place(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "own.jsonl.xz"
    path.write_bytes(lzma.compress(content))
    with pytest.raises(QueryError, match=message):
        open_queries(path)


def test_a_folder_of_scripts_is_a_query_set_in_the_order_of_its_paths(tmp_path: Path) -> None:
    for name in ("b/two.smt2", "a.smt2", "b/one.smt2", "b/note.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"; {name}")
    found = open_queries(tmp_path)
    names = [(one.name, one.family) for one in found.queries()]
    assert names == [("a.smt2", tmp_path.name), ("b/one.smt2", "b"), ("b/two.smt2", "b")]
    (tmp_path / "a.smt2").write_text("; another")
    assert open_queries(tmp_path).digest != found.digest


def test_a_script_of_a_folder_is_asked_as_it_stands(tmp_path: Path) -> None:
    script = '(declare-const x String)\r\n(assert (= x "a\rb\r\nc"))\n'
    (tmp_path / "own.smt2").write_bytes(script.encode())
    assert [one.script for one in open_queries(tmp_path).queries()] == [script]


def test_a_set_with_two_queries_of_one_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl.xz"
    write_queries(path, [query("a", "1"), query("b", "2"), query("a", "3")], {})
    with pytest.raises(QueryError, match="has two queries of the name `a`"):
        open_queries(path)


def test_a_folder_with_a_script_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.smt2").write_bytes(b"\xff\xfe")
    with pytest.raises(QueryError, match=r"own.smt2` cannot be read"):
        open_queries(tmp_path)


def test_a_folder_without_scripts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="has no query"):
        open_queries(tmp_path)


def test_a_conjunction_is_built_in_one_order_wherever_its_parts_lie() -> None:
    known = equals(Variable("x", Sort.STRING), "known")
    marks = [is_true(Variable(f"m{number}", Sort.BOOL)) for number in range(80)]
    pairs = [*zip(marks[::2], marks[1::2], strict=True)]
    either = [disjunction(*pair, negation(known)) for pair in pairs]
    built = conjunction(known, *either)
    assert isinstance(built, And)
    # What `known` leaves of a disjunction is new: its place tells when it was made.
    assert built.parts == (known, *(disjunction(*pair) for pair in pairs))
