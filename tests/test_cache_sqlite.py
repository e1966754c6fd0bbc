"""Verdicts in a file: shared, bounded, and never the worse for what happens to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portfolio.cache import Kept
from portfolio.cache_choice import cache_choice
from portfolio.cache_memory import Bounds, MemoryStore
from portfolio.cache_sqlite import CacheError, SqliteStore, prepare

UNSAT = Kept("z3", None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "verdicts"
    assert prepare(found) is None
    return found


def opened(path: Path, **bounds: int) -> SqliteStore:
    return SqliteStore(path, Bounds(**bounds))


def filled(path: Path, count: int) -> None:
    store = opened(path)
    for number in range(count):
        store.put(b"%d" % number, Kept("z3", (f"value {number}" * 20,)))
    store.close()


def test_what_one_keeps_another_finds_and_so_does_the_next_start(path: Path) -> None:
    one, other = opened(path), opened(path)

    one.put(b"key", UNSAT)

    assert other.get(b"key") == UNSAT
    one.close()
    other.close()
    assert prepare(path) is None
    later = opened(path)
    assert (later.get(b"key"), later.trouble) == (UNSAT, None)
    later.close()


def test_the_file_is_its_owners_alone(path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0


def test_the_least_used_make_room(path: Path) -> None:
    store = opened(path, entries=10)
    for number in range(10):
        store.put(b"%d" % number, UNSAT)
    assert store.get(b"0") == UNSAT

    store.put(b"more", UNSAT)

    assert store.get(b"1") is None
    assert store.get(b"0") == UNSAT
    assert store.totals()[0] == 10
    store.close()


def test_bytes_are_bounded_too(path: Path) -> None:
    store = opened(path, size_bytes=2000)
    for number in range(20):
        store.put(b"%d" % number, Kept("z3", ("x" * 300,)))
    store.put(b"large", Kept("z3", ("x" * 3000,)))

    entries, size = store.totals()

    assert size <= 2000
    assert entries < 10
    assert store.get(b"large") is None
    store.close()


def test_the_totals_are_those_of_the_entries(path: Path) -> None:
    store = opened(path, entries=5)
    for number in (1, 2, 1, 3, 4, 5, 6, 7, 2):
        store.put(b"%d" % number, Kept("z3", ("y" * number,)))
    store.drop(b"7")
    store.drop(b"none")
    totals = store.totals()
    store.close()

    with sqlite3.connect(path) as connection:
        query = "SELECT count(*), sum(length(key) + length(text)) FROM entries"
        assert connection.execute(query).fetchone() == totals
    connection.close()


def test_an_entry_that_was_changed_is_dropped(path: Path) -> None:
    store = opened(path)
    store.put(b"key", Kept("z3", ("a",)))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET text = ?", (UNSAT.to_bytes(),))
    connection.close()

    assert store.get(b"key") is None
    assert store.totals()[0] == 0
    store.close()


@pytest.mark.parametrize(
    "content", [b"a policy, not a cache", b"SQLite format 3\0" + b"\0" * 200, b"\0" * 4096]
)
def test_a_file_that_is_no_cache_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "precious"
    path.write_bytes(content)

    with pytest.raises(CacheError, match="is no cache of verdicts; it was left as it is"):
        prepare(path)

    assert path.read_bytes() == content
    assert [*tmp_path.iterdir()] == [path]


def test_a_database_of_somebody_else_is_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (it)")
    connection.close()

    with pytest.raises(CacheError, match="is no cache of verdicts"):
        prepare(path)


def test_a_cache_of_another_version_is_refused(path: Path) -> None:
    spoil(path, "PRAGMA user_version = 99")

    with pytest.raises(CacheError, match="of another version of Keyaki"):
        prepare(path)


def test_an_empty_file_becomes_a_cache(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()

    assert prepare(path) is None
    store = opened(path)
    store.put(b"key", UNSAT)
    assert store.get(b"key") == UNSAT
    store.close()


@pytest.mark.parametrize("name", ["missing/file", "."])
def test_a_place_that_can_hold_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CacheError, match="cannot keep verdicts in"):
        prepare(tmp_path / name)


def test_a_broken_cache_is_put_aside_and_begun_anew(path: Path) -> None:
    filled(path, 200)
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)

    told = prepare(path)

    aside = path.with_name("verdicts.broken")
    assert told == f"the cache `{path}` was broken; it is now `{aside}`, and a new one was begun"
    assert aside.read_bytes() == content
    store = opened(path)
    assert (store.totals(), store.trouble) == ((0, 0), None)
    store.close()


def test_a_cache_that_was_cut_off_is_put_aside(path: Path) -> None:
    filled(path, 200)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)

    assert "was broken" in str(prepare(path))


def test_what_breaks_later_costs_only_the_cache(path: Path) -> None:
    filled(path, 200)
    store = opened(path)
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)

    for number in range(200):
        assert store.get(b"%d" % number) in (None, Kept("z3", (f"value {number}" * 20,)))
        store.put(b"new %d" % number, UNSAT)

    assert store.trouble is not None
    store.close()
    assert store.get(b"1") is None


def test_a_file_that_is_gone_costs_only_the_cache(tmp_path: Path) -> None:
    store = opened(tmp_path / "none")

    store.put(b"key", UNSAT)

    assert (store.get(b"key"), store.trouble) == (None, "the file is gone")
    assert [*tmp_path.iterdir()] == []


WRONG_TOTALS = (
    "DELETE FROM totals",
    "UPDATE totals SET entries = 99",
    "UPDATE totals SET bytes = 1 << 40",
    "UPDATE totals SET uses = 'many'",
    "INSERT INTO totals VALUES (0, 0, 0)",
)


def spoil(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("statement", WRONG_TOTALS)
def test_a_cache_whose_totals_are_wrong_is_put_aside(path: Path, statement: str) -> None:
    filled(path, 3)
    spoil(path, statement)

    assert "was broken" in str(prepare(path))


@pytest.mark.parametrize("statement", [*WRONG_TOTALS, "UPDATE entries SET used = 'often'"])
def test_totals_that_go_wrong_later_cost_only_the_cache(path: Path, statement: str) -> None:
    filled(path, 3)
    store = opened(path, entries=20)
    spoil(path, statement)

    for number in range(20):
        store.put(b"new %d" % number, UNSAT)
        store.get(b"%d" % number)

    assert store.get(b"none") is None
    store.close()


def write_on(path: Path, name: str, count: int) -> None:
    store = SqliteStore(path, Bounds(entries=50))
    for number in range(count):
        store.put(f"{name} {number % 80}".encode(), Kept(name, (number,)))
        store.get(f"{name} {number % 7}".encode())
    assert store.trouble is None, store.trouble
    store.close()


def test_several_processes_write_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_on, args=(path, name, 150)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert prepare(path) is None
    store = opened(path)
    assert 0 < store.totals()[0] <= 50
    store.close()


def test_a_process_that_is_killed_leaves_a_sound_file(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.test_cache_sqlite import write_on\n"
        "print('started', flush=True); write_on(Path(sys.argv[1]), 'a', 10**9)"
    )
    command = [sys.executable, "-c", program, str(path)]
    for _ in range(3):
        writer = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.1)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()

        assert prepare(path) is None
    store = opened(path)
    store.put(b"key", UNSAT)
    assert (store.get(b"key"), store.trouble) == (UNSAT, None)
    store.close()


def test_a_cache_is_chosen_by_a_word(tmp_path: Path) -> None:
    bounds = Bounds(entries=7)
    memory = cache_choice("memory", bounds)
    file = cache_choice(f"sqlite:{tmp_path / 'v'}", bounds)

    assert cache_choice("off", bounds).open() is None
    assert isinstance(memory.open(), MemoryStore)
    assert (memory.prepare(), file.prepare()) == (None, None)
    store = file.open()
    assert isinstance(store, SqliteStore)
    store.close()


@pytest.mark.parametrize("text", ["", "on", "sqlite", "sqlite:", "memory:x"])
def test_another_word_chooses_no_cache(text: str) -> None:
    with pytest.raises(ValueError, match="is none of off, memory and sqlite:PATH"):
        cache_choice(text, Bounds())
