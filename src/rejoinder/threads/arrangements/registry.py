"""The arrangements there are, in the order in which they're offered."""

from __future__ import annotations

from rejoinder.threads.arrangements import direct, flat, nested, newest, outline
from rejoinder.threads.arrangements.arrangement import Arrangement

ARRANGEMENTS: dict[str, Arrangement] = {
    arrangement.name: arrangement
    for arrangement in (
        outline.ARRANGEMENT,
        nested.ARRANGEMENT,
        flat.ARRANGEMENT,
        newest.ARRANGEMENT,
        direct.ARRANGEMENT,
    )
}
DEFAULT = outline.ARRANGEMENT
