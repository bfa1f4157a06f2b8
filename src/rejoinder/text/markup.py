"""Posts written here: Markdown to safe HTML.

The source is CommonMark with tables, ~~strikethrough~~, bare web addresses as links, fenced
code and spoilers (`>! lines` as a block, `||words||` inside a line). It differs on purpose:

- Raw HTML is shown as text.
- Line ends. Whoever pastes an article or types a poem expects the lines that they see. A
  line end in a paragraph stays one (<br>) unless the paragraph is plainly set to a column,
  as old mail is (see `wrapping.py`): then its lines are joined. Next to a line of more than
  100 characters a line end parts two paragraphs: so articles keep theirs when they're
  pasted without blank lines.
- Headings begin at h3, below the page's own.
- An image becomes a link to it: the reader's browser talks to this site only.
- Links lead to http, https, mailto, news, nntp and gemini addresses, and to paths of this
  site ("/boards/…"). What leads elsewhere stays text as it was typed.
- A last line "— Name" is drawn as a by-line.
- Typographic marks stay as typed; nothing is "smartened".
- Past 40 levels of lists and quotes the rest is one paragraph, shown as typed; so are the
  brackets of a paragraph that opens more than 24 within each other.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from rejoinder.text.bylines import is_byline
from rejoinder.text.links import find_links, may_hold_links
from rejoinder.text.prose import use_prose
from rejoinder.text.sanitizer import SCHEMES, sanitize
from rejoinder.text.source_text import check_size, clean_text
from rejoinder.text.spoilers import use_spoilers
from rejoinder.text.wrapping import WIDEST_COLUMN, is_wrapped

# A door that takes Markdown finds both halves of its work here.
__all__ = ["clean_text", "render_markdown"]

# Two Python frames a level; the usual limit of 1,000 frames must hold the server's too.
MAX_LEVELS = 40
# Each open bracket inside another costs one more look at all that follows.
MAX_OPEN_BRACKETS = 24

# A key in the inline parser's cache of places, beside which real ones are 0 and more.
_BRACKETS_PILED = -2

_scheme = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_bracket = re.compile(r"[\[\]]")
_heading = {"h1": "h3", "h2": "h4", "h3": "h5"}


def render_markdown(source: str) -> str:
    """Return the safe HTML of a post's Markdown.

    Raises BadText if source is longer than MAX_TEXT_OCTETS.
    """
    check_size(source)
    html: str = _parser.render(source)
    return sanitize(html)


def _make_parser(*, has_short_way: bool = True) -> MarkdownIt:
    options = {"html": False, "maxNesting": MAX_LEVELS + 20}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.validateLink = _is_link_allowed  # type: ignore[method-assign]
    use_spoilers(parser)
    parser.block.ruler.before("table", "too_deep", _too_deep)
    parser.inline.ruler.at("link", _unless_piled(link))
    parser.inline.ruler.at("image", _unless_piled(image))
    parser.core.ruler.push("links", _make_links)
    parser.core.ruler.push("images", _images_to_links)
    parser.core.ruler.push("line_ends", _settle_line_ends)
    parser.core.ruler.push("byline", _draw_byline)
    parser.core.ruler.push("elements", _adapt_elements)
    if has_short_way:
        use_prose(parser)
    return parser


def _is_link_allowed(url: str) -> bool:
    found = _scheme.match(url.strip())
    if found:
        return found[1].lower() in SCHEMES
    return url.startswith("/") and not url.startswith(("//", "/\\"))


def _unless_piled(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    """Return the rule for links or images, off in a paragraph that piles up brackets."""

    def guarded(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] not in "[!":
            return False
        if _BRACKETS_PILED not in state.cache:
            state.cache[_BRACKETS_PILED] = _open_brackets(state.src) > MAX_OPEN_BRACKETS
        return not state.cache[_BRACKETS_PILED] and rule(state, silent)

    return guarded


def _open_brackets(text: str) -> int:
    """Return how many brackets are open at once in text, at most."""
    if text.count("[") <= MAX_OPEN_BRACKETS:
        return 0
    most = open_now = 0
    for bracket in _bracket.findall(text):
        open_now = open_now + 1 if bracket == "[" else max(0, open_now - 1)
        most = max(most, open_now)
    return most


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the rest of a block nested too deeply as one paragraph, so that none is lost."""
    if state.level < MAX_LEVELS or silent:
        return False
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, end, state.blkIndent, False).strip()
    inline.children = []
    inline.meta = {"too_deep": True}
    state.push("paragraph_close", "p", -1)
    state.line = end
    return True


def _inlines(state: StateCore) -> Iterator[Token]:
    return (token for token in state.tokens if token.type == "inline" and token.children)


