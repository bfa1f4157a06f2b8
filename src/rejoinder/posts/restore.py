"""Restore a post from an archive, with the ids, author and time it has there.

A post's own headers say where it hangs. Of a post that isn't here, the headers of what
answers it say: it is kept as an empty place, and filled when it's found. The order in
which an archive is read makes no difference to the tree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import graft, keep
from rejoinder.posts.drafts import FoundPost
from rejoinder.posts.models import Attachment
from rejoinder.text.titles import echoes, fit_title
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Alias, Awaited, Post, State, Thread

# A message that claims more ancestors than this is read by its nearest ones.
MOST_ANCESTORS = 1000


@dataclass(frozen=True)
class Restored:
    """What became of a found post."""

    post: Post
    is_new: bool
    # It filled an empty place that answers had kept for it.
    filled_place: bool = False
    # Empty places made for posts that aren't here.
    missing_made: int = 0
    # Its ancestors went round in a circle, and were left out from there on.
    had_loop: bool = False
    # An ancestor is a post of another board: nothing hangs across boards.
    left_board: bool = False


@outages.told()
def restore(principal: Principal, found: FoundPost) -> Restored:
    """Keep a post found in an archive and tell what became of it.

    A repeated Message-ID changes nothing. Raises Refused if the principal is no job of
    the operator's. Safe to call inside a larger transaction, a batch of an import.
    """
    gate.check(principal, gate.Verb.IMPORT, found.board, _("Only an import restores posts."))
    if known := find(found.message_id):
        return Restored(known, is_new=False)
    said = keep.words(fit_title(found.title), found.source, found.markup)
    with transaction.atomic():
        if known := find(found.message_id):
            return Restored(known, is_new=False)
        return _do_restore(found, said)


def find(message_id: str) -> Post | None:
    """Return the post known by a Message-ID, its own or an alias, on whatever board."""
    post = Post.objects.filter(message_id=message_id).first()
    if post is None:
        alias = Alias.objects.select_related("post").filter(message_id=message_id).first()
        post = alias.post if alias else None
    return post


def find_place(board: Board, message_id: str) -> Post | None:
    """Return the empty place that waits on a board for a Message-ID."""
    awaited = Awaited.objects.select_related("post").filter(board=board, message_id=message_id)
    return next((row.post for row in awaited), None)


def _do_restore(found: FoundPost, said: keep.Words) -> Restored:
    place = find_place(found.board, found.message_id)
    line = _Line(found, place)
    for message_id in found.ancestors[-MOST_ANCESTORS:]:
        line.go_on(message_id)
    parent = line.end()
    if parent is not None and echoes(said.title, parent.title):
        said = replace(said, echoes_parent=True)
    post = _new(found, parent, said) if place is None else _fill(found, place, parent, said)
    _keep_beside(found, post)
    return Restored(post, True, place is not None, line.made, line.had_loop, line.left_board)


class _Line:
    """The line of a found post's ancestors, followed from the oldest to the nearest."""

    def __init__(self, found: FoundPost, place: Post | None) -> None:
        self.found = found
        self.place = place
        self.last: Post | None = None
        self.made = 0
        self.had_loop = False
        self.left_board = False

    def go_on(self, message_id: str) -> None:
        """Go on to the next ancestor; make an empty place for it if it isn't here."""
        ancestor = find(message_id) or find_place(self.found.board, message_id)
        if message_id == self.found.message_id:
            self.had_loop = True
        elif ancestor is None:
            self.last = _new_place(self.found, message_id, self.end())
            self.made += 1
        elif ancestor.board_id != self.found.board.pk:
            self.left_board = True
        elif self.place is not None and tree.is_in_branch(ancestor, _fresh(self.place)):
            self.had_loop = True
        else:
            self._hang_loose(ancestor)
            self.last = ancestor

    def _hang_loose(self, ancestor: Post) -> None:
        """Hang an empty place, if nobody has said yet what it answers, on the one before."""
        if ancestor.state != State.MISSING or ancestor.parent_id is not None:
            return
        before = self.end()
        if before is None or ancestor.pk == before.pk:
            return
        if tree.is_in_branch(before, ancestor):
            self.had_loop = True
        else:
            graft.move(ancestor, before)

    def end(self) -> Post | None:
        """Return the nearest ancestor so far, as it stands in the tree now."""
        return None if self.last is None else _fresh(self.last)


def _new_place(found: FoundPost, message_id: str, parent: Post | None) -> Post:
    thread = _thread_for(found, parent)
    place = keep.new_post(
        thread=thread,
        parent=parent,
        posted_at=found.posted_at,
        came_by=found.came_by,
        state=State.MISSING,
    )
    keep.save_new(place, thread, None)
    Awaited.objects.create(board=found.board, message_id=message_id[:998], post=place)
    return place


def _new(found: FoundPost, parent: Post | None, said: keep.Words) -> Post:
    thread = _thread_for(found, parent)
    post = keep.new_post(
        thread=thread,
        parent=parent,
        posted_at=found.posted_at,
        author=found.author,
        author_name=found.author_name,
        message_id=found.message_id,
        came_by=found.came_by,
    )
    keep.save_new(post, thread, said)
    return post


def _fill(found: FoundPost, place: Post, parent: Post | None, said: keep.Words) -> Post:
    """Put a found post into the empty place that its answers kept for it."""
    Post.objects.filter(pk=place.pk).update(posted_at=found.posted_at)
    place = _fresh(place)
    # Its own headers say where it hangs; until now only others' did.
    if parent is not None:
        graft.move(place, parent)
    elif place.parent_id is not None:
        graft.split(place)
    place = _fresh(place)
    thread = tree.locked([place.thread_id])[place.thread_id]
    place.message_id = found.message_id
    place.author, place.author_name = found.author, found.author_name
    keep.save_filled(place, thread, said)
    Awaited.objects.filter(post=place).delete()
    return place


def _keep_beside(found: FoundPost, post: Post) -> None:
    Alias.objects.bulk_create(
        [Alias(message_id=alias[:998], post=post) for alias in found.aliases],
        ignore_conflicts=True,
    )
    Attachment.objects.bulk_create(
        Attachment(
            post=post,
            position=position,
            digest=file.digest,
            file_name=file.file_name[:200],
            media_type=file.media_type[:100],
            octets=file.octets,
        )
        for position, file in enumerate(found.attachments)
    )


def _thread_for(found: FoundPost, parent: Post | None) -> Thread:
    if parent is None:
        return keep.new_thread(found.board, found.posted_at)
    return tree.locked([parent.thread_id])[parent.thread_id]


def _fresh(post: Post) -> Post:
    post.refresh_from_db()
    return post
