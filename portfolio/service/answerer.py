"""The process that answers: one request after another, until its input ends.

It is started by a `Hand`. The first line of its input is the setup, pickled, and its length. Then
a frame comes in on standard input, and one goes out on standard output. It loads and warms what
questions need before it says that it is ready.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from automaton.warming import warm
from portfolio.cache_choice import CacheChoice
from portfolio.conduct import Conduct
from portfolio.limits import Schedule
from portfolio.members import Member, available
from portfolio.service.asking import KINDS, Asked, Told, tell
from portfolio.service.frames import ASK, READY, pack_told
from portfolio.service.persistent import Persistent

SIZE = struct.Struct("<Q")
ROOM_MIB = 1024
"""How much memory a process may have beside what it starts with and what the limits allow."""

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What an answering process needs to know."""

    conduct: Conduct
    cache: CacheChoice


def main() -> None:
    """Answer what standard input asks, to its end."""
    # What a library prints goes to the errors: the output belongs to the protocol.
    results = os.dup(1)
    os.dup2(2, 1)
    gc.set_threshold(100_000, 50, 100)
    setup: Setup = pickle.loads(_read(*SIZE.unpack(_read(SIZE.size))))  # noqa: S301 - our parent's
    members = _members(setup.conduct)
    store = setup.cache.open()
    racers = tuple(map(Persistent, members))
    conduct = replace(setup.conduct, members=racers, store=store)
    _warm(setup.conduct.schedule, members)
    gc.freeze()
    _bound_memory(conduct.limits.memory_mib)
    ready = {"members": {member.name: _version(member) for member in members}}
    _write(results, pack_told(Told(status=READY, output=b"", facts=ready)))
    for asked in _requests():
        told = tell(asked, conduct)
        trouble = getattr(store, "trouble", None)
        facts = {**told.facts, "resident_mib": _resident_mib(), "trouble": trouble}
        _write(results, pack_told(replace(told, facts=facts)))


def _members(conduct: Conduct) -> tuple[Member, ...]:
    return available() if conduct.members is None else tuple(conduct.members)


def _warm(schedule: Schedule, members: tuple[Member, ...]) -> None:
    """Do what the first questions would wait for; a member that cannot is left to the races."""
    warm()
    for member in members:
        with contextlib.suppress(Exception):
            member.warm()


def _version(member: Member) -> str:
    try:
        return member.version()
    except Exception:
        return "unknown"


def _bound_memory(limit_mib: int) -> None:
    """Have the system refuse memory far beyond the limits: a question then fails, not a machine."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not on every system

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * _PAGE + (limit_mib + ROOM_MIB << 20)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _resident_mib() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:
        return 0.0
    return pages * _PAGE / (1 << 20)


def _requests() -> Iterator[Asked]:
    while head := _read(ASK.size):
        size, kind, wall_s = ASK.unpack(head)
        body = _read(size)
        if len(body) < size:
            return
        yield Asked(kind=KINDS[kind], body=body, wall_s=wall_s)


def _read(size: int) -> bytes:
    """Return the next `size` bytes of standard input, fewer iff it ends."""
    pieces: list[bytes] = []
    while size and (piece := os.read(0, min(size, 1 << 20))):
        pieces.append(piece)
        size -= len(piece)
    return b"" if size and len(pieces) == 0 else b"".join(pieces)


def _write(fd: int, frame: bytes) -> None:
    unsent = memoryview(frame)
    while unsent:
        unsent = unsent[os.write(fd, unsent) :]
