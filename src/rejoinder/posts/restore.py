"""Restore a post from an archive, with the ids, author and time it has there.

A post's own headers say where it hangs. Of a post that isn't here, the headers of what
answers it say: it is kept as an empty place, and filled when it's found. The order in
which an archive is read makes no difference to the tree.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import attached, graft, keep, known, places
from rejoinder.posts.drafts import FoundPost
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.models import Original
from rejoinder.text.addresses import mask_addresses
from rejoinder.text.titles import echoes, fit_title
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Alias, Awaited, Post, State

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
    # An ancestor is a post of another board: nothing hangs across boards, so here its place
    # stays empty.
    left_board: bool = False
    # It replaced its author's earlier post, and is another id of it now.
    superseded: bool = False


@outages.told()
def restore(principal: Principal, found: FoundPost) -> Restored:
    """Keep a post found in an archive and tell what became of it.

    A repeated Message-ID changes nothing. Raises Refused if the principal is no job of
    the operator's. Safe to call inside a larger transaction, a batch of an import.
    """
    gate.check(principal, gate.Verb.IMPORT, found.board, _("Only an import restores posts."))
    # Of a repeated post nothing is drawn in vain.
    here = known.look_up(found.board, found.message_id)
    if post := here.post:
        return Restored(post, is_new=False)
    if found.author.erased_at is not None:
        # Read again after its author deleted their account: nothing that says who it was.
        found = replace(found, author_name="", original=b"")
    has_files = bool(found.attachments)
    said = keep.words(_title(found), found.source, found.markup, has_files=has_files)
    # Within a larger transaction on SQLite nobody else has written meanwhile.
    is_batch = connection.in_atomic_block and not connection.features.has_select_for_update
    with transaction.atomic():
        if not is_batch:
            here = known.look_up(found.board, found.message_id)
        if post := here.post:
            return Restored(post, is_new=False)
        place = None if here.place_id is None else Post.unscoped.get(pk=here.place_id)
        return _do_restore(found, said, place)


def supersede(principal: Principal, message_id: str, found: FoundPost) -> Restored | None:
    """Give the post known by a Message-ID a found post's words, if the author is the same.

    The new id becomes an alias of the post (RFC 5536 section 3.2.12). Returns None, and
    does nothing, if there is no such post of that author or the new id is known already.
    """
    earlier = known.look_up(found.board, message_id).post
    if earlier is None or earlier.author_id != found.author.pk:
        return None
    if known.look_up(found.board, found.message_id).post_id is not None:
        return None
    change = Change(_title(found), found.source, earlier.edits_count)
    edit(principal, earlier, change)
    Alias.unscoped.create(message_id=found.message_id, post=earlier)
    return Restored(earlier, is_new=False, superseded=True)


def _do_restore(found: FoundPost, said: keep.Words, place: Post | None) -> Restored:
    line = _Line(found, place)
    for message_id in line.ancestors:
        line.go_on(message_id)
    parent = line.last
    if parent is not None and parent.state == State.VISIBLE and echoes(said.title, parent.title):
        said = replace(said, echoes_parent=True)
    post = _new(found, parent, said) if place is None else _fill(found, place, parent, said)
    if parent is not None and parent.state == State.MISSING:
        places.date_upwards(line.lowest_known(post))
    _keep_beside(found, post)
    return Restored(post, True, place is not None, line.made, line.had_loop, line.left_board)


def _title(found: FoundPost) -> str:
    # As in its text: an archive's addresses are shown to nobody. The original keeps them.
    return fit_title(mask_addresses(found.title))


class _Line:
    """The line of a found post's ancestors, followed from the oldest to the nearest."""

    def __init__(self, found: FoundPost, place: Post | None) -> None:
        self.found = found
        self.place = place
        self.ancestors = found.ancestors[-MOST_ANCESTORS:]
        here = known.known_among(found.board, self.ancestors)
        self.known = {id_: p for id_, p in here.items() if p.board_id == found.board.pk}
        self.last: Post | None = None
        self.made_here: set[int] = set()
        self.had_loop = False
        self.left_board = len(self.known) < len(here)

    @property
    def made(self) -> int:
        """Return how many empty places were made."""
        return len(self.made_here)

    def go_on(self, message_id: str) -> None:
        """Go on to the next ancestor; make an empty place for it if it isn't here."""
        ancestor = self.known.get(message_id)
        if message_id == self.found.message_id:
            self.had_loop = True
        elif ancestor is None:
            self.last = places.make_place(self.found, message_id, self.last)
            self.made_here.add(self.last.pk)
            self.known[message_id] = self.last
        elif self.place is not None and tree.is_in_branch(_fresh(ancestor), _fresh(self.place)):
            self.had_loop = True
        else:
            self._hang_loose(ancestor)
            self.last = ancestor

    def _hang_loose(self, ancestor: Post) -> None:
        """Hang an empty place, if nobody has said yet what it answers, on the one before."""
        before = self.last
        if ancestor.state != State.MISSING or before is None or ancestor.pk == before.pk:
            return
        if _fresh(ancestor).parent_id is not None:
            return
        if tree.is_in_branch(_fresh(before), ancestor):
            self.had_loop = True
        else:
            graft.rehang(ancestor, before)
            places.date_upwards(before.pk)

    def lowest_known(self, post: Post) -> int | None:
        """Return the nearest ancestor of a post that wasn't made for it just now."""
        parent_id = post.parent_id
        while parent_id in self.made_here:
            parent_id = Post.unscoped.values_list("parent_id", flat=True).get(pk=parent_id)
        return parent_id


def _new(found: FoundPost, parent: Post | None, said: keep.Words) -> Post:
    thread, parent = places.thread_for(found, parent)
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
    _threads, (place,) = tree.locked_with(place.pk)
    places.check_board(found, place)
    before = place.parent_id
    # Its own headers say where it hangs; until now only others' did.
    if parent is None and before is not None:
        graft.split(place)
    elif parent is not None and before != parent.pk:
        graft.rehang(place, parent)
    threads, (place,) = tree.locked_with(place.pk)
    places.put_at_time(place, found.posted_at)
    place.message_id = found.message_id
    place.author, place.author_name = found.author, found.author_name
    place.came_by = found.came_by
    Awaited.unscoped.filter(post=place).delete()
    keep.save_filled(place, threads[place.thread_id], said)
    places.tell_echoes(place)
    places.date_upwards(before)
    return place


def _keep_beside(found: FoundPost, post: Post) -> None:
    if found.original:
        Original.unscoped.create(post=post, packed=zlib.compress(found.original))
    Alias.unscoped.bulk_create(
        [Alias(message_id=alias[:998], post=post) for alias in found.aliases],
        ignore_conflicts=True,
    )
    attached.attach(post, found.attachments)


def _fresh(post: Post) -> Post:
    post.refresh_from_db()
    return post
