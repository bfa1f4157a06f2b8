"""References to authors: "[@](/p/bcdfghjkmnpq)" stands for the name of that post's author.

The program writes them where it would write a name (above a quotation), so that no name is
kept in a text: it's put in when the text is drawn. They are plain Markdown links with the
label "@", so a writer can move, copy or delete them, or type one. docs/decisions/0005 says
what else was thought of.
"""

import re
from collections.abc import Callable, Iterable
from html import escape

_written = re.compile(r"\[@\]\(/p/([0-9a-z]{12})\)")
# As markup.py and the sanitizer draw it.
_drawn = re.compile(r'<a href="/p/([0-9a-z]{12})"([^<>]*)>@</a>')
# A paragraph that only says who wrote the quotation below it.
_attribution_line = re.compile(r"^\[@\]\(/p/([0-9a-z]{12})\) wrote:[ \t]*$", re.MULTILINE)
_attribution = re.compile(r"\[@\]\(/p/[0-9a-z]{12}\) wrote:\Z")


def reference_to(public_id: str) -> str:
    """Return the Markdown that stands for the name of a post's author."""
    return f"[@](/p/{public_id})"


def attribution(public_id: str) -> str:
    """Return the line that says whose words are quoted below it."""
    return f"{reference_to(public_id)} wrote:"


def is_attribution(paragraph: str) -> bool:
    """Tell whether a paragraph of Markdown is the program's line above a quotation."""
    return _attribution.match(paragraph) is not None


def quoted_posts(source: str) -> list[str]:
    """Return the public ids of the posts that a text quotes with the program's line, in order."""
    return _attribution_line.findall(source)


def without_attributions(source: str) -> str:
    """Return a text's source without the program's lines above quotations."""
    return _attribution_line.sub("", source)


def referred_to(html: str) -> set[str]:
    """Return the public ids of the posts whose authors a drawn text names."""
    return {found[1] for found in _drawn.finditer(html)} if ">@</a>" in html else set()


def referred_to_in_source(source: str) -> set[str]:
    """Return the public ids of the posts whose authors a text's source names."""
    return set(_written.findall(source))


def with_names(html: str, name_of: Callable[[str], str], nobody: str) -> str:
    """Return a drawn text with names in place of references; `nobody` where there's none.

    A name is a link to the post, `nobody` is none: whoever may not see a post isn't told
    whether it's there.
    """

    def named(found: re.Match[str]) -> str:
        if name := name_of(found[1]):
            return f'<a href="/p/{found[1]}"{found[2]}>{escape(name)}</a>'
        return escape(nobody)

    return _drawn.sub(named, html) if ">@</a>" in html else html


def spelled_out(source: str, name_of: Callable[[str], str], nobody: str) -> str:
    """Return a source with names in place of references, for doors that send plain text."""
    return _written.sub(lambda found: name_of(found[1]) or nobody, source)


def without_references(paragraphs: Iterable[str]) -> Iterable[str]:
    """Yield paragraphs of Markdown for an excerpt: no attributions, "…" for other references."""
    for paragraph in paragraphs:
        if not is_attribution(paragraph.strip()):
            yield _written.sub("…", paragraph)
