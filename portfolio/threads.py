"""Daemon threads that are used again: a hand-over costs a quarter of starting a thread."""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue

Call = Callable[[], object]

_idle: list[SimpleQueue[Call]] = []


def run_in_thread(call: Call) -> None:
    """Run `call`, which must not raise, in a thread of its own. No thread outlives the process."""
    try:
        inbox = _idle.pop()
    except IndexError:
        inbox = SimpleQueue()
        threading.Thread(target=_serve, args=(inbox,), name="keyaki", daemon=True).start()
    inbox.put(call)


def _serve(inbox: SimpleQueue[Call]) -> None:
    while True:
        inbox.get()()
        _idle.append(inbox)


# A forked child has the list but not the threads.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)
