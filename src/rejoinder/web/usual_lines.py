"""The usual line of a list, as HTML: the title of a post that is there, its author, its time.

A page has a hundred of these and little else, and as a template each is six macros, which take
ten times as long. What is in any way unusual (a stub, an echo, a capped level, an author who is
ignored or has no account) the template draws: parts.html, `unusual_line`. Both draw the same.
"""

from __future__ import annotations

from collections.abc import Container

from markupsafe import Markup, escape

from rejoinder.web.outlines import Row, is_fresh
from rejoinder.web.remembered import said, url, when

# Around a title, an author and a name: plain, and as schema.org's comment.
_PLAIN = ("", "", "", "")
_MARKED_UP = (
    ' itemprop="url"',
    ' itemprop="author" itemscope itemtype="https://schema.org/Person"',
    '<span itemprop="name">',
    "</span>",
)


def is_usual(row: Row, ignored: Container[int | None]) -> bool:
    """Tell whether `usual_line` draws this row for who ignores these authors."""
    line = row.line
    return (
        not row.is_capped_on_phones
        and not line.echoes_parent
        and not line.is_stub
        and bool(line.author_handle)
        and line.author_id not in ignored
    )


def usual_line(row: Row, kind: str, itemprop: bool, mark: str) -> Markup:
    """Return a usual row; `kind` is its class, `mark` what stands before a new post's title."""
    line = row.line
    leads, person, opens, closes = _MARKED_UP if itemprop else _PLAIN
    nothing_else = ""
    if line.is_title_only:
        said_by_title = escape(said("no text: the title says it all"))
        nothing_else = f' <span class="nt" title="{said_by_title}">n/t</span>'
    return Markup(  # noqa: S704 - what was typed is escaped
        f'<div class="line{" " + kind if kind else ""}" id="p-{line.public_id}">\n'
        f'<span class="say">{mark}<a class="title" href="{url("post", line.public_id)}"'
        f' dir="auto"{leads}>'
        f"{escape(line.title)}</a>{nothing_else}</span>\n"
        f'<span class="by{" fresh" if is_fresh(line) else ""}"><span class="hidden"> '
        f'{escape(said("by"))} </span><span class="author"{person}>'
        f'<a href="{url("member", line.author_handle)}" dir="auto"{leads}>{opens}'
        f'{escape(line.author_name)}{closes}</a></span><span class="hidden">, </span>'
        f"{when(line.posted_at)}</span>\n</div>\n"
    )
