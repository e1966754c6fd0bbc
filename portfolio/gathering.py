"""Commands whose functions get what was given on the command line as one value."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import click


def gathering(options: type[Any]) -> type[click.Command]:
    """Return the class of commands whose function gets an `options`, as its argument `options`.

    It is a dataclass; a field that is no parameter of the command has its default.
    """

    class Gathering(click.Command):
        """A command whose function gets its options as one value."""

        def invoke(self, ctx: click.Context) -> object:
            """Run the function with the options gathered."""
            names = [field.name for field in fields(options) if field.name in ctx.params]
            ctx.params["options"] = options(**{name: ctx.params.pop(name) for name in names})
            return super().invoke(ctx)

    return Gathering
