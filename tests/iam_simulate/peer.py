"""npm's `@cloud-copilot/iam-simulate` as a black box: installed at test time, outside the project.

It is under the AGPL. Nothing of it enters the project: it runs in a process of its own, and only
decisions come back.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from portfolio.differential.iam.installation import NotInstalled, launch_of
from portfolio.differential.iam.roster import by_name


def installed() -> Path:
    """Return the folder that holds the package, or skip the test, saying why there is none."""
    launch = launch_of(by_name(("iam-simulate",))[0])
    if isinstance(launch, NotInstalled):
        pytest.skip(f"iam-simulate is not installed: {launch.reason}")
    return Path(launch.command[-1])


def decisions(folder: Path, simulations: Iterable[dict[str, object]]) -> list[str]:
    """Return the package's decision on each simulation, in the words of AWS."""
    launch = launch_of(by_name(("iam-simulate",))[0], folder.parent)
    assert not isinstance(launch, NotInstalled)
    common = {"question": "simulate", "regardless": True}
    lines = "".join(f"{json.dumps({**simulation, **common})}\n" for simulation in simulations)
    finished = subprocess.run(
        launch.command, input=lines, capture_output=True, text=True, check=True
    )
    return [_word(json.loads(line)) for line in finished.stdout.splitlines()]


def _word(answered: dict[str, str]) -> str:
    is_crash = answered["answer"] == "crashed"
    return f"error: {answered['detail']}" if is_crash else answered["answer"]
