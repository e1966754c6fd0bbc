"""npm's `@cloud-copilot/iam-simulate` as a black box: installed at test time, outside the project.

It is under the AGPL. Nothing of it enters the project: it runs in a process of its own, and only
decisions come back.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

PACKAGE, VERSION = "@cloud-copilot/iam-simulate", "0.1.173"
DRIVER = Path(__file__).with_name("driver.mjs")


def installed() -> Path:
    """Return the folder that holds the package, or skip the test, saying why there is none."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no `node` or no `npm` on the path")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "keyaki" / f"iam-simulate-{VERSION}"
    if not (folder / "node_modules" / PACKAGE).exists():
        _install(folder)
    return folder


def _install(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts")
    command = ["npm", "install", *quiet, "--prefix", str(folder), f"{PACKAGE}@{VERSION}"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if finished.returncode != 0:
        pytest.skip(f"npm could not install `{PACKAGE}`: {finished.stderr[-300:]}")


def decisions(folder: Path, simulations: Iterable[object]) -> list[str]:
    """Return the package's decision on each simulation, in the words of AWS."""
    lines = "".join(f"{json.dumps(simulation)}\n" for simulation in simulations)
    finished = subprocess.run(
        ["node", str(DRIVER), str(folder)], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in finished.stdout.splitlines()]
