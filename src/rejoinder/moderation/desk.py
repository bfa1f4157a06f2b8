"""The desk: what waits for a decision, the oldest first, each in its place in the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Length, Substr

from rejoinder.boards import rights as of_boards
from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.moderation.firings import Fired, firings_on
from rejoinder.moderation.models import Case, CaseKind, Report
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal, Standing
from rejoinder.statements.prepared import NUMBER, Prepared
from rejoinder.threads.counts import MOST_COUNTED, Count, Size
from rejoinder.threads.lines import Line, line_on_desk, lines_by_id
from rejoinder.threads.models import Post, PostText, State
from rejoinder.threads.paging import ByTime, Cursor, Slice, cut, gone

OLDEST_FIRST = ByTime(field="opened_at")
RESPONSES_EACH = 3
# Longer texts are cut on the desk; the post's page has the whole.
MOST_CHARACTERS = 3000


@dataclass(frozen=True)
class Words:
    """A post's text on the desk: drawn, or the beginning of a long one as it was typed."""

    html: str = ""
    beginning: str = ""


@dataclass(frozen=True)
class Author:
    """Who wrote, and what came of what they wrote before, on boards that the reader sees."""

    standing: Standing
    joined_at: datetime
    shown: Count
    removed: Count


@dataclass(frozen=True)
class OnDesk:
    """A case with all that's needed to decide it."""

    case: Case
    # Null for an appeal against what befell a member.
    post: Post | None = None
    line: Line | None = None
    parent: Line | None = None
    words: Words = field(default_factory=Words)
    responses: list[Line] = field(default_factory=list)
    author: Author | None = None
    reports: list[Report] = field(default_factory=list)
    # Which rules laid it there, and why.
    firings: list[Fired] = field(default_factory=list)


def waiting(principal: Principal, kind: str = "", board: Board | None = None) -> QuerySet[Case]:
    """Return the open cases that a principal decides, of a kind or a board if they're named."""
    cases = gate.visible(principal, Case.objects.filter(closed_at=None))
    if kind:
        cases = cases.filter(kind=kind)
    return cases if board is None else cases.filter(post__board=board)


def counts(principal: Principal, board: Board | None = None) -> dict[str, int]:
    """Return how many cases of each kind wait: one query. Kinds of which none does are there."""
    found = waiting(principal, board=board).order_by().values_list("kind")
    return dict.fromkeys(CaseKind.values, 0) | dict(found.annotate(n=CountOf("pk")))


def desk(
    principal: Principal, cursor: Cursor, limit: int, kind: str = "", board: Board | None = None
) -> Slice[OnDesk]:
    """Return a page of the desk, the oldest case first: some ten queries, however many rows.

    Raises Missing if the cursor names no case.
    """
    cases = waiting(principal, kind, board).select_related(
        "post__author", "post__board", "post__thread", "statement__deed__board", "statement__member"
    )
    found = list(OLDEST_FIRST.rows(cases, cursor, _place_of(cursor), limit))
    page = cut(found, cursor, limit, lambda case: case.public_id)
    return Slice(lay_out(principal, page.rows), page.earlier, page.later)


def lay_out(principal: Principal, cases: Sequence[Case]) -> list[OnDesk]:
    """Return cases, let through by the gate, with what stands around each."""
    posts = {case.post.pk: case.post for case in cases if case.post is not None}
    parents = lines_by_id(principal, [post.parent_id for post in posts.values()])
    words = _words(principal, posts)
    responses = _responses(principal, posts.values())
    authors = _authors(principal, posts.values())
    reports = _reports(principal, cases)
    firings = firings_on(posts, _moderated(principal, posts.values()))
    return [
        OnDesk(case, reports=reports[case.pk])
        if case.post is None
        else OnDesk(
            case,
            case.post,
            line_on_desk(case.post),
            parents.get(case.post.parent_id or 0),
            words.get(case.post.pk, Words()),
            responses[case.post.pk],
            authors.get(case.post.author_id or 0),
            reports[case.pk],
            firings.get(case.post.pk, []),
        )
        for case in cases
    ]


def _moderated(principal: Principal, posts: Iterable[Post]) -> list[int]:
    """Return the ids of the posts on boards that one moderates: at most one query."""
    if of_boards.sees_all(principal):
        return [post.pk for post in posts]
    boards = set(of_boards.moderated(principal))
    return [post.pk for post in posts if post.board_id in boards]


def _place_of(cursor: Cursor) -> tuple[datetime, int] | None:
    if not cursor.post:
        return None
    # A case that was closed since still says where the page began.
    cases = Case.unscoped.filter(public_id=cursor.post)
    place = cases.values_list("opened_at", "pk").first()
    if place is None:
        raise gone()
    return place


def _words(principal: Principal, posts: Iterable[int]) -> dict[int, Words]:
    texts = gate.reachable(principal, PostText.objects.filter(post__in=list(posts)))
    sized = texts.alias(characters=Length("source"))
    short = sized.filter(characters__lte=MOST_CHARACTERS).values_list("pk", "html")
    long = sized.filter(characters__gt=MOST_CHARACTERS)
    cut_off = long.annotate(beginning=Substr("source", 1, MOST_CHARACTERS))
    words = {pk: Words(html=html) for pk, html in short}
    return words | {
        pk: Words(beginning=beginning) for pk, beginning in cut_off.values_list("pk", "beginning")
    }


def _responses(principal: Principal, posts: Iterable[Post]) -> dict[int, list[Line]]:
    """Return the first visible responses to each post that has some: two queries."""
    by_parent: dict[int, list[Line]] = defaultdict(list)
    answered = [(post.pk,) for post in posts if post.responses_count > 0]
    ids = _FIRST_RESPONSES.each(answered)
    for line in sorted(lines_by_id(principal, ids).values(), key=lambda line: line.posted_at):
        if not line.is_stub and line.parent_id is not None:
            by_parent[line.parent_id].append(line)
    return by_parent


_FIRST_RESPONSES: Prepared[int] = Prepared(
    lambda parent_id: (
        Post.unscoped.filter(parent_id=parent_id, state=State.VISIBLE)
        .order_by("posted_at", "pk")[:RESPONSES_EACH]
        .values_list("pk", flat=True)
    ),
    NUMBER,
)


def _authors(principal: Principal, posts: Iterable[Post]) -> dict[int, Author]:
    """Return what is known of these posts' authors: one query."""
    known = {post.author.pk: post.author for post in posts if post.author is not None}
    before = Post.unscoped.filter(author=OuterRef("pk"))
    if not of_boards.sees_all(principal):
        # What happened on boards that a moderator doesn't read says nothing here.
        before = before.filter(board__in=of_boards.readable(principal))
    ids = before.order_by("posted_at", "pk").values("pk")
    sizes = (
        Size(ids.filter(state=state)[: MOST_COUNTED + 1])
        for state in (State.VISIBLE, State.REMOVED)
    )
    rows = Member.objects.filter(pk__in=known).values_list("pk", *sizes)
    return {
        pk: Author(Standing(known[pk].standing), known[pk].joined_at, Count(shown), Count(removed))
        for pk, shown, removed in rows
    }


def _reports(principal: Principal, cases: Sequence[Case]) -> dict[int, list[Report]]:
    by_case: dict[int, list[Report]] = defaultdict(list)
    seen = gate.visible(principal, Report.objects.filter(case__in=[case.pk for case in cases]))
    for report in seen.select_related("by").order_by("at", "pk"):
        by_case[report.case_id].append(report)
    return by_case
