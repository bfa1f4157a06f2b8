"""What this room keeps about a member: answers to their programs' writes, for a day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.api.models import KeptAnswer
from rejoinder.members.belongings import Belonging, register
from rejoinder.members.models import Member


def _count(member: Member) -> int:
    return KeptAnswer.objects.filter(member=member).count()


def register_all() -> None:
    """Register what this room keeps about a member."""
    register(
        Belonging(
            name="kept_answers",
            sentence=_("What the site answered to your programs within a day is erased."),
            count=_count,
            # Copies of what is handed out elsewhere, for a day.
            export=lambda member, archive: _count(member),
            erase=lambda member, withdraws: KeptAnswer.objects.filter(member=member).delete(),
            covers=frozenset({"api.KeptAnswer.member"}),
        )
    )
