"""The codings that a page is sent in (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Literal

import zstandard

Coding = Literal["identity", "gzip", "zstd"]
# The best first.
PREFERRED: tuple[Coding, ...] = ("zstd", "gzip", "identity")
GZIP_LEVEL = 6
ZSTD_LEVEL = 9
# Longer ones are made up by somebody who wants this to take long.
LONGEST_HEADER = 500


def chosen(accept: str) -> Coding:
    """Return the coding to answer an Accept-Encoding header with.

    What can't be read counts as not there: then a page is sent as it is.
    """
    return _chosen(accept) if len(accept) <= LONGEST_HEADER else "identity"


def takes_gzip(accept: str) -> bool:
    """Tell whether an Accept-Encoding header takes gzip."""
    return len(accept) <= LONGEST_HEADER and _takes_gzip(accept)


@lru_cache(maxsize=1000)
def _takes_gzip(accept: str) -> bool:
    weights = _weights(accept)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


@lru_cache(maxsize=1000)
def _chosen(accept: str) -> Coding:
    weights = _weights(accept)
    others = weights.get("*", 0.0)
    return next(
        (coding for coding in PREFERRED[:-1] if weights.get(coding, others) > 0), "identity"
    )


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights[name] = _weight(parameters)
    return weights


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def encode(coding: Coding, body: bytes) -> bytes:
    """Return a body in a coding; the same body always gives the same octets."""
    if coding == "gzip":
        return gzip.compress(body, GZIP_LEVEL, mtime=0)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    return body


def decode(coding: Coding, octets: bytes) -> bytes:
    """Return the body again."""
    if coding == "gzip":
        return gzip.decompress(octets)
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompress(octets)
    return octets
