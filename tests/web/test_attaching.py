"""Putting files to a post on its page, by buttons alone."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rejoinder.posts.models import Attachment, WaitingFile
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member
from tests.posts.test_waiting_files import png

pytestmark = pytest.mark.django_db
MARK = "m" * 22
WORDS = {"title": "A title", "text": "Words.", "submission": MARK}


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_member("Ada"))
    return client


@pytest.fixture
def address() -> str:
    return f"/b/{make_board('Quay').handle_id}/start"


def upload(name: str = "Harbour.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if content is None else content)


def test_a_picture_is_added_described_and_posted(client: Client, address: str) -> None:
    said = client.post(
        address, WORDS | {"button": "attach", "files": [upload(), upload("b.txt", b"x")]}
    )
    page = said.content.decode()
    assert said.status_code == 200
    assert 'value="A title"' in page
    assert "Words.</textarea>" in page
    file = WaitingFile.objects.get(file_name="Harbour.png")
    assert f'name="alt-{file.pk}"' in page
    seen = client.get(f"/account/files/{file.pk}")
    assert (seen.headers["Content-Type"], seen.status_code) == ("image/png", 200)
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert Client().get(f"/account/files/{file.pk}").status_code == 302
    client.post(address, WORDS | {"has_files": "1", f"alt-{file.pk}": "The harbour"})
    post = Post.unscoped.get(title="A title")
    shown = client.get(f"/p/{post.public_id}").content.decode()
    found = re.search(r'<img src="([^"]+)" alt="The harbour" width="30" height="10"', shown)
    assert found
    assert client.get(found[1]).headers["Content-Disposition"].startswith("inline")
    assert Attachment.unscoped.filter(post=post).count() == 2
    assert not WaitingFile.objects.exists()


def test_one_is_taken_away_again(client: Client, address: str) -> None:
    client.post(address, WORDS | {"button": "attach", "files": [upload()]})
    file = WaitingFile.objects.get()
    page = client.post(address, WORDS | {"button": f"away-{file.pk}"}).content.decode()
    assert "Words.</textarea>" in page
    assert not WaitingFile.objects.exists()
    assert client.post(address, WORDS | {"button": "away-x"}).status_code == 404


def test_files_that_were_chosen_and_not_added_are_not_forgotten(
    client: Client, address: str
) -> None:
    """A form that isn't multipart has only their names."""
    answer = client.post(address, WORDS | {"files": "Harbour.png"})
    assert "not added yet" in answer.content.decode()
    assert not Post.unscoped.filter(title="A title").exists()


def test_a_bad_file_is_told_and_the_words_are_there(client: Client, address: str) -> None:
    sent = WORDS | {"button": "attach", "files": [upload("x.png", png()[:50])]}
    page = client.post(address, sent).content.decode()
    assert "can’t be drawn" in page
    assert "Words.</textarea>" in page
    page = client.post(address, WORDS | {"button": "attach"}).content.decode()
    assert "Choose a file first" in page


def test_the_draft_has_its_files_again(client: Client, address: str) -> None:
    client.post(address, WORDS | {"button": "attach", "files": [upload()]})
    client.post(address, WORDS | {"button": "keep"})
    assert "Harbour.png" in client.get(address).content.decode()
