"""What the operator's address makes of hosts, cookies and mail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rejoinder.config import addresses
from rejoinder.errors import BadInput
from tests.live import clean_environment

ASK = """
import json
from rejoinder.config import settings as s
print(json.dumps({name: getattr(s, name) for name in dir(s) if name.isupper()}, default=str))
"""


def settings_with(data: Path, **options: str) -> dict[str, object]:
    environ = {f"REJOINDER_{name.upper()}": value for name, value in options.items()}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=clean_environment() | environ | {"REJOINDER_DATA": str(data)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_hosts_are_the_public_one_the_one_listened_on_and_loopback() -> None:
    assert addresses.allowed_hosts("https://board.example.org", "192.0.2.1") == [
        "board.example.org", "192.0.2.1", "localhost", "127.0.0.1", "[::1]",
    ]  # fmt: skip
    assert addresses.allowed_hosts("", "localhost") == ["localhost", "127.0.0.1", "[::1]"]
    assert "[2001:db8::1]" in addresses.allowed_hosts("", "2001:db8::1")


@pytest.mark.parametrize(
    "url",
    ["board.example.org", "ftp://board.example.org", "https://", "https://x.example/forum",
     "https://me@board.example.org", "https://board.example.org?x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="url"):
        addresses.public_url(url)


def test_a_slash_at_the_end_is_no_matter() -> None:
    assert (
        addresses.public_url("https://board.example.org:8443/") == "https://board.example.org:8443"
    )


def test_an_unknown_way_to_encrypt_mail_is_refused() -> None:
    assert addresses.mail_encryption("none") == (False, False)
    with pytest.raises(BadInput, match="starttls"):
        addresses.mail_encryption("ssl")


def test_cookies_are_for_this_host_and_tls_only_when_the_site_has_tls(tmp_path: Path) -> None:
    public = settings_with(tmp_path, url="https://board.example.org")
    assert public["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert public["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert public["CSRF_TRUSTED_ORIGINS"] == ["https://board.example.org"]
    local = settings_with(tmp_path)
    assert local["SESSION_COOKIE_NAME"] == "sessionid"
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert (public[name], local[name]) == (True, False)
    for name in ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY"):
        assert public[name] is local[name] is True
    assert public["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert public["SECRET_KEY"] == local["SECRET_KEY"], "kept in the data directory"


def test_mail_goes_to_the_console_until_a_server_is_named(tmp_path: Path) -> None:
    assert "console" in str(settings_with(tmp_path)["EMAIL_BACKEND"])
    sent = settings_with(tmp_path, mail_host="mail.example.org", mail_tls="tls", mail_port="465")
    assert "smtp" in str(sent["EMAIL_BACKEND"])
    assert (sent["EMAIL_USE_SSL"], sent["EMAIL_USE_TLS"]) == (True, False)
