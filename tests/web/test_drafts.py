"""Drafts on the pages: by a button, by script, and back in the form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rejoinder.reading.models import KeptDraft
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member, make_response, make_thread

pytestmark = pytest.mark.django_db
MARK = "m" * 22
WORDS = {"title": "A title", "text": "One\n\nTwo", "submission": MARK}


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_member("Ada"))
    return client


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_button_keeps_it_and_the_form_has_it_again(client: Client) -> None:
    board = make_board("Quay")
    address = f"/b/{board.handle_id}/start"
    answer = client.post(address, WORDS | {"button": "keep"}, follow=True)
    assert answer.redirect_chain == [("/account/drafts", 303)]
    said = answer.content.decode()
    assert "A title" in said
    assert "a thread on Quay" in said
    again = page(client, address)
    assert "This is your draft" in again
    assert "One\n\nTwo</textarea>" in again
    assert f'value="{MARK}"' in again
    assert "One" not in page(client, f"{address}?new=1")
    assert Post.unscoped.count() == 0


def test_what_is_posted_is_no_draft_any_more(client: Client) -> None:
    post = make_thread()
    address = f"/p/{post.public_id}/respond"
    client.post(address, WORDS | {"button": "keep"})
    client.post(address, WORDS | {"kept": "1"})
    assert Post.unscoped.filter(parent=post, title="A title").count() == 1
    assert not KeptDraft.objects.exists()
    # The same form once more, from another device, posts nothing twice.
    client.post(address, WORDS | {"kept": "1"})
    assert Post.unscoped.filter(parent=post).count() == 1


def test_a_change_of_a_post_is_kept_with_what_it_was_made_from(client: Client) -> None:
    ada = KeptDraft._meta.get_field("member").related_model.objects.get(name="Ada")  # type: ignore[union-attr]
    post = make_thread(author=ada)
    address = f"/p/{post.public_id}/edit"
    client.post(address, WORDS | {"button": "keep", "edits_seen": "0"})
    assert "a change of" in page(client, "/account/drafts")
    assert "One\n\nTwo</textarea>" in page(client, address)
    client.post(address, WORDS | {"kept": "1", "edits_seen": "0"})
    assert not KeptDraft.objects.exists()
    assert Post.unscoped.get(pk=post.pk).title == "A title"


def test_script_keeps_what_is_written_and_learns_of_another_device(client: Client) -> None:
    post = make_thread()
    sent = WORDS | {"answers": post.public_id, "kept": ""}
    first = client.post("/account/drafts/keep", sent)
    assert first.json()["version"] == 1
    assert client.post("/account/drafts/keep", sent | {"kept": "1"}).json()["version"] == 2
    stale = client.post("/account/drafts/keep", sent | {"kept": "1", "title": "Other"})
    assert stale.status_code == 409
    assert "another device" in stale.json()["says"]
    assert KeptDraft.objects.get().title == "A title"


@pytest.mark.parametrize("place", ["on", "answers", "edits"])
def test_nothing_is_kept_for_what_one_cant_see(client: Client, place: str) -> None:
    answer = client.post("/account/drafts/keep", WORDS | {place: "nowhere"})
    assert answer.status_code == 404
    assert not KeptDraft.objects.exists()


def test_it_is_discarded_by_a_button(client: Client) -> None:
    board = make_board()
    client.post(f"/b/{board.handle_id}/start", WORDS | {"button": "keep"})
    answer = client.post(f"/account/drafts/{MARK}/drop", follow=True)
    assert "There are none" in answer.content.decode()
    assert client.post(f"/account/drafts/{MARK}/drop").status_code == 404


def test_a_board_that_was_closed_meanwhile_doesnt_take_the_words(client: Client) -> None:
    board = make_board("Quay")
    address = f"/b/{board.handle_id}/start"
    type(board).unscoped.filter(pk=board.pk).update(is_closed=True)
    client.post(address, WORDS | {"button": "keep"})
    assert KeptDraft.objects.get().source == "One\n\nTwo"


def test_other_cookies_keep_nothing(client: Client) -> None:
    guest = Client(enforce_csrf_checks=True)
    assert guest.post("/account/drafts/keep", WORDS).status_code == 403
    assert Client().post("/account/drafts/keep", WORDS).status_code == 302
    assert not KeptDraft.objects.exists()


def test_the_drafts_of_many_answers_are_all_listed(client: Client) -> None:
    root = make_thread()
    for number in range(3):
        post: Any = make_response(root, f"Answer {number}")
        sent = WORDS | {"submission": f"{number}" * 22, "title": f"To {number}", "button": "keep"}
        client.post(f"/p/{post.public_id}/respond", sent)
    said = page(client, "/account/drafts")
    assert [said.index(f"To {number}") for number in (2, 1, 0)] == sorted(
        said.index(f"To {number}") for number in range(3)
    )
