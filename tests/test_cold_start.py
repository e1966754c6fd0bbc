"""What the first question of a process waits for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

PROGRAM = """
import sys
from pathlib import Path
from encoders.iam.parse import parse_policy
from encoders.iam.questions import no_new_access
from portfolio import check
from portfolio.members import by_name

def compiled():
    modules = [module for name, module in sys.modules.items() if "automaton.kernels" in name]
    kernels = [kernel for module in modules for kernel in vars(module).values()]
    return sum(len(getattr(kernel, "signatures", ())) for kernel in kernels)

folder = Path("examples/no-new-access")
files = (folder / "existing.json", folder / "new.json")
existing, new = (parse_policy(file.read_bytes()) for file in files)
(member,) = by_name(["automaton"])
member.warm()
before = compiled()
check(no_new_access(existing, new), members=[member])
print(before, compiled())
"""


KERNELS = """
import sys
from automaton.warming import warm

warm()
modules = [module for name, module in sys.modules.items() if "automaton.kernels" in name]
named = {n: v for m in modules for n, v in vars(m).items() if hasattr(v, "signatures")}
kernels = {n: v for n, v in named.items() if v.targetoptions["inline"] == "never"}
print(len(kernels), [name for name, kernel in kernels.items() if not kernel.signatures])
"""


def test_warming_up_compiles_every_kernel() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", KERNELS], cwd=ROOT, capture_output=True, text=True, check=True
    )

    count, left = finished.stdout.split(maxsplit=1)

    assert int(count) >= 8
    assert left.strip() == "[]"


def test_warming_up_leaves_no_kernel_to_be_compiled_by_the_first_question() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )

    before, after = finished.stdout.split()

    assert before == after
