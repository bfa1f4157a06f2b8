"""A member's posts as their export holds them: posts.json, attachments and originals."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from rejoinder.boards.models import Board
from rejoinder.files import store
from rejoinder.members.belongings import Archive, Json
from rejoinder.members.models import Member
from rejoinder.members.own import moment
from rejoinder.members.principals import principal_for
from rejoinder.policy import gate
from rejoinder.posts.models import Attachment, Original, Revision
from rejoinder.threads.models import Post, PostText, State

# Posts read at a time: what an export holds in memory.
BATCH = 100
MOST_NAME = 100

_unsafe = re.compile(r"[^\w.\- ]+")


def export_posts(member: Member, archive: Archive) -> Json:
    """Add a member's posts and their files to an archive; return how many there are."""
    posts = archive.add_list("posts.json", _posts(member))
    return {"posts": posts, "files": _add_files(member, archive)}


def _posts(member: Member) -> Iterator[Json]:
    """Yield each post with its text and history; whatever became of it, it's theirs.

    Of what others may see or not, the board and the post that it answers, it tells no more
    than the member's pages do.
    """
    principal = principal_for(member)
    boards = dict(gate.visible(principal, Board.objects.all()).values_list("pk", "handle_id"))
    for batch in _batches(member):
        above = {post.parent_id for post in batch if post.parent_id}
        parents = gate.visible(principal, Post.objects.filter(pk__in=above))
        links = dict(parents.values_list("pk", "public_id"))
        beside = _Beside(batch)
        for post in batch:
            yield _post(post, boards.get(post.board_id), links.get(post.parent_id or 0), beside)


def _batches(member: Member) -> Iterator[list[Post]]:
    last = 0
    posts = Post.unscoped.filter(author=member).order_by("pk")
    while batch := list(posts.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


class _Beside:
    """What stands beside a batch of posts: texts, earlier versions, attachments."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self.texts = PostText.unscoped.in_bulk([post.pk for post in posts])
        self.revisions: dict[int, list[Revision]] = defaultdict(list)
        for revision in Revision.unscoped.filter(post__in=posts):
            self.revisions[revision.post_id].append(revision)
        self.attachments: dict[int, list[Attachment]] = defaultdict(list)
        for attachment in Attachment.unscoped.filter(post__in=posts).select_related("post"):
            self.attachments[attachment.post_id].append(attachment)


def _post(post: Post, board: str | None, parent: str | None, beside: _Beside) -> dict[str, Any]:
    text = beside.texts.get(post.pk)
    return {
        "permalink": f"/p/{post.public_id}",
        "message_id": post.message_id,
        "board": board,
        "in_response_to": f"/p/{parent}" if parent else None,
        "state": State(post.state).name.lower(),
        "signed": post.author_name or None,
        "title": post.title,
        "source": text.source if text else "",
        "markup": text.markup if text else "markdown",
        "posted": moment(post.posted_at),
        "edited": moment(post.edited_at),
        "came_by": post.came_by,
        "earlier_versions": [
            {
                "title": revision.title,
                "source": revision.source,
                "markup": revision.markup,
                "replaced": moment(revision.replaced_at),
            }
            for revision in beside.revisions[post.pk]
        ],
        "attachments": [
            {"file": _path(each), "name": each.file_name, "media_type": each.media_type}
            for each in beside.attachments[post.pk]
        ],
    }


def _add_files(member: Member, archive: Archive) -> int:
    """Add attachments and the messages that posts came as, one after the other."""
    count = 0
    attachments = Attachment.unscoped.filter(post__author=member).select_related("post")
    for each in attachments.order_by("pk").iterator(chunk_size=BATCH):
        if store.is_kept(each.digest):
            archive.add_file(_path(each), store.read(each.digest))
            count += 1
    originals = Original.unscoped.filter(post__author=member).select_related("post")
    for original in originals.order_by("pk").iterator(chunk_size=1):
        archive.add_file(f"originals/{original.post.public_id}.eml", original.octets)
        count += 1
    return count


def _path(attachment: Attachment) -> str:
    """Return a file's place in the zip: one that no program unpacks elsewhere."""
    name = _unsafe.sub("_", attachment.file_name).strip(". ")[:MOST_NAME] or "file"
    return f"attachments/{attachment.post.public_id}/{attachment.position}-{name}"
