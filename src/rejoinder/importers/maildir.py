"""Messages in folders: a maildir, a folder of single messages, or of mbox files."""

import re
from collections.abc import Iterator
from pathlib import Path

from rejoinder.articles.parse import MAX_ARTICLE_OCTETS
from rejoinder.errors import BadInput
from rejoinder.importers.found import Found, FoundMessage, PassedOver
from rejoinder.importers.mbox import looks_like_mail, read_messages

_NUMBERS = re.compile(r"(\d+)")


def read_folder(path: Path, *, max_article_octets: int = MAX_ARTICLE_OCTETS) -> Iterator[Found]:
    """Yield the messages in a folder and the folders below it, by file name.

    Files of a maildir (in `cur` and `new`) are one message each; any other file is read as an
    mbox or as one message, by how it begins, and passed over if it is neither.
    Raises BadInput if there is no folder or no message in it.
    """
    try:
        files = list(_files(path))
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror or error}.") from error
    passed: list[PassedOver] = []
    any_message = False
    for each in files:
        for found in _read_file(each, max_article_octets):
            if isinstance(found, FoundMessage):
                any_message = True
                yield from passed
                passed.clear()
                yield found
            else:
                passed.append(found)
    if not any_message:
        raise BadInput(f"There is no message in the folder {path}.")
    yield from passed


def _files(folder: Path) -> Iterator[Path]:
    """Walk down with a stack; symbolic links aren't followed, hidden files aren't mail."""
    if not folder.exists():
        raise BadInput(f"There is no folder {folder}. Check the path.")
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        entries = sorted(place.iterdir(), key=_by_number)
        entries = [each for each in entries if not each.name.startswith(".")]
        yield from (each for each in entries if each.is_file() and not each.is_symlink())
        below = [each for each in entries if each.is_dir() and not each.is_symlink()]
        waiting.extend(reversed(below))


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Return a key that puts "9" before "10", as a news spool numbers its articles."""
    parts = _NUMBERS.split(path.name)
    return [(int(part[:18]), part) if part.isdigit() else (-1, part) for part in parts]


def _read_file(path: Path, max_article_octets: int) -> Iterator[Found]:
    if path.parent.name in ("cur", "new"):
        return _single(path, max_article_octets)
    if not looks_like_mail(path):
        return iter([PassedOver(path, 0, 0, "neither an mbox nor a message")])
    return _readable(path, max_article_octets)


def _readable(path: Path, max_article_octets: int) -> Iterator[Found]:
    try:
        yield from read_messages(path, max_article_octets=max_article_octets)
    except BadInput as error:
        yield PassedOver(path, 0, 0, error.message)


def _single(path: Path, max_article_octets: int) -> Iterator[Found]:
    try:
        octets = path.stat().st_size
        if octets > max_article_octets:
            why = f"larger than the {max_article_octets:,} octets allowed for a message"
            return iter([PassedOver(path, 0, octets, why)])
        raw = path.read_bytes()
    except OSError as error:
        return iter([PassedOver(path, 0, 0, f"can't be read: {error.strerror or error}")])
    return iter([FoundMessage(path, 0, len(raw), b"", raw)])
