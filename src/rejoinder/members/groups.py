"""What an administrator does with groups, and who belongs to them.

A change holds at the next request of whoever it is about: a door reads a member's groups
from the database each time (members/principals.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, BadName, BadTitle, Conflict, Missing
from rejoinder.limits import security_log
from rejoinder.members.find import member_named
from rejoinder.members.models import Group, Member, Membership
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title

MOST_NAME = 60
MOST_DESCRIPTION = 2000


@dataclass(frozen=True)
class GroupChange:
    """A group's name, description, and whether it moderates every board."""

    name: str
    description: str = ""
    moderates_everywhere: bool = False


@dataclass(frozen=True)
class MembersPage:
    """Some of a group's members, the longest known to the site first."""

    members: list[Member]
    # The handle after which the next page begins; empty: this is the last.
    after: str


def add_group(principal: Principal, change: GroupChange) -> Group:
    """Add a group without members and return it. Raises BadName, BadInput or Refused."""
    _check_in_charge(principal, Group())
    added = _do_change(Group(), check_change(change))
    _note(principal, group=added.pk, change="added")
    return added


def change_group(principal: Principal, group: Group, change: GroupChange) -> Group:
    """Give a group another name, description or office, and return it.

    Raises BadName, BadInput or Refused.
    """
    _check_in_charge(principal, group)
    changed = _do_change(group, check_change(change, of=group))
    _note(principal, group=changed.pk, change="changed")
    return changed


def remove_group(principal: Principal, group: Group) -> None:
    """Remove a group; its members stay members of the site.

    Raises Conflict while a board grants it anything: who would read that board after it
    is to be said there first. Raises Refused. Locks the group.
    """
    _check_in_charge(principal, group)
    with transaction.atomic():
        list(locked_groups({group.pk}))
        removed = group.pk
        try:
            group.delete()
        except ProtectedError:
            raise Conflict(
                _(
                    "The group “%s” has rights on a board. Give them to others there, or take "
                    "them away; then remove the group."
                )
                % group.name
            ) from None
    _note(principal, group=removed, change="removed")


def add_to_group(principal: Principal, group: Group, who: str) -> Member:
    """Put a member into a group, by name or handle, and return them.

    Who is in it already stays. Raises BadInput if nobody of that name can be in a group,
    or Refused.
    """
    _check_in_charge(principal, group)
    member = _check_may_join(who)
    _do_put(member, [group.pk])
    _note(principal, group=group.pk, change="joined", whose=member.pk)
    return member


def take_from_group(principal: Principal, group: Group, member: Member) -> None:
    """Take a member out of a group; who isn't in it stays out. Raises Refused."""
    _check_in_charge(principal, group)
    Membership.unscoped.filter(group=group, member=member).delete()
    _note(principal, group=group.pk, change="left", whose=member.pk)


def set_groups(principal: Principal, member: Member, groups: Collection[int]) -> None:
    """Let a member belong to the groups with these ids, and to no others.

    Raises BadInput if a group isn't there any more, or Refused. Locks the groups.
    """
    _check_in_charge(principal, Group())
    wanted = frozenset(groups)
    with transaction.atomic():
        check_groups(wanted)
        Membership.unscoped.filter(member=member).exclude(group__in=wanted).delete()
        _do_put(member, wanted)
    groups_said = ",".join(map(str, sorted(wanted)))
    _note(principal, group=groups_said, change="set", whose=member.pk)


def members_of(principal: Principal, group: Group, after: str, limit: int) -> MembersPage:
    """Return a page of a group's members after the one with a handle: two queries at most.

    Raises Missing if the principal isn't shown them, or nobody has that handle.
    """
    if not gate.shows(principal, gate.Field.MEMBERS, group):
        raise Missing(_("There is no such page."))
    rows = gate.visible(principal, Membership.objects.filter(group=group))
    if after:
        place = Member.objects.filter(handle=after).values_list("pk", flat=True).first()
        if place is None:
            raise Missing(_("This page of the list isn't there any more. Go to its beginning."))
        rows = rows.filter(member_id__gt=place)
    found = [row.member for row in rows.select_related("member").order_by("member_id")[: limit + 1]]
    page = found[:limit]
    return MembersPage(page, page[-1].handle_id if len(found) > limit else "")


