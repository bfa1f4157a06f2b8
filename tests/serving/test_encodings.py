from __future__ import annotations

import gzip

import pytest

from rejoinder.serving.encodings import PREFERRED, Coding, chosen, decode, encode


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP;q=0.5, br", "gzip"),
        ("zstd;q=0, gzip", "gzip"),
        ("gzip; q=0", "identity"),
        ("*", "zstd"),
        ("*;q=0", "identity"),
        ("*, zstd;q=0", "gzip"),
        ("gzip;q=high", "identity"),
        (";;,,=", "identity"),
        ("gzip," * 500, "identity"),
    ],
)
def test_the_coding_is_the_best_that_the_client_takes(header: str, coding: Coding) -> None:
    assert chosen(header) == coding


@pytest.mark.parametrize("coding", PREFERRED)
def test_what_is_encoded_is_decoded_again(coding: Coding) -> None:
    body = "Ein Text mit “Zeichen”.".encode() * 50
    assert decode(coding, encode(coding, body)) == body
    assert encode(coding, body) == encode(coding, body)


def test_gzip_is_what_everybody_reads() -> None:
    assert gzip.decompress(encode("gzip", b"text")) == b"text"
