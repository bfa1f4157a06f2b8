"""Attachments: through the gate, and unable to act as a page of the site."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.boards.models import Board
from rejoinder.files import store
from rejoinder.posts.drafts import FoundAttachment
from rejoinder.posts.models import Attachment
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member
from tests.web.reading import found_post, page

pytestmark = pytest.mark.django_db


def attached(
    name: str, media_type: str, content: bytes, board: Board | None = None
) -> tuple[Post, str]:
    file = FoundAttachment(store.keep(content), name, media_type, len(content))
    post = found_post(board or make_board(), f"{name.replace(' ', '')}@x", attachments=(file,))
    found = Attachment.unscoped.get(post=post)
    return post, reverse("file", args=[found.public_id, found.file_name])


def test_a_page_as_attachment_is_saved_and_never_shown(client: Client) -> None:
    _post, address = attached("evil.html", "text/html", b"<script>alert(1)</script>")
    response = client.get(address)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"].startswith("private, max-age=")


def test_svg_is_no_image(client: Client) -> None:
    _post, address = attached("a.svg", "image/svg+xml", b"<svg onload='alert(1)'/>")
    assert client.get(address)["Content-Type"] == "application/octet-stream"


def test_a_patch_is_shown_as_plain_text(client: Client) -> None:
    _post, address = attached("0001.patch", "text/x-patch", b"--- a\n+++ b\n")
    response = client.get(address)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"].startswith("inline")
    assert response.content == b"--- a\n+++ b\n"


def test_text_in_another_charset_is_saved(client: Client) -> None:
    _post, address = attached("note.txt", "text/plain", b"caf\xe9")
    assert client.get(address)["Content-Type"] == "application/octet-stream"


def test_the_post_lists_it_and_its_size(client: Client) -> None:
    post, address = attached('od"d näme.txt', "text/plain", b"x" * 2048)
    source = page(client, "post", post.public_id)
    assert f'href="{address}"' in source
    assert "2.0\xa0KB" in source
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REMOVED, State.HELD])
def test_a_hidden_posts_attachment_is_not_there(client: Client, state: State) -> None:
    board = make_board()
    post, address = attached("a.txt", "text/plain", b"x", board)
    found_post(board, "answer@x", answers=(post.message_id,))
    Post.unscoped.filter(pk=post.pk).update(state=state)
    assert client.get(address).status_code == 404


def test_another_name_is_another_file(client: Client) -> None:
    _post, address = attached("a.txt", "text/plain", b"x")
    assert client.get(address.replace("a.txt", "b.txt")).status_code == 404


def test_the_logo_is_served_under_its_digest_only(client: Client) -> None:
    from rejoinder.boards.site import the_site

    site = the_site()
    site.logo_digest, site.logo_media_type = store.keep(b"\x89PNG"), "image/png"
    site.save()
    response = client.get(f"/logo/{site.logo_digest}")
    assert response["Content-Type"] == "image/png"
    assert client.get(f"/logo/{store.keep(b'other')}").status_code == 404


FORWARDED = b"From: Ana <ana@ship.example>\n\nHello"


def test_a_guest_reads_a_text_without_its_mail_addresses(client: Client) -> None:
    _post, address = attached("0001.patch", "text/x-patch", FORWARDED)
    response = client.get(address)
    assert "ana@…>" in response.content.decode()
    assert b"ship.example" not in response.content
    # It is another file for whoever signs in.
    assert "immutable" not in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("message.eml", "message/rfc822"), ("message.html", "text/html"), ("x.bin", "x/y")],
)
def test_a_guest_signs_in_for_a_file_with_mail_addresses(
    client: Client, name: str, media_type: str
) -> None:
    _post, address = attached(name, media_type, FORWARDED)
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("name", "media_type"), [("message.eml", "message/rfc822"), ("a.patch", "text/x-patch")]
)
def test_a_member_gets_every_file_as_it_came(client: Client, name: str, media_type: str) -> None:
    _post, address = attached(name, media_type, FORWARDED)
    client.force_login(make_member())
    assert client.get(address).content == FORWARDED
