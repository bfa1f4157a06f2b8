"""Prose in Markdown: paragraphs and lines without a mark, past rules that would find nothing.

Most of what people write is a paragraph a line and no mark in it. For each such line the parser
would ask ten rules whether it's a table, a list, a quotation …, and within it eight others. Two
rules that come first give what all of these would; a test compares.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# What may begin anything but text inside a line; and line ends that aren't just one, for blanks
# beside them fall away or make a <br>.
_mark = re.compile(r"[\\`~*_\[<&|!]|[ \t]\n|\n[ \t]")


def use_prose(parser: MarkdownIt) -> None:
    """Let a parser take the short way for prose. After all other rules are set."""
    first = parser.block.ruler.__rules__[0].name
    parser.block.ruler.before(first, "prose", _paragraph)
    parser.core.ruler.at("inline", _inline)


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line between blank lines that begins with a letter: it can be nothing else."""
    after = start + 1
    if silent or state.level or state.parentType != "root":
        return False
    if state.sCount[start] - state.blkIndent > 3 or not (after >= end or state.isEmpty(after)):
        return False
    if not state.src[state.bMarks[start] + state.tShift[start]].isalpha():
        return False
    opening = state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content = mdTrim(state.getLines(start, after, state.blkIndent, False))
    inline.children = []
    state.push("paragraph_close", "p", -1)
    state.line = after
    opening.map = inline.map = [start, after]
    return True


def _inline(state: StateCore) -> None:
    """Draw what stands inside paragraphs, headings, cells: as the parser's own rule does."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = token.children or []
        if not token.content or _mark.search(token.content):
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            continue
        for line in token.content.split("\n"):
            if token.children:
                token.children.append(Token("softbreak", "br", 0))
            token.children.append(Token("text", "", 0, content=line))
