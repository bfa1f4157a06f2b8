"""What this room keeps about a member, as belongings: the account and all that opens it."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rejoinder.members import ignoring, sessions
from rejoinder.members.belongings import Archive, Belonging, Json, register
from rejoinder.members.models import ApplicationPassword, Invite, Member, Membership
from rejoinder.members.standing import standing_of


def moment(at: datetime | None) -> str | None:
    """Return a moment as the export writes it: ISO 8601, in UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def register_all() -> None:
    """Register what this room keeps about a member."""
    register(*_who_it_is(), *_ways_in(), *_among_others())


def _who_it_is() -> tuple[Belonging, ...]:
    """Return the account itself, and the addresses it is known by."""
    return (
        Belonging(
            name="account",
            sentence=_(
                "Your name, handle, password, standing and settings are erased. The address of "
                "your page leads nowhere any more, and nobody else can get it."
            ),
            count=lambda member: 1,
            export=_account,
            # Last of all, by `leave`: every other room may still ask who it was.
            erase=lambda member, withdraws: None,
            # A claimed author of an archive is the member, too. A ban says which row made it,
            # and that row has no name any more.
            # And a digest leads to the row that's left.
            covers=frozenset(
                {
                    "members.Member.claimed_by",
                    "members.AddressBan.made_by",
                    "members.Departed.member",
                }
            ),
        ),
        Belonging(
            name="addresses",
            sentence=_("Your mail addresses are erased."),
            count=lambda member: _addresses(member).count(),
            export=_exported_addresses,
            erase=lambda member, withdraws: _addresses(member).delete(),
            covers=frozenset({"account.EmailAddress.user"}),
        ),
    )


def _ways_in() -> tuple[Belonging, ...]:
    """Return what lets the member in."""
    return (
        Belonging(
            name="sign_in_methods",
            sentence=_("Your passkeys, authenticator app and recovery codes are erased."),
            count=lambda member: Authenticator.objects.filter(user=member).count(),
            export=_sign_in_methods,
            erase=lambda member, withdraws: Authenticator.objects.filter(user=member).delete(),
            covers=frozenset({"mfa.Authenticator.user"}),
        ),
        Belonging(
            name="sessions",
            sentence=_("You are signed out everywhere, and the list of your browsers is erased."),
            count=lambda member: UserSession.objects.filter(user=member).count(),
            export=_sessions,
            erase=lambda member, withdraws: sessions.end_all(member),
            covers=frozenset({"usersessions.UserSession.user"}),
        ),
        Belonging(
            name="application_passwords",
            sentence=_("The passwords of your programs are erased."),
            count=lambda member: ApplicationPassword.unscoped.filter(member=member).count(),
            export=_application_passwords,
            erase=lambda member, withdraws: ApplicationPassword.unscoped.filter(
                member=member
            ).delete(),
            covers=frozenset({"members.ApplicationPassword.member"}),
        ),
    )


def _among_others() -> tuple[Belonging, ...]:
    """Return what ties the member to others."""
    return (
        Belonging(
            name="invites",
            sentence=_("Invites that you made are good for nothing any more."),
            count=lambda member: Invite.unscoped.filter(made_by=member).count(),
            export=_invites,
            # Who came by one stays; its note may hold the name of whoever was invited.
            erase=lambda member, withdraws: Invite.unscoped.filter(made_by=member).delete(),
            covers=frozenset({"members.Invite.made_by"}),
        ),
        Belonging(
            name="groups",
            sentence=_("You are taken out of every group."),
            count=lambda member: Membership.unscoped.filter(member=member).count(),
            export=_groups,
            erase=lambda member, withdraws: Membership.unscoped.filter(member=member).delete(),
            covers=frozenset({"members.Membership.member"}),
        ),
        Belonging(
            name="ignored",
            sentence=_("The list of those you ignore is erased, and you stand in nobody else's."),
            count=lambda member: len(ignoring.ignored_by(member)),
            export=lambda member, archive: [
                {"name": ignored.name, "handle": ignored.handle_id}
                for ignored in ignoring.ignored_by(member)
            ],
            erase=lambda member, withdraws: ignoring.forget(member),
            covers=frozenset({"members.Ignore.member", "members.Ignore.ignored"}),
        ),
    )


def _account(member: Member, archive: Archive) -> Json:
    return {
        "name": member.name,
        "handle": member.handle_id,
        "joined": moment(member.joined_at),
        "last_signed_in": moment(member.last_login),
        "time_zone": member.time_zone,
        "arrangement": member.arrangement,
        "is_administrator": member.is_administrator,
        "standing": standing_of(member).name.lower(),
        "silenced_until": moment(member.silenced_until),
        "suspended_until": moment(member.suspended_until),
        "claimed_authors": [
            {"name": claimed.name, "handle": claimed.handle_id, "address": claimed.email}
            for claimed in member.claims.order_by("pk")
        ],
    }


def _addresses(member: Member) -> QuerySet[EmailAddress]:
    addresses: QuerySet[EmailAddress] = EmailAddress.objects.filter(user=member)
    return addresses


def _exported_addresses(member: Member, archive: Archive) -> Json:
    listed = [
        {"address": each.email, "is_confirmed": each.verified, "is_main": each.primary}
        for each in _addresses(member).order_by("pk")
    ]
    if member.email and member.email not in {each["address"] for each in listed}:
        listed.append({"address": member.email, "is_confirmed": False, "is_main": not listed})
    return listed


def _sign_in_methods(member: Member, archive: Archive) -> Json:
    keys = Authenticator.objects.filter(user=member).order_by("pk")
    return {
        "has_password": member.has_usable_password(),
        "authenticators": [
            {
                "kind": key.get_type_display(),
                "name": str(key.data.get("name", "")),
                "added": moment(key.created_at),
                "last_used": moment(key.last_used_at),
            }
            for key in keys
        ],
    }


def _sessions(member: Member, archive: Archive) -> Json:
    return [
        {
            "browser": session.user_agent,
            "ip_address": session.ip,
            "signed_in": moment(session.created_at),
            "last_seen": moment(session.last_seen_at),
        }
        for session in UserSession.objects.filter(user=member).order_by("pk")
    ]


def _application_passwords(member: Member, archive: Archive) -> Json:
    return [
        {
            "name": each.name,
            "scopes": each.scopes,
            "made": moment(each.created_at),
            "expires": moment(each.expires_at),
            "revoked": moment(each.revoked_at),
            "last_used": moment(each.last_used_at),
            "last_used_from": each.last_used_from,
        }
        for each in ApplicationPassword.unscoped.filter(member=member).order_by("pk")
    ]


def _invites(member: Member, archive: Archive) -> Json:
    return [
        {
            "note": invite.note,
            "made": moment(invite.made_at),
            "expires": moment(invite.expires_at),
            "revoked": moment(invite.revoked_at),
            "uses_left": invite.uses_left,
        }
        for invite in Invite.unscoped.filter(made_by=member).order_by("pk")
    ]


def _groups(member: Member, archive: Archive) -> Json:
    belongs = Membership.unscoped.filter(member=member).select_related("group").order_by("pk")
    return [{"name": each.group.name, "since": moment(each.since)} for each in belongs]
