"""Environments of the tools, one for each, in the user's cache folder; made when first needed.

A folder is of a name and a version. Its file `installed` is written last: a folder without it was
left unfinished and is made again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from portfolio.differential.iam.tool import DRIVERS, Kind, Launch, Tool

INSTALL_WALL_S = 600.0
_MARK = "installed"


@dataclass(frozen=True)
class NotInstalled:
    """Why a tool cannot be asked."""

    reason: str


def cache_folder() -> Path:
    """Return the folder of all environments."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "keyaki" / "tools"


def launch_of(tool: Tool, folder: Path | None = None) -> Launch | NotInstalled:
    """Return how to start the tool, installed if it is not yet, or why that cannot be done."""
    driver = str(DRIVERS / tool.driver)
    if tool.kind is Kind.OWN:
        root = str(Path(__file__).parents[3])
        return Launch(command=_served(sys.executable, driver), variables=(("PYTHONPATH", root),))
    home = (cache_folder() if folder is None else folder) / f"{tool.name}-{tool.version}"
    missing = None if (home / _MARK).exists() else _install(tool, home)
    if missing is not None:
        return missing
    if tool.kind is Kind.NPM:
        return Launch(command=("node", driver, str(home)))
    return Launch(command=_served(str(home / "bin" / "python"), driver))


def _served(python: str, driver: str) -> tuple[str, ...]:
    return (python, str(DRIVERS / "serve.py"), driver)


def _install(tool: Tool, home: Path) -> NotInstalled | None:
    """Make the environment of a tool; return why that failed, or None."""
    program = "npm" if tool.kind is Kind.NPM else sys.executable
    if shutil.which(program) is None or (tool.kind is Kind.NPM and shutil.which("node") is None):
        return NotInstalled("no `node` or no `npm` on the path")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for command in _commands(tool, home):
        try:
            done = subprocess.run(  # noqa: S603 - the commands are those below
                command, capture_output=True, text=True, check=False, timeout=INSTALL_WALL_S
            )
        except subprocess.TimeoutExpired:
            return NotInstalled(f"`{command[0]}` took more than {INSTALL_WALL_S:.0f} s")
        if done.returncode != 0:
            return NotInstalled(_last_words(done.stderr or done.stdout))
    (home / _MARK).write_text("\n".join(tool.requirements) + "\n", encoding="utf-8")
    return None


def _commands(tool: Tool, home: Path) -> tuple[tuple[str, ...], ...]:
    if tool.kind is Kind.NPM:
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts")
        return (("npm", "install", *quiet, "--prefix", str(home), *tool.requirements),)
    pip = (str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--no-input")
    return (
        (sys.executable, "-m", "venv", str(home)),
        (*pip, "--disable-pip-version-check", *tool.requirements),
    )


def _last_words(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "the installer said nothing"
