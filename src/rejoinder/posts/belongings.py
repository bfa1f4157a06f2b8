"""What this room keeps about a member: their posts, with all that hangs beside them.

A deleted account's posts stay as "former member", or are withdrawn. What nobody may see any
more is emptied: it was kept for its author alone.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from rejoinder.files import store
from rejoinder.members.belongings import Archive, Belonging, Json, register
from rejoinder.members.models import Member
from rejoinder.posts import attached
from rejoinder.posts.export import export_posts
from rejoinder.posts.models import Attachment, Original, Revision, WaitingFile
from rejoinder.posts.states import change_states
from rejoinder.threads.models import Post, PostText, State

# Posts withdrawn in one transaction: other writers wait no longer than that.
BATCH = 500
# What a moderator removed, too: else it could be brought back, empty.
FROM = frozenset({State.VISIBLE, State.HELD, State.REMOVED})


def register_all() -> None:
    """Register what this room keeps about a member."""
    register(
        Belonging(
            name="posts",
            sentence=_(
                "Your posts stay and are signed “former member”, or are withdrawn, as you choose. "
                "The name that an imported post was signed with is erased, and so is the message "
                "that it came as. Posts that you had withdrawn are emptied."
            ),
            count=lambda member: _posts(member).count(),
            export=export_posts,
            ahead=_withdraw_all,
            erase=_erase,
            covers=frozenset({"threads.Post.author", "posts.Revision.replaced_by"}),
        ),
        Belonging(
            name="waiting_files",
            sentence=_("Files that you put to what you haven't posted are erased."),
            count=lambda member: WaitingFile.objects.filter(member=member).count(),
            export=_export_waiting,
            erase=_erase_waiting,
            covers=frozenset({"posts.WaitingFile.member"}),
        ),
    )


def _export_waiting(member: Member, archive: Archive) -> Json:
    files = WaitingFile.objects.filter(member=member)
    for file in files:
        archive.add_file(f"unposted/{file.pk}-{file.file_name}", store.read(file.digest))
    return [{"name": file.file_name, "alt": file.alt} for file in files]


def _erase_waiting(member: Member, withdraws: bool) -> None:
    digests = set(WaitingFile.objects.filter(member=member).values_list("digest", flat=True))
    WaitingFile.objects.filter(member=member).delete()
    transaction.on_commit(lambda: attached.discard_unused(digests))


def _posts(member: Member) -> QuerySet[Post]:
    return Post.unscoped.filter(author=member)


def _withdraw_all(member: Member, withdraws: bool) -> None:
    """Withdraw what a member wrote and still stands there, in small transactions."""
    there = _posts(member).filter(state__in=FROM).order_by("pk").values_list("pk", flat=True)
    while withdraws and (batch := list(there[:BATCH])):
        with transaction.atomic():
            change_states(batch, State.WITHDRAWN, only_from=FROM)


def _erase(member: Member, withdraws: bool) -> None:
    # What was posted since the work ahead.
    _withdraw_all(member, withdraws)
    posts = _posts(member)
    Original.unscoped.filter(post__in=posts).delete()
    posts.exclude(author_name="").update(author_name="")
    _empty(posts.filter(state=State.WITHDRAWN))


def _empty(posts: QuerySet[Post]) -> None:
    """Erase the words and files of posts that nobody may see any more; their places stay."""
    Revision.unscoped.filter(post__in=posts).delete()
    files = Attachment.unscoped.filter(post__in=posts)
    digests = set(files.values_list("digest", flat=True))
    files.delete()
    PostText.unscoped.filter(post__in=posts).update(source="", html="")
    # Counted as an edit, so that none before it can be undone.
    posts.update(
        title="",
        first_line="",
        has_text=False,
        echoes_parent=False,
        edits_count=F("edits_count") + 1,
    )
    transaction.on_commit(lambda: attached.discard_unused(digests))
