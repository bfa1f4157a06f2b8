"""What of members pages show: names and handles, on every page with a post of theirs.

And what tells who sees which pages, and how: all that makes a member's principal, their
sessions, and what stands around their pages.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from rejoinder.events import noted
from rejoinder.events.noted import ALL_SEATS_SQL, Noted, seat_of_member_sql, seat_of_session_sql
from rejoinder.members.models import (
    AddressBan,
    Group,
    Handle,
    Ignore,
    Member,
    Membership,
    OfficeTerms,
    StandingTerms,
)


def register() -> None:
    """Have changes of members' names noted. A new member is on no page yet."""
    noted.register(
        Noted(
            Member,
            columns=(
                "name", "handle_id", "is_staged", "claimed_by_id", "is_active", "erased_at",
                "joined_at", "is_administrator",
            ),
            on_insert=False,
        ),
        Noted(Handle, on_insert=False),
        Noted(StandingTerms, is_setting=True, seat=ALL_SEATS_SQL),
        Noted(OfficeTerms, is_setting=True, seat=ALL_SEATS_SQL),
        # All columns: who a member is follows from most of them.
        Noted(Member, seat=seat_of_member_sql("id"), on_insert=False),
        Noted(Membership, seat=seat_of_member_sql("member_id")),
        # Whether somebody holds an office stands on their page, for those who sanction others.
        Noted(Membership, member="{row}.member_id"),
        Noted(Group, columns=("moderates_everywhere",), on_insert=False),
        Noted(Ignore, seat=seat_of_member_sql("member_id")),
        Noted(Group, seat=ALL_SEATS_SQL, on_insert=False),
        Noted(AddressBan, seat=ALL_SEATS_SQL),
        Noted(Authenticator, seat=seat_of_member_sql("user_id")),
        Noted(Session, seat=seat_of_session_sql("session_key"), on_insert=False),
    )  # fmt: skip
