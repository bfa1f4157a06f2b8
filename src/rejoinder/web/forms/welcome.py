"""The form by which the first person becomes administrator."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rejoinder.members.accounts import check_name
from rejoinder.web.forms.fields import Checked


def _check_name(raw: str) -> str:
    return check_name(raw)[0]


class FirstAdministratorForm(forms.Form):
    """Name, mail address and password of the first administrator."""

    name = Checked(
        _check_name,
        is_required=True,
        label=_("Name"),
        help_text=_("Everybody sees it. It may hold spaces and any script."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Mail address"),
        help_text=_("Nobody sees it. It serves to set a new password."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        help_text=_("A few words in a row are easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
