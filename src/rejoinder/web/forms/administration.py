"""The forms with which an administrator keeps boards and the site's face."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rejoinder.boards.administer import check_board_name, check_description, check_site_title
from rejoinder.boards.models import Board
from rejoinder.text.source_text import clean_text
from rejoinder.web.forms.fields import Checked, line, writing


class BoardForm(forms.Form):
    """A new board, or (with `of`) what can be changed about one."""

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


class LogoForm(forms.Form):
    """A picture for the head of every page."""

    picture = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=_("Picture"),
        help_text=_("PNG, JPEG, GIF or WebP, up to 200 KB. It is shown two lines high."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
