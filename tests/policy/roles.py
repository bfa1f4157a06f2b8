"""Who asks, in the matrix: one principal for each role, made as doors make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from rejoinder.members.models import (
    AddressBan,
    Group,
    Member,
    Membership,
    OfficeTerms,
    SecondStepOf,
    StandingTerms,
)
from rejoinder.members.principals import principal_for
from rejoinder.policy.principals import Kind, Principal, Standing, system
from rejoinder.policy.scopes import Scope, verbs_of
from rejoinder.policy.verbs import Verb
from tests.factories import make_group, make_member

BANNED = "203.0.113.7"
ADDRESS = "198.51.100.1"

READS = verbs_of([Scope.READ])
WRITES = verbs_of([Scope.POST])
MODERATES = verbs_of([Scope.MODERATE])
NEWS = verbs_of([Scope.NEWS])
MAILS = verbs_of([Scope.MAIL])


@dataclass(frozen=True)
class Role:
    """A member (None: nobody with an account) and the way they ask."""

    member: Member | None
    kind: Kind = Kind.MEMBER
    verbs: frozenset[Verb] | None = None
    address: str = ADDRESS

    @property
    def uses_browser(self) -> bool:
        """Tell whether this role comes by the pages."""
        return self.kind in (Kind.MEMBER, Kind.GUEST)

    def principal(self) -> Principal:
        """Return the principal that a door makes for the role, now."""
        if self.kind is Kind.SYSTEM:
            return system("matrix")
        if self.kind is Kind.REMOTE:
            return Principal(Kind.REMOTE, address=self.address)
        return principal_for(self.member, address=self.address, kind=self.kind, verbs=self.verbs)


@dataclass(frozen=True)
class Groups:
    """The groups that boards of the matrix grant rights to."""

    readers: Group
    starters: Group
    moderators: Group
    elsewhere: Group


def make_roles() -> tuple[dict[str, Role], Groups]:
    """Return every role by its name in the data, and the groups they belong to."""
    soon = timezone.now() + timedelta(days=1)
    OfficeTerms.objects.create(pk=1, second_step_of=SecondStepOf.MODERATORS)
    StandingTerms.objects.create(standing=Standing.TRUSTED, may_approve=True)
    AddressBan.objects.create(network="203.0.113.0/24", until=soon)
    groups = Groups(*(make_group(name) for name in ("Readers", "Starters", "Wardens", "Others")))
    everywhere = make_group("Stewards", moderates_everywhere=True)
    author = _member("Author")
    moderator = _with_second_step(_member("Warden", group=groups.moderators))
    lacking = _member("Bare Keeper", is_administrator=True)
    plain = _member("Plain", standing=Standing.MEMBER)
    administrator = _with_second_step(_member("Keeper", is_administrator=True))
    roles = {
        "guest": Role(None, Kind.GUEST),
        "suspended member": Role(_member("Suspended", suspended_until=soon)),
        "staged author": Role(_member("Staged", is_staged=True)),
        "remote actor": Role(None, Kind.REMOTE),
        "new member": Role(_member("Newcomer")),
        "member": Role(plain),
        "regular": Role(_member("Regular", standing=Standing.REGULAR)),
        "trusted member": Role(_member("Trusted", standing=Standing.TRUSTED)),
        "silenced member": Role(_member("Silent", silenced_until=soon)),
        "silenced trusted member": Role(
            _member("Quiet", standing=Standing.TRUSTED, silenced_until=soon)
        ),
        "member from a banned address": Role(_member("Banned"), address=BANNED),
        "author": Role(author),
        "author from a banned address": Role(author, address=BANNED),
        "reading group": Role(_member("Reader", group=groups.readers)),
        "starting group": Role(_member("Starter", group=groups.starters)),
        "moderating group": Role(moderator),
        "moderator from a banned address": Role(moderator, address=BANNED),
        "silenced moderator": Role(
            _with_second_step(_member("Hushed", group=groups.moderators, silenced_until=soon))
        ),
        "silenced administrator": Role(
            _with_second_step(_member("Muted", is_administrator=True, silenced_until=soon))
        ),
        "another board's moderator": Role(
            _with_second_step(_member("Otherwise", group=groups.elsewhere))
        ),
        "site moderator": Role(_with_second_step(_member("Steward", group=everywhere))),
        "administrator": Role(administrator),
        "moderator without a second step": Role(_member("Bare Warden", group=groups.moderators)),
        "site moderator without a second step": Role(_member("Bare Steward", group=everywhere)),
        "administrator without a second step": Role(lacking),
        "password that moderates, without": Role(lacking, Kind.APPLICATION, MODERATES),
        "password that reads": Role(administrator, Kind.APPLICATION, READS),
        "password that writes": Role(author, Kind.APPLICATION, WRITES),
        "password that moderates": Role(moderator, Kind.APPLICATION, MODERATES),
        "password for news": Role(author, Kind.APPLICATION, NEWS),
        "password for mail": Role(author, Kind.APPLICATION, MAILS),
        "mail key": Role(plain, Kind.MAIL),
        "moderator's mail key": Role(moderator, Kind.MAIL),
        "administrator's mail key": Role(administrator, Kind.MAIL),
        "system job": Role(None, Kind.SYSTEM),
    }
    return roles, groups


def _with_second_step(member: Member) -> Member:
    Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data={})
    return member


def _member(name: str, *, group: Group | None = None, **columns: object) -> Member:
    member = make_member(name)
    for column, value in columns.items():
        setattr(member, column, value)
    member.save()
    if group is not None:
        Membership.unscoped.create(group=group, member=member)
    return member
