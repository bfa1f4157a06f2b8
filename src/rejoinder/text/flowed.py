"""format=flowed: mail whose soft line breaks are marked by a space at the line's end.

Source: RFC 3676 sections 4.1 to 4.5.
"""

import re

_marks = re.compile(r">*+")
SIGNATURE = "-- "


def unflow(text: str, delsp: bool = False) -> str:
    """Return text with one line per paragraph, quote marks as "> ", ">> " and so on.

    Lines that were fixed stay lines. With delsp the space that marks a soft break is
    removed (scripts without spaces between words need it).
    """
    out: list[str] = []
    parts: list[str] = []
    open_depth = -1  # of the paragraph that the last line left open; -1: none
    for raw in text.split("\n"):
        depth = _marks.match(raw).end()  # type: ignore[union-attr]  # matches always
        line = raw[depth:]
        line = line.removeprefix(" ")  # space-stuffing, section 4.4
        if open_depth >= 0 and (depth != open_depth or line == SIGNATURE):
            out.append(_marked(open_depth, "".join(parts)))
            parts, open_depth = [], -1
        if line.endswith(" ") and line != SIGNATURE:
            parts.append(line[:-1] if delsp else line)
            open_depth = depth
            continue
        out.append(_marked(depth, "".join([*parts, line])))
        parts, open_depth = [], -1
    if open_depth >= 0:
        out.append(_marked(open_depth, "".join(parts)))
    return "\n".join(out)


def _marked(depth: int, line: str) -> str:
    if line == SIGNATURE and not depth:
        return line
    line = line.rstrip()
    if depth:
        return f"{'>' * depth} {line}".rstrip()
    # A fixed line that begins with ">" was stuffed: it's no quotation.
    return f" {line}" if line.startswith(">") else line
