"""What is counted for Prometheus, all of it in the one process that hears every reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from portfolio.service.crew import Crew

CONTENT_TYPE = CONTENT_TYPE_LATEST

BUCKETS_S = (
    *(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60),
)


class Metrics:
    """The counters of one service; those about its crew are read when they are asked for."""

    def __init__(self, crew: Crew) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._count(crew)
        self._measure(crew)

    def _count(self, crew: Crew) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"keyaki_{name}", what, labels, registry=self._registry)

        self._requests = counter("requests", "Requests, by path and status.", "path", "status")
        self._queries = counter("queries", "Questions that were answered.", "question", "result")
        self._ends = counter("member_ends", "How members of races ended.", "member", "end")
        self._wins = counter("wins", "Whose answer it was.", "member")
        self._disputes = counter("disagreements", "Answers that did not stand.", "member")
        self._races = counter("verdicts", "Verdicts, by whether they were kept.", "origin")
        self._races.labels("race")
        self._races.labels("cache")
        self._registry.register(_Ended(crew))

    def _measure(self, crew: Crew) -> None:
        def histogram(name: str, what: str, label: str) -> Histogram:
            return Histogram(
                f"keyaki_{name}_seconds", what, [label], registry=self._registry, buckets=BUCKETS_S
            )

        def gauge(name: str, what: str) -> Gauge:
            return Gauge(f"keyaki_{name}", what, registry=self._registry)

        self._latencies = histogram("request", "From a request's head to its reply.", "question")
        self._times = histogram("member", "How long members took in races.", "member")
        gauge("queue_length", "Requests that wait.").set_function(lambda: len(crew.waiting))
        gauge("in_flight", "Requests that are answered now.").set_function(lambda: crew.at_work)
        gauge("workers", "Processes that answer.").set_function(lambda: len(crew.hands))
        gauge("workers_ready", "Those of them that can.").set_function(
            lambda: sum(hand.is_ready for hand in crew.hands)
        )
        gauge("workers_resident_bytes", "What they hold in memory.").set_function(
            lambda: sum(resident_bytes(hand.pid) for hand in crew.hands)
        )

    def request(self, path: str, status: int) -> None:
        """Count a request."""
        self._requests.labels(path, status).inc()

    def answer(self, question: str, facts: Mapping[str, Any], wall_s: float) -> None:
        """Count an answer, with the races behind it."""
        self._queries.labels(question, facts["result"]).inc()
        self._latencies.labels(question).observe(wall_s)
        for name, end, member_s in facts["members"]:
            self._ends.labels(name, end).inc()
            if end != "not started":
                self._times.labels(name).observe(member_s)
        for name in facts["winners"]:
            self._wins.labels(name).inc()
        for name in facts["disputed"]:
            self._disputes.labels(name).inc()
        if facts["races"]:
            self._races.labels("cache").inc(facts["cached"])
            self._races.labels("race").inc(facts["races"] - facts["cached"])

    def text(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self._registry)


class _Ended(Collector):
    """The count of workers that ended, which the crew keeps."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def collect(self) -> Iterable[Metric]:
        """Yield the one metric."""
        ended = CounterMetricFamily("keyaki_workers_ended", "Workers that ended.", labels=["why"])
        for why in ("died", "late", "left", "large"):
            ended.add_metric([why], self._crew.ended[why])
        yield ended


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds, 0 where that cannot be known."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:")), 0)
