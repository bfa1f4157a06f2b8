"""The security headers of every address there is; a new one is tried as soon as it has a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from rejoinder.members.models import Member
from rejoinder.threads.models import Post
from rejoinder.web.middleware import PRIVATE
from tests.factories import make_member, make_thread
from tests.live import LiveSite

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# The pages for readers; a guest's copy of them may be kept. Everything else is no-store.
FOR_READERS = {
    "front", "board", "post", "branch", "news", "thread", "member", "file", "logo", "rules",
    "robots",
    "sitemap", "sitemap_posts", "revisions",
    "api_reference", "api_document", "api_site", "api_me", "api_boards", "api_board",
    "api_threads", "api_board_posts", "api_thread", "api_thread_posts", "api_post",
    "api_branch", "api_file",
    "boards_opml", "site_atom", "site_json", "board_atom", "board_json", "thread_atom",
    "thread_json", "branch_atom", "branch_json", "member_atom", "member_json",
    "api_responses", "api_revisions", "api_member", "api_member_posts", "api_log", "api_desk",
}  # fmt: skip
# What of a page's address isn't a post's, a board's or a number.
SAMPLES: dict[str, object] = {
    "pk": 1, "part": 1, "session_id": 1, "number": 1, "token": "none", "digest": "0" * 64,
    "name": "x.png", "key": "no-key", "uidb36": "1", "provider": "x", "kind": "csv",
    "beginning": "b", "mark": "m" * 22, "path": "feed.atom",
}  # fmt: skip
EXPECTED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


EVERY_URL = "rejoinder.config.every_url"


def patterns(
    resolver: URLResolver | None = None, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return each address's name, and what its path is made of."""
    for entry in (resolver or get_resolver(EVERY_URL)).url_patterns:
        parts = (*above, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, parts)
        else:
            yield str(entry.name or entry.pattern), parts


PATTERNS = dict(patterns())


def path_of(name: str, thread: Post) -> str:
    """Return an address of a named page, of the things that there are."""
    known = SAMPLES | {"public_id": thread.public_id, "handle": thread.board.handle_id}
    known["id"] = thread.public_id
    if name == "screening_rule":
        known["name"] = "links"
    if name in ("member", "member_atom", "member_json", "api_member", "api_member_posts"):
        known["handle"] = thread.author.handle_id if thread.author else "x"
    if name == "screening_rule":
        known["name"] = "links"
    return reverse(name, EVERY_URL, kwargs={part: known[part] for part in PATTERNS[name]})


@pytest.fixture
def thread() -> Post:
    return make_thread()


def is_private(response: Any) -> bool:
    return {"no-store", "private"} <= set(response.get("Cache-Control", "").split(", "))


