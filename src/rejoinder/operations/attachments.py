"""Checks of the files that posts refer to, and the end of those that nothing does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rejoinder.files import store
from rejoinder.operations.findings import Finding
from rejoinder.posts import attached
from rejoinder.posts.models import Attachment

PAUSE_SECONDS = 0.02


def files() -> Iterator[Finding]:
    """Yield a finding for each attachment whose bytes aren't in the file store."""
    digests = Attachment.unscoped.order_by("digest").values_list("digest", flat=True).distinct()
    for digest in digests.iterator():
        if not store.is_kept(digest):
            names = Attachment.unscoped.filter(digest=digest).values_list("file_name", flat=True)
            yield Finding(
                f"The file {names[0]!r} of a post is missing ({digest}).",
                "Restore the folder files of the data directory from a backup.",
            )


def discard_unused(pause: Callable[[float], object] = time.sleep) -> int:
    """Delete the files in the store that nothing refers to; return how many that were.

    One folder after another, with a pause between: a query for each. What was kept within the
    last minutes stays, as what refers to it may not be committed yet.
    """
    discarded = 0
    for digests in store.folders():
        discarded += attached.discard_unused(digests)
        pause(PAUSE_SECONDS)
    return discarded
