"""Checks of the tree: where every post stands, and its number on its board."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef

from rejoinder.operations.findings import Finding
from rejoinder.threads.models import Awaited, Numbering, Post, State, Thread

TO_DO = "Keep a copy of the data directory and report this as a fault."


def numbers() -> Iterator[Finding]:
    """Yield a finding for each visible post without a number on its board."""
    numbered = Numbering.unscoped.filter(post=OuterRef("pk"), board=OuterRef("board"))
    for post in Post.unscoped.filter(~Exists(numbered), state=State.VISIBLE).iterator():
        yield Finding(f"Post {post.public_id} has no number on its board.", TO_DO)


def places() -> Iterator[Finding]:
    """Yield a finding for each post whose span, parent, depth and thread don't agree.

    One pass in outline order with a stack: memory goes with the deepest branch, not with
    the site.
    """
    for thread in Thread.unscoped.filter(root=None).iterator():
        yield Finding(f"Thread {thread.pk} has no root.", TO_DO)
    for post in Post.unscoped.exclude(board=F("thread__board")).iterator():
        yield Finding(f"Post {post.public_id} is on another board than its thread.", TO_DO)
    for awaited in Awaited.unscoped.exclude(board=F("post__board")).select_related("post"):
        yield Finding(
            f"Empty place {awaited.post.public_id} waits for its post on another board.", TO_DO
        )
    rows = (
        Post.unscoped.order_by("thread_id", "opens")
        .values_list("pk", "public_id", "thread_id", "parent_id", "opens", "closes", "depth")
        .iterator(chunk_size=5000)
    )
    above: list[tuple[int, str]] = []
    thread_id = None
    for pk, public_id, its_thread, parent_id, opens, closes, depth in rows:
        if its_thread != thread_id:
            thread_id, above = its_thread, []
        while above and above[-1][1] <= opens:
            above.pop()
        if wrong := _wrong(above, parent_id, opens, closes, depth):
            yield Finding(f"Post {public_id} {wrong}.", TO_DO)
        above.append((pk, closes))


def _wrong(
    above: list[tuple[int, str]], parent_id: int | None, opens: str, closes: str, depth: int
) -> str:
    parent, limit = above[-1] if above else (None, None)
    if opens >= closes:
        return "closes before it opens"
    if parent != parent_id:
        return "doesn't stand below the post it answers"
    if limit is not None and closes >= limit:
        return "reaches beyond the post it answers"
    if depth != len(above):
        return f"says depth {depth} and stands at {len(above)}"
    return ""
