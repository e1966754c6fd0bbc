"""Batches for tests of the crew: what a process does that is told to make one."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from portfolio.differential.campaign.journal import Done


def make(batch: int) -> Done:
    return Done(batch=batch, source="F1", cases=10)


def tell_process(folder: Path, batch: int) -> Done:
    (folder / f"{batch}-{os.getpid()}").touch()
    return make(batch)


def die_on_three(folder: Path, batch: int) -> Done:
    """Make a batch, but die of the third one, each time it is tried."""
    if batch == 3:
        with (folder / "tries").open("a") as tries:
            tries.write("x")
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGKILL)
    return make(batch)


def die_once(folder: Path, batch: int) -> Done:
    """Make a batch, but die of the second one, the first time that it is tried."""
    mark = folder / "died"
    if batch == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return make(batch)


def fail(batch: int) -> Done:
    raise ValueError(f"no batch {batch}")


def last_for_ever(folder: Path, batch: int) -> Done:
    """Make the first batch once another one is begun, which is never done."""
    if batch:
        (folder / str(os.getpid())).touch()
        time.sleep(600)
    while not any(folder.iterdir()):
        time.sleep(0.01)
    return make(batch)
