"""What others answered while somebody wrote is shown before it is sent, once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from rejoinder.moderation import targets
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import remove
from rejoinder.threads.models import Post
from tests.factories import make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Any:
    return make_member("Ada")


@pytest.fixture
def client(ada: Any) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def form_of(page: bytes) -> dict[str, str]:
    """What a browser would send of the hidden fields."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.decode())
    return {name: value for name, value in found if name in {"submission", "since"}} | {
        "title": "My view", "text": "Words.",
    }  # fmt: skip


def test_it_is_shown_once_and_then_posted(client: Client) -> None:
    root = make_thread()
    address = f"/p/{root.public_id}/respond"
    form = form_of(client.get(address).content)
    make_response(root, "Said already", "That it opens in May.", make_member("Bert"))
    page = client.post(address, form)
    assert page.status_code == 200
    said = page.content.decode()
    assert "Somebody answered while you wrote" in said
    assert "Said already" in said
    assert "That it opens in May." in said
    assert "Words.</textarea>" in said
    assert not Post.unscoped.filter(title="My view").exists()
    answer = client.post(address, form_of(page.content))
    assert answer.status_code == 303
    assert Post.unscoped.filter(title="My view", parent=root).count() == 1


def test_a_preview_shows_it_too(client: Client) -> None:
    root = make_thread()
    address = f"/p/{root.public_id}/respond"
    form = form_of(client.get(address).content)
    make_response(root, "Said already", "", make_member("Bert"))
    page = client.post(address, form | {"button": "preview"})
    assert "Said already" in page.content.decode()
    assert client.post(address, form_of(page.content)).status_code == 303


def test_ones_own_what_is_elsewhere_and_what_is_hidden_hold_nobody_up(
    client: Client, ada: Any
) -> None:
    root = make_thread()
    address = f"/p/{root.public_id}/respond"
    form = form_of(client.get(address).content)
    make_response(root, "My other view", "", ada)
    make_response(make_response(root, author=ada), "Below another")
    hidden = make_response(root, "Hidden")
    moderator = principal_of(make_member("Mod", is_administrator=True))
    remove(moderator, targets.this(hidden), Why("spam"))
    assert client.post(address, form).status_code == 303


@pytest.mark.parametrize("since", ["", "yesterday", "2026-01-01", "9" * 60])
def test_a_form_without_a_moment_is_posted(client: Client, since: str) -> None:
    root = make_thread()
    make_response(root, "Said already")
    form = {"title": "My view", "text": "", "submission": "m" * 22, "since": since}
    assert client.post(f"/p/{root.public_id}/respond", form).status_code == 303


def test_a_preview_advises_and_the_button_posts_all_the_same(client: Client) -> None:
    root = make_thread(title="The harbour opens")
    address = f"/p/{root.public_id}/respond"
    form = form_of(client.get(address).content) | {"title": "Re: The harbour opens"}
    page = client.post(address, form | {"button": "preview"}).content.decode()
    assert "The title only repeats what you answer." in page
    assert client.post(address, form).status_code == 303
