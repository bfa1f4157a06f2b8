"""The forms with which an administrator keeps boards and the site's face."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rejoinder.boards.administer import check_board_name, check_description, check_site_title
from rejoinder.boards.grants import Rights
from rejoinder.boards.models import Board
from rejoinder.boards.presets import Preset, rights_for
from rejoinder.members.models import Group
from rejoinder.text.source_text import clean_text
from rejoinder.web.forms.fields import Checked, line, writing


class BoardForm(forms.Form):
    """What every board has."""

    name = Checked(
        check_board_name,
        is_required=True,
        label=_("Name"),
        widget=line(),
    )
    description = Checked(
        check_description,
        label=_("Description"),
        help_text=_("What is discussed there, in a sentence or two. May be left empty."),
        widget=writing(3),
    )


class PresetForm(forms.Form):
    """What a board commonly is, and the groups that this is about."""

    preset = forms.ChoiceField(
        required=False, label=_("What it is to be"), widget=forms.RadioSelect()
    )
    groups = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        label=_("Which groups"),
        help_text=_("They count for a board that is private to groups, and for announcements."),
        widget=forms.CheckboxSelectMultiple(),
    )

    def __init__(self, groups: Iterable[Group], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        preset, chosen = self.fields["preset"], self.fields["groups"]
        assert isinstance(preset, forms.ChoiceField)
        assert isinstance(chosen, forms.ChoiceField)
        preset.choices = [
            (choice.value, format_html("<strong>{}.</strong> {}", choice.label, choice.meaning))
            for choice in Preset
        ]
        chosen.choices = [(group.pk, group.name) for group in groups]
        if not chosen.choices:
            chosen.help_text = _now("There is no group yet. An administrator adds them.")

    def rights(self, moderators: frozenset[int] = frozenset()) -> Rights:
        """Return the rights that were chosen. Raises BadInput where a group is needed."""
        preset = Preset(self.cleaned_data["preset"] or Preset.PUBLIC)
        return rights_for(preset, frozenset(self.cleaned_data["groups"]), moderators)


class NewBoardForm(PresetForm, BoardForm):
    """A new board, and who may do what there."""

    field_order = ("name", "description", "preset", "groups")


class BoardChangeForm(BoardForm):
    """What can be changed about a board."""

    is_closed = forms.BooleanField(
        required=False,
        label=_("Closed: it can be read, but nobody posts, edits or withdraws there."),
    )

    def __init__(self, board: Board, data: object = None) -> None:
        super().__init__(
            data,  # type: ignore[arg-type]
            initial={
                "name": board.name,
                "description": board.description,
                "is_closed": board.is_closed,
            },
        )
        name = self.fields["name"]
        assert isinstance(name, Checked)
        name.check = lambda raw: check_board_name(raw, of=board)


class SiteForm(forms.Form):
    """The site's title, welcome text and rules."""

    title = Checked(
        check_site_title,
        is_required=True,
        label=_("Title"),
        help_text=_("The name of the site, at the head of every page."),
        widget=line(),
    )
    welcome = Checked(
        clean_text,
        label=_("Welcome text"),
        help_text=_("Stands on the front page, above the boards. Markdown."),
        widget=writing(5),
    )
    rules = Checked(
        clean_text,
        label=_("Rules"),
        help_text=_("The page that the foot of every page leads to. Markdown."),
        widget=writing(10),
    )
    guests_may_report = forms.BooleanField(
        required=False,
        label=_("Guests may report posts to the moderators, not members alone."),
    )


class LogoForm(forms.Form):
    """A picture for the head of every page."""

    picture = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=_("Picture"),
        help_text=_("PNG, JPEG, GIF or WebP, up to 200 KB. It is shown two lines high."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
