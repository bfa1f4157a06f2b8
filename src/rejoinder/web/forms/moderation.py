"""The forms of reports, deeds and appeals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.boards.models import Board
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.models import DeedKind, ReportReason, Scope
from rejoinder.moderation.reasons import reasons, rules_of_site
from rejoinder.web.forms.fields import line, writing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long something lasts: its name in the form, its length, and what it's called.
LENGTHS = {
    "hour": (HOUR, gettext_lazy("one hour")),
    "day": (DAY, gettext_lazy("one day")),
    "days": (3 * DAY, gettext_lazy("three days")),
    "week": (7 * DAY, gettext_lazy("one week")),
    "month": (30 * DAY, gettext_lazy("one month")),
    "quarter": (91 * DAY, gettext_lazy("three months")),
    "year": (365 * DAY, gettext_lazy("one year")),
}
# Seconds between two posts of one member in a slow thread.
PACES = [
    ("60", gettext_lazy("once a minute")),
    ("600", gettext_lazy("once in ten minutes")),
    ("3600", gettext_lazy("once an hour")),
    ("86400", gettext_lazy("once a day")),
]


class ReportForm(forms.Form):
    """What is wrong with a post."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("May be left empty. The moderators read it, nobody else."),
        widget=writing(4),
    )


class WhyForm(forms.Form):
    """A deed's reason: one to choose, words of one's own, the rule it rests on."""

    template = forms.ChoiceField(required=False, label=gettext_lazy("Reason"))
    words = forms.CharField(
        required=False,
        strip=False,
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("The author reads it, and so does everybody in the log."),
        widget=writing(3),
    )
    rule = forms.CharField(
        required=False,
        label=gettext_lazy("Rule"),
        help_text=gettext_lazy("The rule of the site, or the law, that it rests on."),
        widget=line(list="site-rules"),
    )
    is_by_law = forms.BooleanField(required=False, label=gettext_lazy("That is a law."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = {reason.label: reason for reason in reasons()}
        template = self.fields["template"]
        assert isinstance(template, forms.ChoiceField)
        template.choices = [("", _("in my words")), *((label, label) for label in self.reasons)]
        self.rules = rules_of_site()

    def why(self) -> Why:
        """Return the reason that was given; the form is valid."""
        said = self.cleaned_data
        chosen = self.reasons.get(said["template"])
        words = [chosen.text] if chosen else []
        if said["words"].strip():
            words.append(said["words"])
        rule = said["rule"] or (chosen.rule if chosen else "")
        is_by_law = said["is_by_law"] or bool(chosen and chosen.is_by_law)
        return Why("\n\n".join(words), rule, is_by_law)


class PostDeedForm(WhyForm):
    """What is done to a post, its branch, its thread, or all that its author wrote."""

    deed = forms.ChoiceField(label=gettext_lazy("What to do"), widget=forms.RadioSelect)
    scope = forms.ChoiceField(
        label=gettext_lazy("To what"),
        choices=[choice for choice in Scope.choices if choice[0] != Scope.CHOSEN],
        initial=Scope.POST,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Counts for approving, removing, holding and restoring."),
    )
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=36500,
        label=gettext_lazy("Of the last … days"),
        help_text=gettext_lazy("Of all that its author wrote. Empty: whenever."),
    )
    board = forms.ChoiceField(required=False, label=gettext_lazy("Board to move to"))
    parent = forms.CharField(
        required=False,
        label=gettext_lazy("Post to hang it below"),
        help_text=gettext_lazy("Its address, or the last part of it."),
        widget=line(),
    )
    pace = forms.ChoiceField(
        required=False, choices=PACES, initial="600", label=gettext_lazy("How slow")
    )
    # What a preview has shown: it goes before what reaches further than a post.
    was_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ("deed", "scope", "days", "board", "parent", "pace", "template", "words", "rule")

    def __init__(
        self, kinds: list[tuple[str, str]], boards: list[Board], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deed"].choices = kinds  # type: ignore[attr-defined]
        places = [(board.handle_id, board.name) for board in boards]
        self.fields["board"].choices = [("", ""), *places]  # type: ignore[attr-defined]

    def reach(self) -> str:
        """Return what is to be done and how far it reaches, as `was_shown` says it."""
        said = self.cleaned_data
        return f"{said['deed']}:{said['scope']}:{said['days'] or ''}"

    @property
    def wants_preview(self) -> bool:
        """Whether it reaches further than the post, and nobody has seen how far."""
        said = self.cleaned_data
        return bool(said["scope"] != Scope.POST and said["was_shown"] != self.reach())


class MemberDeedForm(WhyForm):
    """What is done to a member."""

    deed = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            (DeedKind.WARN, gettext_lazy("Warn")),
            (DeedKind.SILENCE, gettext_lazy("Silence: may read, and write nothing")),
            (DeedKind.SUSPEND, gettext_lazy("Suspend: may not sign in")),
            (DeedKind.BAN, gettext_lazy("Ban: suspend for good")),
            (DeedKind.BAN_ADDRESSES, gettext_lazy("Ban addresses: nobody writes from there")),
            (DeedKind.UNSILENCE, gettext_lazy("Lift a silence")),
            (DeedKind.UNSUSPEND, gettext_lazy("Lift a suspension or ban")),
        ],
        widget=forms.RadioSelect,
    )
    length = forms.ChoiceField(
        label=gettext_lazy("For how long"),
        choices=[(name, label) for name, (_length, label) in LENGTHS.items()],
        initial="week",
        help_text=gettext_lazy("Counts for silencing, suspending, and banning addresses."),
    )
    network = forms.CharField(
        required=False,
        label=gettext_lazy("Addresses"),
        help_text=gettext_lazy("An address or a range, such as 192.0.2.0/24."),
        widget=line(list="networks"),
    )

    field_order = ("deed", "length", "network", "template", "words", "rule")


class AppealForm(forms.Form):
    """Why a decision is wrong."""

    words = forms.CharField(
        strip=False, label=gettext_lazy("Why the decision is wrong"), widget=writing(6)
    )


class DecisionForm(forms.Form):
    """The answer to an appeal."""

    words = forms.CharField(
        strip=False,
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("Whoever appealed reads it."),
        widget=writing(4),
    )


class ReasonForm(forms.Form):
    """A reason that moderators choose."""

    label = forms.CharField(label=gettext_lazy("Name"), widget=line())
    text = forms.CharField(label=gettext_lazy("What the author is told"), widget=writing(3))
    rule = forms.CharField(
        required=False,
        label=gettext_lazy("Rule"),
        help_text=gettext_lazy("The rule of the site, or the law, that it rests on."),
        widget=line(),
    )
    is_by_law = forms.BooleanField(required=False, label=gettext_lazy("That is a law."))
