"""The forms with which an administrator sets the rules, tries them, and keeps the terms."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rejoinder.boards.models import Board
from rejoinder.members.models import StandingTerms
from rejoinder.members.standing import NAMES
from rejoinder.moderation.rules.settings import Setting, check_setting
from rejoinder.moderation.rules.try_out import MOST_ON_A_PAGE
from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Verdict

# Only to type checkers does the class take an argument.
if TYPE_CHECKING:
    _FormOfTerms = forms.ModelForm[StandingTerms]
else:
    _FormOfTerms = forms.ModelForm

STANDINGS = list(NAMES.items())
_FOLLOWS = {
    Verdict.FLAG: _("It appears, and lies on the desk"),
    Verdict.HOLD: _("It is held until somebody lets it appear"),
    Verdict.REFUSE: _("It is refused; its writer has the text back"),
}


class RuleForm(forms.Form):
    """What is set about a rule: whether it's on, what follows, for whom, and its own settings."""

    is_on = forms.BooleanField(required=False, label=_("The rule is on"))
    verdict = forms.TypedChoiceField(
        coerce=lambda value: Verdict(int(value)), label=_("When it fires")
    )
    exempt_from = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        coerce=lambda value: Standing(int(value)),
        label=_("No longer applies from this standing on"),
        help_text=_("To who moderates a board no rule applies there."),
    )

    def __init__(self, setting: Setting, data: object = None) -> None:
        initial = {
            "is_on": setting.is_on,
            "verdict": setting.verdict.value,
            "exempt_from": "" if setting.exempt_from is None else setting.exempt_from.value,
            **setting.chosen,
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.rule = setting.rule
        self.fields["exempt_from"].choices = [  # type: ignore[attr-defined]
            ("", _now("none: it applies to all")),
            *((standing.value, name) for standing, name in STANDINGS[1:]),
        ]
        if self.rule.verdicts:
            verdicts = [(verdict.value, _FOLLOWS[verdict]) for verdict in self.rule.verdicts]
            self.fields["verdict"].choices = verdicts  # type: ignore[attr-defined]
        else:
            del self.fields["verdict"]
        self.fields |= {name: copy.deepcopy(f) for name, f in self.rule.fields.items()}

    def setting(self) -> Setting:
        """Return what was typed. Raises BadInput."""
        return check_setting(
            self.rule,
            is_on=self.cleaned_data["is_on"],
            verdict=self.cleaned_data.get("verdict"),
            exempt_from=self.cleaned_data["exempt_from"],
            chosen=self.cleaned_data,
        )


class TrialForm(forms.Form):
    """Which past posts a rule is tried on."""

    board = forms.ChoiceField(required=False, label=_("Board"))
    last = forms.IntegerField(
        label=_("How many of the last posts"),
        min_value=1,
        max_value=MOST_ON_A_PAGE,
        initial=200,
    )

    def __init__(self, boards: list[Board], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        names = [(board.handle_id, board.name) for board in boards]
        self.fields["board"].choices = [("", _now("all boards")), *names]  # type: ignore[attr-defined]
        self._boards = {board.handle_id: board for board in boards}

    @property
    def chosen_board(self) -> Board | None:
        """The board that was chosen; None: all."""
        return self._boards.get(self.cleaned_data["board"])


class TermsForm(_FormOfTerms):
    """One standing's terms: what it takes, and what it allows."""

    class Meta:
        model = StandingTerms
        fields = ("days", "posts", "most_links", "edits_for_hours", "may_approve")
        labels: dict[str, Any] = {
            "days": _("Days since joining"),
            "posts": _("Visible posts"),
            "most_links": _("Most links in a post"),
            "edits_for_hours": _("May edit for so many hours after posting"),
            "may_approve": _("May let others’ held posts appear"),
        }
        help_texts: dict[str, Any] = {
            "most_links": _("Empty: any number."),
            "edits_for_hours": _("Empty: always."),
        }

    def __init__(self, row: StandingTerms, data: object = None) -> None:
        standing = Standing(row.standing)
        super().__init__(data, instance=row, prefix=standing.name.lower())  # type: ignore[arg-type]
        self.name = dict(STANDINGS)[standing]
        for unbounded in ("most_links", "edits_for_hours"):
            self.fields[unbounded].required = False
        if standing is Standing.NEW:
            # It takes nothing to be new.
            del self.fields["days"], self.fields["posts"]
        if standing is not Standing.TRUSTED:
            del self.fields["may_approve"]


class StandingForm(forms.Form):
    """A member's standing, set by hand or left to use."""

    standing = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        coerce=lambda value: Standing(int(value)),
        label=_("Standing"),
        help_text=_("Set by hand, it stays so whatever the member does."),
    )

    def __init__(self, data: object = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["standing"].choices = [  # type: ignore[attr-defined]
            ("", _now("grows with use")),
            *((standing.value, name) for standing, name in STANDINGS),
        ]
