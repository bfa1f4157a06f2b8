"""A plain-text post cut into passages: prose, layout, patches, attributions, signatures."""

import re
from dataclasses import dataclass
from enum import Enum

from rejoinder.text.attributions import attribution_length, is_forward_mark
from rejoinder.text.quote_marks import Line, read_lines

# A signature has four lines by custom; footers of lists and companies run longer.
MAX_SIGNATURE = 30  # lines


class Kind(Enum):
    """How a passage is to be drawn."""

    PROSE = "prose"  # may be wrapped to the reader's screen
    LAYOUT = "layout"  # columns matter: code, tables, drawings
    PATCH = "patch"  # a diff, or part of one
    ATTRIBUTION = "attribution"  # "On Monday Anna wrote:"
    SIGNATURE = "signature"  # from "-- " on, list footers, armour of signed mail


@dataclass(slots=True)
class Passage:
    """Lines of one kind and one depth of quotation, without their quote marks."""

    depth: int
    kind: Kind
    lines: list[str]


_patch_begin = re.compile(
    r"diff --git |Index: \S|@@ -\d|--- (?:a/|/dev/null)|\*\*\* .+\*\*\*\*$|diff -[a-zA-Z]"
)
_patch_line = re.compile(
    r"[ +\-@\\\t]|diff |index [0-9a-f]|new file|deleted file|(?:old|new) mode|similarity|rename"
    r"|copy |Binary |GIT binary|Index: |={20}|\Z"
)
_changed = re.compile(r"^[+-](?!\d+\b|[ +-]*$)", re.MULTILINE)
_added = re.compile(r"^\+(?!\d+\b|[ +-]*$)", re.MULTILINE)
_unchanged = re.compile(r"^(?:[ \t@]|$)", re.MULTILINE)
_bullet = re.compile(r" {0,6}(?:[-*+•o] |\(?\d{1,3}[.)] |\[\d{1,3}\][: ]|[a-z]\) )")
_indented = re.compile(r"^(?:\t|  +)\S", re.MULTILINE)
_columns = re.compile(r"^.*?[^\s.!?:](?:\t| {3,})\S.*$", re.MULTILINE)
_code = re.compile(
    r"^(?:[$#] \S|#\s?(?:include|define|ifdef|ifndef|endif|if )|//|/\*|\\?\.\\?\"|\.[A-Z]{1,2} "
    r".*|>>> |[ \t]*\S.*[;{}\\]|[{}]|.*\) \{)$|^(?:[$#] |#include |\.[A-Z]{1,2}\b|/\*|//).*$",
    re.MULTILINE,
)
# Each alternative reads a line once or twice and never tries again.
_drawing = re.compile(
    r"^(?:(?!.*[^\W_])(?=.*[|+\\/_=<>^*#~─-╿-]{3}).{4,}|[ \t]*[|│║](?=.*[|│║][ \t]*$).*)$",
    re.MULTILINE,
)
RULER = "---"  # ends a patch's message; notes and a summary of files follow
_prompt = re.compile(r"(?:[\w./~@:-]{0,40}[./~@:][\w./~@:-]{0,40})?\$ \S|# \S+/\S|>>> ")
_files_changed = re.compile(r" \S.{0,200}? \|\s+(?:\d+|Bin)\b| \d+ files? changed, ")
_footer = re.compile(r"_{20,}\s*\Z|-{30,}\s*\Z|={30,}\s*\Z")
_armour = re.compile(r"-----BEGIN PGP (?:SIGNED MESSAGE|SIGNATURE)-----")


def cut_into_passages(source: str) -> list[Passage]:
    """Return a plain-text post's passages in order; blank lines between them are dropped."""
    lines = read_lines(source)
    passages: list[Passage] = []
    place = 0
    while place < len(lines):
        depth, text = lines[place]
        if not text:
            place += 1
            continue
        end = _run_end(lines, place)
        if not depth and (stop := _signature_end(lines, place)):
            passages.append(Passage(0, Kind.SIGNATURE, [line.text for line in lines[place:stop]]))
            place = stop
            continue
        run = [line.text for line in lines[place:end]]
        _cut_run(run, depth, passages)
        place = end
    return passages


def _run_end(lines: list[Line], start: int) -> int:
    """Return where the lines of one depth end, or a signature begins among them."""
    depth = lines[start].depth
    end = start + 1
    while end < len(lines) and lines[end].depth == depth:
        if not depth and _may_begin_signature(lines[end].text):
            break
        end += 1
    return end


def _may_begin_signature(text: str) -> bool:
    return text == "-- " or (
        text[:3] in ("___", "---", "===")
        and (_footer.match(text) is not None or _armour.match(text) is not None)
    )


