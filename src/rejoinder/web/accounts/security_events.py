"""Notes in the security log what members do to their ways in: sign-ins, changes of credentials."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from rejoinder.limits import security_log
from rejoinder.limits.asked_from import client_address

EVENTS: dict[Signal, str] = {
    account.user_signed_up: "sign_up",
    account.password_changed: "password_changed",
    account.password_set: "password_changed",
    account.password_reset: "password_reset",
    account.email_added: "address_added",
    account.email_changed: "address_made_main",
    account.email_removed: "address_removed",
    account.email_confirmed: "address_confirmed",
    mfa.authenticator_added: "second_step_added",
    mfa.authenticator_removed: "second_step_removed",
    mfa.authenticator_reset: "second_step_added",
}


@receiver(list(EVENTS))
def note_change(signal: Signal, request: HttpRequest, **others: Any) -> None:
    """Note that an account was made, or what lets somebody into one was changed."""
    # A confirmed address names its member itself; the address is nobody else's to read.
    member = others.get("user") or others["email_address"].user
    authenticator = others.get("authenticator")
    kind = authenticator.type if authenticator is not None else None
    security_log.note(EVENTS[signal], address=client_address(request), member=member.pk, kind=kind)


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, user: Any, **others: Any) -> None:
    """Note who was let in, and by which ways: "password+mfa" is one after the other."""
    ways = [str(record["method"]) for record in get_authentication_records(request, user)]
    security_log.note(
        "sign_in",
        address=client_address(request),
        member=user.pk,
        how="+".join(ways) or "new_account",
    )


@receiver(user_logged_out)
def note_sign_out(request: HttpRequest, user: Any, **others: Any) -> None:
    """Note who signed out; a session that was over already names nobody."""
    if user is not None:
        security_log.note("sign_out", address=client_address(request), member=user.pk)
