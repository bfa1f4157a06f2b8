"""What a source of messages yields."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """One message as it stands in a file, its mbox quoting undone.

    `offset` and `end` are octets in the file (unpacked, if it is gzipped), the From_ line
    included; reading can begin again at any `end`. `envelope_line` is the From_ line without
    its line end, empty where there is none.
    """

    path: Path
    offset: int
    end: int
    envelope_line: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A place in a source that yields no message, and why, in words for the closing report."""

    path: Path
    offset: int
    end: int
    why: str


Found = FoundMessage | PassedOver
