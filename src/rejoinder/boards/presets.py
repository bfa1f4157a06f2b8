"""What boards commonly are: public, for members, private to groups, announcements."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.boards.grants import (
    MEMBERS_ONLY,
    PUBLIC,
    Granted,
    Rights,
    announcements,
    private_to,
)
from rejoinder.boards.models import Ability
from rejoinder.errors import BadInput


class Preset(TextChoices):
    """What a board commonly is."""

    PUBLIC = "public", gettext_lazy("Public")
    MEMBERS = "members", gettext_lazy("For members only")
    PRIVATE = "private", gettext_lazy("Private to groups")
    ANNOUNCEMENTS = "announcements", gettext_lazy("Announcements")

    @property
    def meaning(self) -> str:
        """Return in a sentence what such a board is."""
        return {
            Preset.PUBLIC: _("Everyone reads. All members start threads and respond."),
            Preset.MEMBERS: _("All members read, start threads and respond. Guests see nothing."),
            Preset.PRIVATE: _(
                "The chosen groups read, start threads and respond. To all others the board "
                "isn't there."
            ),
            Preset.ANNOUNCEMENTS: _(
                "Everyone reads. The chosen groups start threads, and nobody responds but "
                "moderators."
            ),
        }[self]


def rights_for(
    preset: Preset, groups: frozenset[int], moderators: frozenset[int] = frozenset()
) -> Rights:
    """Return the rights of such a board; groups count where the preset chooses some.

    `moderators` are groups that moderate it. Raises BadInput where a group is needed.
    """
    if preset is Preset.PRIVATE and not groups:
        raise BadInput(_("Choose the groups that this board is private to."))
    rights = {
        Preset.PUBLIC: PUBLIC,
        Preset.MEMBERS: MEMBERS_ONLY,
        Preset.PRIVATE: private_to(groups),
        Preset.ANNOUNCEMENTS: announcements(groups),
    }[preset]
    return {**rights, Ability.MODERATE: Granted(groups=moderators)}


def preset_of(rights: Rights) -> Preset | None:
    """Return what a board with these rights commonly is called; None if nothing fits."""
    groups = rights[Ability.START].groups
    for preset in Preset:
        if preset is Preset.PRIVATE and not groups:
            continue
        wanted = rights_for(preset, groups, rights[Ability.MODERATE].groups)
        if all(_same(rights[ability], wanted[ability]) for ability in Ability):
            return preset
    return None


def _same(one: Granted, other: Granted) -> bool:
    """Tell whether two grants reach the same people: of everybody, groups add nobody."""
    return _reach(one) == _reach(other)


def _reach(granted: Granted) -> tuple[bool, bool, frozenset[int]]:
    to_all = granted.everyone or granted.members
    return granted.everyone, to_all, frozenset() if to_all else granted.groups
