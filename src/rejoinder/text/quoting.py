"""The parent's text as a Markdown quotation, to begin an answer with."""

import re
from collections.abc import Iterator

from rejoinder.text.addresses import mask_addresses
from rejoinder.text.passages import Kind, Passage, cut_into_passages
from rejoinder.text.references import attribution

# An answer must keep room for itself, and nobody answers to more than a few pages.
MAX_QUOTE = 20_000  # characters

# What would begin a heading, a list's rule, a fence or a table in Markdown.
_block_start = re.compile(r"(?=#{1,6}(?:\s|$)|={2,}$|-{2,}$|(?:[-*_]\s?){3,}$|`{3}|~{3}|\|)")
_signature = re.compile(r"\n?^-- $.*\Z", re.MULTILINE | re.DOTALL)
_fence = re.compile(r"`{3,}")


def quote(source: str, public_id: str, *, markup: str) -> str:
    """Return a post's source as a Markdown blockquote, ending with a blank line.

    Above it stands who wrote it, as a reference to the post: the name follows its author.
    markup is "markdown" or "plain". Quotations inside keep their depth, the signature is
    left out, mail addresses are masked; past MAX_QUOTE characters it's cut and says "[…]".
    """
    if markup == "plain":
        lines = _plain_lines(mask_addresses(source))
    else:
        lines = iter(_signature.sub("", source).strip("\n").split("\n"))
    quoted = _bounded(f"> {line}".rstrip() for line in lines)
    return f"{attribution(public_id)}\n\n" + "\n".join(quoted) + "\n\n"


def _bounded(lines: Iterator[str]) -> Iterator[str]:
    room = MAX_QUOTE
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            yield "> […]"
            return
        yield line


def _plain_lines(source: str) -> Iterator[str]:
    """Yield a plain text's lines as Markdown: layout and patches fenced, prose as it is."""
    before: Passage | None = None
    for passage in cut_into_passages(source):
        if passage.kind is Kind.SIGNATURE:
            continue
        if before:
            # A blank line at the shallower depth ends what is deeper.
            yield "> " * min(before.depth, passage.depth)
        marks = "> " * passage.depth
        if passage.kind in (Kind.LAYOUT, Kind.PATCH):
            ticks = _ticks_for(passage.lines)
            yield marks + ticks + ("diff" if passage.kind is Kind.PATCH else "")
            yield from (marks + line for line in passage.lines)
            yield marks + ticks
        else:
            yield from (marks + _block_start.sub(r"\\", line, count=1) for line in passage.lines)
        before = passage


def _ticks_for(lines: list[str]) -> str:
    longest = max((len(run) for line in lines for run in _fence.findall(line)), default=2)
    return "`" * (longest + 1)
