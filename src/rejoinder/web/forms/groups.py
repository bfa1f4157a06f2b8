"""The forms with which an administrator keeps groups and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rejoinder.members.groups import GroupChange, check_description, check_name
from rejoinder.members.models import Group
from rejoinder.web.forms.fields import Checked, line, writing


class GroupForm(forms.Form):
    """A group: a new one, or (with `of`) what can be changed about one."""

    name = Checked(check_name, is_required=True, label=_("Name"), widget=line())
    description = Checked(
        check_description,
        label=_("Description"),
        help_text=_("Who belongs to it, in a sentence. May be left empty."),
        widget=writing(3),
    )
    moderates_everywhere = forms.BooleanField(
        required=False,
        label=_("Its members moderate every board, and read all of them."),
    )

    def __init__(self, data: object = None, *, of: Group | None = None) -> None:
        initial = None
        if of is not None:
            initial = {
                "name": of.name,
                "description": of.description,
                "moderates_everywhere": of.moderates_everywhere,
            }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        name = self.fields["name"]
        assert isinstance(name, Checked)
        name.check = lambda raw: check_name(raw, of=of)

    def change(self) -> GroupChange:
        """Return what was typed."""
        return GroupChange(**self.cleaned_data)


class JoinForm(forms.Form):
    """Who is to be put into a group."""

    who = forms.CharField(
        required=False,
        strip=False,
        max_length=200,
        label=_("Name or handle of a member"),
        widget=line(required=True),
    )


class BelongsForm(forms.Form):
    """The groups that a member belongs to."""

    groups = forms.TypedMultipleChoiceField(
        required=False, coerce=int, label=_("Groups"), widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, groups: Iterable[Group], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = self.fields["groups"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(group.pk, group.name) for group in groups]
        if not chosen.choices:
            chosen.help_text = _now("There is no group yet.")
