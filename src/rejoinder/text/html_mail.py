"""Mail that came as HTML only, as plain text that `render_plain` draws.

nh3 (html5ever) parses first, as a browser would, and hands on a small set of balanced
elements without scripts and styles. Only then the standard library's parser reads it: on
what anybody may send it is slow in places, and it repairs nothing.
"""

import re
from html.parser import HTMLParser

import nh3

from rejoinder.text.characters import replace_surrogates

# Twice what a text may hold, as marked-up text is at least that much longer.
MAX_HTML = 1_048_576  # characters
MAX_DEPTH = 60  # lists and quotations within each other; deeper ones are drawn at this depth
MAX_NESTING = 300  # open elements; real mail has up to some 100, of tables within tables

_SPACED = "p ul ol dl blockquote pre table h1 h2 h3 h4 h5 h6 hr"
_CLOSE = "div tr dd dt section article header footer center address figure form fieldset li"
_WITH_SPACE = frozenset(_SPACED.split())
_PARAGRAPHS = _WITH_SPACE | frozenset(_CLOSE.split())

_cleaner = nh3.Cleaner(
    tags=set(_PARAGRAPHS) | {"a", "br", "img", "td", "th", "span"},
    clean_content_tags={"script", "style", "title", "head", "svg", "math", "template", "select"},
    attributes={"a": {"href"}, "img": {"alt"}, "ol": {"start"}, "*": {"style"}},
    url_schemes={"http", "https", "mailto", "news", "nntp", "gemini"},
    link_rel=None,
)
# Elements that stay open until they're closed: only these pile up.
_nesting = re.compile(
    r"<(/?)(?!(?:p|li|t[dhr]|tbody|thead|tfoot|d[dt]|br|hr|img|input|meta|link|col|area|base"
    r"|wbr|body|html|head|option)\b)[a-z][^<>]{0,4000}>?",
    re.IGNORECASE,
)
_hidden = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_white = re.compile(r"[ \t\r\n\f]+")
_blank_lines = re.compile(r"\n{3,}")


def text_of_html(html: str) -> str:
    """Return a readable plain text of an HTML mail.

    Paragraphs are parted by blank lines and not wrapped, links are "text <address>", lists
    have "- " or "1. ", quotations ">". What the mail hides is left out. Never raises.
    """
    reader = _Reader()
    html = _bounded_depth(replace_surrogates(html[:MAX_HTML]).replace("\0", ""))
    reader.feed(_cleaner.clean(html))
    reader.close()
    return reader.text()


def _bounded_depth(html: str) -> str:
    """Return html without the tags that open elements more than MAX_NESTING deep.

    A parser that follows the standard looks through all open elements at many a tag: 40,000
    unclosed ones took it 12 seconds.
    """
    if html.count("<") <= MAX_NESTING:
        return html
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[1]:
            depth = max(0, depth - 1)
            return tag[0] if depth < MAX_NESTING else ""
        depth += 1
        return tag[0] if depth <= MAX_NESTING else ""

    return _nesting.sub(kept, html)


class _Reader(HTMLParser):
    """Collects the text of balanced HTML, with a stack of what is open around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._lists: list[int | None] = []  # the next number of each open list; None: "-"
        self._pre = 0
        self._hidden_depth = 0
        self._links: list[tuple[str, int]] = []
        self._bullet = ""
        self._wants_blank = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("br", "img", "hr"):
            if not self._hidden_depth:
                self._put_void(tag, given)
            return
        if self._hidden_depth or _hidden.search(given.get("style", "")):
            self._hidden_depth += 1
            return
        if tag in _PARAGRAPHS:
            self._end_line()
            self._wants_blank |= tag in _WITH_SPACE and not self._lists
        match tag:
            case "a":
                self._links.append((given.get("href", ""), len(self._line)))
            case "blockquote":
                self._quotes += 1
            case "pre":
                self._pre += 1
            case "ul":
                self._lists.append(None)
            case "ol":
                start = given.get("start", "1")
                self._lists.append(int(start) if start.isdecimal() and len(start) < 8 else 1)
            case "li":
                self._bullet = self._next_bullet()

    def handle_endtag(self, tag: str) -> None:
        if self._hidden_depth:
            self._hidden_depth -= 1
            return
        if tag == "a" and self._links:
            self._close_link()
        elif tag in ("td", "th"):
            self._line.append("\t")
        if tag not in _PARAGRAPHS:
            return
        self._end_line()
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._bullet = ""
        self._wants_blank |= tag in _WITH_SPACE and not self._lists

    def handle_data(self, data: str) -> None:
        if self._hidden_depth:
            return
        if not self._pre:
            self._line.append(_white.sub(" ", data))
            return
        first, *others = data.split("\n")
        self._line.append(first)
        for other in others:
            self._end_line(is_break=True)
            self._line.append(other)

    def text(self) -> str:
        """Return what was read."""
        self._end_line()
        return _blank_lines.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _put_void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._end_line(is_break=True)
        elif tag == "img":
            alt = _white.sub(" ", given.get("alt", "")).strip()
            self._line.append(f"[{alt}]" if alt else "")
        else:
            self._end_line()
            self._line.append("---")
            self._end_line()

    def _next_bullet(self) -> str:
        indent = "  " * min(max(0, len(self._lists) - 1), MAX_DEPTH)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _close_link(self) -> None:
        href, start = self._links.pop()
        if not href or not href.startswith(("http", "news:", "nntp:", "gemini:", "mailto:")):
            return
        label = "".join(self._line[start:]).strip() if start <= len(self._line) else ""
        bare = href.removeprefix("mailto:")
        shown = (label, f"http://{label}", f"https://{label}", f"{label}/")
        if not label:
            return
        if bare.rstrip("/") in {one.rstrip("/") for one in shown}:
            return
        self._line.append(f" <{bare}>")

    def _end_line(self, is_break: bool = False) -> None:
        raw = "".join(self._line)
        self._line.clear()
        self._links = [(href, 0) for href, _ in self._links]
        text = raw.rstrip() if self._pre else self._cells(raw)
        if not text and not is_break:
            return
        marks = ">" * min(self._quotes, MAX_DEPTH)
        if self._wants_blank and self._lines:
            last = self._lines[-1]
            self._lines.append(marks[: len(last) - len(last.lstrip(">"))])
        self._wants_blank = False
        # A signature's mark loses its space in HTML; only "-- " is one.
        if text == "--":
            text = "-- "
        elif not marks and text.startswith((">", "From ")):
            text = f" {text}"
        self._lines.append(
            f"{marks} {self._bullet}{text}".rstrip(" ") if marks else self._bullet + text
        )
        self._bullet = " " * len(self._bullet) if text else self._bullet

    @staticmethod
    def _cells(raw: str) -> str:
        """Return a line of table cells joined by " | ", empty ones left out."""
        cells = (_white.sub(" ", cell).strip() for cell in raw.replace("\xa0", " ").split("\t"))
        return " | ".join(cell for cell in cells if cell)
