"""The second wall: whatever HTML this room makes passes an allow-list before it leaves.

The classes in this room's HTML, all that a stylesheet needs to know:

| class | on | what |
|---|---|---|
| `quote` | details | a long quotation, folded; its summary says how many lines |
| `signature` | details | a mail's signature or list footer, folded |
| `spoiler` | details, span | hidden text: a block to open; inline, shown on hover and focus |
| `byline` | p | a last line "— Name" |
| `attribution` | p | "On Monday Anna wrote:" above a quotation |
| `layout` | pre | text whose columns matter (code, tables, drawings): scroll, don't wrap |
| `patch` | pre | a diff; its lines are span `added`, `removed`, `hunk` |
| `added`, `removed`, `hunk` | span | lines of a patch |
| `center`, `right` | th, td | alignment in tables |
| `diff` | div | two revisions compared; p a line, ins and del inside |
| `skipped` | p | "… 12 unchanged lines" within a `diff` |

Elements without class: p, br, h3–h6, em, strong, s, code, pre, blockquote, ul, ol, li, table,
hr, a, details with summary. There are no ids, no styles, no images and nothing that loads.
"""

import nh3

from rejoinder.text.characters import replace_surrogates

SCHEMES = frozenset({"http", "https", "mailto", "news", "nntp", "gemini"})
LINK_REL = "nofollow ugc noopener"

_cleaner = nh3.Cleaner(
    tags={
        *("p", "br", "h3", "h4", "h5", "h6", "em", "strong", "s", "code", "pre", "span"),
        *("blockquote", "ul", "ol", "li", "hr", "a", "details", "summary", "div"),
        *("table", "thead", "tbody", "tr", "th", "td", "ins", "del"),
    },
    clean_content_tags={"script", "style"},
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    # Keyboard readers reach an inline spoiler by tabbing to it.
    tag_attribute_values={"span": {"tabindex": {"0"}}},
    allowed_classes={
        "details": {"quote", "signature", "spoiler"},
        "p": {"byline", "attribution", "skipped"},
        "pre": {"layout", "patch"},
        "span": {"spoiler", "added", "removed", "hunk"},
        "th": {"center", "right"},
        "td": {"center", "right"},
        "div": {"diff"},
    },
    url_schemes=set(SCHEMES),
    link_rel=LINK_REL,
)


def sanitize(html: str) -> str:
    """Return html with only the elements, attributes and schemes on the allow-list.

    Unpaired surrogates, which no page can hold, become U+FFFD.
    """
    try:
        return _cleaner.clean(html)
    except UnicodeEncodeError:
        return _cleaner.clean(replace_surrogates(html))
