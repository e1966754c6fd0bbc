"""Our decision on a simulation."""

from __future__ import annotations

from typing import Any

from encoders.iam.request import Request
from encoders.iam.stack.simulate import read_case, simulate

Simulation = dict[str, Any]


def decision(simulation: Simulation) -> str:
    """Return our decision, in the words of AWS; raise Unsupported as `simulate` does."""
    return simulate(simulation).outcome.value


def request_of(simulation: Simulation) -> Request:
    """Return the request of a simulation."""
    return read_case(simulation).request
