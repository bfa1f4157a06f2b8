"""What a writing form holds, as a browser would show it, and where the forms are."""

from __future__ import annotations

import html
import re

from django.urls import reverse

from rejoinder.boards.models import Board
from rejoinder.threads.models import Post

ARTICLE = """The harbour council voted on Tuesday to keep the old lighthouse lit for another year.

“We would rather pay for oil than for a rescue,” the mayor said — and sat down.

— Ines Okafor"""


def respond_to(post: Post) -> str:
    return reverse("respond", args=[post.public_id])


def start_on(board: Board) -> str:
    return reverse("start_thread", args=[board.handle_id])


def mark_in(page: str) -> str:
    found = re.search(r'name="submission" value="([^"]+)"', page)
    assert found
    return found[1]


def text_in(page: str) -> str:
    """Return what stands in the page's text area, as a browser would show it."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    assert found
    return html.unescape(found[1])


def title_in(page: str) -> str:
    found = re.search(r'<input[^>]*class="as-title"[^>]*>', page)
    assert found
    value = re.search(r' value="([^"]*)"', found[0])
    return html.unescape(value[1]) if value else ""
