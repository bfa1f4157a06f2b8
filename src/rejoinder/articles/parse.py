"""Reading an Internet message (RFC 5322 and 5536, MIME): octets in, an Article out."""

from datetime import UTC, datetime

from rejoinder.articles import ids
from rejoinder.articles.addresses import author
from rejoinder.articles.article import Article, Faults
from rejoinder.articles.bodies import Body, read_body
from rejoinder.articles.charsets import one_line
from rejoinder.articles.dates import written_at
from rejoinder.articles.heads import Head, read_head
from rejoinder.articles.mime import take_apart
from rejoinder.errors import BadArticle

MAX_ARTICLE_OCTETS = 25 * 1024 * 1024
_MAX_NEWSGROUPS = 100


def parse_article(
    raw: bytes,
    *,
    envelope: bytes = b"",
    max_article_octets: int = MAX_ARTICLE_OCTETS,
    now: datetime | None = None,
) -> Article:
    """Return a message decoded, whatever is wrong with it; `faults` tells what was.

    `envelope` is the mbox From_ line before it, a last resort for date and author. `now` (aware)
    bounds the dates that are believed, and is this moment if not given.
    Raises BadArticle if it is no message: nothing in it, or larger than allowed.
    """
    if len(raw) > max_article_octets:
        raise BadArticle(
            f"The message is larger than the {max_article_octets:,} octets allowed here."
        )
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # line ends of the old Mac OS
    start, envelope = _start(raw, envelope)
    if start >= len(raw):
        raise BadArticle("The message is empty: it has neither headers nor a text.")
    faults = Faults()
    head, body_start = read_head(raw, start, len(raw), faults)
    if not len(head):
        faults.note("no headers")
    body = read_body(take_apart(raw, head, body_start, faults), faults)
    if not len(head) and not body.text and not body.attachments:
        raise BadArticle("The message is empty: it has neither headers nor a text.")
    return _article(head, body, envelope.decode("latin-1"), now or datetime.now(UTC), faults)


def _start(raw: bytes, envelope: bytes) -> tuple[int, bytes]:
    """Return where the head begins: after blank lines and a From_ line left in the message."""
    start = 0
    while start < len(raw) and raw[start] in b"\r\n\t ":
        start += 1
    if not start or raw[start - 1 : start] not in (b" ", b"\t"):
        line_end = raw.find(b"\n", start) + 1
        line = raw[start : line_end or len(raw)]
        if line.startswith((b"From ", b">From ")) and b":" not in line[:6]:
            return start + len(line), envelope or line.strip()
    return start, envelope


def _article(head: Head, body: Body, envelope: str, now: datetime, faults: Faults) -> Article:
    message_id = _message_id(head, faults)
    name, address = _author(head, envelope, faults)
    moment, source = written_at(head.raw("date"), head.all_raw("received"), envelope, now, faults)
    for field in ("from", "subject"):
        if head.count(field) > 1:
            faults.note(f"more than one {field.title()}, the first was taken")
    return Article(
        message_id=message_id,
        usable_id=ids.is_usable(message_id),
        ancestors=ids.ancestors(head.raw("references"), head.raw("in-reply-to"), message_id),
        author_name=name,
        author_address=address,
        written_at=moment,
        date_source=source,
        subject=head.text("subject"),
        text=body.text,
        text_kind=body.kind,
        delsp=body.delsp,
        attachments=body.attachments,
        supersedes=ids.own_id(head.raw("supersedes")),
        newsgroups=_newsgroups(head.raw("newsgroups")),
        list_id=_list_id(head.text("list-id")),
        faults=faults.all(),
    )


def _message_id(head: Head, faults: Faults) -> str | None:
    """Return the first usable id, or else the first, or None."""
    found = [each for field in head.all_raw("message-id") if (each := ids.own_id(field))]
    if not found:
        faults.note("no Message-ID")
        return None
    usable = [each for each in found if ids.is_usable(each)]
    if not usable:
        faults.note("unusable Message-ID")
    return (usable or found)[0]


def _author(head: Head, envelope: str, faults: Faults) -> tuple[str, str]:
    """Return name and address from From, or from what else tells who sent the message."""
    for field in ("from", "sender", "reply-to", "return-path"):
        name, address = author(head.raw(field))
        if name or address:
            if field != "from":
                faults.note(f"no author in From, taken from {field.title()}")
            return name, address
    sender = one_line(envelope.removeprefix(">").removeprefix("From ")).partition(" ")[0]
    faults.note("no author in From")
    return author(sender) if "@" in sender else ("", "")


def _newsgroups(field: str) -> tuple[str, ...]:
    groups = (group.strip() for group in field.split(",")[:_MAX_NEWSGROUPS])
    return tuple(dict.fromkeys(group for group in groups if group))


def _list_id(field: str) -> str | None:
    """Return what stands in a List-Id's brackets, or all of it (RFC 2919 section 2)."""
    opened = field.rfind("<")
    return field[opened + 1 :].strip("<> ") or None
