"""Files through the API: by the gate, as bytes, and with nothing that a browser would run."""

from __future__ import annotations

import pytest

from rejoinder.boards.models import Board
from rejoinder.files import store
from rejoinder.policy.scopes import Scope
from rejoinder.posts.drafts import FoundAttachment
from rejoinder.posts.models import Attachment
from tests.api.asking import Program, guest, of_somebody, problem
from tests.factories import make_board, make_group, make_member, make_private_board
from tests.web.reading import found_post

pytestmark = pytest.mark.django_db


def attached(board: Board, media_type: str, content: bytes) -> str:
    file = FoundAttachment(store.keep(content), "a file.html", media_type, len(content))
    post = found_post(board, "file@x", attachments=(file,))
    return Attachment.unscoped.get(post=post).public_id


def test_a_file_of_a_private_board_is_its_readers_alone() -> None:
    member = make_member()
    board = make_private_board(make_group("", member))
    path = f"files/{attached(board, 'image/png', b'bytes')}"
    answer = Program(member, Scope.READ).get(path)
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert answer["Content-Type"] == "image/png"
    assert problem(guest().get(path)) == (404, "missing")
    assert problem(of_somebody().get(path)) == (404, "missing")


def test_a_file_can_not_act_as_a_page() -> None:
    answer = guest().get(f"files/{attached(make_board(), 'text/html', b'<script>1</script>')}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_guests_read_texts_with_addresses_masked() -> None:
    path = f"files/{attached(make_board(), 'text/plain', b'From ann@example.org')}"
    assert b"ann@example.org" not in guest().get(path).content
    assert b"ann@example.org" in of_somebody().get(path).content