def _make_links(state: StateCore) -> None:
    """Make links of bare web addresses outside links and code."""
    for inline in _inlines(state):
        if not may_hold_links(inline.content):
            continue
        children: list[Token] = []
        link_depth = 0
        for token in inline.children or ():
            link_depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "text" and not link_depth:
                children += _linked(token)
            else:
                children.append(token)
        inline.children = children


def _linked(text: Token) -> Iterator[Token]:
    place = 0
    for found in find_links(text.content):
        if found.start > place:
            yield _text(text.content[place : found.start], text.level)
        yield from _link(found.href, text.content[found.start : found.end], text.level)
        place = found.end
    if place < len(text.content):
        yield _text(text.content[place:], text.level)


def _images_to_links(state: StateCore) -> None:
    for inline in _inlines(state):
        if "![" not in inline.content:
            continue
        children: list[Token] = []
        link_depth = 0
        for token in inline.children or ():
            link_depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type != "image":
                children.append(token)
                continue
            source = str(token.attrGet("src") or "")
            label = _plain_text(token.children or []) or source
            if link_depth:
                children.append(_text(label, token.level))
            else:
                children += _link(source, label, token.level)
        inline.children = children


def _plain_text(tokens: Sequence[Token]) -> str:
    """Return the text of inline tokens, an image's own text in its place."""
    waiting = list(reversed(tokens))
    parts = []
    while waiting:
        token = waiting.pop()
        if token.type == "image":
            waiting += reversed(token.children or [])
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(token.content)
    return "".join(parts)


def _settle_line_ends(state: StateCore) -> None:
    """Decide what each line end inside a paragraph is: a space, a <br>, a new paragraph."""
    settled: list[Token] = []
    for place, token in enumerate(state.tokens):
        settled.append(token)
        if token.type != "inline" or "\n" not in token.content or not token.children:
            continue
        lines = token.content.split("\n")
        if is_wrapped(lines):
            continue
        is_paragraph = state.tokens[place - 1].type == "paragraph_open"
        if is_paragraph and max(map(len, lines)) > WIDEST_COLUMN:
            settled.pop()
            settled += _parted(state.tokens[place - 1], token, state.tokens[place + 1])
        else:
            _keep_line_ends(token.children)
    state.tokens = settled


def _keep_line_ends(children: list[Token]) -> None:
    for child in children:
        if child.type == "softbreak":
            child.type, child.tag = "hardbreak", "br"


def _parted(opening: Token, inline: Token, closing: Token) -> Iterator[Token]:
    """Yield a paragraph's insides, parted at its line ends outside emphasis and links."""
    lines: list[list[Token]] = [[]]
    for child in inline.children or ():
        if child.type == "softbreak" and child.level == 0:
            lines.append([])
        else:
            lines[-1].append(child)
    for place, children in enumerate(line for line in lines if line):
        if place:
            yield from (closing, opening)
        _keep_line_ends(children)
        part = Token("inline", "", 0, content=_plain_text(children), level=inline.level)
        part.children = children
        yield part


def _draw_byline(state: StateCore) -> None:
    """Give a last line "— Name" a paragraph of its own, with the class `byline`."""
    tokens = state.tokens
    if len(tokens) < 3 or tokens[-1].type != "paragraph_close" or tokens[-1].level:
        return
    inline = tokens[-2]
    breaks = [
        place
        for place, child in enumerate(inline.children or ())
        if child.type in ("softbreak", "hardbreak") and child.level == 0
    ]
    start = breaks[-1] + 1 if breaks else 0
    last_line = (inline.children or [])[start:]
    if not is_byline(_plain_text(last_line)) or (not breaks and len(tokens) == 3):
        return
    opening = Token("paragraph_open", "p", 1, attrs={"class": "byline"}, block=True)
    if not breaks:
        tokens[-3] = opening
        return
    inline.children = (inline.children or [])[: start - 1]
    byline = Token("inline", "", 0, content=_plain_text(last_line), children=last_line)
    tokens += [opening, byline, tokens[-1]]


def _adapt_elements(state: StateCore) -> None:
    """Lower headings, set table alignment as classes, show what was nested too deeply."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _heading.get(token.tag, "h6")
        elif token.type in ("th_open", "td_open") and token.attrs:
            side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
            if side in ("right", "center"):
                token.attrs["class"] = side
        elif token.meta.get("too_deep"):
            token.children = [_text(token.content, 0)]


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


def _link(href: str, label: str, level: int) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": href}, level=level),
        _text(label, level + 1),
        Token("link_close", "a", -1, level=level),
    ]


_parser = _make_parser()
