"""Nothing hidden, and nothing unescaped, on any reading page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from rejoinder.boards.administer import add_board
from rejoinder.boards.site import the_site
from rejoinder.policy.principals import system
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.arrangements import registry as of_threads
from rejoinder.threads.board_arrangements import registry as of_boards
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.web.reading import NASTY, found_post

pytestmark = pytest.mark.django_db


def every_page(client: Client, root: Post) -> dict[str, str]:
    """Return every reading page of a thread, its board, its authors, by address."""
    posts = list(Post.unscoped.filter(thread=root.thread).select_related("author"))
    board = f"/b/{root.board.handle_id}"
    addresses = ["/", board, f"/t/{root.public_id}", "/rules", "/sitemap.xml", "/sitemap/posts.xml"]
    addresses += [f"{board}?as={name}" for name in of_boards.ARRANGEMENTS]
    addresses += [f"/t/{root.public_id}?as={name}" for name in of_threads.ARRANGEMENTS]
    for post in posts:
        addresses += [f"/p/{post.public_id}", f"/p/{post.public_id}/branch"]
        addresses += [f"/p/{post.public_id}/branch?as={name}" for name in of_threads.ARRANGEMENTS]
        addresses += [f"/m/{post.author.handle_id}"] if post.author else []
    return {address: client.get(address).content.decode() for address in addresses}


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REMOVED, State.HELD])
def test_a_hidden_posts_words_and_author_are_on_no_page(client: Client, state: State) -> None:
    hider = make_member("Hidden Hand")
    root = make_thread(make_board("Quay"), "Root")
    hidden = make_response(root, "Secret title", "Secret text", hider)
    make_response(make_response(hidden, "Answer to it"), "Deeper")
    hidden = Post.unscoped.select_related("board", "thread").get(pk=hidden.pk)
    if state == State.WITHDRAWN:
        withdraw(principal_of(hider), hidden)
    else:
        Post.unscoped.filter(pk=hidden.pk).update(state=state)
    for address, source in every_page(client, root).items():
        assert "Secret" not in source, address
        if "/m/" not in address:
            assert "Hidden Hand" not in source, address
            assert hider.handle_id not in source, address


def test_a_withdrawn_roots_title_names_its_thread_nowhere(client: Client) -> None:
    author = make_member()
    root = make_thread(title="Secret root", author=author)
    make_response(root, "First answer")
    other = make_thread(root.board, "Neighbour")
    withdraw(principal_of(author), Post.unscoped.select_related("board", "thread").get(pk=root.pk))
    for address, source in (every_page(client, root) | every_page(client, other)).items():
        assert "Secret" not in source, address


def test_nasty_input_is_shown_as_it_is_in_every_field(client: Client) -> None:
    site = the_site()
    site.title, site.welcome, site.rules = NASTY[:100], NASTY, NASTY
    site.save()
    board = add_board(system("tests"), NASTY[:100], NASTY)
    author = make_member()
    root = make_thread(board, NASTY, NASTY, author)
    make_response(root, NASTY, NASTY, author)
    echo = found_post(board, "n@x", title=NASTY, source=NASTY, author=NASTY[:40])
    found_post(board, "m@x", title="Re: " + NASTY, source=NASTY, answers=("n@x",))
    for address, source in (every_page(client, root) | every_page(client, echo)).items():
        seen = Elements(source)
        assert {re.sub(r"[.][0-9a-f]{12}[.]", ".", name) for name in seen.scripts} <= {
            "rejoinder.js"
        }, address
        assert not {name for name in seen.attributes if name.startswith("on")}, address
        assert "7*7" in source or not source.startswith("<!doctype"), address


class Elements(HTMLParser):
    """The attributes and scripts of a page, as a browser would find them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.attributes: set[str] = set()
        self.scripts: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _value in attrs} - {"x"} | {
            "on-x" for name, _value in attrs if name == "x"
        }
        if tag == "script":
            address = dict(attrs).get("src") or "inline"
            self.scripts.add(address.split("/")[-1].split("?")[0])


def test_no_page_shows_a_mail_address(client: Client) -> None:
    board = make_board()
    root = found_post(
        board, "a@x", title="From ana@ship.example", source="Write to ana@ship.example"
    )
    for address, source in every_page(client, root).items():
        assert "Ana.Found@example.org" not in source, address
        assert "ana@ship.example" not in source, address
