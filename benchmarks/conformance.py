"""`keyaki conformance`, on record with the machine: `python -m benchmarks conformance DIR ...`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from benchmarks import machine
from portfolio.cli import commands


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("record", type=click.Path(file_okay=False, path_type=Path))
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def main(record: Path, options: tuple[str, ...]) -> None:
    """Write to the folder RECORD what `keyaki conformance` says with these options."""
    arguments = ["conformance", "--record", str(record), *options]
    commands.main(arguments, standalone_mode=False)
    file = record / "run.json"
    command = shlex.join(("python", "-m", "benchmarks", "conformance", str(record), *options))
    told = {**json.loads(file.read_text()), **machine.description(), "command": command}
    file.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
