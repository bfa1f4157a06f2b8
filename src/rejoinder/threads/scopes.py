"""Which part of a thread is meant: the whole, a branch, or what hangs below a post."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post, Thread


@dataclass(frozen=True, slots=True)
class Scope:
    """A range of a thread in outline order."""

    thread_id: int
    # The post at its top: direct responses are this one's.
    top_id: int
    # Empty: from the beginning. The post that opens there is in it, if `with_top`.
    opens: str = ""
    # Empty: to the end.
    closes: str = ""
    with_top: bool = True

    @property
    def is_whole(self) -> bool:
        """Tell whether it's the whole thread."""
        return not self.closes

    def holds(self, thread_id: int, opens: str) -> bool:
        """Tell whether a place is in this scope."""
        inside = not self.closes or self.opens <= opens < self.closes
        return thread_id == self.thread_id and inside

    def posts(self, principal: Principal, *, after: str = "", before: str = "") -> QuerySet[Post]:
        """Return what a principal may see of it, unordered; between two labels, if given.

        There's never more than one lower and one upper bound, for engines take but one
        as the range of the index and read through the rest.
        """
        posts = gate.visible(principal, Post.objects.filter(thread_id=self.thread_id))
        lower, upper = max(self.opens, after), min(filter(None, (self.closes, before)), default="")
        if lower and (lower == after or not self.with_top):
            posts = posts.filter(opens__gt=lower)
        elif lower:
            posts = posts.filter(opens__gte=lower)
        return posts.filter(opens__lt=upper) if upper else posts


def whole(thread: Thread) -> Scope:
    """Return the scope of a whole thread."""
    assert thread.root_id is not None
    return Scope(thread.pk, thread.root_id)


def branch(post: Post | Line) -> Scope:
    """Return the scope of a post and all that hangs below it."""
    pk = post.id
    return Scope(post.thread_id, pk, post.opens, post.closes)


def below(post: Post | Line) -> Scope:
    """Return the scope of all that hangs below a post, without itself."""
    return Scope(post.thread_id, post.id, post.opens, post.closes, with_top=False)
