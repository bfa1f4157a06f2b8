"""What was typed survives an expired session, a forged or old form, and a full database."""

from __future__ import annotations

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from rejoinder.threads.models import Post
from tests.factories import PASSWORD, make_member, make_thread
from tests.written import ARTICLE, mark_in, respond_to, start_on, text_in, title_in

pytestmark = pytest.mark.django_db


def sign_in(client: Client, name: str, next_page: str) -> str:
    """Sign in by the page itself, and return where it leads."""
    answer = client.post(
        reverse("account_login"), {"login": name, "password": PASSWORD, "next": next_page}
    )
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_a_guest_who_wants_to_respond_signs_in_and_comes_back(client):
    make_member("Grace", password=PASSWORD)
    parent = make_thread()
    answer = client.get(respond_to(parent) + "?quote=1")
    assert answer.status_code == 302
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    assert back == respond_to(parent) + "?quote=1"
    assert sign_in(client, "Grace", back) == back
    assert client.get(back).status_code == 200


def test_a_session_that_expired_while_writing_loses_nothing(client):
    """The draft waits on the server; signing in by the page leads to the filled form."""
    make_member("Grace", password=PASSWORD)
    parent = make_thread()
    sent = {"title": "Written before", "text": ARTICLE, "submission": "s" * 20}
    answer = client.post(respond_to(parent), sent)
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == reverse("account_login")
    assert not Post.unscoped.filter(parent=parent).exists()
    assert "is kept meanwhile" in client.get(answer["Location"]).content.decode()
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    page = client.get(sign_in(client, "Grace", back)).content.decode()
    assert (title_in(page), text_in(page), mark_in(page)) == (sent["title"], ARTICLE, "s" * 20)
    assert "not posted yet" in page
    assert client.post(respond_to(parent), sent).status_code == 303
    assert client.session.get("drafts") == {}


def test_a_thread_begun_before_the_session_expired_comes_back_too(client):
    make_member("Grace", password=PASSWORD)
    root = make_thread()
    sent = {"title": "A thread", "text": ARTICLE, "submission": "t" * 20}
    answer = client.post(start_on(root.board), sent)
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    page = client.get(sign_in(client, "Grace", back)).content.decode()
    assert text_in(page) == ARTICLE


def test_an_edit_sent_after_the_session_expired_comes_back(client):
    author = make_member("Grace", password=PASSWORD)
    post = make_thread(author=author, title="As it was")
    sent = {"title": "As it shall be", "text": ARTICLE, "edits_seen": "0"}
    answer = client.post(reverse("edit", args=[post.public_id]), sent)
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    page = client.get(sign_in(client, "Grace", back)).content.decode()
    assert (title_in(page), text_in(page)) == ("As it shall be", ARTICLE)


def test_a_guests_session_keeps_three_drafts_at_most(client):
    parent = make_thread()
    for letter in "abcd":
        client.post(respond_to(parent), {"title": letter, "submission": letter * 20})
    assert [draft["title"] for draft in client.session["drafts"].values()] == ["b", "c", "d"]


def test_a_guests_text_that_is_too_long_comes_back_at_once(client):
    parent = make_thread()
    answer = client.post(respond_to(parent), {"title": "Long", "text": "x" * 300_000})
    assert answer.status_code == 400
    assert text_in(answer.content.decode()) == "x" * 300_000
    assert "drafts" not in client.session


def test_somebody_elses_draft_is_not_to_be_had_by_its_mark(client):
    parent = make_thread()
    client.post(respond_to(parent), {"title": "Mine", "text": "Secret.", "submission": "d" * 20})
    other = Client()
    other.force_login(make_member())
    page = other.get(respond_to(parent) + "?draft=" + "d" * 20).content.decode()
    assert "Secret" not in page


def test_a_forged_form_posts_nothing_and_gives_the_text_back():
    parent = make_thread()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member())
    sent = {"title": "Forged", "text": "<b>" + ARTICLE, "submission": "f" * 20}
    answer = client.post(respond_to(parent), sent)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was posted" in page
    assert text_in(page) == "<b>" + ARTICLE
    assert not Post.unscoped.filter(parent=parent).exists()
    # The button leads to a form with the text in it; it doesn't post.
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = client.post(
        respond_to(parent), {**sent, "button": "carry", "csrfmiddlewaretoken": token}
    )
    assert (form.status_code, text_in(form.content.decode())) == (200, "<b>" + ARTICLE)
    assert not Post.unscoped.filter(parent=parent).exists()


@pytest.mark.parametrize("name", ["withdraw", "board_add", "site_change"])
def test_a_forged_form_of_another_kind_does_nothing_and_echoes_nothing(name):
    administrator = make_member(is_administrator=True)
    post = make_thread(author=administrator)
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    address = reverse(name, args=[post.public_id] if name == "withdraw" else [])
    answer = client.post(address, {"name": "Echo", "title": "Echo", "text": "Echo"})
    assert answer.status_code == 403
    assert "Echo" not in answer.content.decode()
    post.refresh_from_db()
    assert post.state == "v"


def test_a_full_disk_gives_the_text_back(client, monkeypatch):
    client.force_login(make_member())
    parent = make_thread()

    def full(*args: object, **kwargs: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("rejoinder.posts.keep.save_new", full)
    answer = client.post(respond_to(parent), {"title": "Kept?", "text": ARTICLE})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "no room" in page
    assert (title_in(page), text_in(page)) == ("Kept?", ARTICLE)
    assert not Post.unscoped.filter(title="Kept?").exists()


@pytest.mark.parametrize("where", ["views.writing.post_to_answer", "middleware.principal_for"])
def test_a_database_that_is_away_still_gives_the_text_back(client, monkeypatch, where):
    """Even the page around it can't be drawn from the database then."""
    client.force_login(make_member())
    parent = make_thread()

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(f"rejoinder.web.{where}", away)
    monkeypatch.setattr("rejoinder.web.context.the_site", away)
    answer = client.post(respond_to(parent), {"title": "Kept?", "text": ARTICLE})
    assert answer.status_code == 503
    assert text_in(answer.content.decode()) == ARTICLE


@pytest.mark.django_db(transaction=True)
def test_a_locked_database_gives_the_text_back(client):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    client.force_login(make_member())
    parent = make_thread()
    sent = {"title": "Kept?", "text": ARTICLE, "submission": "l" * 20}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = client.post(respond_to(parent), sent)
    finally:
        other.execute("ROLLBACK")
        other.close()
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "busy" in page
    assert (title_in(page), text_in(page), mark_in(page)) == ("Kept?", ARTICLE, "l" * 20)
    assert client.post(respond_to(parent), sent).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_cannot_be_stashed_is_given_back(client):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    parent = make_thread()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = client.post(respond_to(parent), {"title": "Kept?", "text": ARTICLE})
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert answer.status_code == 503
    assert text_in(answer.content.decode()) == ARTICLE


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_four_times_at_once_makes_one_post():
    writer = make_member()
    parent = make_thread()
    sent = {"title": "At once", "text": ARTICLE, "submission": "a" * 20}
    clients = [Client() for _ in range(4)]
    for client in clients:
        client.force_login(writer)
    start = threading.Barrier(len(clients))

    def send(client: Client) -> tuple[int, str]:
        start.wait()
        try:
            answer = client.post(respond_to(parent), sent)
            return answer.status_code, answer["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = set(pool.map(send, clients))
    post = Post.unscoped.get(title="At once")
    assert answers == {(303, reverse("post", args=[post.public_id]))}
