"""All commands of the benchmarks: `python -m benchmarks COMMAND`, each a module with a `main`."""

from __future__ import annotations

from importlib import import_module

import click

MODULES = {
    "all": "everything",
    "run": "run",
    "batch": "batch",
    "parts": "parts",
    "start": "start",
    "scripts": "scripts",
    "findings": "findings",
    "conformance": "conformance",
    "planted": "planted",
    "releases": "releases",
    "service": "service",
    "report": "report",
    "compare": "compare",
    "plot": "plots",
    "verdicts": "expected",
}


class Commands(click.Group):
    """The commands, of which only the one that is asked for is loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None iff there is none of that name."""
        if cmd_name not in MODULES:
            return None
        command = import_module(f"benchmarks.{MODULES[cmd_name]}").main
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands)
def main() -> None:
    """Measure, record, report, compare and draw."""


if __name__ == "__main__":
    main()
