"""Work that never ends on two processes, for tests of how its process ends: `... FOLDER`."""

from __future__ import annotations

import sys
from functools import partial

from portfolio.executors.local import LocalExecutor
from tests.executor_fakes import with_a_child


def main() -> None:
    list(LocalExecutor(workers=2).run(range(2), partial(with_a_child, sys.argv[1])))


if __name__ == "__main__":
    main()
