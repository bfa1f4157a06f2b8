"""What follows when an address is confirmed, or a password reset."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_reset
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import ngettext

from rejoinder.members.models import Member
from rejoinder.members.sign_in import forget_attempts
from rejoinder.posts.claim import claim


@receiver(email_confirmed)
def claim_posts(request: HttpRequest, email_address: EmailAddress, **others: Any) -> None:
    """Make the member the author of what an archive has from the address they confirmed."""
    count = claim(email_address.user, email_address.email)
    if count:
        said = ngettext(
            "%d post of the archive, signed with this address, is yours now.",
            "%d posts of the archive, signed with this address, are yours now.",
            count,
        )
        messages.success(request, said % count)


@receiver(password_reset)
def forget_wrong_passwords(request: HttpRequest, user: Member, **others: Any) -> None:
    """Let the member in at once, however often somebody tried the password before."""
    forget_attempts(user)


@receiver(password_reset)
def forget_authenticators_of_a_stranger(request: HttpRequest, user: Member, **others: Any) -> None:
    """Remove passkeys and apps of an account whose owner is seen for the first time.

    Until an address is confirmed, anyone may have made the account in its owner's name.
    Whoever resets the password reads the mailbox; what a stranger added before must not
    open the account any longer.
    """
    if not EmailAddress.objects.filter(user_id=user.pk, verified=True).exists():
        Authenticator.objects.filter(user_id=user.pk).delete()
