"""Statements: what whom a deed befalls is told, and how they appeal.

What Art. 17(3) of the Digital Services Act (Regulation (EU) 2022/2065) asks for: what was
restricted (a), the facts and whether somebody reported it (b), whether a program took part
(c), the law (d) or the rule (e) it rests on, and the ways to appeal (f).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from rejoinder.errors import Missing
from rejoinder.members.models import Member
from rejoinder.moderation import notices
from rejoinder.moderation.models import Deed, DeedKind, Statement
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Post

# Titles that a statement quotes; the rest are counted.
MOST_QUOTED = 20


def state_to_authors(
    deed: Deed,
    posts: Sequence[Post],
    *,
    reported: Collection[int] = (),
    found_by_rule: Collection[int] = (),
) -> list[Statement]:
    """Write a statement for each author of these posts, and return the new ones.

    Who was told of an earlier part of the same deed has it in the same statement.

    None for authors of archives and former members, who have no account, nor for who did it
    to their own post.
    Runs in the deed's transaction.
    """
    by_author: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        if post.author_id is not None and post.author_id != deed.by_id:
            by_author[post.author_id].append(post)
    for told in Statement.unscoped.filter(deed=deed, member__in=by_author):
        _tell_more(told, by_author.pop(told.member_id), reported, found_by_rule)
    with_account = Member.objects.filter(pk__in=by_author, is_staged=False, erased_at=None)
    statements = [
        Statement(
            deed=deed,
            member_id=author_id,
            posts_count=len(by_author[author_id]),
            quoted=_quoted(by_author[author_id]),
            was_reported=any(post.pk in reported for post in by_author[author_id]),
            was_found_by_rule=any(post.pk in found_by_rule for post in by_author[author_id]),
        )
        for author_id in sorted(with_account.values_list("pk", flat=True))
    ]
    return _keep(statements)


def _tell_more(
    told: Statement, posts: Sequence[Post], reported: Collection[int], by_rule: Collection[int]
) -> None:
    told.posts_count += len(posts)
    told.quoted = [*told.quoted, *_quoted(posts)][:MOST_QUOTED]
    told.was_reported = told.was_reported or any(post.pk in reported for post in posts)
    told.was_found_by_rule = told.was_found_by_rule or any(post.pk in by_rule for post in posts)
    told.save(update_fields=["posts_count", "quoted", "was_reported", "was_found_by_rule"])


def state_to_member(
    deed: Deed, member: Member, post: Post | None = None, *, until: datetime | None = None
) -> Statement:
    """Write a statement to a member about what befell them, not a post, and return it."""
    quoted = [] if post is None else _quoted([post])
    statement = Statement(
        deed=deed, member=member, until=until, quoted=quoted, posts_count=len(quoted)
    )
    return _keep([statement])[0]


def statement_by_token(principal: Principal, token: str) -> Statement:
    """Return the statement that a private link leads to, for whoever has it. Raises Missing.

    Also for somebody suspended, who can't sign in: the link is 133 random bits.
    """
    if principal.verbs is not None and gate.Verb.READ not in principal.verbs:
        raise Missing("There is no such page.")
    statements = Statement.unscoped.select_related(
        "deed__board", "deed__undone_by", "member", "deed__post"
    )
    statement = statements.filter(token=token).first()
    if statement is None:
        raise Missing("There is no such page.")
    return statement


def why_suspended(member: Member) -> Statement | None:
    """Return the statement of the suspension or ban that keeps a member out, if there's one.

    For who has just shown that the account is theirs: one query.
    """
    told = Statement.unscoped.filter(
        member=member,
        deed__kind__in=[DeedKind.SUSPEND, DeedKind.BAN],
        deed__undone_by=None,
    )
    return told.select_related("deed").order_by("-at", "-pk").first()


def _quoted(posts: Sequence[Post]) -> list[dict[str, str]]:
    return [{"title": post.title, "public_id": post.public_id} for post in posts[:MOST_QUOTED]]


def _keep(statements: list[Statement]) -> list[Statement]:
    kept = Statement.unscoped.bulk_create(statements)
    notices.tell_of_statements(kept)
    return kept
