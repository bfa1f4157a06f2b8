"""Delete an account: what a person leaves behind has no name, address or handle in it.

The row stays, nameless, as the author of the posts that stay: other rows point to it, and a
tree loses no post. docs/decisions/0006-deleted-accounts.md says what is kept and why.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import Conflict, Refused
from rejoinder.limits import security_log
from rejoinder.members import belongings, departed
from rejoinder.members.models import Handle, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal


def check_leave(principal: Principal, member: Member) -> None:
    """Raise if a principal may not delete this account, or it can't be deleted now.

    Refused: neither the member nor the operator asks, or nobody else could run the site.
    Conflict: it is deleted already.
    """
    # No program that holds a password of the member's may end the account.
    is_in_person = principal.kind in (Kind.MEMBER, Kind.SYSTEM)
    if not is_in_person or not gate.may(principal, gate.Verb.EDIT, member):
        raise Refused(_("An account is deleted on its own page, after signing in."))
    if member.erased_at is not None:
        raise Conflict(_("This account is deleted already."))
    if member.is_administrator and not _other_administrators(member).exists():
        raise Refused(
            _(
                "You are the only administrator: nobody could run the site. Make somebody "
                "else an administrator first, then delete your account."
            )
        )


def leave(principal: Principal, member: Member, *, withdraws: bool) -> None:
    """Delete a member's account and all that is theirs; `withdraws`: their posts, too.

    Posts are withdrawn in small transactions, all else is erased in one. If it breaks off in
    between, doing it again goes on from there. Locks the administrators, then what each
    belonging takes. Raises as `check_leave`.
    """
    check_leave(principal, member)
    kept = belongings.registered()
    for belonging in kept:
        if belonging.ahead is not None:
            belonging.ahead(member, withdraws)
    with transaction.atomic():
        _lock_administrators(member)
        member = _locked(member)
        check_leave(principal, member)
        departed.note(member)
        # The upper rooms' first: what they keep may hang on what lower ones keep.
        for belonging in reversed(kept):
            belonging.erase(member, withdraws)
        _forget_who(member)
    by = principal.member_id
    security_log.note("account_deleted", address=principal.address, by=by, member=member.pk)


def what_goes(member: Member) -> list[tuple[belongings.Belonging, int]]:
    """Return what deleting an account erases, and how many of each there are."""
    return [(belonging, belonging.count(member)) for belonging in belongings.registered()]


def _forget_who(member: Member) -> None:
    rows = [member, *member.claims.all()]
    handles = [row.handle_id for row in rows]
    for row in rows:
        row.handle = Handle.objects.create(name=departed.random_handle())
        row.name, row.name_key, row.email = "", None, ""
        row.is_active = row.is_administrator = row.is_staged = row.ignores_somebody = False
        row.is_awaiting, row.invited_by, row.unread_notices = False, None, 0
        row.time_zone = row.arrangement = ""
        row.last_login = row.silenced_until = row.suspended_until = None
        row.erased_at = timezone.now()
        row.set_unusable_password()
        row.save()
    Handle.objects.filter(name__in=handles).delete()


def _other_administrators(member: Member) -> QuerySet[Member]:
    others = Member.objects.filter(is_administrator=True, is_active=True)
    return others.exclude(pk=member.pk)


def _lock_administrators(member: Member) -> None:
    """Of two administrators who leave at once, the second waits and finds himself the last."""
    if member.is_administrator and connection.features.has_select_for_update:
        list(Member.objects.select_for_update().filter(is_administrator=True).order_by("pk"))


def _locked(member: Member) -> Member:
    rows = Member.objects.filter(pk=member.pk)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return rows.get()
