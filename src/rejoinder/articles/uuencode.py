"""Files inside old Usenet texts: uuencoded blocks between "begin 644 name" and "end"."""

import binascii
import re

_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n", re.MULTILINE)


def take_blocks(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text without its whole uuencoded blocks, and the name and octets of each.

    A block that is cut off or broken stays in the text.
    """
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    done = at = 0
    while begin := _BEGIN.search(text, at):
        lines, end = _lines(text, begin.end())
        at = max(end, begin.end())
        octets = _octets(lines) if end >= 0 else None
        if octets is not None:
            kept.append(text[done : begin.start()])
            files.append((begin[1].strip(), octets))
            done = end
    kept.append(text[done:])
    return "".join(kept), files


def decode_block(text: str) -> bytes | None:
    """Return the octets of a text's first uuencoded block, or None if there is no whole one."""
    _, files = take_blocks(text.replace("\r\n", "\n"))
    return files[0][1] if files else None


def _lines(text: str, at: int) -> tuple[list[str], int]:
    """Return a block's lines and the offset after its "end"; -1 if it has no end."""
    lines: list[str] = []
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        line = text[at:line_end].rstrip("\r")
        at = line_end + 1
        if line.strip() == "end":
            return lines, min(at, len(text))
        # The first character tells the length, and no line is longer than it says by much.
        if line and not (" " <= line[0] <= "`" and len(line) <= 64):
            return lines, -1
        lines.append(line)
    return lines, -1


def _octets(lines: list[str]) -> bytes | None:
    try:
        decoded = [binascii.a2b_uu(_exact(line)) for line in lines if line.strip(" `")]
    except (binascii.Error, ValueError):
        return None
    return b"".join(decoded)


def _exact(line: str) -> bytes:
    """Return a line cut to the characters its length needs.

    Some encoders add a check character, some fill the last four with more than blanks.
    """
    octets = (ord(line[0]) - 32) & 63
    return line[: (octets * 4 + 5) // 3].encode("ascii")
