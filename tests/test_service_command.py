"""The command `keyaki serve`: its options, what it refuses to start with, and its cache."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portfolio import cli_serve
from portfolio.cli import commands
from portfolio.service import server as service_server
from portfolio.service.settings import Settings
from tests.service_client import POLICY, WIDER, Server, serving


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["serve", *arguments])


def settings_of(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Settings:
    """Return the settings with which the command would serve."""
    given: list[Settings] = []

    def serve(settings: Settings) -> int:
        given.append(settings)
        return 0

    monkeypatch.setattr(service_server, "serve", serve)
    assert run(*arguments).exit_code == 0
    return given[0]


def test_options_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(
        monkeypatch,
        *("--port", "0", "--workers", "3", "--timeout", "7", "--max-body", "99", "--queue", "5"),
        *("--members", "automaton", "--schedule", "eager", "--cache", "memory", "--grace", "2"),
        *("--read-timeout", "4", "--memory", "512", "--cpu", "3", "--cache-entries", "9"),
        *("--arn-wildcards", "text", "--no-request-log"),
    )

    conduct, limits = settings.conduct, settings.conduct.limits
    assert (settings.workers, settings.queue, settings.max_body) == (3, 5, 99)
    assert (settings.head_s, settings.body_s, settings.grace_s) == (4, 4, 2)
    assert (limits.wall_s, limits.cpu_s, limits.memory_mib) == (7, 3, 512)
    assert [member.name for member in conduct.members or ()] == ["automaton"]
    assert (conduct.schedule.value, conduct.reading.value) == ("eager", "text")
    assert (settings.cache.is_off, settings.cache.bounds.entries) == (False, 9)
    assert not settings.logs_requests


def test_what_is_not_said_is_as_in_a_batch_and_without_a_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_of(monkeypatch)

    assert settings.cache.is_off
    assert settings.conduct.core_wall_s == 0
    assert settings_of(monkeypatch, "--reasons").conduct.core_wall_s > 0
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cache", "redis"), "the cache `redis` is none of off, memory and sqlite:PATH"),
        (("--members", "none"), "there is no member `none`"),
        (("--port", "70000"), "70000 is not in the range"),
        (("--workers", "0"), "0 is not in the range"),
        (("--timeout", "0"), "`0.0` is not a time to spend"),
    ],
)
def test_what_makes_no_service_is_bad_input(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)

    assert isinstance(result.exception, SystemExit)
    assert result.exit_code in (1, 2)
    assert message in result.output


def test_an_address_that_is_taken_is_bad_input() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--port", str(port))

    assert result.exit_code != 0
    assert f"cannot listen on 127.0.0.1:{port}: " in result.output


def test_a_file_that_is_no_cache_is_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("mine")

    result = run("--cache", f"sqlite:{path}")

    assert result.exit_code != 0
    assert f"`{path}` is no cache of verdicts; it was left as it is" in result.output
    assert path.read_text() == "mine"


def test_a_missing_library_names_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_serve, "NEEDED", ("no_such_library",))

    result = run()

    assert result.exit_code != 0
    assert "no_such_library missing: `pip install 'keyaki[service]'` brings" in result.output


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Serve with a cache in a file, all members at once, so that every question is raced."""
    path = tmp_path_factory.mktemp("cache") / "verdicts"
    arguments = ("--cache", f"sqlite:{path}", "--schedule", "eager", "--members", "automaton")
    with serving(*arguments) as found:
        yield found, path


def test_an_answer_that_was_kept_says_so(keeping: tuple[Server, Path]) -> None:
    server, _ = keeping
    body = {"existing": POLICY, "new": WIDER}

    first, again = (server.post("/v1/no-new-access", body).json for _ in range(2))

    assert "cached" not in first
    assert (again["cached"], again["winner"], again["members"]) == (True, "automaton", [])
    assert again["witness"] == first["witness"]
    assert server.metric('keyaki_verdicts_total{origin="cache"}') == 1
    logged = server.events("request")
    assert [entry["cached"] for entry in logged[-2:]] == [False, True]


def test_processes_share_what_is_kept(keeping: tuple[Server, Path]) -> None:
    server, _ = keeping
    body = {"script": '(declare-const one String)(assert (= one "a"))'}

    server.post("/v1/solve", body)
    hits = [server.post("/v1/solve", body).json.get("cached") for _ in range(6)]

    assert hits == [True] * 6


def test_a_cache_that_breaks_costs_no_answer(keeping: tuple[Server, Path]) -> None:
    server, path = keeping
    size = path.stat().st_size
    path.write_bytes(b"x" * size)

    replies = [server.post("/v1/compare", {"first": POLICY, "second": WIDER}) for _ in range(4)]

    assert [reply.json["result"] for reply in replies] == ["more"] * 4
