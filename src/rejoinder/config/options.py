"""What an operator can set: a TOML file in the data directory, and environment variables.

Each option is a field of `Options` with its meaning beside it; `docs/settings.md`
lists them, and a test compares the two. The environment wins over the file.
"""

from __future__ import annotations

import os
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rejoinder.errors import BadInput
from rejoinder.limits import table
from rejoinder.outbound import allowed
from rejoinder.web.accounts import breached

FILE_NAME = "rejoinder.toml"
PREFIX = "REJOINDER_"
# As long as the one that is made.
SHORTEST_SECRET = 50

CHOICES = {
    "mail_tls": ("starttls", "tls", "none"),
    "log_level": ("debug", "info", "warning", "error"),
}
RANGES = {
    "port": (0, 65535),
    "mail_port": (1, 65535),
    "workers": (1, 64),
    "threads": (1, 64),
    "page_cache": (0, 100_000),
    "guest_work": (0, 60_000),
    "guest_burst": (1, 100_000),
}


# Changed limits by their names: "posts_a_day" and "50 per 1d".
Changes = tuple[tuple[str, str], ...]


def option(default: object, meaning: str) -> Any:
    """Return a dataclass field with its meaning for the operator."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Options:
    """One installation's options, checked."""

    data: Path
    host: str = option("localhost", "The address to listen on.")
    port: int = option(8000, "The port to listen on; 0 takes a free one.")
    workers: int = option(1, "How many worker processes answer requests.")
    threads: int = option(4, "How many threads each worker answers with.")
    page_cache: int = option(
        64, "How many MB of memory each worker uses for guests' pages; 0 keeps none."
    )
    guest_work: int = option(
        15, "How many seconds of work a minute a worker does for guests of one address; 0: any."
    )
    guest_burst: int = option(20, "How many seconds of work such guests may have used at once.")
    url: str = option("", "The site's public address, such as https://board.example.org.")
    hsts_subdomains: bool = option(
        False, "Whether browsers shall use https alone for the host's subdomains, too."
    )
    proxies: int = option(
        0, "How many reverse proxies stand before the server; their X-Forwarded-For is believed."
    )
    database_url: str = option(
        "", "postgresql://user:password@host/name; empty for the embedded SQLite."
    )
    replica_url: str = option(
        "", "postgresql://user:password@host/name of a hot standby, for guests' pages."
    )
    secret_key: str = option(
        "", "The installation's secret, for several nodes; empty: made and kept in the data."
    )
    language: str = option("en", "The language of the pages.")
    time_zone: str = option("UTC", "The zone of times shown to guests.")
    mail_host: str = option("", "The SMTP server for outgoing mail; empty prints mail instead.")
    mail_port: int = option(587, "The SMTP server's port.")
    mail_user: str = option("", "The user name at the SMTP server.")
    mail_password: str = option("", "The password at the SMTP server.")
    mail_tls: str = option("starttls", "How mail is encrypted on its way: starttls, tls or none.")
    mail_from: str = option("", "The address outgoing mail comes from.")
    breached_passwords: str = option(
        "", "A file of breached passwords by their SHA-1, sorted; none of them is let be chosen."
    )
    api_origins: str = option(
        "", "Origins, with spaces between, whose pages may ask the API from browsers."
    )
    outbound_allow: str = option(
        "", "Hosts and networks that may be asked beside public ones, with spaces between."
    )
    websub_hub: str = option(
        "", "Where changes of feeds are told: empty for this site, another hub's address, or off."
    )
    open_sign_up: bool = option(True, "Whether anyone may sign up.")
    limits: Changes = option(  # noqa: RUF009 - it is a dataclasses.field
        (), "Changed limits, as a table [limits] or posts_a_day=50 per 1d; previews=off."
    )
    log_level: str = option("warning", "What is logged: debug, info, warning or error.")
    debug: bool = option(False, "Show tracebacks in pages; for developing only.")


