"""Lines that mail programs put above a quotation: "On Monday Anna wrote:"."""

import re

MAX_LINES = 4
MAX_LINE = 200  # characters

_VERBS = (
    "wrote|writes|written by|said|says|schrieb|schrieben|schreibt|a écrit|écrit|escribió|escribio"
    "|escreveu|ha scritto|scrive|schreef|skrev|skreiv|napisał|napisała|napsal|napsala|napísal"
    "|kirjoitti|írta|a scris|yazdı|viết|έγραψε|писал|писала|пишет|написал|написала|написав"
    "|wrote the following|さん(?:は|が)?書きました|のメール|写道|寫道|님이 작성|כתב|כתבה|كتب"
)
_OPENERS = (
    "On|At|In|Am|Le|El|Il|Em|Op|Den|På|W dniu|Dnia|Dne|Dňa|Quoting|Citando|Zitat von|Citát"
    "|Ha|Pe|Στις|El|Il giorno|Le|Tarihinde|Vào|В|Вт|Пн|Ср|Чт|Пт|Сб|Вс"
)
_verb_end = re.compile(rf"(?:\b(?:{_VERBS}))\s?(?:\([^()]{{1,60}}\))?\s?[:：]\s?\Z", re.IGNORECASE)
# German and the Nordic languages put the name behind the verb.
_verb_name = re.compile(
    rf"(?:{_OPENERS})\s(?=.{{0,100}}\d).{{1,200}}?\b(?:{_VERBS})\s.{{1,80}}:\Z", re.IGNORECASE
)
# mutt: "Anna Adams wrote on Sun, Sep 12, 2021 at 02:56:39PM +0200:"
_verb_dated = re.compile(
    rf"\S.{{0,100}}?\b(?:{_VERBS})\s(?=.{{0,60}}\d{{1,2}}:\d\d).{{1,100}}:\Z", re.IGNORECASE
)
_opener = re.compile(rf"(?:{_OPENERS})\s|\d{{1,4}}[-./年]\d{{1,2}}")
_citation = re.compile(r"(?:>{0,3}\s?)?[-–—]{2,}\s?(?:Original|Forwarded|Ursprüngliche|Urspr\.)\s")
_starred = re.compile(
    r"\* .{1,80} (?:\[|<)[^\]>]*[\]>][^:]{0,60}:\Z|\* (?:[^\W\d_][\w.'’-]* ?){1,4}:\Z"
)
# "2020-12-09 10:40 UTC+1, Anna <anna@example.org>:" has a date and an address, no verb.
_dated = re.compile(r"(?=.*\d{1,2}:\d\d)(?=.*[@<]).*\d{4}.*:\Z|.*<[^<>]*@[^<>]*>\s?:\Z")


def attribution_length(lines: list[str], start: int) -> int:
    """Return how many of the lines from start on are one attribution; 0 if they're none.

    Mail programs break long ones, so up to MAX_LINES lines are looked at.
    """
    first = lines[start]
    if not first or len(first) > MAX_LINE or not _may_begin(first, lines, start):
        return 0
    joined = ""
    for length, line in enumerate(lines[start : start + MAX_LINES], 1):
        if not line.strip():
            return 0
        joined = f"{joined} {line.strip()}".lstrip()
        if joined[-1] in ":：":
            return length if len(joined) < 400 and is_attribution(joined) else 0
    return 0


def is_attribution(line: str) -> bool:
    """Tell whether one joined line says who wrote the quotation that follows."""
    if line[-1:] not in (":", "："):
        return False
    return bool(
        _verb_end.search(line)
        or _verb_name.match(line)
        or _verb_dated.match(line)
        or _starred.match(line)
        or _dated.match(line)
    ) or (line.startswith("Quoting ") and len(line) < MAX_LINE)


def is_forward_mark(line: str) -> bool:
    """Tell whether line is "-----Original Message-----" or its like."""
    return _citation.match(line) is not None


def _may_begin(first: str, lines: list[str], start: int) -> bool:
    if first[-1] in ":：" or _opener.match(first) or first.startswith("* "):
        return True
    following = lines[start + 1] if start + 1 < len(lines) else ""
    if following[-1:] not in (":", "：") or "@" not in first + following:
        return False
    return _verb_end.search(following) is not None
