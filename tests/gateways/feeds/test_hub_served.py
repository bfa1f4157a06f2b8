"""The hub of a served site: a subscriber on this machine is asked, then told, by the server."""

from __future__ import annotations

import socket
import urllib.parse
import urllib.request
from collections.abc import Callable

import pytest

from tests.live import LiveSite, wait_until
from tests.outbound.servers import Server, page

pytestmark = pytest.mark.slow

FILLING = 'print(make_thread(make_board("Harbour"), "Root").public_id)'
MORE = """
from rejoinder.threads.models import Post
root = Post.unscoped.select_related("board", "thread").get(public_id="{}")
make_response(root, "And the foghorn?", "It woke me.", make_member("Di Dahl"))
"""


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def answer(connection: socket.socket, head: bytes) -> None:
    """Confirm what is asked; take what is told."""
    path = head.split(b" ", 2)[1].decode()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    connection.sendall(page(query.get("hub.challenge", [""])[0].encode()))


def test_a_subscriber_is_asked_and_then_told(start_site: Callable[..., LiveSite]) -> None:
    reader = Server(answer)
    port = free_port()
    address = f"http://localhost:{port}"
    try:
        environ = {
            "REJOINDER_URL": address,
            "REJOINDER_OUTBOUND_ALLOW": f"127.0.0.1:{reader.port}",
        }
        site = start_site("--port", str(port), environ=environ)
        root = site.python(FILLING).strip()
        form = {
            "hub.mode": "subscribe",
            "hub.topic": f"{address}/feed.atom",
            "hub.callback": f"{reader.url}told",
            "hub.secret": "between us",
        }
        asked = urllib.request.Request(
            site.url + "/hub", urllib.parse.urlencode(form).encode(), method="POST"
        )
        with urllib.request.urlopen(asked, timeout=30) as said:
            assert said.status == 202
        wait_until(lambda: any(head.startswith(b"GET ") for head in reader.heads), site)
        confirmed = "from rejoinder.gateways.feeds.models import Subscription as S"
        wait_until(
            lambda: site.python(f"{confirmed}; print(S.objects.count())").strip() == "1", site
        )
        site.python(MORE.format(root))
        wait_until(lambda: any(head.startswith(b"POST ") for head in reader.heads), site)
        (told,) = [head for head in reader.heads if head.startswith(b"POST ")]
        assert b"X-Hub-Signature: sha256=" in told
        assert f"(+{address}/)".encode() in told
    finally:
        reader.stop()
