"""Ignoring a member: their posts are folded for the one who ignores, and for nobody else."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput
from rejoinder.members.models import Ignore, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal


def ignore(principal: Principal, ignored: Member) -> None:
    """Ignore a member; twice is as once. Raises BadInput for oneself, Missing or Refused."""
    member = _oneself(principal)
    gate.check(principal, gate.Verb.READ, ignored)
    if member.pk == ignored.pk:
        raise BadInput(_("You can't ignore yourself."))
    with transaction.atomic():
        Ignore.objects.get_or_create(member=member, ignored=ignored)
        Member.objects.filter(pk=member.pk).update(ignores_somebody=True)


def stop_ignoring(principal: Principal, ignored: Member) -> None:
    """Ignore a member no longer. Raises Refused for a guest."""
    member = _oneself(principal)
    with transaction.atomic():
        authors = [ignored, *ignored.claims.all()]
        Ignore.objects.filter(member=member, ignored__in=authors).delete()
        _note(member)


def ignored_by(member: Member) -> list[Member]:
    """Return whom a member ignores, by name: one query."""
    ignored = Member.objects.filter(pk__in=Ignore.objects.filter(member=member).values("ignored"))
    return sorted(ignored, key=lambda each: each.name.casefold())


def ignored_ids(member: Member | None) -> frozenset[int]:
    """Return the ids of the authors whose posts are folded for a member, just read.

    No query for a guest or for who ignores nobody, else one.
    """
    if member is None or not member.ignores_somebody:
        return frozenset()
    rows = Ignore.objects.filter(member=member).values_list("ignored_id", "ignored__claimed_by_id")
    return frozenset(pk for row in rows for pk in row if pk is not None)


def forget(member: Member) -> None:
    """Forget whom a member ignores and who ignores them, as their account is deleted."""
    Ignore.objects.filter(member=member).delete()
    ignoring = list(Member.objects.filter(ignores__ignored=member))
    Ignore.objects.filter(ignored=member).delete()
    for other in ignoring:
        _note(other)


def _oneself(principal: Principal) -> Member:
    member = Member.objects.filter(pk=principal.member_id or 0).first()
    if member is None:
        raise BadInput(_("Sign in first: only a member ignores others."))
    gate.check(principal, gate.Verb.EDIT, member)
    return member


def _note(member: Member) -> None:
    """Note on a member's row whether they ignore anybody, so that pages needn't ask."""
    ignores = Ignore.objects.filter(member=member).exists()
    Member.objects.filter(pk=member.pk).update(ignores_somebody=ignores)