def _signature_end(lines: list[Line], start: int) -> int:
    """Return where the signature that begins at start ends, 0 if none begins there."""
    text = lines[start].text
    if text[:2] not in ("--", "__", "=="):
        return 0
    if text.startswith("-----BEGIN PGP SIGNED"):
        return _blank_after(lines, start)
    if text.startswith("-----BEGIN PGP SIGNATURE"):
        return _armour_end(lines, start)
    if text not in ("-- ", "--") and not _footer.match(text):
        return 0
    end = start + 1
    # One line more than a signature may have is enough to know that this is none.
    last = min(len(lines), start + MAX_SIGNATURE + 1)
    while end < last and not lines[end].depth:
        if is_forward_mark(lines[end].text) or lines[end].text == "-- ":
            break
        end += 1
    if end < last and lines[end].depth:
        end = _before_attribution(lines, start, end)
    length = end - start
    # "--" alone, or a ruler, ends a mail or it's no signature.
    if text != "-- " and (end < len(lines) or length > MAX_SIGNATURE // 2):
        return 0
    return end if length <= MAX_SIGNATURE else 0


def _blank_after(lines: list[Line], start: int) -> int:
    end = start + 1
    while end < len(lines) and lines[end].text:
        end += 1
    return end


def _armour_end(lines: list[Line], start: int) -> int:
    for place in range(start, min(len(lines), start + 60)):
        if lines[place].text.startswith("-----END PGP"):
            return place + 1
    return 0


def _before_attribution(lines: list[Line], start: int, end: int) -> int:
    texts = [line.text for line in lines[start:end]]
    for place in range(max(1, len(texts) - 5), len(texts)):
        if attribution_length(texts, place):
            return start + place
    return end


def _cut_run(run: list[str], depth: int, passages: list[Passage]) -> None:
    """Cut lines of one depth at blank lines, and where a patch or an attribution begins."""
    place = 0
    while place < len(run):
        if not run[place]:
            place += 1
        elif _patch_begin.match(run[place]):
            end = _patch_end(run, place)
            _add(passages, Passage(depth, Kind.PATCH, run[place:end]))
            place = end
        elif length := attribution_length(run, place):
            passages.append(Passage(depth, Kind.ATTRIBUTION, run[place : place + length]))
            place += length
        else:
            end = place + 1
            while end < len(run) and run[end] and not _is_boundary(run, end):
                end += 1
            blank = place > 0 and not run[place - 1]
            _add(passages, Passage(depth, _kind_of(run[place:end]), run[place:end]), blank)
            place = end


def _is_boundary(run: list[str], place: int) -> bool:
    """Tell whether a passage of another kind begins here without a blank line before it."""
    line, before = run[place], run[place - 1]
    return (
        RULER in (line, before)
        or _patch_begin.match(line) is not None
        or is_files_changed(line) != is_files_changed(before)
        or attribution_length(run, place) > 0
    )


def _patch_end(run: list[str], start: int) -> int:
    end = start + 1
    while end < len(run) and _patch_line.match(run[end]):
        end += 1
    while not run[end - 1]:
        end -= 1
    return end


def _add(passages: list[Passage], passage: Passage, blank: bool = True) -> None:
    """Append a passage; layout after layout, and patch after patch, grow together."""
    last = passages[-1] if passages else None
    if last and last.depth == passage.depth and last.kind is passage.kind is not Kind.PROSE:
        last.lines += [*([""] if blank else []), *passage.lines]
    else:
        passages.append(passage)


def _kind_of(lines: list[str]) -> Kind:
    if is_files_changed(lines[0]) or _prompt.match(lines[0]):
        return Kind.LAYOUT
    text = "\n".join(lines)
    if _is_patch(text, len(lines)):
        return Kind.PATCH
    return Kind.LAYOUT if _is_layout(lines, text) else Kind.PROSE


def _is_patch(text: str, count: int) -> bool:
    if "+" not in text or not (added := len(_added.findall(text))):
        return False
    changed = len(_changed.findall(text))
    # Quote marks may have swallowed the space before unchanged lines.
    all_told = added > 1 or changed + len(_unchanged.findall(text)) == count
    return all_told and changed * 2 >= count


def _is_layout(lines: list[str], text: str) -> bool:
    count = len(lines)
    has_spaces = "  " in text or "\t" in text
    in_columns = len(_columns.findall(text)) if has_spaces else 0
    if is_bullet(lines[0]):
        return in_columns * 2 > count
    if has_spaces and (in_columns * 3 >= count or len(_indented.findall(text)) * 2 > count):
        return True
    return len(_code.findall(text)) * 3 > count + 1 or len(_drawing.findall(text)) * 2 > count > 1


def is_files_changed(line: str) -> bool:
    """Tell whether line stands in the summary above a patch: "text.py | 3 +++"."""
    return _files_changed.match(line) is not None


def is_bullet(line: str) -> bool:
    """Tell whether line begins an item of a list: "- ", "* ", "1. ", "[1] "."""
    return _bullet.match(line) is not None
