"""Who works on the queries of a run: an executor by the name that the command line has for it."""

from __future__ import annotations

from portfolio.executors.local import LocalExecutor
from portfolio.executors.work import Executor, ExecutorError, Lost, MadeOnce

__all__ = ["Executor", "ExecutorError", "LocalExecutor", "Lost", "MadeOnce"]
