"""A board's rights in words: what they mean, and what changing them does."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rejoinder.boards.grants import Granted, Rights
from rejoinder.boards.models import Ability


def describe(rights: Rights, names: Mapping[int, str], *, is_closed: bool = False) -> str:
    """Return in words who may do what, "Everyone reads. All members start threads …".

    `names` are the groups', by id.
    """
    reads = _reads(rights[Ability.READ], names)
    if is_closed:
        writes = [_("The board is closed: nobody starts threads or responds.")]
    else:
        writes = _writes(rights, names)
    return " ".join([reads, *writes, _moderates(rights[Ability.MODERATE], names)])


def oddities(rights: Rights, names: Mapping[int, str]) -> list[str]:
    """Return what these rights grant in vain: to write, where one can't read."""
    read = rights[Ability.READ]
    if read.everyone or read.members:
        return []
    moderate = rights[Ability.MODERATE].groups
    found = []
    for ability in (Ability.START, Ability.RESPOND):
        granted = rights[ability]
        if granted.members:
            who = _("All members")
        else:
            who = _groups(granted.groups - read.groups - moderate, names)
        if who:
            found.append(
                _("%(who)s can't %(do)s as long as they can't read the board.")
                % {"who": who, "do": ability.label}
            )
    return found


def consequences(before: Rights, after: Rights, posts_count: int) -> list[str]:
    """Return what changing a board's rights does to what was posted, where that can't be
    undone or surprises; empty if there's nothing to consider first."""
    was, will = before[Ability.READ], after[Ability.READ]
    if not posts_count:
        return []
    if was.everyone and not will.everyone:
        return [
            ngettext(
                "%(count)d post will be hidden from guests; feeds and search engines may keep "
                "copies of it.",
                "%(count)d posts will be hidden from guests; feeds and search engines may keep "
                "copies of them.",
                posts_count,
            )
            % {"count": posts_count}
        ]
    if will.everyone and not was.everyone:
        return [
            ngettext(
                "%(count)d post that was written for fewer readers will be shown to everyone, "
                "search engines too. Its author isn't asked.",
                "%(count)d posts that were written for fewer readers will be shown to everyone, "
                "search engines too. Their authors aren't asked.",
                posts_count,
            )
            % {"count": posts_count}
        ]
    if was.members and not will.members:
        return [
            ngettext(
                "%(count)d post will be hidden from members who are in none of the groups, "
                "also from its author.",
                "%(count)d posts will be hidden from members who are in none of the groups, "
                "also from their authors.",
                posts_count,
            )
            % {"count": posts_count}
        ]
    return []


def _reads(granted: Granted, names: Mapping[int, str]) -> str:
    if granted.everyone:
        return _("Everyone reads.")
    who = _who(granted, names)
    if not who:
        return _("Nobody reads but those who moderate it.")
    return _("%(who)s read. To all others the board isn't there.") % {"who": who}


def _writes(rights: Rights, names: Mapping[int, str]) -> list[str]:
    start, respond = _who(rights[Ability.START], names), _who(rights[Ability.RESPOND], names)
    if start == respond:
        if not start:
            return [_("Nobody starts threads or responds but those who moderate it.")]
        return [_("%(who)s start threads and respond.") % {"who": start}]
    return [
        _("%(who)s start threads.") % {"who": start}
        if start
        else _("Nobody starts threads but those who moderate it."),
        _("%(who)s respond.") % {"who": respond}
        if respond
        else _("Nobody responds but those who moderate it."),
    ]


def _moderates(granted: Granted, names: Mapping[int, str]) -> str:
    who = _groups(granted.groups, names)
    if not who:
        return _("The site's moderators and administrators moderate.")
    return _("%(who)s moderate, beside the site's moderators and administrators.") % {"who": who}


def _who(granted: Granted, names: Mapping[int, str]) -> str:
    if granted.everyone:
        return _("Everyone")
    return _("All members") if granted.members else _groups(granted.groups, names)


def _groups(groups: frozenset[int], names: Mapping[int, str]) -> str:
    named = sorted(names[pk] for pk in groups if pk in names)
    if not named:
        return ""
    if len(named) == 1:
        return _("Members of %(group)s") % {"group": named[0]}
    return _("Members of %(groups)s and %(last)s") % {
        "groups": ", ".join(named[:-1]),
        "last": named[-1],
    }
