"""What this room keeps about a member: answers to their programs' writes, for a day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.api.models import KeptAnswer
from rejoinder.members.belongings import Belonging, register


def register_all() -> None:
    """Register what this room keeps about a member."""
    register(
        Belonging(
            name="kept_answers",
            sentence=_("What the site answered to your programs within a day is erased."),
            count=lambda member: KeptAnswer.objects.filter(member=member).count(),
            # A copy of what is handed out elsewhere, for a day.
            export=lambda member, archive: None,
            erase=lambda member, withdraws: KeptAnswer.objects.filter(member=member).delete(),
            covers=frozenset({"api.KeptAnswer.member"}),
        )
    )
