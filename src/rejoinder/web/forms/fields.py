"""A form's field whose rule lives in a room below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rejoinder.errors import BadInput


class Checked(forms.Field):
    """Text that a function checks and returns as it will be kept.

    The function raises BadInput, whose message is shown beside the field. The field is
    never cut or stripped before: what comes back to the writer is what was typed.
    """

    def __init__(
        self, check: Callable[[str], str], *, is_required: bool = False, **options: Any
    ) -> None:
        super().__init__(required=False, **options)
        self.check = check
        if is_required:
            self.widget.attrs["required"] = True

    def clean(self, value: str | None) -> str:
        """Return the checked text. Raises ValidationError with the message of the rule."""
        try:
            return self.check(value or "")
        except BadInput as error:
            raise ValidationError(error.message, code=error.code) from None


def line(**attributes: Any) -> forms.TextInput:
    """Return the control for a line of text; browsers leave it alone."""
    return forms.TextInput(attrs={"autocomplete": "off", **attributes})


def writing(rows: int, **attributes: Any) -> forms.Textarea:
    """Return the control for a text of this many lines or more."""
    return forms.Textarea(attrs={"rows": rows, "cols": 72, **attributes})
