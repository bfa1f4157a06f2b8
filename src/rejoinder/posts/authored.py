"""What other rooms do as posts get an author: when they're added, filled in or claimed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rejoinder.members.models import Member

_when_authored: list[Callable[[int, Sequence[int]], object]] = []


def register_when_authored(do: Callable[[int, Sequence[int]], object]) -> None:
    """Let something be done, in the deed's transaction, with a member's id and the ids of
    posts that are theirs from now on; each once, at the start."""
    _when_authored.append(do)


def tell(author: Member | None, post_ids: Sequence[int]) -> None:
    """Tell that posts are somebody's. Authors whom only an archive knows don't read here."""
    if author is None or author.is_staged:
        return
    for do in _when_authored:
        do(author.pk, post_ids)
