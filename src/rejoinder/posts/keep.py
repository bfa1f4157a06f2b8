"""How a post is kept: its row, text, place, number and tallies, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rejoinder.boards.models import Board
from rejoinder.boards.site import site_label
from rejoinder.members.models import Member
from rejoinder.posts import authored
from rejoinder.posts.drafts import Markup
from rejoinder.statements.insert import insert, insert_values
from rejoinder.text.excerpts import first_line
from rejoinder.text.markup import render_markdown
from rejoinder.text.plain import render_plain
from rejoinder.threads import labels, rebalance, tallies, tree
from rejoinder.threads.models import Post, PostText, State, Thread, new_public_id


@dataclass(frozen=True)
class Words:
    """A post's title and text, checked and drawn; made before the transaction begins."""

    title: str
    source: str
    markup: Markup
    html: str
    first_line: str
    echoes_parent: bool = False
    # Files hang on it: then its title doesn't say it all, even without a text.
    has_files: bool = False


def words(
    title: str,
    source: str,
    markup: Markup,
    *,
    echoes_parent: bool = False,
    has_files: bool = False,
) -> Words:
    """Return a post's words with the text drawn as HTML."""
    kind = "markdown" if markup == "markdown" else "plain"
    html = (
        render_markdown(source)
        if markup == "markdown"
        else render_plain(source, flowed=markup == "flowed")
    )
    line = first_line(source, markup=kind)
    drawn = html if source.strip() else ""
    return Words(title, source, markup, drawn, line, echoes_parent, has_files)


def message_id_for(public_id: str) -> str:
    """Return the permanent Message-ID of a post made here, without angle brackets.

    Its right side is the installation's random label, never the address in use.
    """
    return f"{public_id}@{site_label()}.rejoinder"


def new_thread(board: Board, at: datetime) -> Thread:
    """Return a new thread's row, still without its root."""
    thread = Thread(board=board, started_at=at, last_at=at)
    insert(thread)
    return thread


def new_post(
    *,
    thread: Thread,
    parent: Post | None,
    posted_at: datetime,
    author: Member | None = None,
    author_name: str = "",
    message_id: str = "",
    came_by: str = "web",
    submission: str | None = None,
    state: State = State.VISIBLE,
) -> Post:
    """Return a post in its place, not yet saved. The thread is locked by the caller."""
    public_id = new_public_id()
    span = labels.whole() if parent is None else tree.span_under(parent, posted_at)
    return Post(
        public_id=public_id,
        message_id=message_id or message_id_for(public_id),
        thread=thread,
        board_id=thread.board_id,
        parent=parent,
        opens=span.opens,
        closes=span.closes,
        depth=0 if parent is None else parent.depth + 1,
        state=state,
        author=author,
        author_name=author_name,
        posted_at=posted_at,
        came_by=came_by,
        submission=submission,
    )


def put_words(post: Post, said: Words) -> None:
    """Set a post's columns from its words. Saves nothing."""
    post.title = said.title
    post.first_line = said.first_line
    post.has_text = bool(said.html) or said.has_files
    post.echoes_parent = said.echoes_parent


def save_new(post: Post, thread: Thread, said: Words | None) -> None:
    """Save a new post; a visible one is counted, drawn and numbered.

    A held one isn't, until it appears (posts/states.py); nor one without words, an empty
    place.
    """
    if said is not None:
        put_words(post, said)
    insert(post)
    if post.parent_id is None:
        thread.root = post
        thread.save(update_fields=["root"])
    rebalance.keep_short(post)
    if said is not None:
        insert_values(PostText, {"post_id": post.pk, **_text(said)})
        authored.tell(post.author, [post.pk])
    if post.state == State.VISIBLE:
        tallies.hang_on(post)
        tallies.appear(post, thread, is_new=True)


def save_filled(place: Post, thread: Thread, said: Words) -> None:
    """Save what was an empty place as the visible post that it waited for."""
    was_drawn = place.responses_count > 0
    place.state = State.VISIBLE
    put_words(place, said)
    place.save()
    save_text(place, said)
    authored.tell(place.author, [place.pk])
    if not was_drawn:
        tallies.hang_on(place)
    tallies.appear(place, thread)


def save_text(post: Post, said: Words) -> None:
    """Save a post's text beside its row."""
    PostText.unscoped.update_or_create(
        post=post,
        defaults=_text(said),
    )


def _text(said: Words) -> dict[str, str]:
    return {"source": said.source, "markup": said.markup, "html": said.html}
