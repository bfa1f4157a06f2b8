"""The site's public address, and what follows from it: hosts, the mail's sender."""

from __future__ import annotations

from urllib.parse import urlsplit

from rejoinder.errors import BadInput

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def public_url(url: str) -> str:
    """Return the site's public address without a slash at its end; empty if none is set.

    Raises BadInput if it isn't http(s)://host[:port] and nothing else.
    """
    url = url.strip().rstrip("/")
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" != url:
        raise BadInput(
            f"Option 'url' is {url!r}; it must be http:// or https:// and a host, such as "
            "https://board.example.org."
        )
    if not parts.hostname or parts.username is not None:
        raise BadInput(f"Option 'url' is {url!r}, which names no host.")
    return url


def allowed_hosts(url: str, host: str) -> list[str]:
    """Return the hosts that requests may name: the public one, the one listened on, loopback."""
    own = [urlsplit(url).hostname or "", host]
    bracketed = [f"[{name}]" if ":" in name else name for name in own if name]
    return list(dict.fromkeys([*bracketed, *LOOPBACK]))


def sender(url: str) -> str:
    """Return the address that mail comes from when the operator named none."""
    return f"rejoinder@{urlsplit(url).hostname or 'localhost'}"


def mail_encryption(mail_tls: str) -> tuple[bool, bool]:
    """Return whether mail goes out by STARTTLS, and whether by TLS from the start.

    Raises BadInput if the option has none of its three values.
    """
    if mail_tls not in {"starttls", "tls", "none"}:
        raise BadInput(f"Option 'mail_tls' is {mail_tls!r}; it must be starttls, tls or none.")
    return mail_tls == "starttls", mail_tls == "tls"
