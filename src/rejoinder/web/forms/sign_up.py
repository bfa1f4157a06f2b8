"""The forms with which an administrator says who may sign up."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rejoinder.members.invites import MOST_DAYS, MOST_NOTE, MOST_USES
from rejoinder.members.sign_up_terms import SignUp, Terms
from rejoinder.web.forms.fields import line

# Bits of work, and what they are to people: measured on a phone of five years ago.
WORK = {
    0: _("Nothing"),
    16: _("A little: under a second"),
    18: _("Some: about a second on a computer, a few on a phone"),
    20: _("Much: some seconds on a computer, half a minute on an old phone"),
}


class TermsForm(forms.Form):
    """Who may sign up, and what an open sign-up asks of the browser."""

    way = forms.ChoiceField(
        label=_("Who may sign up"),
        choices=SignUp.choices,
        widget=forms.RadioSelect,
        help_text=_("An invite link is good in each of these but the last."),
    )
    work_bits = forms.TypedChoiceField(
        label=_("What the browser computes before everyone’s sign-up is taken"),
        choices=list(WORK.items()),
        coerce=int,
        help_text=_(
            "It makes a flood of sign-ups slow, and asks no other service. Browsers without "
            "JavaScript can’t: their accounts wait for approval instead."
        ),
    )

    @classmethod
    def of(cls, terms: Terms) -> TermsForm:
        """Return the form as it shows the terms in force."""
        return cls(initial={"way": terms.way.value, "work_bits": terms.work_bits})


class InviteForm(forms.Form):
    """A new invite link."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MOST_NOTE,
        help_text=_("For whom it is. Administrators alone see it."),
        widget=line(),
    )
    uses = forms.IntegerField(
        label=_("For how many members"), min_value=1, max_value=MOST_USES, initial=1
    )
    days = forms.IntegerField(
        label=_("Good for how many days"), min_value=1, max_value=MOST_DAYS, initial=14
    )
