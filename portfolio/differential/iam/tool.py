"""What a tool is that conformance cases are put to, and how a process of one is started."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Kind(Enum):
    """Where a tool is installed from."""

    PIP = "PyPI"
    NPM = "npm"
    OWN = "this installation"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool: a distribution of one version, and the driver that puts questions to it.

    `beside` are distributions that it needs and does not name, or not in the version that it works
    with. `about` says in one sentence how it is asked.
    """

    name: str
    version: str
    kind: Kind
    package: str
    driver: str
    license: str
    about: str
    beside: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """What is installed, in the words of the installer."""
        pin = "@" if self.kind is Kind.NPM else "=="
        return (f"{self.package}{pin}{self.version}", *self.beside)


@dataclass(frozen=True, kw_only=True)
class Launch:
    """The command that starts a tool's process, and what is added to the environment."""

    command: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()


DRIVERS = Path(__file__).with_name("drivers")
"""The folder of drivers; a Python driver is run by `serve.py` there."""
