"""The forms of allauth's pages in our words: labels that say what to type, no placeholders."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import send_unknown_account_mail
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context as current
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as apps
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from rejoinder.boards.sign_up import sign_up_terms
from rejoinder.errors import BadInput, Refused
from rejoinder.limits import security_log
from rejoinder.limits.asked_from import client_address
from rejoinder.limits.take import give_back, take
from rejoinder.limits.work import Challenge, new_challenge, read
from rejoinder.members import sign_up
from rejoinder.members.models import Member
from rejoinder.web.accounts.credentials import Credential, refused_if_malformed
from rejoinder.web.accounts.tokens import ResetTokens

PASSWORD_HELP = _("At least 10 characters. A few words that don't belong together make a good one.")
CODE_HELP = _("The six digits that your app shows now, or one of your recovery codes.")
# What the column holds, and what SMTP can carry (RFC 5321 section 4.5.3.1.3, less the <>).
LONGEST_ADDRESS = 254
LONGEST_LOGIN = LONGEST_ADDRESS
# Accounts that nobody confirmed may share an address; a mail names so many of them.
MOST_RESETS = 10


class Plain:
    """Gives a form's fields our labels and helps, and takes the placeholders away."""

    labels: ClassVar[dict[str, Any]] = {}
    helps: ClassVar[dict[str, Any]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            if isinstance(field, forms.EmailField):
                field.validators.append(MaxLengthValidator(LONGEST_ADDRESS))
                field.widget.attrs["maxlength"] = LONGEST_ADDRESS


class SignIn(Plain, account.LoginForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {
        "login": _("Name or mail address"),
        "password": _("Password"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(
            autocomplete="username webauthn", autocapitalize="none", maxlength=LONGEST_LOGIN
        )

    def clean_login(self) -> str:
        """Return what was typed; nothing as long as this names an account."""
        login: str = super().clean_login()
        return login[:LONGEST_LOGIN]


class SignUp(Plain, account.SignupForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {
        "username": _("Name"),
        "email": _("Mail address"),
        "password1": _("Password"),
    }
    helps: ClassVar[dict[str, Any]] = {
        "username": _("Everybody sees it beside your posts. It may hold spaces and any script."),
        "email": _("Only for mail from this site; nobody sees it."),
        "password1": PASSWORD_HELP,
    }
    # Filled in by script where there is one; the site's zone otherwise.
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    # What lets somebody in: an invite's token, or the answer to a challenge (limits.work).
    invite = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    challenge = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    answer = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = sign_up_terms()
        self.fields["invite"].initial = current.request.GET.get("invite", "")
        self.work: Challenge | None = None
        if sign_up.asks_for_work(self.terms, str(self["invite"].value() or "")):
            sent = self.data.get("challenge", "") if self.is_bound else ""
            self.work = read(sent) or self._new_work()

    @property
    def waits(self) -> bool:
        """Whether an administrator decides on whoever sends this form."""
        return sign_up.needs_approval(self.terms, str(self["invite"].value() or ""))

    def clean(self) -> dict[str, Any]:
        """Return what was typed, if there's a way in for whoever typed it."""
        given: dict[str, Any] = super().clean()
        if given.get("invite"):
            take("invite", address=client_address(current.request))
        keys = ("invite", "challenge", "answer")
        try:
            sign_up.check_entry(
                self.terms, sign_up.Credentials(*(given.get(key, "") for key in keys))
            )
        except (BadInput, Refused) as error:
            self.add_error(None, error.message)
            self._ask_again()
        return given

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Return the new member, or a way back if the name was taken this very moment."""
        take("sign_up", address=client_address(request))
        try:
            made: tuple[Any, HttpResponse | None] = super().try_save(request)
        except (BadInput, Refused) as error:
            messages.error(request, error.message)
            return None, redirect("account_signup")
        return made

    def _new_work(self) -> Challenge:
        """Return a fresh challenge, and let the form carry it instead of the one that came."""
        fresh = new_challenge(self.terms.work_bits)
        self.fields["challenge"].initial = fresh.token
        if self.is_bound:
            self.data = self.data.copy()
            self.data["challenge"] = fresh.token
        return fresh

    def _ask_again(self) -> None:
        if self.work is not None:
            self.work = self._new_work()
            self.data["answer"] = ""


class AddAddress(Plain, account.AddEmailForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"email": _("Mail address")}


class ChangePassword(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {
        "oldpassword": _("Password now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    helps: ClassVar[dict[str, Any]] = {"password1": PASSWORD_HELP}

    def clean_oldpassword(self) -> str:
        """Return the password now; a stolen session must not guess it."""
        take("password_change", account=str(self.user.pk))
        old: str = super().clean_oldpassword()
        return old


class SetPassword(Plain, account.SetPasswordForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {
        "password1": _("Password"),
        "password2": _("Password again"),
    }
    helps: ClassVar[dict[str, Any]] = {"password1": PASSWORD_HELP}


class AskForReset(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"email": _("Mail address")}
    users: list[Member]

    def clean_email(self) -> str:
        """Return the address, and find whose password its mailbox may reset."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        self.users = _resettable(email)
        return email

    def save(self, request: HttpRequest, **others: Any) -> str:
        """Send one mail, with the same work, whoever has the address; return the address."""
        email: str = self.cleaned_data["email"]
        # An address without an account gets a mail too, and is counted alike.
        take("reset", account=email, address=client_address(request))
        adapter = get_adapter()
        if not self.users:
            _reset_key(Member(pk=0))
            send_unknown_account_mail(request, email)
            return email
        latest = sorted(self.users, key=lambda member: -member.pk)[:MOST_RESETS]
        resets = [(member.name, adapter.reset_address(_reset_key(member))) for member in latest]
        adapter.send_mail("account/email/password_reset_key", email, {"resets": resets})
        return email


def _resettable(email: str) -> list[Member]:
    """Return the members whose password the mailbox of an address may reset: two queries.

    Who has confirmed it, or else those who named it first and confirmed none: an address
    that was never confirmed doesn't speak for an account beside one that was. Authors of an
    archive have no address here, and no password.
    """
    places = list(EmailAddress.objects.filter(email=email).select_related("user"))
    owners = [place.user_id for place in places] or [0]
    has_confirmed = set(
        EmailAddress.objects.filter(user_id__in=owners, verified=True).values_list(
            "user_id", flat=True
        )
    )
    confirmed = [place.user for place in places if place.verified]
    named = [place.user for place in places if place.primary and place.user_id not in has_confirmed]
    return [member for member in confirmed or named if member.is_active]


def _reset_key(member: Member) -> str:
    return f"{user_pk_to_url_str(member)}-{ResetTokens().make_token(member)}"


class ResetPassword(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    helps: ClassVar[dict[str, Any]] = {"password1": PASSWORD_HELP}


class ConfirmPassword(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"password": _("Password")}


class Counted:
    """Counts the codes tried on an account; those that fit don't count."""

    user: Member

    def clean_code(self) -> str:
        """Return the code if it fits."""
        attempt = take("code", account=str(self.user.pk))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            address = client_address(current.request)
            security_log.note("sign_in_failed", address=address, how="code", member=self.user.pk)
            raise
        give_back(attempt)
        return code


class EnterCode(Counted, Plain, codes.AuthenticateForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"code": _("Code")}
    helps: ClassVar[dict[str, Any]] = {"code": CODE_HELP}


class ConfirmCode(Counted, Plain, codes.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"code": _("Code")}
    helps: ClassVar[dict[str, Any]] = {"code": CODE_HELP}


class ActivateApp(Counted, Plain, apps.ActivateTOTPForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"code": _("Code")}
    helps: ClassVar[dict[str, Any]] = {"code": _("The six digits that the app shows now.")}


class AddPasskey(Plain, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    credential = Credential()
    labels: ClassVar[dict[str, Any]] = {
        "name": _("Name"),
        "passwordless": _("Sign in with this passkey alone"),
    }
    helps: ClassVar[dict[str, Any]] = {
        "name": _("For you, to tell several apart: “phone”, “blue key”."),
        "passwordless": _(
            "Without it, the key is asked for after the password; old security keys need that."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].validators.append(MaxLengthValidator(60))
        self.fields["name"].widget.attrs["maxlength"] = 60

    def clean(self) -> dict[str, Any]:
        """Return what was typed and answered, if the answer is a new passkey's."""
        with refused_if_malformed():
            given: dict[str, Any] = super().clean()
        return given


class RenamePasskey(Plain, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"name": _("Name")}
