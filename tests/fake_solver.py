"""A solver that behaves as its first argument says: `fake_solver.py BEHAVIOUR [worker]`.

It reads a whole script from standard input and prints an answer; as a worker it reads lines of
JSON and prints lines of JSON. It solves nothing: it knows the problems of `tests.fakes`.
"""

import json
import os
import signal
import sys
import time

ANSWERS = {
    "sat": 'sat\n((define-fun x () String "ab"))\n',
    "wrong-sat": 'sat\n((define-fun x () String "zz"))\n',
    "sat-without-model": "sat\n",
    "unsat": "unsat\n",
    "unsat-and-error": 'unsat\n(error "cannot get value unless after a sat response")\n',
    "unknown": "unknown\n",
    "error": '(error "line 3: something is wrong")\n',
    "error-and-unsat": '(error "line 3: something is wrong")\nunsat\n',
    "unsupported": '(error "this feature is not supported")\n',
    "memory-error": '(error "std::bad_alloc")\n',
    "garbage": "\x00\x01 what? \n{[\n",
    "nothing": "",
}
MOST_MEMORY = 1 << 30
CHILDREN = 3
CHILDS_MEMORY = 100 << 20
BURNT_S = 0.3


def hang() -> None:
    time.sleep(60)


def ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    hang()


def eat_memory() -> None:
    eaten = []
    for _ in range(MOST_MEMORY >> 22):
        eaten.append(b"x" * (1 << 22))
        time.sleep(0.0005)
    hang()


def flood() -> None:
    while True:
        os.write(1, b"sat " * 4096)


def flood_errors() -> None:
    while True:
        os.write(2, b"oh! " * 4096)


def fork_and_hang() -> None:
    for _ in range(3):
        if os.fork() == 0:
            ignore_signals()
    hang()


def fork_and_answer() -> None:
    if os.fork() == 0:
        ignore_signals()
    os.write(1, answer("unsat"))
    os._exit(0)


def burn(cpu_s: float = 60.0) -> None:
    while time.process_time() < cpu_s:
        pass


def burn_in_children() -> None:
    for _ in range(CHILDREN):
        if os.fork() == 0:
            burn()
    hang()


def burn_in_a_child_and_answer() -> None:
    if os.fork() == 0:
        burn(time.process_time() + BURNT_S)
        os._exit(0)
    os.wait()
    os.write(1, answer("unsat"))


def eat_memory_in_children() -> None:
    for _ in range(CHILDREN):
        if os.fork() == 0:
            eaten = b"x" * CHILDS_MEMORY
            time.sleep(60 + len(eaten[:1]))
    hang()


def escape() -> bool:
    """Return True in a grandchild that left the group, the session and its parents."""
    if os.fork():
        os.wait()
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    return True


def escape_and_hang() -> None:
    if escape():
        ignore_signals()
    hang()


def escape_and_burn() -> None:
    if escape():
        burn()
    hang()


def escape_and_answer() -> None:
    if escape():
        ignore_signals()
    os.write(1, answer("unsat"))
    os._exit(0)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    hang()


def say_half() -> None:
    os.write(1, b"uns")
    hang()


def fork_and_go_on() -> None:
    if os.fork() == 0:
        ignore_signals()
    os.write(1, answer("unsat"))


def close_and_hang() -> None:
    os.close(1)
    hang()


def leave() -> None:
    os._exit(3)


DEEDS = {
    "hang": hang,
    "ignore-signals": ignore_signals,
    "eat-memory": eat_memory,
    "flood": flood,
    "flood-errors": flood_errors,
    "fork-and-hang": fork_and_hang,
    "fork-and-answer": fork_and_answer,
    "burn": burn,
    "burn-in-children": burn_in_children,
    "burn-in-a-child-and-answer": burn_in_a_child_and_answer,
    "eat-memory-in-children": eat_memory_in_children,
    "escape-and-hang": escape_and_hang,
    "escape-and-burn": escape_and_burn,
    "escape-and-answer": escape_and_answer,
    "stop": stop,
    "say-half": say_half,
    "fork-and-go-on": fork_and_go_on,
    "close-and-hang": close_and_hang,
    "abort": os.abort,
    "leave": leave,
}


def is_worker() -> bool:
    return "worker" in sys.argv


def answer(behaviour: str) -> bytes:
    text = ANSWERS[behaviour]
    if is_worker() and behaviour not in ("garbage", "nothing"):
        text = json.dumps({"output": text}) + "\n"
    return text.encode()


def main() -> None:
    behaviour = sys.argv[1]
    if behaviour == "deaf":
        hang()
    if behaviour == "stop-reading":
        os.read(0, 10)
        hang()
    for _ in sys.stdin.buffer if is_worker() else [sys.stdin.buffer.read()]:
        if behaviour in DEEDS:
            DEEDS[behaviour]()
        if behaviour in ANSWERS:
            os.write(1, answer(behaviour))
        if behaviour == "nothing":
            return


if __name__ == "__main__":
    main()