def groups_by_member(principal: Principal, members: Collection[Member]) -> dict[int, list[Group]]:
    """Return the groups that each of some members belongs to, by the member's id: one query."""
    rows = gate.visible(principal, Membership.objects.filter(member__in=members))
    found: dict[int, list[Group]] = {member.pk: [] for member in members}
    for row in rows.select_related("group").order_by("group__name"):
        found[row.member_id].append(row.group)
    return found


def check_change(change: GroupChange, *, of: Group | None = None) -> GroupChange:
    """Return a change as it will be kept. Raises BadName or BadInput."""
    name = check_name(change.name, of=of)
    return GroupChange(name, check_description(change.description), change.moderates_everywhere)


def check_name(name: str, *, of: Group | None = None) -> str:
    """Return a group's name as it will be kept. Raises BadName if it can't be."""
    try:
        name = clean_title(name)
    except BadTitle as error:
        # A title's own messages speak of posts.
        raise BadName(_("A group needs a name.") if not name.strip() else error.message) from None
    if len(name) > MOST_NAME:
        raise BadName(
            _(
                "A group's name has at most %(most)d characters; this one has %(length)d. "
                "Shorten it."
            )
            % {"most": MOST_NAME, "length": len(name)}
        )
    others = Group.unscoped.filter(name__iexact=name)
    if of is not None:
        others = others.exclude(pk=of.pk)
    if others.exists():
        raise BadName(_("There is a group of that name already. Choose another."))
    return name


def check_description(description: str) -> str:
    """Return a group's description as it will be kept. Raises BadInput or BadText."""
    description = clean_text(description).strip()
    if len(description) > MOST_DESCRIPTION:
        raise BadInput(
            _("The description has %(length)d characters; %(most)d are the most. Shorten it.")
            % {"length": len(description), "most": MOST_DESCRIPTION}
        )
    return description


def check_groups(groups: Collection[int]) -> None:
    """Raise BadInput unless each of these groups is there; they stay until the transaction ends."""
    if len(list(locked_groups(groups))) != len(set(groups)):
        raise BadInput(_("One of these groups was removed meanwhile. Look at the list again."))


def locked_groups(groups: Collection[int]) -> QuerySet[Group, int]:
    """Return the ids of those groups that are there, their rows locked in order.

    SQLite's transaction locks all of them.
    """
    rows = Group.unscoped.filter(pk__in=groups).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return rows.values_list("pk", flat=True)


def _note(principal: Principal, **facts: object) -> None:
    by = principal.member_id
    security_log.note("groups_changed", address=principal.address, by=by, **facts)


def _check_in_charge(principal: Principal, group: Group) -> None:
    refusal = _("Only an administrator may change groups.")
    gate.check(principal, gate.Verb.ADMINISTER, group, refusal)


def _check_may_join(who: str) -> Member:
    if not who.strip():
        raise BadInput(_("Give the name or the handle of a member."))
    member = member_named(who)
    if member is None:
        raise BadInput(
            _("There is no member of the name or handle “%s”. Look at how they write it.") % who
        )
    if member.is_staged:
        raise BadInput(
            _("“%s” is known from an archive alone, and can't belong to a group.") % member.name
        )
    return member


def _do_change(group: Group, change: GroupChange) -> Group:
    group.name, group.description = change.name, change.description
    group.moderates_everywhere = change.moderates_everywhere
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise BadName(_("That name was taken just now. Choose another.")) from None
    return group


def _do_put(member: Member, groups: Collection[int]) -> None:
    rows = [Membership(member=member, group_id=pk) for pk in groups]
    Membership.unscoped.bulk_create(rows, ignore_conflicts=True)
