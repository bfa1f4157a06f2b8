"""Whether articles that a newsreader fetches count as read: what a member says once."""

from __future__ import annotations

from rejoinder.reading import keep
from rejoinder.reading.models import ReadMarks


def fetching_reads(member_id: int) -> bool:
    """Tell whether what a member's newsreader fetches counts as read: one small query."""
    rows = ReadMarks.unscoped.filter(pk=member_id)
    return bool(rows.values_list("fetching_reads", flat=True).first())


def set_fetching_reads(member_id: int, *, reads: bool) -> None:
    """Keep what a member says of it."""
    keep.begin(member_id)
    ReadMarks.unscoped.filter(pk=member_id).update(fetching_reads=reads)
