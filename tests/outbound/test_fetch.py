"""What the one way out asks, and what it doesn't, against servers that mean it ill."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rejoinder.errors import (
    BadUrl,
    BrokenAnswer,
    NotOutside,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongKind,
)
from rejoinder.outbound import connect, fetch, target
from rejoinder.outbound.fetch import Bounds
from tests.outbound.servers import Answering, Server, page, saying

Serving = Callable[..., Server]
SHORT = Bounds(deadline=timedelta(seconds=0.4))


@pytest.fixture
def serving(settings: Any) -> Iterator[Serving]:
    """Return a function that starts a server which may be asked."""
    started: list[Server] = []

    def start(answering: Answering | bytes, tls: ssl.SSLContext | None = None) -> Server:
        server = Server(saying(answering) if isinstance(answering, bytes) else answering, tls)
        started.append(server)
        settings.OUTBOUND_ALLOW = " ".join(f"127.0.0.1:{each.port}" for each in started)
        return server

    yield start
    for server in started:
        server.stop()


def named(monkeypatch: pytest.MonkeyPatch, **hosts: list[str]) -> list[str]:
    """Let names have these addresses; return the list of names as they're asked for."""
    asked: list[str] = []

    def lookup(host: str, _port: int) -> list[connect.Address]:
        asked.append(host)
        if host in hosts:
            return [ip_address(address) for address in hosts[host]]
        return [ip_address(host)]

    monkeypatch.setattr(connect, "lookup", lookup)
    return asked


def test_an_answer_has_status_headers_and_body(serving: Serving, settings: Any) -> None:
    settings.PUBLIC_URL = "https://board.example.org"
    server = serving(page(b"hello", "Content-Type: Text/Plain; charset=utf-8"))
    answer = fetch.fetch("GET", server.url + "a?b=ü#c", headers={"X-A": "1"})
    assert (answer.status, answer.body, answer.media_type) == (200, b"hello", "text/plain")
    head = server.heads[0].decode().lower()
    assert head.startswith("get /a?b=%c3%bc http/1.1\r\n")
    assert f"\r\nhost: 127.0.0.1:{server.port}\r\n" in head
    assert "\r\nuser-agent: rejoinder/" in head
    assert "(+https://board.example.org/)" in head
    assert "\r\nx-a: 1\r\n" in head


def test_a_body_is_sent_with_its_length(serving: Serving) -> None:
    server = serving(page(b"", status="204 No Content"))
    assert fetch.fetch("POST", server.url, body=b"told").status == 204
    assert server.heads[0].endswith(b"\r\n\r\ntold")
    assert b"Content-Length: 4\r\n" in server.heads[0]


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://a.example/", "file:///etc/passwd", "gopher://a.example/", "//a.example/", "http:///x",
        "http://user:secret@a.example/", "http://a.example@127.0.0.1/", "http://a.example\\@b.example/",
        "http://a.example /", "http://a.example/\r\nX: 1", "http://a.example:0/",
        "http://a.example:99999/", "http://a.example:x/", "http://[fe80::1%25eth0]/", "http://[::1/",
        "http://xn--\u00fc/", "http://a..\u00fc/", "http://" + "a" * 2050, "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused_before_anything_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = named(monkeypatch)
    with pytest.raises(BadUrl):
        fetch.fetch("GET", url)
    assert asked == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]",
     "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "[fec0::1]", "224.0.0.1", "localhost",
     "169.254.169.254", "LOCALHOST.", "①②⑦.0.0.1"],
)  # fmt: skip
def test_no_writing_of_an_inner_address_is_asked(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(connect, "open_socket", lambda *at: opened.append(at))
    with pytest.raises((NotOutside, BadUrl)):
        fetch.fetch("GET", f"http://{host}/")
    assert opened == []


def test_one_inner_address_among_many_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, **{"mixed.example": ["8.8.8.8", "10.0.0.1"]})
    monkeypatch.setattr(connect, "open_socket", lambda *_at: pytest.fail("it connected"))
    with pytest.raises(NotOutside, match=r"outbound_allow"):
        fetch.fetch("GET", "http://mixed.example/")


def test_only_the_usual_ports_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, **{"a.example": ["8.8.8.8"]})
    monkeypatch.setattr(connect, "open_socket", lambda *_at: pytest.fail("it connected"))
    for port in (22, 25, 6379, 8080):
        with pytest.raises(NotOutside):
            fetch.fetch("GET", f"http://a.example:{port}/")


