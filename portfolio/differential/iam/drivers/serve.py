"""Runs a driver: `python serve.py DRIVER` reads cases from standard input, one JSON line each.

What the tool prints is no answer: answers have the standard output to themselves.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent


def load(name: str, path: str) -> ModuleType:
    """Return the module that is in a file."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reply(driver: ModuleType, make_desk: Any, case: Any) -> dict[str, Any]:
    """Return what a driver answers; an exception is a crash of the tool."""
    desk = make_desk()
    try:
        answer, detail = driver.answer(case, desk)
    except Exception as error:
        answer, detail = "crashed", f"{type(error).__name__}: {error}"
    finally:
        desk.clear()
    return {"answer": answer, "detail": str(detail)[:500]}


def main() -> None:
    """Answer every line of standard input."""
    # A driver must not be found in place of a tool of the same name.
    sys.path = [place for place in sys.path if Path(place or ".").resolve() != HERE]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    desk = load("keyaki_desk", str(HERE / "desk.py"))
    driver = load("keyaki_driver", sys.argv[1])
    for line in sys.stdin:
        answers.write(json.dumps(reply(driver, desk.Desk, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
