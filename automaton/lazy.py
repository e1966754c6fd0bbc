"""What a package hands on without loading it: names that are looked up when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def handed_on(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of `package` for names and the modules that they are from.

    A name that is its own home is a module.
    """

    def look_up(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module `{package}` has no attribute `{name}`")
        home = import_module(f"{package}.{homes[name]}")
        return home if homes[name] == name else getattr(home, name)

    return look_up
