"""Mail and news archives: messages found in mbox files, maildirs or folders, made into posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rejoinder.articles.article import Article
from rejoinder.articles.article import Attachment as Part
from rejoinder.articles.ids import derived_id
from rejoinder.articles.parse import parse_article
from rejoinder.boards.models import Board
from rejoinder.boards.site import the_site
from rejoinder.errors import BadArticle
from rejoinder.files import store
from rejoinder.importers.found import Found, FoundMessage
from rejoinder.importers.frame import Piece, ReadPost
from rejoinder.importers.sources import read_mail
from rejoinder.members.accounts import staged_member
from rejoinder.members.models import Member
from rejoinder.posts.drafts import FoundAttachment, FoundPost, Markup
from rejoinder.text.flowed import unflow
from rejoinder.text.html_mail import text_of_html
from rejoinder.text.source_text import fit_text

# A signature signs octets that no page shows; it stays in the original, which is kept.
SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature"}
NOBODY = "unknown"
# Authors remembered between messages; an archive's writers come back.
MOST_KNOWN = 10_000


class MailSource:
    """The messages at a path, as pieces of an import."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.authors = Authors()
        self.last_date = datetime.now(UTC)

    def check(self) -> None:
        """Raise BadInput if there is no mail at the path."""
        next(iter(read_mail(self.path)))

    def octets(self) -> int:
        """Return the size of the file, or of all files in the folder."""
        if self.path.is_dir():
            return sum(each.stat().st_size for each in self.path.rglob("*") if each.is_file())
        return self.path.stat().st_size if self.path.exists() else 0

    def pieces(self, board: Board) -> Iterator[Piece]:
        """Yield the messages in the order of the file. Raises BadInput if it holds no mail."""
        label = the_site().label
        files_done = 0
        file, end = self.path, 0
        for found in read_mail(self.path):
            if found.path != file:
                files_done, file = files_done + end, found.path
            end = found.end
            yield Piece(self._where(found), files_done + end, self._reader(found, board, label))

    def forget(self) -> None:
        """Forget the authors: those made in a rolled-back transaction are no longer there."""
        self.authors = Authors()

    def _where(self, found: Found) -> str:
        name = found.path.name if found.path == self.path else found.path.relative_to(self.path)
        return f"{name}, octet {found.offset:,}" if found.offset else str(name)

    def _reader(self, found: Found, board: Board, label: str) -> Callable[[], ReadPost]:
        def read() -> ReadPost:
            if not isinstance(found, FoundMessage):
                raise BadArticle(found.why)
            return self._read(found, board, label)

        return read

    def _read(self, found: FoundMessage, board: Board, label: str) -> ReadPost:
        article = parse_article(found.raw, envelope=found.envelope_line)
        posted_at = article.written_at or self.last_date
        self.last_date = posted_at
        post = post_of(
            article,
            found.raw,
            board=board,
            label=label,
            posted_at=posted_at,
            authors=self.authors,
        )
        return ReadPost(post, article.faults, article.written_at is None, article.supersedes or "")


class Authors:
    """The members who stand for an archive's writers, by address; a few are remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Member] = {}

    def of(self, article: Article) -> Member:
        """Return the member who stands for a message's writer."""
        name = article.author_name or NOBODY
        key = (article.author_address, "" if article.author_address else name)
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = staged_member(name, article.author_address)
        return self._known[key]


def post_of(
    article: Article, raw: bytes, *, board: Board, label: str, posted_at: datetime, authors: Authors
) -> FoundPost:
    """Return the post that a message is: its attachments are kept, its text made readable."""
    source, markup, parts = words_of(article)
    message_id, aliases = _ids(article, raw, label)
    return FoundPost(
        board=board,
        message_id=message_id,
        ancestors=article.ancestors,
        author=authors.of(article),
        author_name=article.author_name[:120],
        title=article.subject,
        # A text past the limit is cut, and says so; the original is kept whole.
        source=fit_text(source),
        markup=markup,
        posted_at=posted_at,
        aliases=aliases,
        attachments=tuple(_kept(part) for part in parts if part.media_type not in SIGNATURES),
        original=raw,
    )


def words_of(article: Article) -> tuple[str, Markup, tuple[Part, ...]]:
    """Return a message's text, how to draw it, and its files.

    Of a message that is all HTML the text is taken out, and the HTML becomes a file.
    """
    if article.text_kind == "html":
        page = Part("message.html", "text/html", article.text.encode())
        return text_of_html(article.text), "plain", (page, *article.attachments)
    if article.text_kind == "flowed":
        if article.delsp:
            return unflow(article.text, delsp=True), "plain", article.attachments
        return article.text, "flowed", article.attachments
    return article.text, "plain", article.attachments


def _ids(article: Article, raw: bytes, label: str) -> tuple[str, tuple[str, ...]]:
    """Return a message's id, derived if it has none that can be used, and its other ids."""
    if article.usable_id and article.message_id:
        return article.message_id, ()
    unusable = (article.message_id,) if article.message_id else ()
    return derived_id(raw, label), unusable


def _kept(part: Part) -> FoundAttachment:
    return FoundAttachment(store.keep(part.data), part.filename, part.media_type, len(part.data))
