"""The front page, the member's page, and the pages about the site."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.boards.site import the_site
from rejoinder.members.models import Member
from rejoinder.posts.claim import claim
from tests.factories import make_board, make_member, make_response, make_thread
from tests.web.reading import found_post, page, words_of

pytestmark = pytest.mark.django_db


def test_the_front_page_shows_the_boards_and_what_is_new_on_each(client: Client) -> None:
    board = make_board("Harbour", "Ships *and* tides.")
    author = make_member("Nell Newest")
    make_response(make_thread(board, "Old thread"), "Latest word", author=author)
    text = words_of(page(client, "front"))
    for part in ("Harbour", "1 thread, 2 posts", "Ships and tides.", "Latest word", "Nell Newest"):
        assert part in text


def test_the_welcome_text_is_drawn(client: Client) -> None:
    site = the_site()
    site.welcome = "Come *in*."
    site.save()
    assert "Come <em>in</em>." in page(client, "front")


def test_an_empty_site_tells_the_administrator_what_to_do(client: Client) -> None:
    assert "no board here yet" in words_of(page(client, "front"))
    client.force_login(make_member(is_administrator=True))
    source = page(client, "front")
    assert "Make the first board" in words_of(source)
    assert "/administration/add-board" in source


def test_a_member_is_shown_the_way_to_settings_and_a_button_to_sign_out(client: Client) -> None:
    client.force_login(make_member("Sam Signed"))
    source = page(client, "front")
    assert '<a href="/account/">Sam Signed</a>' in source
    assert '<form method="post" action="/account/logout/">' in source


def test_a_members_page_says_who_they_are_and_what_they_wrote(client: Client) -> None:
    board, member = make_board("Harbour"), make_member("Crash Davis")
    make_thread(board, "First of mine", author=member)
    make_response(make_thread(board, "Somebody’s"), "Second of mine", author=member)
    text = words_of(page(client, "member", member.handle_id))
    assert text.index("Second of mine") < text.index("First of mine")
    for part in ("Crash Davis", "crash-davis", "member since", "↳ in response to Somebody’s"):
        assert part in text


def test_an_archives_author_is_described_as_such(client: Client) -> None:
    post = found_post(make_board(), "a@x")
    assert post.author is not None
    text = words_of(page(client, "member", post.author.handle_id))
    assert "known from an imported archive" in text
    assert "member since" not in text


def test_a_claimed_authors_address_leads_to_who_claimed_it(client: Client) -> None:
    post = found_post(make_board(), "a@x")
    staged, member = post.author, make_member()
    assert staged is not None
    Member.objects.filter(pk=staged.pk).update(email="a@example.org", is_staged=True)
    assert claim(member, "a@example.org") == 1
    response = client.get(f"/m/{staged.handle_id}")
    assert response["Location"] == f"/m/{member.handle_id}"


def test_the_rules_are_shown(client: Client) -> None:
    site = the_site()
    site.rules = "1. Be kind."
    site.save()
    assert "Be kind." in words_of(page(client, "rules"))


def test_robots_are_told_where_the_posts_are(client: Client) -> None:
    root = make_thread()
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    parts = client.get("/sitemap.xml").content.decode()
    assert "<loc>http://testserver/sitemap/posts.xml</loc>" in parts
    assert f"/p/{root.public_id}</loc>" in client.get("/sitemap/posts.xml").content.decode()
