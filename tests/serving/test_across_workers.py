"""Real workers, each with a memory of its own: what was acknowledged, all of them show."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest

from tests.live import LiveSite

POSTS = 400
READS_EACH = 6

SETUP = """
board = make_board("Quay")
for number in range(3):
    make_member(f"Writer {'abc'[number]}", email=f"w{number}@example.org", password=PASSWORD)
root = make_thread(board, "Root")
print(board.handle_id, root.public_id)
"""


class Browser:
    """One client: cookies and forms; every request by a connection of its own."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        # The kernel hands each connection to one of the workers.
        connection = http.client.HTTPConnection(self.host, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if not self.cookies:
            headers = {}
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://{self.host}",
            }
        connection.request(method, path, urlencode(form) if form else None, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        body = response.read().decode()
        connection.close()
        return response.status, body

    def token(self, page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def submission(self, page: str) -> str:
        found = re.search(r'name="submission" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def sign_in(self, login: str, password: str) -> None:
        _status, page = self.ask("GET", "/account/login/")
        form = {"login": login, "password": password, "csrfmiddlewaretoken": self.token(page)}
        status, page = self.ask("POST", "/account/login/", form)
        assert status == 302, page

    def respond(self, parent: str, title: str) -> None:
        _status, page = self.ask("GET", f"/p/{parent}/respond")
        form = {
            "title": title, "source": "", "csrfmiddlewaretoken": self.token(page),
            "submission": self.submission(page),
        }  # fmt: skip
        status, page = self.ask("POST", f"/p/{parent}/respond", form)
        assert status == 302, page


@pytest.mark.slow
def test_no_worker_serves_a_page_without_an_acknowledged_post(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site("--workers", "3")
    board, root = site.python(f"from tests.factories import PASSWORD\n{SETUP}").split()
    pages = [f"/p/{root}", f"/t/{root}?as=newest", f"/b/{board}?as=new"]
    stale: list[str] = []
    seen = 0

    def write_and_read(number: int) -> None:
        nonlocal seen
        writer, guest = Browser(site.url), Browser(site.url)
        writer.sign_in(f"w{number}@example.org", "correct horse battery")
        for count in range(POSTS // 3):
            title = f"Post {number} {count} of many"
            writer.respond(root, title)
            for read in range(READS_EACH):
                path = pages[read % len(pages)]
                _status, page = guest.ask("GET", path)
                seen += 1
                if title not in page:
                    stale.append(f"{title}: {path}")

    threads = [threading.Thread(target=write_and_read, args=[n]) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == POSTS // 3 * 3 * READS_EACH
    assert stale == []
