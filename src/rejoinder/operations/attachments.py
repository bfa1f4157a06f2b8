"""Checks of the files that posts refer to."""

from __future__ import annotations

from collections.abc import Iterator

from rejoinder.files import store
from rejoinder.operations.findings import Finding
from rejoinder.posts.models import Attachment


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
