"""Style sheets, scripts and the icon, as the server's outermost layer answers for them."""

from __future__ import annotations

import gzip
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client

from rejoinder.web import static_files
from rejoinder.web.static_files import FOLDER, KINDS, address_of
from tests.web.test_security_headers import check_headers

STYLE = (FOLDER / "rejoinder.css").read_bytes()


class Answer(dict[str, str]):
    """An answer of the layer: its headers, its status and its body."""

    status = ""
    body = b""
    cookies: dict[str, Any] = {}


def ask(path: str, method: str = "GET", **headers: str) -> Answer:
    """Return what the layer answers; "418" is Django's part, which isn't asked for files."""
    answer = Answer()

    def django(environ: Any, start: Any) -> list[bytes]:
        start("418 Django", [])
        return [b"django"]

    def start(status: str, sent: list[tuple[str, str]]) -> None:
        answer.status = status
        assert len({name.lower() for name, _value in sent}) == len(sent)
        answer.update(sent)

    environ: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    answer.body = b"".join(static_files.before(django)(environ, start))  # type: ignore[arg-type]
    return answer


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_every_file_has_all_security_headers(name: str, settings: Any) -> None:
    settings.HAS_TLS, settings.HSTS_SUBDOMAINS = True, True
    for path in (address_of(name), f"/static/{name}"):
        answer = ask(path)
        assert answer.status == "200 OK"
        check_headers(answer)
        assert answer["Content-Type"] == KINDS[f".{name.rpartition('.')[2]}"]
        assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert answer.body == (FOLDER / name).read_bytes()
        assert answer["Content-Length"] == str(len(answer.body))
    settings.HAS_TLS = False
    assert "Strict-Transport-Security" not in ask(address_of(name))


def test_what_a_hashed_name_names_is_kept_for_ever_and_another_is_asked_for_again() -> None:
    assert ask(address_of("rejoinder.css"))["Cache-Control"].endswith("immutable")
    for path in ("/static/rejoinder.css", "/static/rejoinder.0123456789ab.css"):
        answer = ask(path)
        assert answer.body == STYLE
        assert answer["Cache-Control"] == "no-cache"


def test_a_file_is_sent_compressed_to_who_takes_that() -> None:
    answer = ask(address_of("rejoinder.css"), accept_encoding="br, gzip;q=0.8")
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.body) == int(answer["Content-Length"]) < len(STYLE) / 2
    assert gzip.decompress(answer.body) == STYLE
    assert answer["Vary"] == "Accept-Encoding"
    check_headers(answer)
    for coding in ("", "identity", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip-not"):
        assert ask(address_of("rejoinder.css"), accept_encoding=coding).body == STYLE, coding


def test_what_a_browser_has_isnt_sent_again() -> None:
    path = "/static/rejoinder.css"
    for coding in ("gzip", "identity"):
        tag = ask(path, accept_encoding=coding)["ETag"]
        for known in (tag, f'"other", W/{tag}', "*"):
            answer = ask(path, accept_encoding=coding, if_none_match=known)
            assert (answer.status, answer.body) == ("304 Not Modified", b"")
            assert answer["ETag"] == tag
            check_headers(answer)
        assert ask(path, accept_encoding=coding, if_none_match='"other"').body
    # A tag names bytes: not those of the other coding.
    plain = ask(path)["ETag"]
    assert ask(path, accept_encoding="gzip", if_none_match=plain).body


def test_head_has_the_headers_and_no_body() -> None:
    got, head = ask(address_of("icon.svg")), ask(address_of("icon.svg"), "HEAD")
    assert (head.status, dict(head), head.body) == (got.status, dict(got), b"")


@pytest.mark.parametrize(
    "path",
    [
        "/", "/static", "/static/", "/static/none.css", "/static/../urls.py", "/static//etc/passwd",
        "/static/rejoinder.0123456789ab", "/static/rejoinder.css/", "/static/\udcff", "/static/\0",
    ],
)  # fmt: skip
def test_whatever_else_is_asked_for_is_djangos_to_answer(path: str) -> None:
    assert ask(path).status == "418 Django"
    assert ask(address_of("icon.svg"), "POST").status == "418 Django"


@pytest.mark.django_db
def test_pages_name_the_files_by_their_hashes(client: Client) -> None:
    page = client.get("/").content.decode()
    for name in ("rejoinder.css", "rejoinder.js", "icon.svg"):
        assert f'"{address_of(name)}"' in page
