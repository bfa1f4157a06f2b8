"""Respond and start a thread: what is posted, and that nothing is ever lost."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.posts.withdraw import withdraw
from rejoinder.text.source_text import MAX_TEXT_OCTETS
from rejoinder.threads.models import Post, PostText
from tests.factories import (
    make_board,
    make_member,
    make_response,
    make_thread,
    principal_of,
)
from tests.written import ARTICLE, mark_in, respond_to, start_on, text_in, title_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client: Client) -> Client:
    client.force_login(make_member("Ada Writer"))
    return client


def test_a_response_is_posted_and_its_page_shown(writer):
    parent = make_thread(title="The council meets")
    answer = writer.post(respond_to(parent), {"title": "It voted", "text": ARTICLE})
    post = Post.unscoped.get(title="It voted")
    assert answer.status_code == 303
    assert answer["Location"] == reverse("post", args=[post.public_id])
    assert post.parent_id == parent.pk
    assert "By-line" not in PostText.unscoped.get(post=post).html
    assert 'class="byline"' in PostText.unscoped.get(post=post).html


def test_a_thread_is_started_by_pasting_an_article(writer):
    board = make_board("Harbour news")
    answer = writer.post(start_on(board), {"title": "Council keeps light", "text": ARTICLE})
    post = Post.unscoped.get()
    assert (answer.status_code, post.parent_id, post.board_id) == (303, None, board.pk)
    assert PostText.unscoped.get(post=post).source == ARTICLE


def test_the_form_shows_what_is_answered_and_an_empty_title(writer):
    parent = make_thread(title="Signal & noise", source="Some *strong* words.")
    page = writer.get(respond_to(parent)).content.decode()
    assert "Signal &amp; noise" in page
    assert parent.author.name in page
    assert "Some <em>strong</em> words." in page
    assert title_in(page) == ""
    assert text_in(page) == ""


def test_quoting_begins_the_text_with_what_the_parent_said(writer):
    parent = make_thread(title="Light", source="The lamp is lit.")
    page = writer.get(respond_to(parent) + "?quote=1").content.decode()
    assert "> The lamp is lit." in text_in(page)
    assert title_in(page) == ""


def test_quoting_later_keeps_what_was_typed(writer):
    parent = make_thread(source="The lamp is lit.")
    sent = {"title": "Half a thought", "text": "Well.", "button": "quote", "submission": "q" * 20}
    page = writer.post(respond_to(parent), sent).content.decode()
    assert (title_in(page), mark_in(page)) == ("Half a thought", "q" * 20)
    assert text_in(page).startswith("Well.\n\n")
    assert "> The lamp is lit." in text_in(page)
    assert not Post.unscoped.filter(parent=parent).exists()


def test_a_title_alone_is_a_post(writer):
    parent = make_thread()
    writer.post(respond_to(parent), {"title": "Agreed", "text": ""})
    post = Post.unscoped.get(title="Agreed")
    assert not post.has_text
    page = writer.get(reverse("post", args=[post.public_id])).content.decode()
    assert "n/t" in page


def test_a_double_submit_makes_one_post(writer):
    parent = make_thread()
    mark = mark_in(writer.get(respond_to(parent)).content.decode())
    sent = {"title": "Once", "text": "Only once.", "submission": mark}
    first = writer.post(respond_to(parent), sent)
    second = writer.post(respond_to(parent), sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert Post.unscoped.filter(title="Once").count() == 1


def test_other_words_under_the_same_mark_are_given_back_and_not_swallowed(writer):
    parent = make_thread()
    sent = {"title": "First words", "text": "", "submission": "m" * 20}
    writer.post(respond_to(parent), sent)
    answer = writer.post(respond_to(parent), {**sent, "title": "Second words", "text": "More."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First words" in page
    assert (title_in(page), text_in(page)) == ("Second words", "More.")
    again = {"title": "Second words", "text": "More.", "submission": mark_in(page)}
    assert writer.post(respond_to(parent), again).status_code == 303
    assert Post.unscoped.filter(parent=parent).count() == 2


def test_a_preview_posts_nothing_and_keeps_the_form(writer):
    parent = make_thread()
    sent = {"title": "Draft", "text": "Some *text*.", "button": "preview", "submission": "p" * 20}
    answer = writer.post(respond_to(parent), sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Some <em>text</em>." in page
    assert (title_in(page), text_in(page), mark_in(page)) == ("Draft", "Some *text*.", "p" * 20)
    assert not Post.unscoped.filter(parent=parent).exists()


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("", "needs a title"),
        (" \t\u3000 ", "needs a title"),
        ("\x01\x02\u200b", "needs a title"),
        ("x" * 201, "201 characters"),
    ],
)
def test_a_bad_title_comes_back_with_the_text_and_the_reason(writer, title, says):
    parent = make_thread()
    answer = writer.post(respond_to(parent), {"title": title, "text": ARTICLE})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page
    assert 'role="alert"' in page
    assert 'href="#id_title"' in page
    assert 'aria-invalid="true"' in page
    assert "id_title_error" in re.search(r'aria-describedby="([^"]*)"', page)[1]
    assert text_in(page) == ARTICLE
    assert not Post.unscoped.filter(parent=parent).exists()


def test_200_characters_of_any_script_and_emoji_are_a_title(writer):
    parent = make_thread()
    title = "👩‍🚀 " + "я" * 195
    writer.post(respond_to(parent), {"title": title, "text": ""})
    assert Post.unscoped.get(parent=parent).title == title


def test_controls_and_bidi_overrides_are_dropped_from_a_title(writer):
    parent = make_thread()
    writer.post(respond_to(parent), {"title": "a\x07b\u202ec\r\nd", "text": ""})
    assert Post.unscoped.get(parent=parent).title == "abc d"


def test_only_white_space_as_text_is_a_title_alone(writer):
    parent = make_thread()
    writer.post(respond_to(parent), {"title": "Blank", "text": " \r\n\t \u3000"})
    post = Post.unscoped.get(title="Blank")
    assert not post.has_text


def test_a_text_too_long_says_how_long_it_is_and_comes_back(writer):
    parent = make_thread()
    text = "ж" * (MAX_TEXT_OCTETS // 2 + 10)
    answer = writer.post(respond_to(parent), {"title": "Long", "text": text})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f"{MAX_TEXT_OCTETS + 20:,}" in page
    assert f"{MAX_TEXT_OCTETS:,}" in page
    assert text_in(page) == text


def test_a_book_reaches_our_own_limit_and_not_djangos(writer):
    parent = make_thread()
    text = "ж" * 1_300_000  # 7.8 MB in a form
    answer = writer.post(
        respond_to(parent),
        "title=Long&text=" + "%D0%B6" * len(text),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 400
    assert "2,600,000" in answer.content.decode()


def test_what_is_larger_than_a_form_may_be_gets_a_page_that_says_so(writer, settings):
    parent = make_thread()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = writer.post(respond_to(parent), {"title": "Long", "text": "x" * 2000})
    assert answer.status_code == 413
    assert "1,000" in answer.content.decode()
    assert "Go back" in answer.content.decode()


def test_a_nul_is_refused_with_a_reason(writer):
    parent = make_thread()
    answer = writer.post(respond_to(parent), {"title": "Binary", "text": "a\0b"})
    assert answer.status_code == 400
    assert "NUL" in answer.content.decode()
    title = writer.post(respond_to(parent), {"title": "a\0b", "text": ""})
    assert title.status_code in (303, 400)


def test_bytes_that_are_no_utf8_are_shown_and_not_posted(writer):
    parent = make_thread()
    answer = writer.post(
        respond_to(parent),
        "title=Caf%E9&text=na%EFve",
        content_type="application/x-www-form-urlencoded",
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "UTF-8" in page
    assert title_in(page) == "Caf\ufffd"
    assert not Post.unscoped.filter(parent=parent).exists()


def test_a_replacement_character_that_was_typed_is_posted(writer):
    parent = make_thread()
    writer.post(
        respond_to(parent),
        urlencode({"title": "What is \ufffd?", "text": ""}),
        content_type="application/x-www-form-urlencoded",
    )
    assert Post.unscoped.filter(parent=parent, title="What is \ufffd?").exists()


def test_markup_that_was_typed_comes_back_as_text(writer):
    parent = make_thread()
    evil = '"><script>alert(1)</script>'
    page = writer.post(
        respond_to(parent), {"title": "x" * 201 + evil, "text": "</textarea>" + evil}
    ).content.decode()
    assert "<script>alert" not in page
    assert text_in(page) == "</textarea>" + evil


def test_a_parent_withdrawn_meanwhile_gives_the_text_back_with_ways_on(writer):
    root = make_thread(title="Root of it")
    parent = make_response(root, title="Soon gone")
    withdraw(principal_of(parent.author), parent)
    answer = writer.post(respond_to(parent), {"title": "Late", "text": ARTICLE})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "withdrawn meanwhile" in page
    assert "Soon gone" not in page
    assert text_in(page) == ARTICLE
    assert f'action="{respond_to(root)}"' in page
    assert f'action="{start_on(root.board)}"' in page


def test_a_withdrawn_stub_that_is_answered_gives_the_text_back_too(writer):
    parent = make_thread(title="Taken back")
    make_response(parent)
    withdraw(principal_of(parent.author), parent)
    answer = writer.post(respond_to(parent), {"title": "Late", "text": "Words."})
    assert answer.status_code == 409
    assert text_in(answer.content.decode()) == "Words."


def test_a_text_is_carried_to_another_form_and_not_posted_by_that(writer):
    root = make_thread()
    sent = {"title": "Late", "text": ARTICLE, "button": "carry", "submission": "c" * 20}
    for address in (respond_to(root), start_on(root.board)):
        answer = writer.post(address, sent)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert (title_in(page), text_in(page), mark_in(page)) == ("Late", ARTICLE, "c" * 20)
    assert Post.unscoped.count() == 1


def test_a_parent_that_never_was_gives_the_text_back(writer):
    answer = writer.post("/p/zzzzzzzzzzzz/respond", {"title": "To whom", "text": ARTICLE})
    assert answer.status_code == 404
    assert text_in(answer.content.decode()) == ARTICLE


def test_a_closed_board_gives_the_text_back_and_says_why(writer):
    board = make_board()
    board.is_closed = True
    board.save()
    answer = writer.post(start_on(board), {"title": "Late", "text": ARTICLE})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "closed" in page
    assert text_in(page) == ARTICLE


def test_a_locked_thread_gives_the_text_back_and_offers_a_thread(writer):
    root = make_thread()
    root.thread.is_locked = True
    root.thread.save()
    answer = writer.post(respond_to(root), {"title": "Late", "text": ARTICLE})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "locked" in page
    assert text_in(page) == ARTICLE
    assert f'action="{start_on(root.board)}"' in page


def test_a_board_that_is_not_there_is_a_missing_page(writer):
    assert writer.get("/b/nowhere/start").status_code == 404


def test_a_withdrawn_post_has_no_form(writer):
    root = make_thread()
    make_response(root)
    withdraw(principal_of(root.author), root)
    assert writer.get(respond_to(root)).status_code == 409


def test_the_form_is_kept_by_no_cache(writer):
    answer = writer.get(respond_to(make_thread()))
    assert "no-store" in answer["Cache-Control"]


def test_the_form_needs_few_queries(writer, django_assert_max_num_queries):
    parent = make_thread(source="Words.")
    writer.get(respond_to(parent))
    with django_assert_max_num_queries(8):
        writer.get(respond_to(parent))
