"""Real workers, each with a memory of its own: what was acknowledged, all of them show."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest

from tests.live import LiveSite

WRITERS = 3
LETTERS = "abc"
ROUNDS = 40
READS_EACH = 6
PASSWORD = "correct horse battery"

SETUP = """
from tests.factories import PASSWORD
board = make_board("Quay")
for letter in "abc":
    make_member(f"Writer {letter}", password=PASSWORD)
print(board.handle_id)
"""


class Browser:
    """One client: cookies and forms; every request by a connection of its own."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.cookies: dict[str, str] = {}
        # Where the last answer led.
        self.location = ""

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
        self.location = response.headers.get("Location", "")
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

    def post(self, place: str, title: str) -> str:
        """Post by a form, and return the new post's public id."""
        _status, page = self.ask("GET", place)
        form = {
            "title": title, "source": "", "csrfmiddlewaretoken": self.token(page),
            "submission": self.submission(page),
        }  # fmt: skip
        status, page = self.ask("POST", place, form)
        assert status == 303, page
        found = re.search(r"/p/(\w+)", self.location)
        assert found, self.location
        return found[1]


def write_and_read(url: str, number: int, board: str, read_at: str = "") -> list[str]:
    """Return where a post was missed after it was acknowledged, and how often one was found."""
    found, missed = 0, []
    writer, guest = Browser(url), Browser(read_at or url)
    writer.sign_in(f"Writer {LETTERS[number]}", PASSWORD)
    for count in range(ROUNDS):
        root_title, title = f"Root {number} {count}.", f"Response {number} {count}."
        root = writer.post(f"/b/{board}/start", root_title)
        for _read in range(READS_EACH):
            # The last of them stays in every worker's memory, without the response.
            for path in (f"/b/{board}", f"/t/{root}"):
                status, page = guest.ask("GET", path)
                found += root_title in page
                missed += [] if root_title in page else [f"{path} {status} {root_title}"]
        writer.post(f"/p/{root}/respond", title)
        for _read in range(READS_EACH):
            for path in (f"/p/{root}", f"/t/{root}"):
                status, page = guest.ask("GET", path)
                found += title in page
                missed += [] if title in page else [f"{path} {status} {title}"]
    return [*missed, f"{found} found"]


@pytest.mark.slow
def test_no_worker_serves_a_page_without_an_acknowledged_post(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site("--workers", "3")
    board = site.python(SETUP).split()[-1]
    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(
            pool.map(write_and_read, [site.url] * WRITERS, range(WRITERS), [board] * WRITERS)
        )
    assert told == [[f"{ROUNDS * READS_EACH * 4} found"]] * WRITERS
