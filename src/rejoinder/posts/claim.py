"""Claim posts: a member becomes the author of what an archive has from their address."""

from __future__ import annotations

from django.db import transaction

from rejoinder.members.models import Member
from rejoinder.posts import authored
from rejoinder.threads.models import Post


def claim(member: Member, address: str) -> int:
    """Make a member the author of an archive's posts from an address; return how many.

    The caller has seen that the member confirmed the address. Each post keeps the name it
    was signed with. The staged member of the address is inactive from then on, and its
    handle leads to the member. Locks the staged member. Claiming again changes nothing.
    """
    with transaction.atomic():
        staged = (
            Member.objects.select_for_update()
            .filter(email=address.lower(), is_staged=True, claimed_by=None)
            .first()
        )
        if staged is None or not address:
            return 0
        posts = Post.unscoped.filter(author=staged)
        posts.filter(author_name="").update(author_name=staged.name)
        theirs = list(posts.values_list("pk", flat=True))
        claimed = posts.update(author=member)
        authored.tell(member, theirs)
        staged.claimed_by = member
        staged.is_active = False
        staged.save(update_fields=["claimed_by", "is_active"])
    return claimed


def claimable(address: str) -> int:
    """Return how many posts of an archive whoever confirms this address will claim."""
    staged = Member.objects.filter(email=address.lower(), is_staged=True, claimed_by=None)
    return Post.unscoped.filter(author__in=staged).count() if address else 0
