"""Edit, look at revisions, withdraw."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.posts.models import Revision
from rejoinder.threads.models import Post, State
from tests.factories import make_member, make_response, make_thread
from tests.written import text_in, title_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make_member("Grace Author")


@pytest.fixture
def post(author):
    return make_thread(title="As it was", source="The first text.", author=author)


@pytest.fixture
def grace(client, author):
    client.force_login(author)
    return client


def address(name: str, post: Post) -> str:
    return reverse(name, args=[post.public_id])


def edit(client: Client, post: Post, title: str, text: str, seen: int = 0):
    return client.post(
        address("edit", post), {"title": title, "text": text, "edits_seen": str(seen)}
    )


def test_the_form_begins_with_the_post_as_it_is(grace, post):
    page = grace.get(address("edit", post)).content.decode()
    assert (title_in(page), text_in(page)) == ("As it was", "The first text.")


def test_an_edit_is_kept_and_the_post_shown(grace, post):
    answer = edit(grace, post, "As it is", "The second text.")
    assert (answer.status_code, answer["Location"]) == (303, address("post", post))
    page = grace.get(address("post", post)).content.decode()
    assert "As it is" in page
    assert "The second text." in page


def test_an_edit_with_a_bad_title_comes_back(grace, post):
    answer = edit(grace, post, "", "The second text.")
    assert answer.status_code == 400
    assert text_in(answer.content.decode()) == "The second text."


def test_a_preview_of_an_edit_keeps_nothing(grace, post):
    sent = {"title": "New", "text": "*New* text.", "edits_seen": "0", "button": "preview"}
    page = grace.post(address("edit", post), sent).content.decode()
    assert "<em>New</em> text." in page
    assert not Revision.unscoped.exists()


def test_an_edit_made_elsewhere_meanwhile_is_shown_beside_what_was_typed(grace, post):
    edit(grace, post, "As it was", "From the other window.")
    answer = edit(grace, post, "As it was", "From this window.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<p>From the other window.</p>" in page
    assert "other</del>" in page
    assert text_in(page) == "From this window."
    assert 'name="edits_seen" value="1"' in page
    assert edit(grace, post, "As it was", "From this window.", seen=1).status_code == 303


def test_only_the_author_edits_and_withdraws(client, post):
    client.force_login(make_member())
    for name in ("edit", "withdraw"):
        assert client.get(address(name, post)).status_code == 403
        assert client.post(address(name, post), {"title": "Mine"}).status_code == 403
    post.refresh_from_db()
    assert (post.title, post.state) == ("As it was", State.VISIBLE)


def test_guests_are_sent_to_sign_in(client, post):
    for name in ("edit", "withdraw"):
        answer = client.get(address(name, post))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_board_closed_meanwhile_gives_the_edit_back(grace, post):
    post.board.is_closed = True
    post.board.save()
    answer = edit(grace, post, "As it is", "The second text.")
    assert answer.status_code == 403
    assert text_in(answer.content.decode()) == "The second text."


def test_readers_see_what_changed_after_the_first_response(grace, client, post):
    edit(grace, post, "Before any answer", "Nobody saw this.")
    make_response(post)
    edit(grace, post, "After the answer", "Everybody sees this.", seen=1)
    page = Client().get(address("revisions", post)).content.decode()
    assert "<del>Before" in page
    assert "The first text." not in page
    assert "As it was" not in page
    own = grace.get(address("revisions", post)).content.decode()
    assert own.count("<section") == 2


def test_an_edit_nobody_had_answered_is_shown_to_its_author_alone(grace, post):
    edit(grace, post, "As it is", "The second text.")
    assert Client().get(address("revisions", post)).status_code == 404
    assert grace.get(address("revisions", post)).status_code == 200


def test_a_post_never_edited_has_no_revisions_page(grace, post):
    assert grace.get(address("revisions", post)).status_code == 404


def test_revisions_show_markup_as_text(grace, post):
    make_response(post)
    edit(grace, post, "As it was", "<script>alert(1)</script>")
    page = Client().get(address("revisions", post)).content.decode()
    assert "<script>alert" not in page
    assert "alert" in page


def test_revisions_of_a_withdrawn_post_are_its_authors(grace, post):
    make_response(post)
    edit(grace, post, "As it is", "The second text.")
    grace.post(address("withdraw", post))
    assert Client().get(address("revisions", post)).status_code == 404
    assert grace.get(address("revisions", post)).status_code == 200


def test_withdrawing_asks_first(grace, post):
    answer = grace.get(address("withdraw", post))
    assert answer.status_code == 200
    post.refresh_from_db()
    assert post.state == State.VISIBLE


def test_a_withdrawn_post_without_answers_leads_to_the_board(grace, post):
    answer = grace.post(address("withdraw", post))
    assert answer.status_code == 303
    assert answer["Location"] == reverse("board", args=[post.board.handle_id])
    assert Client().get(address("post", post)).status_code == 404


def test_a_withdrawn_post_with_answers_leaves_a_stub(grace, post):
    make_response(post)
    answer = grace.post(address("withdraw", post), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(address("post", post), 303)]
    assert "The first text." in page
    stub = Client().get(address("post", post))
    assert stub.status_code == 410
    assert "The first text." not in stub.content.decode()


def test_withdrawing_twice_is_the_same_as_once(grace, post):
    make_response(post)
    grace.post(address("withdraw", post))
    assert grace.post(address("withdraw", post)).status_code == 303


def test_a_withdrawn_post_is_edited_no_more_but_the_text_comes_back(grace, post):
    make_response(post)
    grace.post(address("withdraw", post))
    answer = edit(grace, post, "As it is", "The second text.")
    assert answer.status_code in (403, 409)
    assert text_in(answer.content.decode()) == "The second text."
