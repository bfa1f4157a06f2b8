"""A post's own first words, shown beside a title that only repeats its parent's."""

import re
from collections.abc import Iterator

from rejoinder.text.addresses import mask_addresses
from rejoinder.text.attributions import is_forward_mark
from rejoinder.text.bylines import is_byline
from rejoinder.text.characters import drop_invisible, fold_spaces, is_blank
from rejoinder.text.passages import RULER, Kind, cut_into_passages, is_files_changed
from rejoinder.text.references import without_references

MAX_EXCERPT = 160  # characters
# Own words that begin past this many characters, below quotations, are looked for no more.
MAX_LOOKED_AT = 40_000

_GREETINGS = (
    "hi(?:ya)?|hello|hey|dear|howdy|greetings|good (?:morning|day|evening|afternoon)|g'day"
    "|hallo|guten (?:tag|morgen|abend)|servus|moin|liebe[rs]?|bonjour|bonsoir|salut|cher|chère"
    "|hola|buenas|buenos (?:días|dias)|olá|oi|ciao|salve|buongiorno|hej|hei|ahoj|cześć|czesc"
    "|dzień dobry|merhaba|привет|здравствуйте|добрый день|вітаю"
)
_WORD = r"[\w.'’@…()&+/-]{1,30}"
_greeting_line = re.compile(
    rf"(?:{_GREETINGS})(?:\W{{0,3}}|(?:[ ,]+{_WORD}){{1,6}}(?<![.?])\s?[,!:;–—-]+"
    rf"|(?: {_WORD}){{1,3}}(?<![.?]))",
    re.IGNORECASE,
)
_greeting_start = re.compile(rf"(?:{_GREETINGS})(?: {_WORD}){{0,4}}?\s?[,!]+\s*", re.IGNORECASE)
_header = re.compile(
    r"(?:From|Subject|Date|To|Cc|Bcc|Sent|Reply-To|Message-ID|Hash|Von|An|Betreff|Gesendet|De"
    r"|À|Objet|Envoyé|Link|Closes|Fixes|Reported-by|Reported-and-tested-by|Signed-off-by"
    r"|Co-developed-by|Cowritten-by|Reviewed-by|Acked-by|Tested-by|Suggested-by|Bugzilla): ?\S"
    r"|commit [0-9a-f]{12,40}\b",
    re.IGNORECASE,
)
# "Season's greetings, Michael," needs no dictionary: a few words that end in a comma.
_salutation = re.compile(r"(?:\S{1,30} ){0,4}\S{1,30},\Z")
# A reviewer's whole answer may be such a line; it's told if there is no better one.
_verdict = re.compile(r"(?:reviewed|acked|nacked|tested|reported)-by:", re.IGNORECASE)
_ellipsis = re.compile(r"\W*\Z|\[?\s?(?:\.\.\.|…|snip|cut|trimmed?|skip)\s?\]?\Z", re.IGNORECASE)
_note = re.compile(
    r"\[\s?(?:adding|added|add|cc|\+|removing|dropping|re-?send)[^\]]{0,200}\]\Z", re.I
)

_md_fence = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_md_block = re.compile(r"^ {0,3}(?:#{1,6}\s+|[-*+]\s+|\d{1,9}[.)]\s+|(?:[-*_] ?){3,}$|={3,}$)")
_md_link = re.compile(
    r"!?\[([^\[\]]{0,400})\](?:\([^()\s]{0,800}(?:\s[^()]{0,200})?\)|\[[^\[\]]{0,100}\])"
)
_md_auto = re.compile(r"<((?:https?|mailto|news|nntp|gemini):[^<>\s]{1,800})>")
_md_spoiler = re.compile(r"\|\|[^|\n]{1,400}\|\|")
# An escaped mark is taken first, so that it stays.
_md_marks = re.compile(
    r"\\([!-/:-@\[-`{-~])|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|~~|`+"
)
_md_table = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")


def first_line(source: str, *, markup: str) -> str:
    """Return the first words that are the post's own, on one line, "" if it has none.

    At most MAX_EXCERPT characters, cut at a word with "…". markup is "markdown" or "plain".
    Quotations, attributions, greetings, headers and patches are skipped, what spoilers hide
    is not told, and mail addresses are masked.
    """
    source = source[:MAX_LOOKED_AT]
    for paragraph in _plain_own(source) if markup == "plain" else _markdown_own(source):
        text = fold_spaces(drop_invisible(paragraph[: MAX_EXCERPT * 8]))
        text = _without_greeting(text)
        if text and not any(skip.match(text) for skip in (_ellipsis, _note, _salutation)):
            return _cut(mask_addresses(text))
    return ""


def has_text(source: str) -> bool:
    """Tell whether a post has any text below its title, or none: "n/t"."""
    # The first characters settle it for nearly every post; blank ones are rare and short.
    return not is_blank(source[:200]) or not is_blank(source)


def _plain_own(source: str) -> Iterator[str]:
    """Yield the paragraphs of a plain text that its own author wrote as prose."""
    later: list[str] = []
    for passage in cut_into_passages(source):
        if passage.depth or passage.kind in (Kind.ATTRIBUTION, Kind.SIGNATURE, Kind.PATCH):
            continue
        if is_forward_mark(passage.lines[0]):
            break
        lines = [line.strip() for line in passage.lines]
        if is_files_changed(passage.lines[0]):
            continue
        own = [line for line in lines if line != RULER and not _header.match(line)]
        if not own:
            later += [line for line in lines if _verdict.match(line)]
            continue
        if passage.kind is Kind.LAYOUT:
            later.append(own[0])
        elif _greeting_line.fullmatch(own[0]):
            yield " ".join(own[1:])
        else:
            yield " ".join(own)
    yield from later


def _markdown_own(source: str) -> Iterator[str]:
    return map(_without_markup, without_references(_markdown_paragraphs(source)))


def _markdown_paragraphs(source: str) -> Iterator[str]:
    paragraph: list[str] = []
    fence = ""
    code: list[str] = []
    for raw in source.split("\n"):
        line = raw.strip()
        if found := _md_fence.match(raw):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
            line = ""
        elif fence:
            code.append(line)
            continue
        if line.startswith(">") or _md_table.match(line):
            line = ""
        is_heading = line.startswith("#")
        line = _md_block.sub("", line)
        if line and not (is_byline(line) and not paragraph):
            paragraph.append(line)
        if paragraph and (not line or is_heading):
            yield " ".join(paragraph)
            paragraph = []
    if paragraph:
        yield " ".join(paragraph)
    yield from code


def _without_markup(text: str) -> str:
    text = _md_spoiler.sub("▒▒▒", text)
    text = _md_auto.sub(r"\1", _md_link.sub(r"\1", text))
    return _md_marks.sub(r"\1", text).strip("# |")


def _without_greeting(text: str) -> str:
    """Return text without "Hi Alex," at its start; a greeting must end with a mark."""
    found = _greeting_start.match(text)
    rest = text[found.end() :] if found else text
    return "" if _greeting_line.fullmatch(text) and not rest.count(" ") else rest


def _cut(text: str) -> str:
    if len(text) <= MAX_EXCERPT:
        return text
    cut = text.rfind(" ", MAX_EXCERPT // 2, MAX_EXCERPT)
    return text[: cut if cut > 0 else MAX_EXCERPT - 1].rstrip(" ,;:–—-") + "…"
