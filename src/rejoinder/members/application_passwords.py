"""Application passwords: what a member's programs sign in with, instead of the password.

A door calls `verify`, and `principal_of` for whom it found. The secret is shown once, when
it is made; what is kept of it can't be turned back.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.limits import security_log
from rejoinder.limits.addresses import vicinity_of
from rejoinder.limits.take import take
from rejoinder.members.models import ApplicationPassword, Member
from rejoinder.members.principals import may_sign_in, principal_for
from rejoinder.members.sign_in import account_tried, member_named
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal
from rejoinder.policy.scopes import Scope, verbs_of
from rejoinder.text.characters import drop_invisible, fold_spaces, has_surrogates

# 28 letters of 27 are 133 bits. No vowels, no look-alikes: they survive dictation.
LETTERS = "23456789bcdfghjkmnpqrstvwxz"
SECRET_LENGTH = 28
GROUP_LENGTH = 4
MOST_NAME = 60
MOST_PASSWORDS = 50
# What a mail address may have (RFC 5321 section 4.5.3.1.3); nothing as long names a member.
MOST_LOGIN = 254
# A mark of use is written this often at most: a newsreader signs in all day.
MARK_USE_EVERY = timedelta(minutes=5)
_address = re.compile(r"\S@\S")


def make(
    principal: Principal,
    member: Member,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
) -> tuple[ApplicationPassword, str]:
    """Make an application password; return it and its secret, which is told this once.

    Raises BadInput for a name or scopes that can't be had, Refused if the principal isn't
    that member, signed in.
    """
    _check_own(principal, member)
    chosen = sorted({scope.value for scope in scopes})
    if not chosen:
        raise BadInput(_("Choose at least one thing that the program may do."))
    if expires_at is not None and expires_at <= timezone.now():
        raise BadInput(_("That day is over. Choose a later one, or none."))
    name = clean_name(name)
    if usable(member).count() >= MOST_PASSWORDS:
        raise BadInput(_("You have %d of them. Revoke one that you don't use.") % MOST_PASSWORDS)
    secret = "".join(secrets.choice(LETTERS) for _letter in range(SECRET_LENGTH))
    made = ApplicationPassword.unscoped.create(
        member=member,
        name=name,
        secret_hash=_hashed(secret),
        scopes=chosen,
        expires_at=expires_at,
        generation=Member.objects.values_list("access_generation", flat=True).get(pk=member.pk),
    )
    security_log.note(
        "application_password_made",
        address=principal.address,
        member=member.pk,
        password=made.pk,
        scopes=",".join(chosen),
    )
    return made, _grouped(secret)


def revoke(principal: Principal, member: Member, password_id: int) -> ApplicationPassword:
    """End an application password at once and return it. Raises Missing, or Refused."""
    _check_own(principal, member)
    password = usable(member).filter(pk=password_id).first()
    if password is None:
        raise Missing(_("There is no such application password."))
    password.revoked_at = timezone.now()
    password.save(update_fields=["revoked_at"])
    security_log.note(
        "application_password_revoked",
        address=principal.address,
        member=member.pk,
        password=password.pk,
    )
    return password


def usable(member: Member) -> QuerySet[ApplicationPassword]:
    """Return a member's application passwords that are good now, the latest first."""
    return _usable().filter(member=member)


def verify(
    name_or_address: str, secret: str, *scopes: Scope, address: str = ""
) -> tuple[Member, ApplicationPassword]:
    """Return the member and the application password that a program named, and mark its use.

    It is good for at least one of the scopes, which are those of the door that asks.
    `address` is where the program is. Raises Refused, in the same words and after the same
    queries, whatever was wrong: name, secret, scope, or the member's state; and TooMany
    when that was one time too many.
    """
    named = _ids_of(name_or_address)
    found = _found(secret, scopes)
    if found is None or found.member_id not in named:
        raise _refused(account_tried(name_or_address), address)
    _mark_use(found, address)
    return found.member, found


