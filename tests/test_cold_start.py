"""What the first question of a process waits for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from automaton import warming
from automaton.kernels import folder

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


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where compilations are noted; there are none for real."""
    found: list[str] = []

    def compile_all() -> None:
        found.append("all")
        folder.note_complete()

    monkeypatch.setattr(warming, "warm", compile_all)
    return found


def test_kernels_are_compiled_once_for_all_processes(
    compilations: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folder, "cache_folder", lambda: tmp_path)

    warming.compile_once()
    warming.compile_once()

    assert compilations == ["all"]


def test_a_cache_that_cannot_be_written_is_no_reason_to_compile_beforehand(
    compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "cache_folder", lambda: None)

    warming.compile_once()

    assert (compilations, folder.is_complete()) == ([], False)
