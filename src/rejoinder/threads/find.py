"""Find one post or thread for a principal. What it may not see and what isn't look the same."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import Missing
from rejoinder.members.accounts import find_member, no_member
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import NUMBER, TEXT
from rejoinder.threads.models import Alias, Numbering, Post, PostText, State, Thread


def post_by_public_id(principal: Principal, public_id: str) -> Post:
    """Return a post that a principal may open, with author, thread, board and parent: one query.

    Of one that's held, removed or withdrawn the words are there too; draw it by
    `lines.line_of`, which blanks them for those who mayn't see them. Raises Missing.
    """
    return _there(_BY_PUBLIC_ID.first(principal, public_id))


def post_to_answer(principal: Principal, public_id: str) -> Post:
    """Return a post that a principal may open, with thread and board, and no more: one query.

    For a response that is sent: who wrote the post isn't shown then. Raises Missing.
    """
    return _there(_TO_ANSWER.first(principal, public_id))


def post_by_number(principal: Principal, board: Board, number: int) -> Post:
    """Return the post that has a number on a board. Raises Missing."""
    numbered = Numbering.unscoped.filter(board=board, number=number).values("post_id")
    return _one(principal, Post.objects.filter(pk__in=numbered))


def post_by_message_id(principal: Principal, message_id: str) -> Post:
    """Return the post known by a Message-ID, its own or an alias. Raises Missing."""
    own = Post.unscoped.filter(message_id=message_id).values("pk")
    aliases = Alias.unscoped.filter(message_id=message_id).values("post_id")
    return _one(principal, Post.objects.filter(pk__in=own.union(aliases, all=True)))


def member_by_handle(principal: Principal, handle: str) -> Member:
    """Return the member that a handle leads to. Raises Missing.

    An archive's author, who never came here, is there for who may see something of theirs:
    otherwise their name would tell of an archive on a board that isn't everybody's. So is
    the handle of one who was claimed, for it tells which member that is.
    """
    member = find_member(handle)
    theirs = Post.objects.filter(author=member, state=State.VISIBLE)
    if not member.is_staged:
        if member.handle_id == handle.lower():
            return member
        # What was claimed keeps the name that it was signed with.
        theirs = theirs.exclude(author_name="")
    if not gate.visible(principal, theirs).exists():
        raise no_member()
    return member


def thread_of_root(principal: Principal, public_id: str) -> Thread:
    """Return the thread whose root has this public id, with root and board. Raises Missing."""
    threads = gate.visible(principal, Thread.objects.filter(root__public_id=public_id))
    thread = threads.select_related("board", "root__author").first()
    if thread is None:
        raise Missing(_("There is no such page."))
    return thread


def text_if_shown(principal: Principal, post: Post) -> PostText | None:
    """Return a post's text, if it has one and its words are shown to a principal."""
    return _TEXT.first(principal, post.pk)


def text_of(principal: Principal, post: Post) -> PostText:
    """Return a post's text, if its words are shown to a principal. Raises Missing."""
    text = text_if_shown(principal, post)
    if text is None:
        raise Missing(_("There is no such page."))
    return text


_RELATED = ("author", "board", "thread__root", "thread__board", "parent__author")


def _reachable(principal: Principal, posts: QuerySet[Post]) -> QuerySet[Post]:
    return gate.reachable(principal, posts).select_related(*_RELATED)


_BY_PUBLIC_ID: ForPrincipal[Post] = ForPrincipal(
    lambda principal, id_: _reachable(principal, Post.objects.filter(public_id=id_)), TEXT
)
_TO_ANSWER: ForPrincipal[Post] = ForPrincipal(
    lambda principal, id_: gate.reachable(
        principal, Post.objects.filter(public_id=id_)
    ).select_related("board", "thread__board"),
    TEXT,
)
_TEXT: ForPrincipal[PostText] = ForPrincipal(
    lambda principal, pk: gate.reachable(principal, PostText.objects.filter(post=pk)), NUMBER
)


def _one(principal: Principal, posts: QuerySet[Post]) -> Post:
    return _there(_reachable(principal, posts).first())


def _there(post: Post | None) -> Post:
    if post is None:
        raise Missing(_("There is no such page."))
    return post
