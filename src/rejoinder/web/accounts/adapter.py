"""What django-allauth asks of us: how members are named and added, how mail goes out."""

from __future__ import annotations

import logging
from email.utils import formataddr
from http import HTTPStatus
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from rejoinder.boards.sign_up import sign_up_terms
from rejoinder.boards.site import the_site
from rejoinder.errors import BadName, TooMany
from rejoinder.limits.addresses import UNKNOWN
from rejoinder.limits.asked_from import client_address
from rejoinder.limits.take import take
from rejoinder.members import sign_up
from rejoinder.members.accounts import check_name, time_zones
from rejoinder.members.models import Member
from rejoinder.members.principals import may_sign_in
from rejoinder.moderation.models import FOR_EVER
from rejoinder.moderation.statements import why_suspended
from rejoinder.web.accounts import sealing
from rejoinder.web.answers import page

log = logging.getLogger(__name__)

# Vacation answers and the like stay silent (RFC 3834 section 5).
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}

# Mails that go to any mailbox that somebody names; others go to members about their own deeds.
TO_CONFIRM = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
}
CONFIRMATION_SENT = "account/messages/email_confirmation_sent.txt"


def shown_name(member: Member) -> str:
    """Return the name that pages and mails call a member by."""
    return member.shown_name


def at_public_address(url: str) -> str:
    """Return a URL of this site with the operator's own address, not the request's.

    Without one, the request's host stays; it has passed ALLOWED_HOSTS.
    """
    if not settings.PUBLIC_URL:
        return url
    parts = urlsplit(url)
    return settings.PUBLIC_URL + parts._replace(scheme="", netloc="").geturl()


def _shut_out(request: HttpRequest, member: Member) -> HttpResponse:
    """Return the page that tells a suspended member why. No address leads to it."""
    context: dict[str, object] = {
        "statement": why_suspended(member),
        "until": None if member.suspended_until == FOR_EVER else member.suspended_until,
    }
    response = page(request, "shut_out.html", context, HTTPStatus.FORBIDDEN)
    patch_cache_control(response, no_store=True, private=True)
    return response


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Names by our rules; members by our deeds; mail with the site's own address."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is closed. Write to the administrators."),
        "email_password_mismatch": gettext_lazy(
            "Name or address and password don't fit together. Check both, or reset the password."
        ),
        "username_password_mismatch": gettext_lazy(
            "Name or address and password don't fit together. Check both, or reset the password."
        ),
        "duplicate_email": gettext_lazy("You have this address already."),
        "enter_current_password": gettext_lazy("That isn't your password. Type it again."),
        "incorrect_password": gettext_lazy("That isn't your password. Type it again."),
        "incorrect_code": gettext_lazy("That code isn't right. Wait for the next one and type it."),
        "max_email_addresses": gettext_lazy(
            "An account has at most %d addresses. Remove one that you no longer use."
        ),
        "rate_limited": gettext_lazy("Too many attempts. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        asked = request.POST if request.method == "POST" else request.GET
        return sign_up.is_open(sign_up_terms(), asked.get("invite", ""))

    def clean_username(self, username: str, shallow: bool = False) -> str:
        try:
            return check_name(username)[0]
        except BadName as error:
            raise forms.ValidationError(error.message) from None

    def save_user(
        self, request: HttpRequest, user: Member, form: forms.Form, commit: bool = True
    ) -> Member:
        given = form.cleaned_data
        zone = given.get("time_zone", "")
        applicant = sign_up.Applicant(
            name=given["username"],
            email=given["email"],
            password=given["password1"],
            time_zone=zone if zone in time_zones() else "",
            address=self.get_client_ip(request),
        )
        brought = sign_up.Credentials(given["invite"], given["challenge"], given["answer"])
        return sign_up.sign_up(sign_up_terms(), applicant, brought)

    def pre_login(self, request: HttpRequest, user: Member, **others: Any) -> HttpResponse | None:
        if user.is_active and not may_sign_in(user):
            return self.respond_user_inactive(request, user)
        stopped: HttpResponse | None = super().pre_login(request, user, **others)
        return stopped

    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        """Answer somebody whose password or passkey was right, and who may not sign in."""
        if user.is_active and not user.is_staged:
            return _shut_out(request, user)
        return redirect("waiting" if user.is_awaiting else "account_inactive")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("settings" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting of attempts to `members.sign_in`, which every door shares."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave this to `signals`, after a reset: the count is in our table."""

    def get_client_ip(self, request: HttpRequest) -> str:
        # It's kept in a column of addresses.
        address = client_address(request)
        return address if address != UNKNOWN else "::"

    # Mail

    def format_email_subject(self, subject: str) -> str:
        return f"[{the_site().title}] {subject}"

    def get_from_email(self) -> str:
        return formataddr((the_site().title, settings.DEFAULT_FROM_EMAIL))

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        text = render_to_string(f"{template_prefix}_message.txt", context)
        return EmailMessage(
            self.format_email_subject(" ".join(subject.split())),
            text.strip() + "\n",
            self.get_from_email(),
            [email] if isinstance(email, str) else email,
            headers=AUTOMATIC | (headers or {}),
        )

    def reset_address(self, key: str) -> str:
        """Return the address, with the site's own, where a reset's token is good."""
        return at_public_address(self.get_reset_password_from_key_url(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        request = current.request
        if template_prefix in TO_CONFIRM:
            try:
                take("confirmation", account=email.lower())
            except TooMany as refused:
                # The account or address is added all the same, and the mail can be asked for
                # later. Known or not, every mailbox is counted: this tells nobody anything.
                messages.warning(request, refused.message)
                request.has_unsent_mail = True
                return
        links = {
            name: at_public_address(value)
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        about = {
            "site": the_site(),
            "site_url": at_public_address(request.build_absolute_uri("/")),
            "settings_url": at_public_address(request.build_absolute_uri(reverse("settings"))),
            "email": email,
        }
        message = self.render_mail(template_prefix, email, context | about | links)
        try:
            message.send()
        except (SMTPException, OSError):
            log.exception("Mail to a member could not be sent; see the options mail_….")
            messages.error(
                request, _("The mail could not be sent just now. Please try again later.")
            )

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        address = emailconfirmation.email_address
        if address.can_set_verified():
            super().send_confirmation_mail(request, emailconfirmation, signup)
        else:
            # Only whoever reads that mailbox learns that the address is in use.
            self.send_account_already_exists_mail(address.email)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        **others: Any,
    ) -> None:
        if message_template == CONFIRMATION_SENT and getattr(request, "has_unsent_mail", False):
            return
        known = {"goes_out": "console" not in settings.EMAIL_BACKEND} | (message_context or {})
        super().add_message(request, level, message_template, known, **others)


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The names under which authenticator apps and passkeys keep this site's account."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That code or passkey doesn't fit this account. Try again, or take another."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes come with an authenticator app or a passkey. Add one of these first."
        ),
    }

    def get_totp_issuer(self) -> str:
        return the_site().title

    def _get_site_name(self) -> str:
        return the_site().title

    def _get_user_identifier(self, user: Member) -> str:
        return user.name

    def generate_authenticator_name(self, user: Member, type: Any) -> str:
        number: int = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %d") % number

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as an <svg> element, for the page itself: no data: address."""
        drawn: str = super().build_totp_svg(url)
        return Markup(drawn[drawn.index("<svg") :])  # noqa: S704 - the dots of a QR code
