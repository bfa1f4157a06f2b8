"""Makes the API's shapes of what the rooms below return. Each function says what it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse

from rejoinder.api import shapes
from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.models import Attachment
from rejoinder.reading.marks import Marks, marks_of
from rejoinder.text.addresses import mask_addresses
from rejoinder.threads.front import FrontRow
from rejoinder.threads.lines import Line, line_of, lines_by_id, texts_of
from rejoinder.threads.models import Post, PostText, State, Thread
from rejoinder.threads.references import with_names
from rejoinder.threads.thread_lines import ThreadLine
from rejoinder.threads.thread_state import ThreadState

STATES: dict[str, shapes.State] = {
    State.VISIBLE: "visible",
    State.HELD: "held",
    State.REMOVED: "removed",
    State.WITHDRAWN: "withdrawn",
    State.MISSING: "missing",
}


@dataclass(frozen=True)
class Around:
    """What lines are drawn with: public names for the ids in them, and what is new."""

    posts: dict[int, str]
    threads: dict[int, str]
    boards: dict[int, str]
    marks: Marks | None

    def line(self, line: Line) -> dict[str, Any]:
        """Return a line as the fields of a `PostLine`."""
        is_new = None
        if self.marks is not None:
            is_new = line.state == State.VISIBLE and self.marks.is_new(line.id)
        return {
            "id": line.public_id,
            "thread": self.threads.get(line.thread_id, ""),
            "board": self.boards.get(line.board_id, ""),
            "parent": None if line.parent_id is None else self.posts.get(line.parent_id),
            "depth": line.depth,
            "state": STATES[line.state],
            "title": line.title,
            "author": _author(line),
            "posted_at": line.posted_at,
            "edited_at": line.edited_at,
            "edits": line.edits_count,
            "responses": line.responses_count,
            "has_text": line.has_text,
            "first_line": line.first_line,
            "is_new": is_new,
        }


def around(
    principal: Principal,
    lines: Sequence[Line],
    *,
    threads: dict[int, str] | None = None,
    boards: dict[int, str] | None = None,
) -> Around:
    """Return what some lines are drawn with: a query each for parents that aren't among them,
    for threads and boards that aren't given, and for a member's read marks."""
    posts = {line.id: line.public_id for line in lines}
    others = lines_by_id(principal, {line.parent_id for line in lines} - posts.keys())
    posts |= {line.id: line.public_id for line in others.values()}
    marks = marks_of(principal.member_id) if principal.member_id is not None else None
    return Around(
        posts=posts,
        threads=_roots(principal, lines) if threads is None else threads,
        boards=_handles(principal, lines) if boards is None else boards,
        marks=marks,
    )


def post_lines(
    principal: Principal, lines: Sequence[Line], **known: dict[int, str]
) -> list[shapes.PostLine]:
    """Return lines as lists show them; queries as `around`."""
    beside = around(principal, lines, **known)
    return [shapes.PostLine(**beside.line(line)) for line in lines]


def tree_lines(
    principal: Principal, lines: Sequence[Line], post: Post, *, with_texts: bool
) -> list[shapes.PostWithText]:
    """Return lines of a post's thread, with what they say if asked for: one or two queries more."""
    beside = around(principal, lines, **of_thread(post))
    texts = texts_of(principal, lines) if with_texts else {}
    return [
        shapes.PostWithText(
            **beside.line(line), html=texts[line.id].html if line.id in texts else None
        )
        for line in lines
    ]


def of_thread(post: Post) -> dict[str, dict[int, str]]:
    """Return the public names of a post's thread and board, which were read with it."""
    root = post.thread.root
    return {
        "threads": {post.thread_id: root.public_id if root else ""},
        "boards": {post.board_id: post.board.handle_id},
    }


def board(row: FrontRow, principal: Principal) -> shapes.BoardShape:
    """Return a board with what it counts."""
    return shapes.BoardShape(
        handle=row.board.handle_id,
        name=row.board.name,
        description=row.board.description,
        is_closed=row.board.is_closed,
        posts=row.posts_count,
        threads=row.threads_count,
        last_at=row.last_at,
        may_start=gate.may(principal, gate.Verb.START_THREAD, row.board),
    )


