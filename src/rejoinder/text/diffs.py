"""What changed between two revisions of a post, by lines and then by words."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

# What difflib may cost for one comparison, all its lines and words together: about a second
# at worst. Past it a stretch is shown as wholly removed and wholly added.
MAX_COST = 30_000_000
CONTEXT = 3  # unchanged lines shown on each side of a change

_word = re.compile(r"\s+|\w+|[^\w\s]")


def diff_html(old: str, new: str) -> str:
    """Return the difference of two texts as HTML: `div.diff`, a p per line, ins and del.

    Unchanged lines further than CONTEXT from a change become one `p.skipped`. Without any
    change the div says so.
    """
    before, after = old.split("\n"), new.split("\n")
    if before == after:
        return '<div class="diff"><p class="skipped">No difference.</p></div>'
    parts: list[str] = []
    purse = _Purse()
    changes = list(_changes(before, after, purse))
    for place, (tag, i1, i2, j1, j2) in enumerate(changes):
        if tag == "equal":
            parts += _unchanged(before[i1:i2], place == 0, place == len(changes) - 1)
        elif tag == "replace" and i2 - i1 == j2 - j1:
            for left, right in zip(before[i1:i2], after[j1:j2], strict=True):
                parts.append(f"<p>{_words(left, right, purse)}</p>")
        elif tag == "replace":
            parts.append(
                _paragraphs(_words("\n".join(before[i1:i2]), "\n".join(after[j1:j2]), purse))
            )
        else:
            parts += [f"<p><del>{escape(line)}</del></p>" for line in before[i1:i2]]
            parts += [f"<p><ins>{escape(line)}</ins></p>" for line in after[j1:j2]]
    return f'<div class="diff">{"".join(parts)}</div>'


type_of_change = tuple[str, int, int, int, int]


class _Purse:
    """What is left to spend on one comparison."""

    def __init__(self) -> None:
        self.left = MAX_COST

    def pays_for(self, old: list[str], new: list[str]) -> bool:
        """Tell whether a stretch can be compared, and pay for it.

        At worst difflib looks at all equal pairs once for each element of the shorter side:
        a thousand lines "x" take it most of a minute.
        """
        there = Counter(new)
        pairs = sum(count * there[element] for element, count in Counter(old).items())
        cost = pairs * min(len(old), len(new))
        if cost > self.left:
            return False
        self.left -= cost
        return True


def _changes(old: list[str], new: list[str], purse: _Purse) -> Iterator[type_of_change]:
    """Yield difflib's opcodes; equal ends are taken off first, the middle is bounded."""
    start = _shared(old, new)
    tail = _shared(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    if start:
        yield "equal", 0, start, 0, start
    left, right = old[start:old_end], new[start:new_end]
    if not purse.pays_for(left, right):
        yield "delete", start, old_end, start, start
        yield "insert", old_end, old_end, start, new_end
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield tag, i1 + start, i2 + start, j1 + start, j2 + start
    if tail:
        yield "equal", old_end, len(old), new_end, len(new)


def _shared(left: list[str], right: list[str]) -> int:
    """Return how many first elements are the same."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _words(old: str, new: str, purse: _Purse) -> str:
    left, right = _word.findall(old), _word.findall(new)
    html = []
    for tag, i1, i2, j1, j2 in _changes(left, right, purse):
        if tag == "equal":
            html.append(escape("".join(left[i1:i2])))
            continue
        if i2 > i1:
            html.append(f"<del>{escape(''.join(left[i1:i2]))}</del>")
        if j2 > j1:
            html.append(f"<ins>{escape(''.join(right[j1:j2]))}</ins>")
    return "".join(html)


def _paragraphs(html: str) -> str:
    return f"<p>{html}</p>".replace("\n", "<br>")


def _unchanged(lines: list[str], is_first: bool, is_last: bool) -> Iterator[str]:
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    skipped = len(lines) - head - tail
    if skipped <= 1:
        yield from (f"<p>{escape(line)}</p>" for line in lines)
        return
    yield from (f"<p>{escape(line)}</p>" for line in lines[:head])
    yield f'<p class="skipped">… {skipped} unchanged lines</p>'
    yield from (f"<p>{escape(line)}</p>" for line in lines[len(lines) - tail :])
