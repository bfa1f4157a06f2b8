"""By-lines: a last line such as "— Crash Davis" that says who wrote an article."""

import re

MAX_BYLINE = 100  # characters

# An em dash may touch the name; a hyphen pair or an en dash needs a space, as both also
# begin command-line options and ranges.
_byline = re.compile(r"(?:[—―]\s*|(?:–|--)\s+)(?=\S)(?!.*[.!?…:;]\Z)(?=.*\w).*")


def is_byline(line: str) -> bool:
    """Tell whether line, the last of a text, is a by-line."""
    line = line.strip()
    return len(line) <= MAX_BYLINE and _byline.fullmatch(line) is not None
