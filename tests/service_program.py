"""A service whose member does what it is told: `service_program SETTINGS`, these as JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

from portfolio.batch import MANY
from portfolio.limits import Limits
from portfolio.service.server import serve
from portfolio.service.settings import Settings
from tests.service_members import Obedient


def main() -> int:
    chosen: dict[str, Any] = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    limits = Limits(wall_s=chosen.pop("timeout", 30.0), memory_mib=256)
    conduct = replace(MANY, members=(Obedient(),), limits=limits)
    return serve(Settings(conduct=conduct, port=0, **chosen))


if __name__ == "__main__":
    sys.exit(main())
