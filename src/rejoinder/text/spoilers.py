"""Spoilers in Markdown: a block of lines with ">!", or ||a few words||."""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

SUMMARY = "Spoiler"
# Each one inside another starts the parser anew; nobody hides deeper.
MAX_DEPTH = 3

# A key in the inline parser's cache of places, beside which real ones are 0 and more.
_HOPELESS_FROM = -1
_line = re.compile(r" {0,3}>! ?")


def use_spoilers(parser: MarkdownIt) -> None:
    """Teach parser both kinds of spoiler."""
    enders: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("blockquote", "spoiler", _block, enders)
    parser.inline.add_terminator_char("|")
    parser.inline.ruler.before("emphasis", "spoiler", _inline)


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) or not state.src.startswith(">!", _text_start(state, start)):
        return False
    depth = state.env.get("spoiler_depth", 0)
    if depth >= MAX_DEPTH:
        return False
    if silent:
        return True
    stop = start
    lines = []
    while stop < end and state.src.startswith(">!", _text_start(state, stop)):
        line = state.src[_text_start(state, stop) : state.eMarks[stop]]
        lines.append(_line.sub("", line, count=1))
        stop += 1
    state.push("spoiler_open", "details", 1).attrSet("class", "spoiler")
    summary = state.push("html_block", "", 0)
    summary.content = f"<summary>{SUMMARY}</summary>\n"
    state.env["spoiler_depth"] = depth + 1
    state.md.block.parse("\n".join(lines), state.md, state.env, state.tokens)
    state.env["spoiler_depth"] = depth
    state.push("spoiler_close", "details", -1)
    state.line = stop
    return True


def _text_start(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _inline(state: StateInline, silent: bool) -> bool:
    """Match ||text||: no space inside the marks, no letter or digit outside them."""
    src, start = state.src, state.pos
    if not src.startswith("||", start) or state.env.get("in_spoiler"):
        return False
    if start + 2 >= state.posMax or src[start + 2] in " \n|" or src[start - 1 : start].isalnum():
        return False
    # A mark that closes nothing is looked for once per text, not once per "||".
    if start >= state.cache.get(_HOPELESS_FROM, state.posMax):
        return False
    close = _close_of(src, start + 3, state.posMax)
    if close < 0:
        state.cache[_HOPELESS_FROM] = start
        return False
    if not silent:
        _push_spoiler(state, start + 2, close)
    state.pos = close + 2
    return True


def _close_of(src: str, start: int, end: int) -> int:
    close = src.find("||", start, end)
    while close >= 0:
        if src[close - 1] not in " \n" and not src[close + 2 : close + 3].isalnum():
            return close
        close = src.find("||", close + 2, end)
    return -1


def _push_spoiler(state: StateInline, start: int, close: int) -> None:
    end = state.posMax
    span = state.push("spoiler_open", "span", 1)
    span.attrs = {"class": "spoiler", "tabindex": "0"}
    state.pos, state.posMax = start, close
    state.env["in_spoiler"] = True
    state.md.inline.tokenize(state)
    state.env["in_spoiler"] = False
    state.posMax = end
    state.push("spoiler_close", "span", -1)
