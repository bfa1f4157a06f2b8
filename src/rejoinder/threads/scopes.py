"""Which part of a thread is meant: the whole, a branch, or what hangs below a post."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post, Thread


@dataclass(frozen=True, slots=True)
class Form:
    """Which bounds a range has: its queries differ by these, and else by values alone."""

    has_lower: bool
    with_lower: bool
    has_upper: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Labels of a thread from one to another, as an index reads them.

    There's never more than one lower and one upper bound, for engines take but one as the
    range of the index and read through the rest.
    """

    thread_id: int
    # Empty: from the beginning.
    lower: str = ""
    with_lower: bool = False
    # Empty: to the end.
    upper: str = ""

    @property
    def form(self) -> Form:
        """Tell which bounds there are."""
        return Form(bool(self.lower), self.with_lower, bool(self.upper))

    @property
    def values(self) -> tuple[int, str, str]:
        """Return what a query of its form is asked with."""
        return self.thread_id, self.lower, self.upper

    def posts(self, principal: Principal) -> QuerySet[Post]:
        """Return what a principal may see of it, unordered."""
        posts = gate.visible(principal, Post.objects.filter(thread_id=self.thread_id))
        if self.lower:
            sign = "gte" if self.with_lower else "gt"
            posts = posts.filter(**{f"opens__{sign}": self.lower})
        return posts.filter(opens__lt=self.upper) if self.upper else posts


def range_of(form: Form, thread_id: int, lower: str, upper: str) -> Range:
    """Return the range of a form with these values; a bound that the form lacks is left out."""
    return Range(
        thread_id,
        lower if form.has_lower else "",
        form.with_lower,
        upper if form.has_upper else "",
    )


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
        """Return what a principal may see of it, unordered; between two labels, if given."""
        return self.range(after=after, before=before).posts(principal)

    def range(self, *, after: str = "", before: str = "") -> Range:
        """Return its labels; those between two, if given."""
        lower, upper = max(self.opens, after), min(filter(None, (self.closes, before)), default="")
        return Range(
            self.thread_id,
            lower,
            with_lower=bool(lower) and lower != after and self.with_top,
            upper=upper,
        )


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
