"""Add a post: start a thread, or respond."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Conflict
from rejoinder.events.remembered import held
from rejoinder.members.models import Member
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.posts import attached, keep, screening, standing
from rejoinder.posts.drafts import Draft
from rejoinder.statements.prepared import NUMBER, TEXT, Prepared
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Numbering, Post, State

_AUTHOR = Prepared(lambda pk: Member.objects.filter(pk=pk), NUMBER)
_SUBMITTED = Prepared(lambda mark: Post.unscoped.filter(submission=mark), TEXT)


class Added(NamedTuple):
    """A post, and whether it's there only now; if not, it came with the same mark before."""

    post: Post
    is_new: bool


def add(principal: Principal, draft: Draft) -> Post:
    """Add a post and return it, as `add_once` does."""
    return add_once(principal, draft).post


@outages.told()
@held()
def add_once(principal: Principal, draft: Draft) -> Added:
    """Add a post, or find the one that was sent with this mark; it is durable on return.

    The same submission mark gives the same post again. Takes the lock of the thread,
    then of the board's tally. What the rules hold is kept, and isn't shown yet (its state
    says so). Raises TooMany, BadTitle, BadText, Refused (a rule may too), Missing, or
    Conflict if the parent was withdrawn meanwhile.
    """
    submission = _mark(principal, draft)
    if earlier := _sent_before(submission):
        return Added(earlier, is_new=False)
    limited.take(principal, "post")
    said = check_words(draft)
    check_place(principal, draft)
    assert principal.member_id is not None  # the gate lets only members write
    author = _AUTHOR.first(principal.member_id)
    assert author is not None  # the principal was read from its row
    proposed = _proposed(principal, draft, said, author)
    with screening.refusals_told():
        findings = screening.before(proposed)
        try:
            # Settings, too, are asked for again.
            with transaction.atomic(), held():
                if earlier := _sent_before(submission):
                    return Added(earlier, is_new=False)
                return Added(_do_add(draft, proposed, submission, findings), is_new=True)
        except IntegrityError:
            # On PostgreSQL a twin submission may commit between the look and the insert.
            if earlier := _sent_before(submission):
                return Added(earlier, is_new=False)
            raise


def check_words(draft: Draft) -> keep.Words:
    """Return a draft's words, checked and drawn. Raises BadTitle or BadText."""
    title = clean_title(draft.title)
    attached.check(draft.attachments)
    has_files = bool(draft.attachments)
    return keep.words(title, clean_text(draft.source), draft.markup, has_files=has_files)


def check_place(principal: Principal, draft: Draft) -> None:
    """Raise if the principal may not post there now."""
    if draft.parent is not None:
        if draft.parent.state == State.WITHDRAWN and gate.may(
            principal, gate.Verb.READ, draft.parent.board
        ):
            raise Conflict(
                _(
                    "The post you are answering was withdrawn meanwhile. Your text is kept "
                    "below: respond to another post of the thread, or start a thread with it."
                )
            )
        gate.check(principal, gate.Verb.RESPOND, draft.parent, partial(_refusal, draft.parent))
    elif draft.board is not None:
        closed = _("This board is closed: it can be read, but not posted to.")
        gate.check(principal, gate.Verb.START_THREAD, draft.board, closed)
    else:
        raise BadInput(_("A post needs a board, or a post that it answers."))


def withdrawn_since(principal: Principal, public_id: str) -> Post | None:
    """Return a post that readers of its board saw, and that its author has withdrawn since.

    For who has the form open in which they answer it, and must hear why it can't be sent.
    The gate shows such a post to nobody else; so it's asked whether the principal reads
    the board, and only what had a number there, which all its readers saw, is returned.
    """
    boards = gate.visible(principal, Board.objects.all())
    gone = Post.unscoped.filter(public_id=public_id, state=State.WITHDRAWN, board__in=boards)
    was_seen = Exists(Numbering.unscoped.filter(post=OuterRef("pk"), board=OuterRef("board")))
    return gone.filter(was_seen).select_related("board", "thread", "parent").first()


def _refusal(parent: Post) -> str:
    if parent.board.is_closed:
        return _("This board is closed: it can be read, but not posted to.")
    if parent.thread.is_locked:
        return _("This thread is locked: it can be read, but not answered.")
    return _("You may not respond to this post.")


def _sent_before(submission: str | None) -> Post | None:
    return _SUBMITTED.first(submission) if submission else None


def _mark(principal: Principal, draft: Draft) -> str | None:
    return f"{principal.member_id}:{draft.submission}"[:80] if draft.submission else None


def _proposed(
    principal: Principal, draft: Draft, said: keep.Words, author: Member
) -> screening.Proposed:
    board = draft.parent.board if draft.parent else draft.board
    assert board is not None  # check_place raised
    return screening.Proposed(
        principal=principal,
        author=author,
        board=board,
        parent=draft.parent,
        thread=draft.parent.thread if draft.parent else None,
        words=said,
        at=timezone.now(),
    )


def _do_add(
    draft: Draft,
    proposed: screening.Proposed,
    submission: str | None,
    findings: tuple[screening.Finding, ...],
) -> Post:
    parent, thread = draft.parent, None
    if parent is not None:
        # What was checked before the lock may have changed, its place in the tree too.
        threads, (parent,) = tree.locked_with(parent.pk)
        thread = threads[parent.thread_id]
        check_place(proposed.principal, Draft(title=draft.title, parent=parent))
    else:
        board = Board.unscoped.get(pk=proposed.board.pk)
        check_place(proposed.principal, Draft(title=draft.title, board=board))
    # The time of a response is taken under the lock: so a thread grows at its end.
    proposed = replace(
        proposed,
        parent=parent,
        thread=thread,
        board=parent.board if parent else proposed.board,
        at=timezone.now(),
    )
    findings = screening.under_lock(proposed, findings)
    thread = thread or keep.new_thread(proposed.board, proposed.at)
    post = keep.new_post(
        thread=thread,
        parent=parent,
        posted_at=proposed.at,
        author=proposed.author,
        came_by=draft.came_by,
        submission=submission,
        state=screening.state_after(findings),
    )
    keep.save_new(post, thread, proposed.words)
    if draft.attachments:
        attached.attach(post, draft.attachments)
    screening.keep_findings(post, proposed, findings)
    if post.state == State.VISIBLE:
        standing.rise(proposed.author)
    return post