def thread_fields(
    public_id: str, of: Board, title: str, thread: Thread | ThreadLine, state: ThreadState
) -> dict[str, Any]:
    """Return a thread as the fields of a `ThreadShape`."""
    return {
        "id": public_id,
        "board": of.handle_id,
        "title": title,
        "started_at": thread.started_at,
        "last_at": thread.last_at,
        "posts": thread.posts_count,
        "is_locked": state.is_locked,
        "is_pinned": state.is_pinned_now,
        "slow_seconds": state.slow_seconds_now,
    }


def thread_lines(
    principal: Principal, of: Board, found: Sequence[ThreadLine]
) -> list[shapes.ThreadLine]:
    """Return a board's threads; queries as `around`, of a page's first and last posts."""
    lines = [line for thread in found for line in (thread.root, thread.last)]
    roots = {thread.id: thread.root.public_id for thread in found}
    beside = around(principal, lines, threads=roots, boards={of.pk: of.handle_id})
    return [
        shapes.ThreadLine(
            **thread_fields(thread.root.public_id, of, thread.title, thread, thread.state),
            first=shapes.PostLine(**beside.line(thread.root)),
            last=shapes.PostLine(**beside.line(thread.last)),
        )
        for thread in found
    ]


def post(principal: Principal, shown: Post) -> shapes.PostShape:
    """Return a post that was found with board, thread, author and parent: at most five queries."""
    line = line_of(principal, shown)
    beside = around(principal, [line], **of_thread(shown))
    files = gate.reachable(principal, Attachment.objects.filter(post=shown))
    return shapes.PostShape(
        **beside.line(line),
        message_id=shown.message_id if line.shows_words else None,
        address=reverse("post", args=[shown.public_id]),
        text=_text(principal, shown) if line.has_text else None,
        files=[_file(file) for file in files] if line.has_text else [],
        may=shapes.MayDo(
            respond=gate.may(principal, gate.Verb.RESPOND, shown),
            edit=gate.may(principal, gate.Verb.EDIT, shown),
            withdraw=gate.may(principal, gate.Verb.WITHDRAW, shown),
            report=gate.may(principal, gate.Verb.REPORT, shown),
            moderate=gate.may(principal, gate.Verb.MODERATE, shown),
        ),
    )


def member(shown: Member) -> shapes.MemberShape:
    """Return a member as everybody sees them."""
    return shapes.MemberShape(
        handle=shown.handle_id,
        name=shown.name,
        is_staged=shown.is_staged,
        joined_at=None if shown.is_staged else shown.joined_at,
        address=reverse("member", args=[shown.handle_id]),
    )


def _author(line: Line) -> shapes.Author | None:
    if not line.shows_words or not line.author_name:
        return None
    return shapes.Author(name=line.author_name, handle=line.author_handle or None)


def _text(principal: Principal, shown: Post) -> shapes.Text | None:
    texts = gate.reachable(principal, PostText.objects.filter(post=shown))
    text = texts.first()
    if text is None:
        return None
    source = text.source
    # Who sees what a post said before sees its addresses too: its author, its moderators.
    if text.markup != "markdown" and not gate.shows(principal, gate.Field.EVERY_REVISION, shown):
        source = mask_addresses(source)
    html = with_names(principal, text.html)
    return shapes.Text(markup=cast("shapes.Markup", text.markup), source=source, html=html)


def _file(file: Attachment) -> shapes.FileShape:
    return shapes.FileShape(
        id=file.public_id,
        name=file.file_name,
        media_type=file.media_type,
        octets=file.octets,
        alt=file.alt,
        address=reverse("file", args=[file.public_id, file.file_name]),
    )


def _roots(principal: Principal, lines: Iterable[Line]) -> dict[int, str]:
    threads = gate.visible(principal, Thread.objects.filter(pk__in={li.thread_id for li in lines}))
    return dict(threads.values_list("pk", "root__public_id"))


def _handles(principal: Principal, lines: Iterable[Line]) -> dict[int, str]:
    boards = gate.visible(principal, Board.objects.filter(pk__in={line.board_id for line in lines}))
    return dict(boards.values_list("pk", "handle_id"))
