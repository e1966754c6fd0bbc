"""What a driver works with: files for a command to read, and the command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


class Desk:
    """A folder of one question, and the commands of the environment that this process is of."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="keyaki-tool-"))

    def write(self, name: str, document: Any) -> str:
        """Write a JSON file into the folder and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    def run(self, name: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Return how a command of the environment ended."""
        command = (str(Path(sys.executable).with_name(name)), *arguments)
        return subprocess.run(  # noqa: S603 - the command is the tool's own
            command, input=text, capture_output=True, text=True, check=False, cwd=self.folder
        )

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
