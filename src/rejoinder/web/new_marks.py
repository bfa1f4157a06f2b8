"""How pages say what is new to the member who reads: a word before a title, a button below.

On a page that many share both are slots, as long for one member as for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rejoinder.reading.marks import NOTHING_NEW, Marks, marks_of
from rejoinder.serving.sittings import OfRows
from rejoinder.serving.slots import Slot, mark

_HIDDEN = "hidden"


class NewMarks(Protocol):
    """What templates ask (parts.html)."""

    def word(self, post_id: int) -> SafeString:
        """Return what stands before a post's title: that it's new, or as many blanks."""
        ...

    def hides(self, post_ids: Iterable[int]) -> SafeString:
        """Return the attribute that hides what is there only if one of these posts is new."""
        ...

    def hides_if_new(self, post_id: int) -> SafeString:
        """Return the attribute that hides what is there only if a post isn't new."""
        ...

    def as_of(self) -> SafeString:
        """Return the version of the marks that the page shows, for forms to send back."""
        ...


@dataclass(frozen=True)
class OfMember:
    """What is new to one member."""

    marks: Marks

    def word(self, post_id: int) -> SafeString:
        """Return the word, or blanks."""
        word = _word()
        return word if self.marks.is_new(post_id) else _blank(word)

    def hides(self, post_ids: Iterable[int]) -> SafeString:
        """Return the attribute, or blanks."""
        is_any = any(self.marks.is_new(post_id) for post_id in post_ids)
        return _blank(_HIDDEN) if is_any else SafeString(_HIDDEN)

    def hides_if_new(self, post_id: int) -> SafeString:
        """Return the attribute, or blanks."""
        return SafeString(_HIDDEN) if self.marks.is_new(post_id) else _blank(_HIDDEN)

    def as_of(self) -> SafeString:
        """Return the version."""
        return SafeString(self.marks.version)


class OfAudience:
    """Slots, for what is new to each member of an audience."""

    def word(self, post_id: int) -> SafeString:
        """Return the slot of the word."""
        return SafeString(mark(Slot("new", (post_id,), len(_word().encode()))))

    def hides(self, post_ids: Iterable[int]) -> SafeString:
        """Return the slot of the attribute."""
        return SafeString(mark(Slot("hides", tuple(post_ids), len(_HIDDEN))))

    def hides_if_new(self, post_id: int) -> SafeString:
        """Return the slot of the attribute."""
        return SafeString(mark(Slot("hidesnew", (post_id,), len(_HIDDEN))))

    def as_of(self) -> SafeString:
        """Return the slot of the version."""
        return SafeString(mark(Slot("asof")))


def of_member(member_id: int | None) -> NewMarks:
    """Return what is new to a member; asked for in the database once a page says it."""
    return OfMember(
        SimpleLazyObject(lambda: NOTHING_NEW if member_id is None else marks_of(member_id))  # type: ignore[arg-type]
    )


def of_rows(marks: Marks) -> Mapping[str, OfRows]:
    """Return what stands in the slots of an audience's page for one member."""
    word, hides = _word().encode(), _HIDDEN.encode()
    is_any: Callable[[tuple[int, ...]], bool] = lambda rows: any(map(marks.is_new, rows))  # noqa: E731
    return {
        "new": (is_any, word, b" " * len(word)),
        "hides": (is_any, b" " * len(hides), hides),
        "hidesnew": (is_any, hides, b" " * len(hides)),
    }


def _word() -> SafeString:
    return format_html('<span class="new">{}</span> ', _("new"))


def _blank(text: str) -> SafeString:
    """Return as many blanks as a text has octets: a slot is as long whatever is in it."""
    return SafeString(" " * len(text.encode()))
