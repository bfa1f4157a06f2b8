"""What of members pages show: names and handles, on every page with a post of theirs."""

from __future__ import annotations

from rejoinder.events import noted
from rejoinder.events.noted import Noted
from rejoinder.members.models import Handle, Member, OfficeTerms, StandingTerms


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
        Noted(StandingTerms, is_setting=True, is_shown=False),
        Noted(OfficeTerms, is_setting=True, is_shown=False),
    )  # fmt: skip
