"""What reading an Internet message yields."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DateSource = Literal["date", "received", "envelope"]
TextKind = Literal["plain", "flowed", "html"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a message that is kept as a file.

    The file name is a bare name without folders or controls, never empty.
    """

    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Article:
    """An Internet message, decoded: no field holds NUL or an unpaired surrogate.

    No field taken from a header holds a line end. Ids stand without their brackets.
    `ancestors` runs from the oldest to the parent. `text` has LF line ends; what `text_kind`
    names must still be done to it (RFC 3676 unwrapping, HTML to text).
    `faults` says in plain words what was wrong and how it was read.
    """

    message_id: str | None
    usable_id: bool
    ancestors: tuple[str, ...]
    author_name: str
    author_address: str
    written_at: datetime | None
    date_source: DateSource | None
    subject: str
    text: str
    text_kind: TextKind
    delsp: bool
    attachments: tuple[Attachment, ...]
    supersedes: str | None
    newsgroups: tuple[str, ...]
    list_id: str | None
    faults: tuple[str, ...]


class Faults:
    """What was wrong with one message, each thing once, in the order it was met."""

    MOST = 20  # a hostile message may be wrong in a million ways; a report needs a few

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def note(self, fault: str) -> None:
        """Remember a fault; repeats and those past the limit are dropped."""
        if len(self._seen) < self.MOST:
            self._seen.setdefault(fault)

    def all(self) -> tuple[str, ...]:
        """Return what was noted so far."""
        return tuple(self._seen)
