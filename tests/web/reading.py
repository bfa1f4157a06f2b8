"""What the tests of the reading pages share: pages as text, found posts, nasty input."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

from django.test import Client
from django.urls import reverse

from rejoinder.boards.models import Board
from rejoinder.members.accounts import staged_member
from rejoinder.policy.principals import system
from rejoinder.posts.drafts import FoundAttachment, FoundPost
from rejoinder.posts.restore import restore
from rejoinder.threads.models import Post

LONG_AGO = datetime(2021, 3, 4, 5, 6, tzinfo=UTC)

# What would become an element, an attribute or a script if a template forgot to escape it.
NASTY = '<script>alert(1)</script><b x=\'" onload="y">&amp;{{ 7*7 }}'


def page(client: Client, name: str, *args: object, query: str = "", status: int = 200) -> str:
    """Return the page of a name as HTML; fail if it answers with another status."""
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def words_of(source: str) -> str:
    """Return a page's words as they'd be read, without elements, on one line."""
    main = source[source.index("<main") : source.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def found_post(
    board: Board,
    message_id: str,
    *,
    title: str = "Found",
    source: str = "",
    answers: tuple[str, ...] = (),
    minutes: int = 0,
    author: str = "Ana Found",
    attachments: tuple[FoundAttachment, ...] = (),
) -> Post:
    """Return a post restored as an import does."""
    return restore(
        system("tests"),
        FoundPost(
            board=board,
            message_id=message_id,
            ancestors=answers,
            author=staged_member(author, f"{author.replace(' ', '.')}@example.org"),
            author_name=author,
            title=title,
            source=source,
            markup="plain",
            posted_at=LONG_AGO + timedelta(minutes=minutes),
            attachments=attachments,
        ),
    ).post
