"""What a record was measured on, and with which clock."""

import os
import platform
import resource
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from portfolio.members.binary import CVC4

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("keyaki", "numpy", "numba", "jiter", "orjson", "moto", "z3-solver", "cvc5")


def description() -> dict[str, str]:
    """Return the machine and the versions, for the header of a record."""
    return {
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
        "cvc4": CVC4.version(),
    }


def cpu_s() -> float:
    """Return the processor time of this process and of those that it waited for.

    Linux tells it to the microsecond; its clocks of a process are coarse while a timer runs on one.
    """
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_mib() -> float:
    """Return the most memory that this process had, 0 where that is not known."""
    # What `getrusage` tells begins with what the process had that this one was started by.
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _commit() -> str:
    """Return the commit of the project, with a plus iff files that it has were changed since."""
    git = ("git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*")
    try:
        return subprocess.run(  # noqa: S603 - a fixed command
            git, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
