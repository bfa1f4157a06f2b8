"""What a rule may ask about a proposed post beside its words; each answer is read once."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from functools import cached_property

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from rejoinder.boards import rights as of_boards
from rejoinder.boards.models import Board
from rejoinder.limits import addresses
from rejoinder.members.models import AddressBan, StandingTerms
from rejoinder.members.standing import terms_of
from rejoinder.moderation.rules.hosts import links_in
from rejoinder.moderation.rules.prints import KeptPrints, Like, Prints
from rejoinder.moderation.rules.sketches import sketch_of
from rejoinder.policy import gate
from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Proposed
from rejoinder.threads import slow
from rejoinder.threads.models import Post, State

# An address this near to a banned range is its neighbour: the first so many bits agree.
NEIGHBOUR_BITS = {4: 20, 6: 40}
# What the advisory lock on a member is for.
_POSTING = 0x706F7374


class Facts:
    """What is known about a proposed post, its author and what was posted before it."""

    def __init__(
        self, proposed: Proposed, *, past: Post | None = None, prints: Prints | None = None
    ) -> None:
        """`past`: the post was kept once, and is tried again as of then (try_out.py)."""
        self.proposed = proposed
        self._past = past
        self._prints = prints or KeptPrints()

    @cached_property
    def author_moderates(self) -> bool:
        """Whether who asks moderates the board."""
        return gate.may(self.proposed.principal, gate.Verb.MODERATE, self.proposed.board)

    @cached_property
    def links(self) -> list[str]:
        """The links out of the site, each once."""
        return links_in(self.proposed.words.html)

    @property
    def standing(self) -> Standing:
        """The author's standing."""
        return self.proposed.principal.standing

    @cached_property
    def terms(self) -> StandingTerms:
        """What the author's standing allows."""
        return terms_of(self.standing)

    @property
    def age(self) -> timedelta:
        """How long ago the author joined."""
        return self.proposed.at - self.proposed.author.joined_at

    def posts_before(self, most: int) -> int:
        """Return how many posts of the author were visible before; counts to `most`."""
        own = self._own(Post.unscoped.filter(state=State.VISIBLE))
        return own.order_by("-posted_at", "-pk")[:most].count()

    def posted_since(self, since: datetime, most: int, *, in_thread: bool) -> int:
        """Return how many posts the author wrote since, in this thread or on this board.

        Those held, removed or withdrawn count too. Counts to `most`.
        """
        where = {"thread": self.proposed.thread} if in_thread else {"board": self.proposed.board}
        if in_thread and self.proposed.thread is None:
            return 0
        # Every state by name, so that the index on (author, state, posted_at) is of use.
        posts = Post.unscoped.filter(state__in=list(State), posted_at__gt=since, **where)
        return self._own(posts)[:most].count()

    def like_this(self, since: datetime, at_least: float, fewest_words: int) -> list[Like]:
        """Return the posts since then whose text is like this: the author's own, and those
        that the author may read."""
        if not (sketch := self.sketch(fewest_words)):
            return []
        edited = self.proposed.post.pk if self.proposed.post else None
        near = self._prints.like(sketch, since, edited)
        return [
            like
            for like in near
            if like.likeness >= at_least
            and (
                like.author_id == self.proposed.author.pk or like.board_id in self._readable_boards
            )
        ]

    def sketch(self, fewest_words: int) -> tuple[int, ...]:
        """Return the text's sketch; empty for too few words."""
        return sketch_of(self.proposed.words.title, self.proposed.words.source, fewest_words)

    @cached_property
    def is_near_a_ban(self) -> bool:
        """Whether it comes from an address beside a range that is banned now."""
        address = addresses.parsed(self.proposed.principal.address)
        if address is None:
            return False
        around = addresses.around(address, NEIGHBOUR_BITS)
        bans = AddressBan.objects.filter(until__gt=timezone.now())
        networks = map(ipaddress.ip_network, bans.values_list("network", flat=True))
        return any(n.version == around.version and n.overlaps(around) for n in networks)

    def thread_opens_at(self) -> datetime | None:
        """Return when a slow thread opens for the author again; None: it's open now."""
        if self.proposed.thread is None or self._past is not None:
            return None
        return slow.open_again_at(self.proposed.thread, self.proposed.author.pk)

    def one_at_a_time(self) -> None:
        """Wait until no other post of this author is being kept: so counting them is exact.

        Not by the member's row, which a transaction that holds a board's tally may want.
        SQLite has one writer at a time anyhow.
        """
        if self._past is None and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s, %s)",
                    [_POSTING, self.proposed.author.pk % 2**31],
                )

    def _own(self, posts: QuerySet[Post]) -> QuerySet[Post]:
        own = posts.filter(author=self.proposed.author)
        if self._past is not None:
            return own.filter(posted_at__lte=self._past.posted_at).exclude(pk=self._past.pk)
        return own.exclude(pk=self.proposed.post.pk) if self.proposed.post else own

    @cached_property
    def _readable_boards(self) -> set[int]:
        principal = self.proposed.principal
        if of_boards.sees_all(principal):
            return set(Board.unscoped.values_list("pk", flat=True))
        boards = set(of_boards.readable(principal))
        return boards | set(of_boards.moderated(principal))
