"""Where log lines go: to stderr, with time and level, one line for each event."""

from __future__ import annotations

import logging
import time
from typing import Any


class UtcLines(logging.Formatter):
    """Writes a record as one line with its time in UTC; a traceback follows, set in.

    So nothing that a request brought can begin a line that looks like another event.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line, with line ends and other controls spelled out."""
        line = super().formatMessage(record)
        return "".join(char if char.isprintable() else _spelled(char) for char in line)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return a traceback of which every line is set in."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"    {line}" for line in lines)


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def settings(level: str) -> dict[str, Any]:
    """Return the logging of this process, as `logging.config.dictConfig` takes it."""
    to_stderr = {"handlers": ["stderr"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "rejoinder.config.logs.UtcLines",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": to_stderr,
            # Without these, each page that isn't there, each forged form and each wrong Host
            # is a line, the last with a traceback: anyone could fill the log. The security
            # log has a short line for each of the last two.
            "django.request": to_stderr | {"level": "ERROR"},
            "django.security.csrf": to_stderr | {"level": "ERROR"},
            "django.security.DisallowedHost": to_stderr | {"level": "CRITICAL"},
            # So would what uvicorn says of requests that are none.
            "uvicorn.error": to_stderr | {"level": "ERROR"},
            # Who was let in matters as much as who wasn't, however little else is logged.
            "rejoinder.security": to_stderr | {"level": "INFO"},
        },
    }