def test_a_name_that_turns_inside_later_is_not_asked_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A resolver that answers otherwise the second time, as rebinding does."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    monkeypatch.setattr(connect, "lookup", lambda *_of: [ip_address(a) for a in next(answers)])
    opened: list[object] = []

    def open_socket(address: connect.Address, port: int, _seconds: float) -> socket.socket:
        opened.append((str(address), port))
        raise ConnectionRefusedError

    monkeypatch.setattr(connect, "open_socket", open_socket)
    with pytest.raises(Unreachable, match="doesn't answer"):
        fetch.fetch("GET", "http://rebinding.example/")
    assert opened == [("8.8.8.8", 80)]
    with pytest.raises(NotOutside):
        fetch.fetch("GET", "http://rebinding.example/")


def test_the_next_address_is_tried_when_one_is_dead(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    server = serving(page(b"alive"))
    settings.OUTBOUND_ALLOW = f"127.0.0.0/8:{server.port}"
    named(monkeypatch, **{"two.example": ["127.0.0.9", "127.0.0.1"]})
    answer = fetch.fetch("GET", f"http://two.example:{server.port}/")
    assert answer.body == b"alive"
    assert f"Host: two.example:{server.port}\r\n".encode() in server.heads[0]


def test_a_name_that_nobody_has_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_of: object) -> list[connect.Address]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(connect, "lookup", lookup)
    with pytest.raises(Unreachable, match=r"nowhere\.example"):
        fetch.fetch("GET", "http://nowhere.example/")


