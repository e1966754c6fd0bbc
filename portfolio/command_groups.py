"""Groups of commands that are loaded only when they are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

import click

Modules = Mapping[str, Sequence[str]]
"""The names of the commands of each module; the function of one has its name."""


def lazy_group(modules: Modules) -> type[click.Group]:
    """Return the class of groups that load the module of a command when it is asked for it."""

    class LazyGroup(click.Group):
        """A group with commands that are not loaded yet."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            """Return the names of all commands."""
            return sorted([*self.commands, *(one for names in modules.values() for one in names)])

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            """Return the command of this name, or None iff there is none."""
            for module, names in modules.items():
                if cmd_name in names:
                    function = cmd_name.replace("-", "_")
                    found: click.Command = getattr(import_module(module), function)
                    return found
            return super().get_command(ctx, cmd_name)

    return LazyGroup
