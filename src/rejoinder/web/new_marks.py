"""How pages say what is new to the member who reads: a word before a title, a button below.

On a page that many share both are slots, as long for one member as for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rejoinder.reading.marks import NOTHING_NEW, Marks, marks_of
from rejoinder.serving.sittings import CountOfRows, OfRows
from rejoinder.serving.slots import Slot, mark
from rejoinder.threads.behind import Behind
from rejoinder.threads.counts import MOST_COUNTED

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

    def count(self, behind: Behind) -> SafeString:
        """Return how many of the posts behind something are new: ", 3 new"; blanks if none."""
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

    def count(self, behind: Behind) -> SafeString:
        """Return the count."""
        found = _counted(self.marks, behind.ids, is_all=behind.is_all)
        return _count(found) if behind.ids else SafeString()

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

    def count(self, behind: Behind) -> SafeString:
        """Return the slot of the count."""
        if not behind.ids:
            return SafeString()
        kind = "count" if behind.is_all else "least"
        return SafeString(mark(Slot(kind, behind.ids, len(_count("").encode()))))

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


def counts_of_rows(marks: Marks) -> Mapping[str, CountOfRows]:
    """Return what stands for one member in the slots of an audience's page that count."""
    return {
        "count": lambda rows: _count(_counted(marks, rows, is_all=True)).encode(),
        "least": lambda rows: _count(_counted(marks, rows, is_all=False)).encode(),
    }


def _counted(marks: Marks, rows: tuple[int, ...], *, is_all: bool) -> str:
    """Return how many rows are new, to 99; nothing if none is. "3+" are three at least."""
    found = sum(map(marks.is_new, rows))
    if found > MOST_COUNTED:
        return f"{MOST_COUNTED}+"
    return "" if not found else f"{found}" if is_all else f"{found}+"


def _count(found: str) -> SafeString:
    return _count_in(get_language(), found)


@lru_cache(maxsize=2000)
def _count_in(_language: str | None, found: str) -> SafeString:
    """Return a count in words, as many octets for one as for another in the language in use."""
    longest = len(_worded(f"{MOST_COUNTED}+").encode())
    words = _worded(found) if found else ""
    return SafeString(words + " " * (longest - len(words.encode())))


def _worded(found: str) -> SafeString:
    return format_html(', <span class="new">{}</span>', _("%(count)s new") % {"count": found})


def _word() -> SafeString:
    return format_html('<span class="new">{}</span> ', _("new"))


def _blank(text: str) -> SafeString:
    """Return as many blanks as a text has octets: a slot is as long whatever is in it."""
    return SafeString(" " * len(text.encode()))