def test_proxies_of_the_environment_are_not_asked(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(page(b"direct"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert fetch.fetch("GET", server.url).body == b"direct"


def test_a_redirect_is_an_answer_unless_it_was_to_be_followed(serving: Serving) -> None:
    there = serving(page(b"there"))
    here = serving(page(b"", f"Location: {there.url}", status="302 Found"))
    assert fetch.fetch("GET", here.url).status == 302
    assert there.heads == []
    followed = fetch.fetch("GET", here.url, headers={"X-Key": "1"}, bounds=Bounds(redirects=1))
    assert (followed.body, followed.url) == (b"there", there.url)
    assert b"X-Key" in here.heads[-1]
    assert b"X-Key" not in there.heads[-1]


def test_a_post_is_never_sent_on(serving: Serving) -> None:
    there = serving(page(b"there"))
    here = serving(page(b"", f"Location: {there.url}", status="307 Temporary Redirect"))
    answer = fetch.fetch("POST", here.url, body=b"x", bounds=Bounds(redirects=3))
    assert (answer.status, there.heads) == (307, [])


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/latest/meta-data/", "http://[::1]/", "//localhost/", "file:///x",
                 "http://127.0.0.1:1/", ""],
)  # fmt: skip
def test_a_redirect_inside_is_not_followed(serving: Serving, location: str) -> None:
    here = serving(page(b"", f"Location: {location}", status="301 Moved"))
    with pytest.raises(Unreachable):
        fetch.fetch("GET", here.url, bounds=Bounds(redirects=5))
    assert len(here.heads) == 1


def test_redirects_end(serving: Serving) -> None:
    here = serving(page(b"", "Location: /again", status="301 Moved"))
    with pytest.raises(Unreachable, match="from one address to the next"):
        fetch.fetch("GET", here.url, bounds=Bounds(redirects=3))
    assert len(here.heads) == 4


def test_encryption_isnt_left_by_a_redirect() -> None:
    with pytest.raises(Unreachable, match="without encryption"):
        fetch._next(target.read("https://a.example/"), "http://a.example/")


def _dripping(server: list[Server], before: bytes, octet: bytes) -> Answering:
    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(before)
        while not server[0].over.wait(0.05):
            connection.sendall(octet)

    return answer


@pytest.mark.parametrize(
    ("before", "octet"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["status", "header", "body", "chunks", "hints"],
)
def test_one_who_drips_is_left_at_the_deadline(
    serving: Serving, before: bytes, octet: bytes
) -> None:
    """Each read is answered in time; all of them together are not."""
    held: list[Server] = []
    held.append(serving(_dripping(held, before, octet)))
    with pytest.raises((TooSlow, BrokenAnswer)):
        fetch.fetch("GET", held[0].url, bounds=SHORT)


def test_one_who_doesnt_read_is_left_at_the_deadline(serving: Serving) -> None:
    held: list[Server] = []

    def deaf(_connection: socket.socket, _head: bytes) -> None:
        held[0].over.wait(20)

    held.append(serving(deaf))
    with pytest.raises(TooSlow):
        fetch.fetch("POST", held[0].url, body=b"x" * 20_000_000, bounds=SHORT)


def test_a_resolver_that_doesnt_answer_is_left_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    over = threading.Event()
    monkeypatch.setattr(connect, "lookup", lambda *_of: over.wait(20))
    with pytest.raises(TooSlow):
        fetch.fetch("GET", "http://slow.example/", bounds=SHORT)
    over.set()


def test_an_answer_that_is_too_large_is_refused_or_cut(serving: Serving) -> None:
    server = serving(page(b"x" * 5000))
    with pytest.raises(TooLarge):
        fetch.fetch("GET", server.url, bounds=Bounds(octets=4999))
    assert len(fetch.fetch("GET", server.url, bounds=Bounds(octets=5000)).body) == 5000
    assert fetch.fetch("GET", server.url, bounds=Bounds(octets=9, whole=False)).body == b"x" * 9


def test_a_bomb_is_cut_while_it_opens(serving: Serving) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    server = serving(page(bomb, "Content-Encoding: gzip"))
    with pytest.raises(TooLarge):
        fetch.fetch("GET", server.url, bounds=Bounds(octets=100_000))
    small = serving(page(gzip.compress(b"small"), "Content-Encoding: gzip"))
    assert fetch.fetch("GET", small.url).body == b"small"


def test_an_encoding_that_nobody_asked_for_is_refused(serving: Serving) -> None:
    with pytest.raises(WrongKind):
        fetch.fetch("GET", serving(page(b"x", "Content-Encoding: br")).url)
    with pytest.raises(BrokenAnswer):
        fetch.fetch("GET", serving(page(b"no gzip", "Content-Encoding: gzip")).url)


def test_only_wanted_media_types_are_taken(serving: Serving) -> None:
    wanted = Bounds(types=frozenset({"text/html"}))
    assert fetch.fetch("GET", serving(page(b"x", "Content-Type: text/html")).url, bounds=wanted)
    for headers in (["Content-Type: image/svg+xml"], []):
        with pytest.raises(WrongKind):
            fetch.fetch("GET", serving(page(b"x", *headers)).url, bounds=wanted)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\1\2",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
)
def test_what_is_no_answer_is_said_to_be_none(serving: Serving, said: bytes) -> None:
    with pytest.raises(Unreachable):
        fetch.fetch("GET", serving(said).url)


def test_a_header_that_would_be_two_is_not_sent(serving: Serving) -> None:
    server = serving(page(b""))
    with pytest.raises(BrokenAnswer):
        fetch.fetch("GET", server.url, headers={"X": "1\r\nHost: evil.example"})
    assert b"evil" not in b"".join(server.heads)


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + made.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    return path


def test_a_certificate_must_be_the_names_own(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = _certificate(tmp_path, "right.example")
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(path)
    server = serving(page(b"sealed"), tls=offered)
    named(monkeypatch, **{"right.example": ["127.0.0.1"], "wrong.example": ["127.0.0.1"]})
    url = f"https://right.example:{server.port}/"
    with pytest.raises(Unreachable, match="certificate"):
        fetch.fetch("GET", url)
    trusted = ssl.create_default_context(cafile=str(path))
    monkeypatch.setattr(fetch, "_tls", lambda: trusted)
    assert fetch.fetch("GET", url).body == b"sealed"
    with pytest.raises(Unreachable, match="certificate"):
        fetch.fetch("GET", f"https://wrong.example:{server.port}/")


def test_names_in_other_scripts_are_asked_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = named(monkeypatch, **{"xn--bcher-kva.example": ["8.8.8.8"]})
    opened: list[object] = []

    def open_socket(address: connect.Address, port: int, _seconds: float) -> socket.socket:
        opened.append((address, port))
        raise ConnectionRefusedError

    monkeypatch.setattr(connect, "open_socket", open_socket)
    with pytest.raises(Unreachable):
        fetch.fetch("GET", "https://Bücher.example/")
    assert asked == ["xn--bcher-kva.example"]
    assert opened == [(IPv4Address("8.8.8.8"), 443)]
    assert fetch.check("https://Bücher.example:443/ä") == "https://xn--bcher-kva.example/%C3%A4"
