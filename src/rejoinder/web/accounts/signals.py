"""What follows when somebody signs up, confirms an address, or changes what lets them in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.account.signals import email_added, email_confirmed, password_reset, user_signed_up
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import ngettext

from rejoinder.limits.asked_from import client_address
from rejoinder.members.access import shut_out
from rejoinder.members.models import Member
from rejoinder.members.sign_in import forget_attempts
from rejoinder.posts.claim import claim


@receiver(email_confirmed)
def claim_posts(request: HttpRequest, email_address: EmailAddress, **others: Any) -> None:
    """Make the member the author of what an archive has from the address they confirmed.

    An applicant gets nothing yet: an administrator may still say no.
    """
    if email_address.user.is_awaiting:
        return
    count = claim(email_address.user, email_address.email)
    if count:
        said = ngettext(
            "%d post of the archive, signed with this address, is yours now.",
            "%d posts of the archive, signed with this address, are yours now.",
            count,
        )
        messages.success(request, said % count)


@receiver(user_signed_up)
def ask_applicant_to_confirm(request: HttpRequest, user: Member, **others: Any) -> None:
    """Send an applicant the mail that others get as they are signed in for the first time."""
    if user.is_awaiting:
        for address in EmailAddress.objects.filter(user_id=user.pk):
            send_verification_email_to_address(request, address, signup=True)


@receiver(email_added)
def tell_of_added_address(
    request: HttpRequest, user: Member, email_address: EmailAddress, **others: Any
) -> None:
    """Tell the account's main mailbox that another address was added; it may open it one day."""
    main = EmailAddress.objects.get_primary_email(user)
    if main and main != email_address.email:
        get_adapter().send_notification_mail(
            "account/email/address_added", user, {"added": email_address.email}
        )


@receiver([authenticator_added, authenticator_removed])
def shut_others_out(
    request: HttpRequest, user: Member, authenticator: Authenticator, **others: Any
) -> None:
    """End all sessions but this one when a second factor or a passkey comes or goes.

    Whoever was let in without it may be why it was added.
    """
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    shut_out(user)
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


@receiver(password_reset)
def forget_wrong_passwords(request: HttpRequest, user: Member, **others: Any) -> None:
    """Let the member in at once, however often somebody tried the password before."""
    forget_attempts(user, client_address(request))


@receiver(password_reset)
def forget_authenticators_of_a_stranger(request: HttpRequest, user: Member, **others: Any) -> None:
    """Remove passkeys and apps of an account whose owner is seen for the first time.

    Until an address is confirmed, anyone may have made the account in its owner's name.
    Whoever resets the password reads the mailbox; what a stranger added before must not
    open the account any longer.
    """
    if not EmailAddress.objects.filter(user_id=user.pk, verified=True).exists():
        Authenticator.objects.filter(user_id=user.pk).delete()
