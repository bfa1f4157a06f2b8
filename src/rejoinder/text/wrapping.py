"""Line ends inside a paragraph: those that a writer meant, and those that a column made.

Mail programs and editors break prose at some 72 characters. On a phone such lines must be
joined again, or each breaks twice. A poem, an address, a list of names must stay as typed.
"""

from itertools import pairwise

# Nobody sets prose narrower than this; shorter lines are verses, addresses, lists.
NARROWEST_COLUMN = 50
# A line longer than this is a paragraph of its own: the text is set without line ends.
WIDEST_COLUMN = 100


def is_wrapped(lines: list[str], slack: int = 0) -> bool:
    """Tell whether every line end in a paragraph is one that a column made."""
    column = column_of(lines)
    return column > 0 and all(
        is_full(line, after, column - slack) for line, after in pairwise(lines)
    )


def column_of(lines: list[str]) -> int:
    """Return the width in characters to which lines are set, 0 if to none."""
    widest = max(map(len, lines), default=0)
    return widest if NARROWEST_COLUMN <= widest <= WIDEST_COLUMN else 0


def is_full(line: str, after: str, column: int) -> bool:
    """Tell whether the next line's first word had no room on this line."""
    end = after.find(" ", 1)
    first_word = end if end > 0 else len(after)
    return len(line) + 1 + first_word > column
