"""Read records: `python -m benchmarks.report FOLDER...`.

Who solved what in which time, wrong answers and contradictions, the automaton against the fastest
other member, growth by size, processes and batches: each where a record has such rows. Several
folders are runs of the same: the first is shown in full, the figures of all with their spread.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import click

from benchmarks.process_report import batch_lines, start_lines
from benchmarks.rows import Row, read
from benchmarks.size_report import size_lines
from benchmarks.times import OURS, Figures, Record, Times, at, figures, is_ours, limit_of, ratios

WORST = 10


def contradictions(record: Record) -> list[str]:
    """Return the cases on which two members decided differently."""
    return [
        case
        for case, rows in record.items()
        if len({row.verdict for row in rows.values() if row.is_decided}) > 1
    ]


def wrong_lines(rows: Iterable[Row]) -> list[str]:
    """Return a line for each wrong answer."""
    return [
        f"  {row.case}: {row.member} {row.version} says {row.verdict}, not {row.expected}"
        for row in rows
        if row.is_wrong
    ]


def undecided_lines(rows: Iterable[Row]) -> list[str]:
    """Return a line for each case that ours came to no verdict on."""
    return [
        f"  {row.case}: {row.member} {row.verdict}"
        for row in rows
        if is_ours(row.member) and not row.is_decided
    ]


def member_lines(times: Times) -> list[str]:
    """Return a line for each member: what it solved, its times, how its runs ended."""
    lines = [
        f"{'member':<26} solved  wrong   PAR2 s  no start    mean s  median ms     p90 ms"
        "     p99 ms     max ms  start ms   ends"
    ]
    for member, rows in times.by_member(times.rows).items():
        ordered = sorted(times.of(row) * 1e3 for row in rows)
        start_s = times.starts.get(member, 0.0)
        marks = [statistics.median(ordered), *(at(ordered, p) for p in (0.9, 0.99)), ordered[-1]]
        ends = Counter(row.verdict.partition(":")[0] for row in rows)
        lines.append(
            f"{member:<26}{sum(map(times.is_solved, rows)):>7}"
            f"{sum(row.is_wrong for row in rows):>7}"
            f"{times.par2(rows):>9.4f}{times.par2(rows, start_s):>10.4f}"
            f"{statistics.fmean(ordered) / 1e3:>10.4f}"
            + "".join(f"{mark:>11.3f}" for mark in marks)
            + f"{start_s * 1e3:>10.1f}   "
            + ", ".join(f"{end} {count}" for end, count in sorted(ends.items()))
        )
    return lines


def family_lines(times: Times) -> list[str]:
    """Return a line for each family: solved, PAR2 and the longest time of each member in ms."""
    families: dict[str, list[Row]] = defaultdict(list)
    for row in times.rows:
        families[row.family].append(row)
    if set(families) <= {""}:
        return []
    members = list(times.by_member(times.rows))
    heads = "".join(f"{member:>28}" for member in members)
    lines = [
        "",
        "solved (PAR2 in ms; longest in ms), by family",
        f"{'family':<34}{'cases':>6}{heads}",
    ]
    for family, rows in families.items():
        by_member = times.by_member(rows)
        cells = "".join(f"{_cell(times, by_member.get(member, [])):>28}" for member in members)
        lines.append(f"{family:<34}{len({row.case for row in rows}):>6}{cells}")
    return lines


def _cell(times: Times, rows: Sequence[Row]) -> str:
    if not rows:
        return "-"
    solved = sum(map(times.is_solved, rows))
    longest = max(map(times.of, rows)) * 1e3
    return f"{solved} ({times.par2(rows) * 1e3:.1f}; {longest:.0f})"


def ratio_lines(times: Times, record: Record) -> list[str]:
    """Return what the ratios say: their middle, their spread, and the worst cases."""
    found, known = ratios(times, record), figures(times, record)
    if known is None:
        return []
    lines = [
        "",
        f"fastest other / automaton over {known.compared} cases: median {known.median:.1f},"
        f" geometric mean {known.geometric_mean:.1f}, p10 {known.p10:.1f}, least {known.least:.2f};"
        f" slower on {known.slower}",
        f"{known.open_to_others} more that no other solved; geometric mean with the limit for these"
        f" {known.with_open:.1f}",
        f"worst {WORST}:",
    ]
    for case in sorted(found, key=found.__getitem__)[:WORST]:
        shown = ", ".join(f"{m} {times.of(row) * 1e3:.2f} ms" for m, row in record[case].items())
        lines.append(f"  {found[case]:8.2f}  {case}: {shown}")
    return lines


def slow_lines(times: Times, slow_s: float) -> list[str]:
    """Return a line for each case that the automaton did not solve, or not in `slow_s`."""
    found = [
        row
        for row in times.rows
        if row.member == OURS and not (times.is_solved(row) and times.of(row) <= slow_s)
    ]
    found.sort(key=times.of, reverse=True)
    lines = [f"  {row.case}: {row.verdict} after {times.of(row):.3f} s" for row in found]
    return ["", f"{OURS}: {len(found)} not solved within {slow_s} s", *lines]


def spread_lines(runs: Sequence[Figures]) -> Iterator[str]:
    """Yield each figure of several runs: its median, and from the least to the most."""
    if len(runs) < 2:
        return
    yield ""
    yield f"{len(runs)} runs: median (least to most)"
    for field in fields(Figures):
        found = sorted(getattr(figure, field.name) for figure in runs)
        name = field.name.replace("_", " ")
        yield f"  {name:<18}{statistics.median(found):>12.4g}  ({found[0]:.4g} to {found[-1]:.4g})"


def times_of(folder: Path, clock: str, beside: Path | None = None, timed_as: str = OURS) -> Times:
    """Return the rows of a record, those of the other members from `beside` iff that is given.

    `timed_as` is the member that counts as the automaton, if it is another one of ours.
    """
    rows = read(folder)
    if timed_as != OURS:
        ours = [replace(row, member=OURS) for row in rows if row.member == timed_as]
        rows = [*ours, *(row for row in rows if not is_ours(row.member))]
    if beside is None:
        return Times(rows, clock, limit_of(folder))
    own = [row for row in rows if is_ours(row.member)]
    cases = {row.case for row in own}
    others = [row for row in read(beside) if row.case in cases and not is_ours(row.member)]
    return Times([*own, *others], clock, limit_of(beside))


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--clock", type=click.Choice(["cpu", "wall"]), default="cpu", show_default=True)
@click.option("--slow", "slow_s", type=float, default=None, help="List what takes us longer.")
@click.option(
    "--others",
    "beside",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="The record that has the rows of the other members, for all runs.",
)
@click.option("--ours", "timed_as", default=OURS, help="Or automaton-compiled, automaton-solve.")
@click.option("--strict", is_flag=True, help="Have each answer of ours decided, too.")
def main(
    folders: tuple[Path, ...],
    clock: str,
    slow_s: float | None,
    beside: Path | None,
    timed_as: str,
    strict: bool,
) -> None:
    """Print what the records in FOLDERS say; exit with 1 iff an answer is wrong or contradicted."""
    runs = [times_of(folder, clock, beside, timed_as) for folder in folders]
    for line in lines_of(runs[0], slow_s):
        click.echo(line)
    known = [figures(times, times.by_case()) for times in runs]
    for line in spread_lines([figure for figure in known if figure is not None]):
        click.echo(line)
    wrong = [line for times in runs for line in wrong_lines(times.rows)]
    contradicted = [case for times in runs for case in contradictions(times.by_case())]
    click.echo("\n".join([f"wrong answers: {len(wrong)}", *wrong]))
    click.echo("\n".join([f"contradictions: {len(contradicted)}", *contradicted]))
    undecided = [line for times in runs for line in undecided_lines(times.rows)] if strict else []
    if strict:
        click.echo("\n".join([f"undecided: {len(undecided)}", *undecided]))
    raise SystemExit(1 if wrong or contradicted or undecided else 0)


def lines_of(times: Times, slow_s: float | None) -> list[str]:
    """Return what one record says."""
    if any(row.count > 1 for row in times.rows):
        return list(batch_lines(times.rows))
    if all(is_ours(row.member) and row.member != OURS for row in times.rows):
        return list(start_lines(times.rows))
    is_by_size = any(row.peak_mib for row in times.rows)
    families = size_lines(times) if is_by_size else family_lines(times)
    found = [*member_lines(times), *families, *ratio_lines(times, times.by_case())]
    return [*found, *(slow_lines(times, slow_s) if slow_s else [])]


if __name__ == "__main__":
    main()
