"""The forms in which posts are written."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title
from rejoinder.web.forms.fields import Checked, line, writing


class PostForm(forms.Form):
    """A post's title and text."""

    # No maxlength: browsers cut a pasted headline without a word; we say how long it is.
    title = Checked(
        clean_title,
        is_required=True,
        label=_("Title"),
        help_text=_("Say in a line what your post says, as a headline does."),
        widget=line(**{"class": "as-title"}),
    )
    text = Checked(
        clean_text,
        label=_("Text"),
        help_text=_("May be left empty: a title alone is a post, shown with “n/t”."),
        widget=writing(16, **{"class": "as-text"}),
    )


class ThreadForm(PostForm):
    """The first post of a thread."""

    title = Checked(
        clean_title,
        is_required=True,
        label=_("Title"),
        help_text=_("Say in a line what the thread is about; for an article, its headline."),
        widget=line(**{"class": "as-title"}),
    )
    text = Checked(
        clean_text,
        label=_("Text"),
        help_text=_(
            "To post an article, paste its paragraphs here, and put its by-line last: “— Name”."
        ),
        widget=writing(18, **{"class": "as-text"}),
    )
