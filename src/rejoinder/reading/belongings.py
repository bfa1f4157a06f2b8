"""What this room keeps about a member: which posts they have read."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap64

from rejoinder.members.belongings import Archive, Belonging, Json, register
from rejoinder.members.models import Member
from rejoinder.reading.models import KeptDraft, ReadMarks
from rejoinder.reading.sets import bitmap
from rejoinder.threads.models import Post

# Ids asked for in one query as an export is written.
BATCH = 500


def register_all() -> None:
    """Register what this room keeps about a member."""
    register(
        Belonging(
            name="reading",
            sentence=_("Which posts you have read is erased."),
            count=lambda member: ReadMarks.unscoped.filter(pk=member.pk).count(),
            export=_export,
            erase=lambda member, withdraws: ReadMarks.unscoped.filter(pk=member.pk).delete(),
            covers=frozenset({"reading.ReadMarks.member"}),
        ),
        Belonging(
            name="kept_drafts",
            sentence=_("The drafts that are kept for you are erased."),
            count=lambda member: KeptDraft.objects.filter(member=member).count(),
            export=_export_drafts,
            erase=lambda member, withdraws: KeptDraft.objects.filter(member=member).delete(),
            covers=frozenset({"reading.KeptDraft.member"}),
        ),
    )


def _export_drafts(member: Member, archive: Archive) -> Json:
    own = KeptDraft.objects.filter(member=member).order_by("pk")
    return [
        {"title": draft.title, "source": draft.source, "kept": draft.kept_at.isoformat()}
        for draft in own
    ]


def _export(member: Member, archive: Archive) -> Json:
    row = ReadMarks.unscoped.filter(pk=member.pk).first()
    if row is None:
        return None
    turned = BitMap64.deserialize(bytes(row.turned))
    read = (post_id for post_id in turned if post_id > row.floor)
    unread = (
        post_id for post_id in bitmap(row.kept_new) if (post_id > row.floor) != (post_id in turned)
    )
    return {
        "read_since_joining": archive.add_list("read.json", _permalinks(read)),
        "fetched_articles_are_read": row.fetching_reads,
        "marked_unread": archive.add_list("marked-unread.json", _permalinks(unread)),
    }


def _permalinks(post_ids: Iterator[int]) -> Iterator[str]:
    """Return the permalinks of posts, in the order of their ids: a query per batch."""
    while batch := [post_id for _number, post_id in zip(range(BATCH), post_ids, strict=False)]:
        named = Post.unscoped.filter(pk__in=batch).order_by("pk")
        yield from (f"/p/{name}" for name in named.values_list("public_id", flat=True))