def verify_token(
    secret: str, *scopes: Scope, address: str = ""
) -> tuple[Member, ApplicationPassword]:
    """Return whose application password it is that a program sent without a name.

    The secret says whose it is: its 133 bits are met by nobody else's. As `verify` otherwise;
    what doesn't fit is counted for the address.
    """
    found = _found(secret, scopes)
    if found is None:
        raise _refused("", address)
    _mark_use(found, address)
    return found.member, found


def principal_of(
    member: Member,
    password: ApplicationPassword,
    *,
    address: str = "",
    within: Iterable[Scope] = tuple(Scope),
) -> Principal:
    """Return the principal of a program that `verify` let in: its member's, within the scopes.

    `within` are those that count at a door; others of the password's are for other doors.
    """
    counting = set(within)
    verbs = verbs_of(scope for scope in scopes_of(password) if scope in counting)
    return principal_for(member, address=address, kind=Kind.APPLICATION, verbs=verbs)


def scopes_of(password: ApplicationPassword) -> list[Scope]:
    """Return what an application password is good for; a scope that is no more counts nothing."""
    return [scope for scope in Scope if scope.value in password.scopes]


def clean_name(raw: str) -> str:
    """Return the name of an application password as it will be kept. Raises BadInput."""
    if has_surrogates(raw):
        raise BadInput(_("The name holds broken characters. Please type it again."))
    name = fold_spaces(drop_invisible(raw))
    if not name:
        raise BadInput(_("Give it a name, such as that of the program."))
    if len(name) > MOST_NAME:
        raise BadInput(_("A name has at most %d characters. Shorten it.") % MOST_NAME)
    return name


def _check_own(principal: Principal, member: Member) -> None:
    # A program must not make itself another password, with more scopes.
    if principal.kind is not Kind.MEMBER:
        raise Refused(_("Sign in with your password to keep application passwords."))
    gate.check(principal, gate.Verb.EDIT, member)


def _usable() -> QuerySet[ApplicationPassword]:
    not_over = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return ApplicationPassword.unscoped.filter(
        not_over, revoked_at__isnull=True, generation=F("member__access_generation")
    )


def _found(secret: str, scopes: Iterable[Scope]) -> ApplicationPassword | None:
    """Return the usable password of a secret, with its member, if that one may sign in."""
    found = _usable().select_related("member").filter(secret_hash=_hashed(secret)).first()
    if found is None or not {scope.value for scope in scopes} & set(found.scopes):
        return None
    return found if may_sign_in(found.member) else None


def _refused(tried: str, address: str) -> Refused:
    """Count and note what doesn't fit; return what to say then. Raises TooMany.

    What fits isn't counted at all: a program signs in all day, and nobody guesses 133 bits.
    """
    take("application_password", account=tried, address=address)
    marked = security_log.mark(tried) if tried else None
    security_log.note("sign_in_failed", address=address, how="application_password", tried=marked)
    return Refused(
        _("Name and application password don't fit together, or it isn't meant for this.")
    )


def _ids_of(name_or_address: str) -> set[int]:
    """Return the members of a name, or of a confirmed address: one query either way.

    A name can't look like an address (text.names).
    """
    if _address.search(name_or_address):
        owners = EmailAddress.objects.filter(
            email=name_or_address.lower()[:MOST_LOGIN], verified=True
        )
        return set(owners.values_list("user_id", flat=True))
    member = member_named(name_or_address[:MOST_LOGIN])
    return set() if member is None else {member.pk}


def _hashed(secret: str) -> str:
    """Return the hash of a secret, however its groups were typed."""
    letters = "".join(char for char in secret.lower() if char.isalnum())
    return hashlib.sha256(letters.encode(errors="replace")).hexdigest()


def _grouped(secret: str) -> str:
    starts = range(0, len(secret), GROUP_LENGTH)
    return "-".join(secret[start : start + GROUP_LENGTH] for start in starts)


def _mark_use(password: ApplicationPassword, address: str) -> None:
    now = timezone.now()
    came_from = vicinity_of(address)
    is_fresh = password.last_used_at and now - password.last_used_at < MARK_USE_EVERY
    if is_fresh and password.last_used_from == came_from:
        return
    password.last_used_at, password.last_used_from = now, came_from
    password.save(update_fields=["last_used_at", "last_used_from"])
