"""A process that holds one solver library and times it: `python -m benchmarks.host z3`.

One line of JSON in, `{"script"}`; one line out, `{"verdict", "seconds"}`. The seconds are those of
the call that the portfolio's worker makes, without pipes and JSON.
"""

import json
import os
import sys
import time

from portfolio.members.worker import LIBRARIES


def main() -> None:
    """Time each script of the input."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    solve = LIBRARIES[sys.argv[1]]()
    for line in sys.stdin:
        script = json.loads(line)["script"]
        started = time.perf_counter()
        try:
            verdict = solve(script, []).split(maxsplit=1)[0]
        except Exception as error:
            verdict = f"error: {error}"
        seconds = time.perf_counter() - started
        replies.write(json.dumps({"verdict": verdict, "seconds": seconds}) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
