"""Posts that came by mail or news: plain text to HTML that keeps its quoting and layout.

Prose is wrapped anew to the reader's screen; code, tables, drawings and patches keep their
columns in `pre.layout` and `pre.patch`, which the stylesheet lets scroll sideways. Quotations
are nested blockquotes; a long one is folded but for the lines next to the answer. Signatures
and list footers are folded. Web addresses become links, mail addresses are masked, and
*bold* and _underline_ stay as typed. All classes are listed in `sanitizer.py`.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from rejoinder.text.addresses import mask_addresses
from rejoinder.text.links import find_links, may_hold_links
from rejoinder.text.passages import RULER, Kind, Passage, cut_into_passages, is_bullet
from rejoinder.text.sanitizer import sanitize
from rejoinder.text.source_text import check_size
from rejoinder.text.wrapping import NARROWEST_COLUMN, WIDEST_COLUMN, is_full

MAX_DRAWN_DEPTH = 8  # deeper quotations are drawn at this depth
# A quotation of up to this many lines is shown whole: about a third of a phone's screen.
MAX_SHOWN_QUOTE = 14
SHOWN_TAIL = 6  # lines of a folded quotation that stay in sight, next to the answer

# Writers break lines a word early now and then, to keep words together.
_SLACK = 10
# What is left of columns after unflow() came from programs that claim format=flowed and
# don't do it, or from quotations of older mail: broken by a machine, so at the last word.
_FLOWED_SLACK = 3
_trailer = re.compile(r"[A-Z][\w-]{1,30}: |[a-z]{2,4}:|\[[\w ]{1,20}:")


def render_plain(source: str, *, flowed: bool = False) -> str:
    """Return the safe HTML of a plain-text post.

    flowed tells that the text was format=flowed and `flowed.unflow` has joined its
    paragraphs, so that nearly each line end left is meant.
    Raises BadText if source is longer than MAX_TEXT_OCTETS.
    """
    check_size(source)
    passages = cut_into_passages(source)
    parts: list[str] = []
    place = 0
    while place < len(passages):
        end = place
        while end < len(passages) and passages[end].depth:
            end += 1
        if end == place:
            parts.append(_passage_html(passages[place], flowed))
            place += 1
            continue
        is_last = all(rest.kind is Kind.SIGNATURE for rest in passages[end:])
        parts += _quotation(passages[place:end], flowed, is_last)
        place = end
    return sanitize("".join(parts))


def _quotation(passages: list[Passage], flowed: bool, is_last: bool) -> Iterator[str]:
    count = _count(passages)
    if count <= MAX_SHOWN_QUOTE:
        yield from _nested(passages, flowed)
        return
    folded, shown = (passages, []) if is_last else _split_tail(passages)
    yield f'<details class="quote"><summary>{_count(folded)} quoted lines</summary>'
    yield from _nested(folded, flowed)
    yield "</details>"
    yield from _nested(shown, flowed)


def _count(passages: list[Passage]) -> int:
    return sum(1 for passage in passages for line in passage.lines if line)


def _split_tail(passages: list[Passage]) -> tuple[list[Passage], list[Passage]]:
    """Part a quotation into what is folded and the last lines, which are shown."""
    tail: list[Passage] = []
    room = SHOWN_TAIL
    start = len(passages)
    while start and len(passages[start - 1].lines) <= room:
        start -= 1
        room -= len(passages[start].lines)
        tail.insert(0, passages[start])
    if tail or not start:
        return passages[:start], tail
    last = passages[-1]
    cut = len(last.lines) - SHOWN_TAIL
    head = Passage(last.depth, last.kind, last.lines[:cut])
    return [*passages[:-1], head], [Passage(last.depth, last.kind, last.lines[cut:])]


def _nested(passages: list[Passage], flowed: bool) -> Iterator[str]:
    """Yield passages within blockquotes, opened and closed as their depth changes."""
    open_depth = 0
    for depth, group in groupby(passages, key=lambda one: min(one.depth, MAX_DRAWN_DEPTH)):
        step = "<blockquote>" if depth > open_depth else "</blockquote>"
        yield step * abs(depth - open_depth)
        open_depth = depth
        for passage in group:
            yield _passage_html(passage, flowed)
    yield "</blockquote>" * open_depth


def _passage_html(passage: Passage, flowed: bool) -> str:
    lines = passage.lines
    match passage.kind:
        case Kind.PROSE:
            return "<hr>\n" if lines == [RULER] else f"<p>{_prose(lines, flowed)}</p>\n"
        case Kind.LAYOUT:
            text = "\n".join(lines).expandtabs()
            return f'<pre class="layout">{_inline(text)}</pre>\n'
        case Kind.PATCH:
            return f'<pre class="patch">{_patch(lines)}</pre>\n'
        case Kind.ATTRIBUTION:
            return f'<p class="attribution">{_inline(" ".join(lines))}</p>\n'
        case Kind.SIGNATURE:
            return _signature(lines)


def _signature(lines: list[str]) -> str:
    shown = [line for line in lines if line.strip("-_= ")]
    if not shown:
        return ""
    text = _inline("\n".join(shown)).replace("\n", "<br>")
    return f'<details class="signature"><summary>Signature</summary><p>{text}</p></details>\n'


def _prose(lines: list[str], flowed: bool) -> str:
    if len(lines) == 1:
        return _inline(lines[0].strip())
    column = _column_of(lines)
    slack = _FLOWED_SLACK if flowed else _SLACK
    # Joined first and marked up then: links and addresses may run over the line's end.
    joined = [lines[0].strip()]
    for line, after in pairwise(lines):
        is_joint = (
            column
            and is_full(line, after, column - slack)
            and not (len(line) > WIDEST_COLUMN and " " in line)
            and after[:1] not in ("+", "-")
            and not is_bullet(after)
            and not _trailer.match(after)
        )
        joined.append(" " if is_joint else "\n")
        joined.append(after.strip())
    return _inline("".join(joined)).replace("\n", "<br>\n")


def _column_of(lines: list[str]) -> int:
    # A web address sticks out of its column and says nothing about it.
    set_lines = (line for line in lines if len(line) <= WIDEST_COLUMN and "://" not in line)
    widest = max(map(len, set_lines), default=0)
    return widest if widest >= NARROWEST_COLUMN else 0


def _patch(lines: list[str]) -> str:
    return "\n".join(map(_patch_line, _inline("\n".join(lines)).split("\n")))


def _patch_line(html: str) -> str:
    if html[:1] == "+":
        return f'<span class="added">{html}</span>'
    if html[:1] == "-" and html != RULER:
        return f'<span class="removed">{html}</span>'
    return f'<span class="hunk">{html}</span>' if html[:2] == "@@" else html


def _inline(text: str) -> str:
    """Return text escaped, with links, and with mail addresses masked."""
    if not may_hold_links(text):
        return _escape(mask_addresses(text))
    parts = []
    place = 0
    for link in find_links(text):
        parts.append(_escape(mask_addresses(text[place : link.start])))
        label = _escape(text[link.start : link.end])
        parts.append(f'<a href="{_escape(link.href)}">{label}</a>')
        place = link.end
    parts.append(_escape(mask_addresses(text[place:])))
    return "".join(parts)


def _escape(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if '"' in text else text
