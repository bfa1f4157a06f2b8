"""The form with which a member makes an application password."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from rejoinder.members.application_passwords import MOST_NAME, clean_name
from rejoinder.policy.scopes import SENTENCES, Scope
from rejoinder.web.forms.fields import Checked, line

LIVES = {
    "": _("Until I revoke it"),
    "30": _("30 days"),
    "365": _("A year"),
}


class ApplicationPasswordForm(forms.Form):
    """A new application password: its name, what it may do, and for how long."""

    name = Checked(
        clean_name,
        is_required=True,
        label=_("Name"),
        help_text=_("For you, to tell several apart: “newsreader on the laptop”."),
        widget=line(maxlength=MOST_NAME),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        # Feed readers get addresses of their own (views/feeds.py).
        choices=[(s.value, SENTENCES[s]) for s in Scope if s is not Scope.FEEDS],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label=_("How long it is good"), choices=list(LIVES.items()), required=False
    )

    @property
    def chosen(self) -> list[Scope]:
        """What was chosen of the scopes."""
        return [Scope(value) for value in self.cleaned_data["scopes"]]

    @property
    def lives_for(self) -> timedelta | None:
        """How long it is to be good; None: until it's revoked."""
        days = self.cleaned_data["days"]
        return timedelta(days=int(days)) if days else None
