"""The forms of allauth's pages in our words: labels that say what to type, no placeholders."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as apps
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from rejoinder.errors import BadName
from rejoinder.limits.take import give_back, take
from rejoinder.members.models import Member
from rejoinder.web.addresses import client_address

PASSWORD_HELP = _("At least 10 characters. A few words that don't belong together make a good one.")
CODE_HELP = _("The six digits that your app shows now, or one of your recovery codes.")
# What the column holds, and what SMTP can carry (RFC 5321 section 4.5.3.1.3, less the <>).
LONGEST_ADDRESS = 254
LONGEST_LOGIN = LONGEST_ADDRESS


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

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Return the new member, or a way back if the name was taken this very moment."""
        take("sign_up", address=client_address(request))
        try:
            made: tuple[Any, HttpResponse | None] = super().try_save(request)
        except BadName as error:
            messages.error(request, error.message)
            return None, redirect("account_signup")
        return made


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
        """Return the address; authors of an archive have no password, nor get one this way."""
        email: str = super().clean_email()
        self.users = [member for member in self.users if not member.is_staged]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the mail. An address without an account gets one too, and is counted alike.

        Otherwise the time that sending takes would tell which addresses have accounts.
        """
        mailbox = self.cleaned_data["email"].lower()
        take("reset", account=mailbox, address=client_address(request))
        email: str = super().save(request, **kwargs)
        return email


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
        code: str = super().clean_code()  # type: ignore[misc]
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


class RenamePasskey(Plain, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    labels: ClassVar[dict[str, Any]] = {"name": _("Name")}
