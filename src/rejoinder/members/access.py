"""Shutting out whoever else is let in: every session and application password of a member.

Changing the password does it by itself (`Member.set_password`). So must what makes the old
ways in doubtful: a second factor added or taken away. A suspension ends sessions; application
passwords open nothing while it lasts (`members.principals.may_sign_in`).
"""

from __future__ import annotations

from django.db.models import F

from rejoinder.members.models import Member


def shut_out(member: Member) -> None:
    """End every session and every application password of a member, from the next request on.

    A door that keeps the one session that asked for it renews that session's hash after.
    """
    Member.objects.filter(pk=member.pk).update(access_generation=F("access_generation") + 1)
    member.refresh_from_db(fields=["access_generation"])
