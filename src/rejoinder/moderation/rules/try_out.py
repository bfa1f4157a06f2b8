"""The dry run: what a rule, set so, would have found among past posts. Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput
from rejoinder.members.models import Member
from rejoinder.members.principals import principal_for
from rejoinder.members.standing import earned, terms
from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.prints import MOST_COMPARED, Like
from rejoinder.moderation.rules.settings import Setting
from rejoinder.moderation.rules.sketches import MARKS, likeness
from rejoinder.moderation.screening import FEWEST_WORDS, examine
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal, Standing
from rejoinder.posts.keep import Words
from rejoinder.posts.screening import Finding, Proposed
from rejoinder.threads.models import Post, PostText, State

if TYPE_CHECKING:
    from rejoinder.posts.drafts import Markup

# Some hundred posts a second on a small machine; the page waits for it.
MOST_ON_A_PAGE = 1000
MOST = 20_000


@dataclass(frozen=True)
class Caught:
    """A past post on which a rule would have fired."""

    post: Post
    finding: Finding


@dataclass(frozen=True)
class Trial:
    """What came of a dry run."""

    tried_count: int
    # The earliest of the posts that were tried.
    since: datetime | None
    # The latest first.
    caught: list[Caught]


def try_rule(
    principal: Principal, setting: Setting, *, board: Board | None = None, last: int = 200
) -> Trial:
    """Return what a rule would have found among the last posts, on a board or on all.

    Each post is examined by the very function that screens new ones, as of its time: with
    its author's standing then and what stood there before. What isn't kept isn't known:
    addresses, and texts before the first post tried. Raises Refused; BadInput if the rule
    can't be tried. A few queries for each post.
    """
    refusal = _("Only an administrator may try the rules.")
    gate.check(principal, gate.Verb.ADMINISTER, the_site(), refusal)
    if not setting.rule.can_be_tried:
        raise BadInput(_("This rule depends on the moment: past posts can't be tried."))
    past = _Past()
    posts = _last_posts(principal, board, last)
    caught: list[Caught] = []
    for post in posts:
        found = past.examine(post, setting)
        caught.extend(Caught(post, finding) for finding in found)
    since = min((post.posted_at for post in posts), default=None)
    return Trial(len(posts), since, caught[::-1])


def _last_posts(principal: Principal, board: Board | None, last: int) -> list[Post]:
    """Return the last posts whose words a principal may read, the earliest first."""
    texts = gate.reachable(
        principal,
        PostText.objects.filter(post__state__in=[State.VISIBLE, State.HELD, State.REMOVED]),
    )
    if board is not None:
        texts = texts.filter(post__board=board)
    related = ["post__author", "post__board", "post__thread", "post__parent"]
    latest = texts.select_related(*related).order_by("-pk")[: min(last, MOST)]
    posts = []
    for text in latest:
        text.post.text = text
        posts.append(text.post)
    return posts[::-1]


class _Past:
    """What was known when a post came; grows as the posts are tried in their order."""

    def __init__(self) -> None:
        self._terms = terms()
        self._principals: dict[int, Principal] = {}
        self._joined: dict[int, datetime] = {}
        self._boards: dict[int, Board] = {}
        self._prints = _PastPrints()

    def examine(self, post: Post, setting: Setting) -> list[Finding]:
        """Return what a rule would have found in a post."""
        author = post.author
        if author is None:
            return []
        post.board = self._boards.setdefault(post.board_id, post.board)
        author.joined_at = self._joined_at(author)
        proposed = Proposed(
            principal=self._principal(author),
            author=author,
            board=post.board,
            parent=post.parent,
            thread=post.thread if post.parent_id else None,
            words=_words(post),
            at=post.posted_at,
        )
        facts = Facts(proposed, past=post, prints=self._prints)
        proposed = replace(
            proposed, principal=replace(proposed.principal, standing=self._standing(author, facts))
        )
        facts = Facts(proposed, past=post, prints=self._prints)
        found = examine(proposed, facts, [replace(setting, is_on=True)])
        self._prints.add(post, facts.sketch(FEWEST_WORDS))
        return found

    def _principal(self, author: Member) -> Principal:
        """Return who an author is to the gate; one who can't sign in counts as a member."""
        if (known := self._principals.get(author.pk)) is None:
            known = principal_for(author)
            if known.member_id is None:
                known = Principal(Kind.MEMBER, member_id=author.pk)
            self._principals[author.pk] = known
        return known

    def _joined_at(self, author: Member) -> datetime:
        """Return when an author joined; of one from an archive, when they first posted."""
        if author.pk not in self._joined:
            posts = Post.unscoped.filter(author=author, state=State.VISIBLE)
            first = posts.order_by("posted_at").values_list("posted_at", flat=True).first()
            self._joined[author.pk] = min(author.joined_at, first or author.joined_at)
        return self._joined[author.pk]

    def _standing(self, author: Member, facts: Facts) -> Standing:
        if author.standing_is_set:
            return Standing(author.standing)
        most = max(row.posts for row in self._terms.values())
        return earned(self._terms, facts.age, facts.posts_before(most))


class _PastPrints:
    """The sketches of the posts tried so far, in memory."""

    def __init__(self) -> None:
        self._by_mark: dict[int, list[tuple[Post, tuple[int, ...]]]] = defaultdict(list)

    def add(self, post: Post, sketch: tuple[int, ...]) -> None:
        for mark in sketch[:MARKS]:
            self._by_mark[mark].append((post, sketch))

    def like(self, sketch: tuple[int, ...], since: datetime, apart_from: int | None) -> list[Like]:
        """Return what shares a mark with a text; as the kept sketches do."""
        near = {
            post.pk: (post, other)
            for mark in sketch[:MARKS]
            for post, other in self._by_mark[mark][-MOST_COMPARED:]
            if post.posted_at >= since and post.pk != apart_from
        }
        return [
            Like(post.pk, post.author_id, post.board_id, likeness(sketch, other))
            for post, other in near.values()
        ]


def _words(post: Post) -> Words:
    text = post.text
    markup = cast("Markup", text.markup)
    return Words(post.title, text.source, markup, text.html, post.first_line)
