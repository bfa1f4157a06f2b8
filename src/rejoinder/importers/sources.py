"""Where messages come from: whatever path a person names."""

from collections.abc import Iterator
from pathlib import Path

from rejoinder.articles.parse import MAX_ARTICLE_OCTETS
from rejoinder.importers.found import Found
from rejoinder.importers.maildir import read_folder
from rejoinder.importers.mbox import read_messages


def read_mail(path: Path, *, max_article_octets: int = MAX_ARTICLE_OCTETS) -> Iterator[Found]:
    """Yield the messages at a path: an mbox, a single message, a maildir or a folder of these.

    Raises BadInput, while iterating, if there is nothing to read there.
    """
    if path.is_dir():
        return read_folder(path, max_article_octets=max_article_octets)
    return read_messages(path, max_article_octets=max_article_octets)