def default_data(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data directory that's used when none is named."""
    if named := environ.get(PREFIX + "DATA"):
        return Path(named)
    base = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "rejoinder"


def load(data: Path, environ: Mapping[str, str] = os.environ) -> Options:
    """Return the options of the installation in a data directory.

    Raises BadInput for an unknown option, a value of the wrong type, or a file
    that is no TOML.
    """
    values = _from_file(data / FILE_NAME) | _from_environment(environ)
    known = {f.name: f for f in fields(Options) if f.name != "data"}
    for name in values:
        if name not in known:
            raise BadInput(f"There is no option {name!r}; docs/settings.md lists those there are.")
    checked: dict[str, Any] = {
        name: _typed(name, value, known[name].type) for name, value in values.items()
    }
    options = Options(data=data.expanduser().absolute(), **checked)
    _check(options)
    return options


def meaning(name: str) -> str:
    """Return what an option means, and its default, in a sentence without its full stop."""
    known = {f.name: f for f in fields(Options)}
    text = str(known[name].metadata["meaning"]).rstrip(".")
    return f"{text[0].lower()}{text[1:]} (default: {known[name].default})"


def _check(options: Options) -> None:
    """Raise BadInput for a value that an option can't have."""
    for name, values in CHOICES.items():
        if getattr(options, name) not in values:
            said = f"{', '.join(values[:-1])} or {values[-1]}"
            raise BadInput(f"Option {name!r} must be {said}, not {getattr(options, name)!r}.")
    for name, (least, most) in RANGES.items():
        if not least <= getattr(options, name) <= most:
            raise BadInput(
                f"Option {name!r} must be from {least} to {most}, not {getattr(options, name)}."
            )
    if options.secret_key and len(options.secret_key) < SHORTEST_SECRET:
        raise BadInput(f"Option 'secret_key' must have {SHORTEST_SECRET} characters or more.")
    if options.url and not options.url.startswith(("https://", "http://")):
        raise BadInput(f"Option 'url' must begin with https:// or http://, not {options.url!r}.")
    if options.websub_hub not in ("", "off") and not options.websub_hub.startswith("https://"):
        raise BadInput(
            f"Option 'websub_hub' must begin with https://, or be off, not {options.websub_hub!r}."
        )
    table.changed(options.limits)
    allowed.read(options.outbound_allow)
    if options.breached_passwords:
        breached.check_file(Path(options.breached_passwords))
    try:
        zoneinfo.ZoneInfo(options.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            f"Option 'time_zone' must name a zone such as Europe/Berlin, not {options.time_zone!r}."
        ) from None


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} can't be read as TOML: {error}") from None
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name != PREFIX + "DATA"
    }
    if url := environ.get("DATABASE_URL"):
        values.setdefault("database_url", url)
    return values


def _changes(value: object) -> Changes:
    """Return the limits that a table of the file, or one line of the environment, changes."""
    if isinstance(value, str):
        words = [part.partition("=") for part in value.split(";") if part.strip()]
        return tuple((name.strip(), rate.strip()) for name, _equals, rate in words)
    if isinstance(value, dict):
        return tuple((str(name), str(rate)) for name, rate in value.items())
    raise BadInput(f"Option 'limits' must be a table [limits], not {value!r}.")


def _typed(name: str, value: object, kind: object) -> object:
    if kind == "Changes":
        return _changes(value)
    if kind == "bool":
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
        if isinstance(value, bool):
            return value
        raise BadInput(f"Option {name!r} must be true or false, not {value!r}.")
    if kind == "int":
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise BadInput(f"Option {name!r} must be a whole number, not {value!r}.")
        try:
            return int(value)
        except ValueError:
            raise BadInput(f"Option {name!r} must be a whole number, not {value!r}.") from None
    if not isinstance(value, str):
        raise BadInput(f"Option {name!r} must be text in quotes, not {value!r}.")
    return value