def check_headers(response: Any) -> None:
    for header, value in EXPECTED.items():
        assert response[header] == value, header
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    if not policy.startswith("sandbox"):
        assert {"object-src 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "frame-ancestors 'none'" in policy or policy.startswith("sandbox")
    assert "camera=()" in response["Permissions-Policy"]
    for cookie in response.cookies.values():
        assert cookie["httponly"], cookie
        assert cookie["samesite"] == "Lax", cookie
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_every_address_has_a_name_to_try_it_by() -> None:
    assert len(PATTERNS) > 60
    assert not [name for name in PATTERNS if re.search(r"[\^/<]", name)]


@pytest.mark.parametrize("who", ["guest", "administrator"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_address_answers_with_all_security_headers(
    name: str, method: str, who: str, thread: Post
) -> None:
    client = Client(raise_request_exception=False)
    if who == "administrator":
        client.force_login(make_member(is_administrator=True))
    path = path_of(name, thread)
    response = getattr(client, method)(path)
    response.close()
    assert response.status_code < 500, response.status_code
    check_headers(response)
    if path.startswith(PRIVATE) or (name not in FOR_READERS and response.status_code == 200):
        assert is_private(response), response.get("Cache-Control")
    elif who == "administrator":
        assert "private" in response["Cache-Control"]
    response.close()


def test_what_the_outer_layers_answer_carries_them_too(thread: Post, settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member())
    forged = client.post("/account/", {"name": "x"})
    assert forged.status_code == 403
    check_headers(forged)
    settings.ALLOWED_HOSTS = ["board.example.org"]
    named = Client().get("/", headers={"Host": "evil.example"})
    assert named.status_code == 400
    check_headers(named)
    settings.ALLOWED_HOSTS = ["*"]
    large = Client().post("/", b"x" * (8 * 1024 * 1024 + 1), content_type="text/plain")
    assert large.status_code == 413
    check_headers(large)
    missing = Client().get("/nowhere")
    assert missing.status_code == 404
    check_headers(missing)


def test_transport_security_is_promised_on_https_alone(settings: Any) -> None:
    assert "Strict-Transport-Security" not in Client().get("/").headers
    settings.HAS_TLS = True
    assert Client().get("/")["Strict-Transport-Security"] == "max-age=31536000"
    settings.HSTS_SUBDOMAINS = True
    whole = Client().get("/")["Strict-Transport-Security"]
    assert whole == "max-age=31536000; includeSubDomains"


def test_signing_out_clears_what_the_browser_keeps(client: Client) -> None:
    client.force_login(make_member())
    assert "Clear-Site-Data" not in client.get("/").headers
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_no_method_echoes_what_was_sent(thread: Post) -> None:
    for path in ("/", f"/p/{thread.public_id}", "/account/login/"):
        answer = Client().generic("TRACE", path, headers={"X-Secret": "not-to-be-echoed"})
        assert answer.status_code == 405, path
        assert b"not-to-be-echoed" not in answer.content


def test_what_has_a_body_says_what_it_is_and_in_which_charset(thread: Post) -> None:
    for name in sorted(PATTERNS):
        answer = Client().get(path_of(name, thread))
        if answer.getvalue():
            kind = answer["Content-Type"]
            kinds = ("text/html", "text/plain", "text/csv", "text/x-opml", "application/")
            assert kind.startswith(kinds), name
            assert "charset=utf-8" in kind or not kind.startswith("text/"), name


def test_a_guests_choice_is_a_cookie_of_this_host_alone(thread: Post, settings: Any) -> None:
    settings.HAS_TLS, settings.ARRANGEMENT_COOKIE_NAME = True, "__Host-arrangement"
    board = f"/b/{thread.board.handle_id}"
    client = Client()
    cookies = client.get(f"{board}?as=flat").cookies
    assert list(cookies) == ["__Host-arrangement"]
    assert cookies["__Host-arrangement"]["secure"]
    check_headers(client.get(board))


def test_a_page_for_readers_may_be_kept_for_a_guest_and_not_for_a_member(thread: Post) -> None:
    path = f"/p/{thread.public_id}"
    assert "no-store" not in Client().get(path).get("Cache-Control", "")
    client = Client()
    client.force_login(Member.objects.get(pk=thread.author_id))
    assert "private" in client.get(path)["Cache-Control"]


# Run with an https address: a sign-in as a reverse proxy with a certificate passes it on.
SIGN_IN = """
import re
from django.test import Client
from tests.web.accounts import signed_up
signed_up("Ann")
client = Client(enforce_csrf_checks=True, headers={"Host": "board.example.org"})
page = client.get("/account/login/").content.decode()
token = re.search(r'name="csrfmiddlewaretoken" value="(\\w+)"', page)[1]
form = {"csrfmiddlewaretoken": token, "login": "Ann", "password": PASSWORD}
answer = client.post("/account/login/", form, headers={"Origin": "https://board.example.org"})
print(answer.status_code, answer["Strict-Transport-Security"])
print(client.cookies.output(header=""))
"""


@pytest.mark.slow
def test_on_https_cookies_have_the_prefix_that_no_other_host_can_set(tmp_path: Path) -> None:
    site = LiveSite(tmp_path, environ={"REJOINDER_URL": "https://board.example.org"})
    site.run("migrate")
    first, *cookies = site.python(SIGN_IN).splitlines()
    assert first == "302 max-age=31536000"
    assert {line.strip().split("=")[0] for line in cookies} == {
        "__Host-csrftoken",
        "__Host-known",
        "__Host-sessionid",
    }
    for line in cookies:
        parts = {part.strip() for part in line.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not [part for part in parts if part.startswith("Domain")]
