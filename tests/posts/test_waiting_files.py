"""Files wait beside what is written, for their writer alone, and are posted with it."""

from __future__ import annotations

import io
import os
import time
from typing import Any

import pytest
from PIL import Image

from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.files import store
from rejoinder.operations.attachments import discard_unused
from rejoinder.policy.principals import GUEST
from rejoinder.posts import attached, waiting_files
from rejoinder.posts.add import add
from rejoinder.posts.attached import attachments_of
from rejoinder.posts.drafts import Draft, FoundAttachment
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.models import WaitingFile
from tests.factories import make_board, make_member, principal_of

pytestmark = pytest.mark.django_db
MARK = "m" * 22


@pytest.fixture
def writer() -> Any:
    return principal_of(make_member("Ada"))


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 10), "red").save(out, "PNG")
    return out.getvalue()


def test_files_are_posted_with_the_post_in_their_order(writer: Any) -> None:
    first = waiting_files.put(writer, MARK, "C:\\\\pictures\\\\Harbour.PNG", png())
    waiting_files.put(writer, MARK, "plan.txt", "Pläne".encode())
    waiting_files.describe(writer, MARK, {first.pk: " The \n harbour "})
    draft = Draft("A title", board=make_board(), attachments=waiting_files.found(writer, MARK))
    post = add(writer, draft)
    waiting_files.posted(writer, MARK)
    picture, plan = attachments_of(writer, post)
    assert (picture.file_name, picture.media_type) == ("Harbour.png", "image/png")
    assert (picture.width, picture.height, picture.alt) == (30, 10, "The harbour")
    assert picture.is_picture
    assert (plan.file_name, plan.media_type, plan.is_picture) == ("plan.txt", "text/plain", False)
    assert store.read(plan.digest) == "Pläne".encode()
    assert not WaitingFile.objects.exists()
    # Its title doesn't say it all, also after an edit.
    assert post.has_text
    edit(writer, post, Change("Another title", "", 0))
    post.refresh_from_db()
    assert post.has_text


def test_they_are_nobody_elses(writer: Any) -> None:
    file = waiting_files.put(writer, MARK, "plan.txt", b"Plan")
    other = principal_of(make_member("Bert"))
    assert waiting_files.files(other, MARK) == []
    assert waiting_files.found(other, MARK) == ()
    for refused in (
        lambda: waiting_files.read(other, file.pk),
        lambda: waiting_files.take_away(other, MARK, file.pk),
        lambda: waiting_files.read(GUEST, file.pk),
    ):
        with pytest.raises(Missing):
            refused()
    waiting_files.describe(other, MARK, {file.pk: "mine now"})
    assert WaitingFile.objects.get().alt == ""
    with pytest.raises(Refused):
        waiting_files.put(GUEST, MARK, "plan.txt", b"Plan")


def test_one_too_many_too_large_or_empty_is_refused(writer: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(attached, "MOST_FILES", 2)
    monkeypatch.setattr(attached, "MOST_OCTETS", 10)
    for content, said in ((b"", "is empty"), (b"x" * 11, "are the most")):
        with pytest.raises(BadInput, match=said):
            waiting_files.put(writer, MARK, "plan.txt", content)
    for number in range(2):
        waiting_files.put(writer, MARK, f"{number}.txt", b"Plan")
    with pytest.raises(BadInput, match="2 files are the most"):
        waiting_files.put(writer, MARK, "3.txt", b"Plan")
    # A door that hands more to the deed is told the same.
    many = tuple(FoundAttachment("0" * 64, "x", "text/plain", 4) for _ in range(3))
    with pytest.raises(BadInput, match="2 files are the most"):
        add(writer, Draft("A title", board=make_board(), attachments=many))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\0b\r\n.txt", "ab .txt"),
        ("", "file"),
        ("..", "file"),
        ("x" * 400 + ".tar.gz", "x" * 147 + ".gz"),
        ("\u202etxt.exe", "\u202etxt.exe"),
    ],
)
def test_names_are_no_paths(writer: Any, name: str, kept: str) -> None:
    assert waiting_files.put(writer, MARK, name, b"Plan").file_name == kept


def test_bytes_that_nothing_refers_to_go_and_no_others(writer: Any) -> None:
    kept = waiting_files.put(writer, MARK, "kept.txt", b"kept")
    gone = waiting_files.put(writer, MARK, "gone.txt", b"gone")
    waiting_files.take_away(writer, MARK, gone.pk)
    # Somebody else's post may be about to refer to the same bytes.
    assert store.is_kept(gone.digest)
    old = time.time() - 2 * store.IN_FLIGHT_SECONDS
    for digest in (kept.digest, gone.digest):
        os.utime(store._path(digest), (old, old))
    discard_unused(lambda _seconds: None)
    assert store.is_kept(kept.digest)
    assert not store.is_kept(gone.digest)
