"""A post's attachments: put to it, shown to who sees its words, and let go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from rejoinder.boards.models import Site
from rejoinder.errors import BadInput
from rejoinder.files import store
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.posts.drafts import FoundAttachment
from rejoinder.posts.models import Attachment, WaitingFile
from rejoinder.statements.prepared import NUMBER
from rejoinder.threads.models import Post

MOST_FILES = 10
# Of one file; a page of a post stays one that a phone can open.
MOST_OCTETS = 6 * 1024 * 1024


def attachments_of(principal: Principal, post: Post) -> list[Attachment]:
    """Return a post's attachments that are shown to a principal, in their order: one query."""
    return _ATTACHED.all(principal, post.pk)


_ATTACHED: ForPrincipal[Attachment] = ForPrincipal(
    lambda principal, pk: gate.reachable(principal, Attachment.objects.filter(post=pk)), NUMBER
)


def attachments_of_many(principal: Principal, ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Return the attachments of those of these posts that a principal sees, by post: one query."""
    found: dict[int, list[Attachment]] = {}
    for file in gate.visible(principal, Attachment.objects.filter(post__in=list(ids))):
        found.setdefault(file.post_id, []).append(file)
    return found


def check(files: Sequence[FoundAttachment]) -> None:
    """Raise BadInput if a post may not have these files."""
    if len(files) > MOST_FILES:
        raise BadInput(_("%d files are the most that a post can have.") % MOST_FILES)
    for file in files:
        check_octets(file.file_name, file.octets)


def check_octets(name: str, octets: int) -> None:
    """Raise BadInput if a file is too large, or empty."""
    if octets > MOST_OCTETS:
        raise BadInput(
            _("“%(name)s” has %(octets)d MB; %(most)d MB are the most.")
            % {
                "name": name,
                "octets": -(-octets // 1024**2),
                "most": MOST_OCTETS // 1024**2,
            }
        )
    if not octets:
        raise BadInput(_("“%s” is empty.") % name)


def attach(post: Post, files: Sequence[FoundAttachment]) -> None:
    """Put files to a post, in their order, within the transaction that adds it."""
    Attachment.unscoped.bulk_create(
        Attachment(
            post=post,
            position=position,
            digest=file.digest,
            file_name=file.file_name[:200],
            media_type=file.media_type[:100],
            octets=file.octets,
            alt=file.alt[:1000],
            width=file.width,
            height=file.height,
        )
        for position, file in enumerate(files)
    )


def used(digests: Collection[str]) -> set[str]:
    """Return those of these digests that anything on the site refers to."""
    found = set(Attachment.unscoped.filter(digest__in=digests).values_list("digest", flat=True))
    found |= set(WaitingFile.objects.filter(digest__in=digests).values_list("digest", flat=True))
    return found | set(Site.objects.values_list("logo_digest", flat=True))


def discard_unused(digests: Collection[str]) -> int:
    """Delete the bytes that nothing refers to any more; return how many files that were."""
    return sum(store.discard(digest) for digest in set(digests) - used(digests))
