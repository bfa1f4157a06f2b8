"""A row as a line of PostgreSQL's COPY in its text format: what is sent, and what is compared.

The lines that PostgreSQL gives back are the lines that it was sent, but for columns that it
writes in another way (jsonb, inet); those are brought to one form on both sides.
Source: PostgreSQL's documentation of COPY, "Text Format".
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Wire = Callable[[object], bytes]

_ESCAPES = {
    b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t",
    b"\v": b"\\v",
}  # fmt: skip
_UNESCAPES = {escaped: plain for plain, escaped in _ESCAPES.items()}
_SPECIAL = re.compile(rb"[\\\b\f\n\r\t\v]")
_ESCAPED = re.compile(rb"\\[\\bfnrtv]")
NULL = b"\\N"


class Unsendable(Exception):
    """A value that PostgreSQL doesn't take; the text says why."""


def escaped(text: bytes) -> bytes:
    """Return a text as it stands in a line."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)


def unescaped(field: bytes) -> bytes:
    """Return the text that stands in a line."""
    return _ESCAPED.sub(lambda found: _UNESCAPES[found[0]], field)


def _text(value: object) -> bytes:
    text = value if isinstance(value, bytes) else str(value).encode()
    if b"\0" in text:
        raise Unsendable("it holds a NUL character")
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            raise Unsendable("it isn't UTF-8") from None
    return escaped(text)


def _whole_number(value: object) -> bytes:
    if not isinstance(value, int):
        raise Unsendable(f"it's no whole number: {value!r}")
    return b"%d" % value


def _truth(value: object) -> bytes:
    if value not in (0, 1):
        raise Unsendable(f"it's neither true nor false: {value!r}")
    return b"t" if value else b"f"


def _time(value: object) -> bytes:
    # Django keeps UTC as "2026-01-31 23:59:59.120000"; PostgreSQL leaves out zeros at the end.
    text = _text(value)
    if b"." in text:
        text = text.rstrip(b"0").rstrip(b".")
    return text + b"+00"


def _octets(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Unsendable(f"it's no octets: {value!r}")
    return b"\\\\x" + value.hex().encode()


def _uuid(value: object) -> bytes:
    text = _text(value)
    return b"-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


# What the names of PostgreSQL's types (pg_type.typname) are sent as.
WIRES: dict[str, Wire] = {
    "text": _text, "varchar": _text, "bpchar": _text, "inet": _text, "jsonb": _text,
    "date": _text, "int2": _whole_number, "int4": _whole_number, "int8": _whole_number,
    "bool": _truth, "timestamptz": _time, "bytea": _octets, "uuid": _uuid,
}  # fmt: skip


def _one_json(field: bytes) -> bytes:
    return json.dumps(_as_written(json.loads(unescaped(field))), sort_keys=True).encode()


def _as_written(value: object) -> object:
    """Return a value of JSON with its whole numbers as such: PostgreSQL writes 1e2 as 100."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_as_written(each) for each in value]
    if isinstance(value, dict):
        return {name: _as_written(each) for name, each in value.items()}
    return value


def _one_address(field: bytes) -> bytes:
    return str(ipaddress.ip_address(field.decode())).encode()


# Types that PostgreSQL writes in a way of its own, and what brings both ways to one.
ONE_FORM: dict[str, Callable[[bytes], bytes]] = {"jsonb": _one_json, "inet": _one_address}


@dataclass(frozen=True)
class Lines:
    """Makes lines of a table's rows, and compares them."""

    columns: tuple[str, ...]
    types: tuple[str, ...]

    def line(self, row: tuple[object, ...]) -> bytes:
        """Return the line of a row. Raises Unsendable; its text begins with the column."""
        fields = []
        for name, kind, value in zip(self.columns, self.types, row, strict=True):
            try:
                fields.append(NULL if value is None else WIRES[kind](value))
            except Unsendable as error:
                raise Unsendable(f"column {name}: {error}") from None
        return b"\t".join(fields) + b"\n"

    def compared(self, line: bytes) -> bytes:
        """Return what of a line is compared, the same for both sides."""
        if not any(kind in ONE_FORM for kind in self.types):
            return line
        fields = line.rstrip(b"\n").split(b"\t")
        for place, kind in enumerate(self.types):
            if kind in ONE_FORM and fields[place] != NULL:
                fields[place] = ONE_FORM[kind](fields[place])
        return b"\t".join(fields) + b"\n"

    def digest(self, lines: Iterable[bytes]) -> str:
        """Return the digest of some rows, in their order."""
        digest = hashlib.blake2b(digest_size=20)
        for line in lines:
            digest.update(self.compared(line))
        return digest.hexdigest()
