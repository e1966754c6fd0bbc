"""What a run of a service under load comes to, as figures and as a page."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.service_load import Seen
from benchmarks.service_watch import Look

POINTS = (50, 90, 99, 99.9)
SETTLED = 0.1
"""The first part of a run, in which what is needed is still being loaded."""


def figures_of(seen: Seen, looks: Sequence[Look], wall_s: float) -> dict[str, Any]:
    """Return the figures of a run."""
    together = array("d")
    for latencies in seen.latencies.values():
        together.extend(latencies)
    by_question = {"all": together, **dict(sorted(seen.latencies.items()))}
    return {
        "seconds": round(wall_s, 1),
        "answers": seen.count,
        "answersPerSecond": round(seen.count / wall_s, 1),
        "errors": dict(sorted(seen.errors.items())),
        "samples": seen.samples,
        "refusals": dict(sorted(seen.troubles.items())),
        "milliseconds": {name: spread(found) for name, found in by_question.items() if found},
        "memory": memory_of(looks),
    }


def spread(latencies: array[float]) -> dict[str, float]:
    """Return points of the distribution of latencies, in milliseconds."""
    found = sorted(latencies)
    points = {
        f"p{point:g}": found[min(int(len(found) * point / 100), len(found) - 1)] for point in POINTS
    }
    named = {**points, "most": found[-1]}
    return {"count": len(found), **{name: round(s * 1e3, 2) for name, s in named.items()}}


def memory_of(looks: Sequence[Look]) -> dict[str, float]:
    """Return what was held after the start, at the end and at most, and the drift between halves.

    The drift is by how much the second half of what is settled holds more than the first one.
    """
    settled = looks[int(len(looks) * SETTLED) :]
    sizes = [one.total_mib for one in settled]
    half = len(sizes) // 2
    if not half:
        return {}
    first, second = sum(sizes[:half]) / half, sum(sizes[half:]) / (len(sizes) - half)
    return {
        "startMib": round(sizes[0], 1),
        "endMib": round(sizes[-1], 1),
        "mostMib": round(max(sizes), 1),
        "firstHalfMib": round(first, 1),
        "secondHalfMib": round(second, 1),
        "driftPercent": round(100 * (second / first - 1), 2),
        "mostProcesses": max(one.processes for one in settled),
        "meanLoad": round(sum(one.load for one in settled) / len(settled), 2),
    }


def page(figures: Mapping[str, Any]) -> str:
    """Return the page that tells the figures."""
    memory = figures["memory"]
    lines = [
        "# A service under load",
        "",
        f"`{figures['service']}`, loaded for {figures['seconds']:g} s from another process.",
        "",
        f"{figures['answers']:,} answers, {figures['answersPerSecond']:,} a second;"
        f" errors: {_listed(figures['errors']) or 'none'}.",
        f"Wrong requests and their statuses: {_listed(figures['refusals'])}.",
        f"Solvers' processes killed: {figures['killed']}."
        f" Exit status after SIGTERM: {figures['exitStatus']}.",
        "",
        "| question | answers | p50 ms | p90 ms | p99 ms | p99.9 ms | most ms |",
        "|---|---|---|---|---|---|---|",
        *(_row(name, found) for name, found in figures["milliseconds"].items()),
        "",
    ]
    if memory:
        lines += [
            f"Memory of all its processes together: {memory['firstHalfMib']} MiB in the first half,"
            f" {memory['secondHalfMib']} MiB in the second ({memory['driftPercent']:+} %), at most"
            f" {memory['mostMib']} MiB in {memory['mostProcesses']} processes. Mean load of the"
            f" machine, the client included: {memory['meanLoad']}.",
            "",
        ]
    return "\n".join(lines)


def _row(name: str, found: Mapping[str, float]) -> str:
    times = [found[f"p{point:g}"] for point in POINTS]
    cells = [f"{found['count']:,}", *(f"{ms:.1f}" for ms in (*times, found["most"]))]
    return f"| {name} | {' | '.join(cells)} |"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} x {name}" for name, count in counts.items())
