"""A batch with mischief, for tests of how its process ends: `pool_program WORKERS`."""

from __future__ import annotations

import os
import sys

from portfolio.pool.feed import Sizes
from portfolio.pool.stream import answered
from tests.pool_fakes import Mischief


def main() -> None:
    with open(0, "rb", buffering=0, closefd=False) as source:
        parts = answered(
            source, Mischief(), workers=int(sys.argv[1]), sizes=Sizes(line=1000), patience_s=0
        )
        for part in parts:
            os.write(1, part.output)


if __name__ == "__main__":
    main()
