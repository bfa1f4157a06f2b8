"""Where log lines go: to stderr, with time and level."""

from __future__ import annotations

from typing import Any


def settings(level: str) -> dict[str, Any]:
    """Return the logging of this process, as `logging.config.dictConfig` takes it."""
    to_stderr = {"handlers": ["stderr"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": to_stderr,
            # Without these, each page that isn't there, each forged form and each wrong Host
            # is a line, the last with a traceback: anyone could fill the log.
            "django.request": to_stderr | {"level": "ERROR"},
            "django.security.csrf": to_stderr | {"level": "ERROR"},
            "django.security.DisallowedHost": to_stderr | {"level": "CRITICAL"},
            "_granian": to_stderr,
            "granian.access": to_stderr,
        },
    }
