"""The log: one JSON object a line on standard error, and never a word of a policy."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import orjson

LOGGER = logging.getLogger("keyaki.service")
LOGGERS = {
    "keyaki.service": logging.INFO,
    "uvicorn.error": logging.WARNING,
    "asyncio": logging.WARNING,
    "py.warnings": logging.WARNING,
}
"""Who logs, and from which level on."""


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON: when, how bad, what, and the fields that go with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def _time(created: float) -> str:
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(created))
    return f"{text}.{int(created % 1 * 1000):03d}Z"


def start_logging() -> None:
    """Have the service and what it stands on log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.captureWarnings(capture=True)
    for name, level in LOGGERS.items():
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False


def note(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Log an event with its fields."""
    LOGGER.log(level, event, extra={"fields": fields})
