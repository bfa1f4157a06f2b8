"""The order of a thread: two labels a post, such that a branch is a range of labels.

Every post has a span, `opens` and `closes`. All that hangs below a post opens and closes
strictly inside its span, so

    depth first       is  ORDER BY opens
    the branch of p   is  opens BETWEEN p.opens AND p.closes
    the end of it     is  p.closes, found without looking at what hangs there

and a new response is placed between two labels that are each one index look-up away: its left
sibling's `closes` (or the parent's `opens`) and its right sibling's `opens` (or the parent's
`closes`). No other row changes. What was measured, and what was ruled out, stands in
docs/decisions/0003-order-of-a-thread.md.

The algebra
-----------
A label is a row of *steps*; a step is a whole number from 0 to `_TOP` - 1. Labels compare step
by step, and a label sorts before every longer one that begins with it, so there is always room:
p < p.1 < p.1.7 < p.2. No label ends in step 0, below which there would be none.

A step is written in one to five characters. The first says how many follow, and more of them
stand for greater steps, so that bytewise order of the text is the order of the steps. Steps near
two places, OPEN and CLOSE, have the short texts, and they grow longer away from these:

    0 ...  before  ... OPEN ...  deeper  ->  <-  ends  ... CLOSE ...  after  ... _TOP - 1

A first response takes OPEN and CLOSE one level below; four directions then remain, and going
on in any of them counts steps, so n posts cost log n characters:

    root                          opens O          closes C
    a, in response to the root          O+1               C-9     deeper: one up, `_STRIDE` down
    b, in response to a                 O+2               C-18    and so on down a chain
    d, after a                    opens C-8        closes C-4     within the stride: by halves
    ...                           until there are no two steps between, and a level begins:
    e, f, g, later still          (C-1).O .. (C-1).C, (C-1).(C+1) .. (C-1).(C+10), ...

Only a path that keeps changing its direction (down, aside, down, aside) begins a level every few
posts; `TOO_LONG` says when a thread that holds one wants `spread`.

This module is pure: no Django, no database.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# Printable ASCII without quotes, the grave accent and the backslash: in byte order, 90 digits.
_DIGITS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "\"'`\\")
_BASE = len(_DIGITS)
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}

# How many first characters begin a step of one, two, three … characters, going away from OPEN or
# CLOSE. Together with OPEN and CLOSE themselves they use up the 90 digits.
_BEFORE = (5, 2, 1, 1)
_DEEPER = (10, 3, 1, 1)
_ENDS = (22, 5, 1, 1)
_AFTER = (25, 6, 2, 1, 1)

# The room left beside a span for what comes between it and the neighbour it was counted from.
_STRIDE = 8

TOO_LONG = 480
"""The number of characters past which a thread's labels are to be spread anew."""


@dataclass(frozen=True)
class Span:
    """The two labels of a post; whatever hangs below it lies strictly between them."""

    opens: str
    closes: str


def _lengths(away: Sequence[int]) -> list[int]:
    return [length for length, heads in enumerate(away) for _ in range(heads)]


# The number of characters that follow each first character.
_FOLLOW = [
    *reversed(_lengths(_BEFORE)),
    0,
    *_lengths(_DEEPER),
    *reversed(_lengths(_ENDS)),
    0,
    *_lengths(_AFTER),
]
# The first step that each first character begins, and one past the last step of all.
_FIRST = [0]
for _follow in _FOLLOW:
    _FIRST.append(_FIRST[-1] + _BASE**_follow)
_TOP = _FIRST.pop()
_OPEN = _FIRST[sum(_BEFORE)]
_CLOSE = _FIRST[sum(_BEFORE) + 1 + sum(_DEEPER) + sum(_ENDS)]
_MIDDLE = _FIRST[sum(_BEFORE) + 1 + sum(_DEEPER)]
# The characters that are a whole step by themselves: the digits of `spread`.
_SINGLES = [_DIGITS[head] for head, follow in enumerate(_FOLLOW) if follow == 0]


def _text(step: int) -> str:
    head = bisect_right(_FIRST, step) - 1
    rest = step - _FIRST[head]
    tail = ""
    for _ in range(_FOLLOW[head]):
        rest, value = divmod(rest, _BASE)
        tail = _DIGITS[value] + tail
    return _DIGITS[head] + tail


def _step_at(label: str, position: int) -> tuple[int, int]:
    """Return the step that begins at a position of a label, and where the next one begins."""
    head = _VALUE[label[position]]
    end = position + 1 + _FOLLOW[head]
    if end > len(label):
        raise ValueError(f"a label breaks off within a step: {label!r}")
    rest = 0
    for digit in label[position + 1 : end]:
        rest = rest * _BASE + _VALUE[digit]
    return _FIRST[head] + rest, end


def whole() -> Span:
    """Return the span of the post that starts a thread."""
    return Span(_text(_OPEN), _text(_CLOSE))


def inside(lower: str, upper: str) -> Span:
    """Return a new span strictly between two labels made by this module.

    lower < opens < closes < upper, bytewise. As short as can be where responses come in order:
    below the newest post, or after the newest response to a post.
    Raises ValueError if there is nothing between, that is if lower >= upper.
    """
    if lower >= upper:
        raise ValueError(f"nothing lies between {lower!r} and {upper!r}")
    start = _parting(lower, upper)
    span = _between(lower[:start], lower[start:], upper[start:])
    end = _step_at(upper, start)[1]
    if end == len(upper) or len(span.closes) <= end:
        return span
    # The lower label may be the longer one: then it is cheaper to go below the upper's step.
    return min(span, _between(upper[:end], "", upper[end:]), key=_size)


def _size(span: Span) -> int:
    return len(span.opens) + len(span.closes)


def _parting(lower: str, upper: str) -> int:
    """Return where the first step begins in which two labels differ."""
    start = 0
    while start < len(lower):
        end = start + 1 + _FOLLOW[_VALUE[lower[start]]]
        if lower[start:end] != upper[start:end]:
            break
        start = end
    return start


def _between(prefix: str, lower: str, upper: str) -> Span:
    """Return a span below a prefix, between the rests of two labels; an empty one is no bound."""
    low_start = high_start = 0
    while True:
        low, low_end = _step_at(lower, low_start) if low_start < len(lower) else (0, low_start)
        high, high_end = _step_at(upper, high_start) if upper else (_TOP, 0)
        if high - low > 2:
            opens, closes = _choose(low, high)
            return Span(prefix + _text(opens), prefix + _text(closes))
        prefix += _text(low)
        low_start = low_end
        if low == high:
            high_start = high_end
        else:
            upper = ""


def _choose(low: int, high: int) -> tuple[int, int]:
    """Return two steps between two others, which have at least two between them.

    0 and _TOP stand for no bound. Each case leaves the direction in which it goes wide open.
    """
    if low == 0 and high <= _OPEN:  # before all others
        return max(high - 1 - _STRIDE, 1), high - 1
    if low < _OPEN < _CLOSE < high:  # the first at its level
        return _OPEN, _CLOSE
    if low >= _CLOSE and high == _TOP:  # after all others
        return low + 1, min(low + 1 + _STRIDE, high - 1)
    if low + 1 < _MIDDLE <= high - _STRIDE:  # deeper
        return max(low + 1, _OPEN), high - _STRIDE
    return low + 1, low + 1 + (high - low - 1) // 2


def spread(depths: Sequence[int]) -> list[Span]:
    """Return fresh spans for a whole thread, given by its posts' depths in depth-first order.

    The first depth is the root's, 0, and the root gets `whole()`. Of n posts each gets labels of
    about log n characters, whatever the thread's shape.
    Raises ValueError if the depths are no single tree's.
    """
    if 0 in depths[1:]:
        raise ValueError("a thread has one root: only its first depth may be 0")
    return _spread_from(whole(), depths)


def spread_inside(lower: str, upper: str, depths: Sequence[int]) -> list[Span]:
    """Return fresh spans between two labels for branches, given by depths in depth-first order.

    The depths are counted from the branches' roots, 0; there may be several, side by side.
    Raises ValueError if lower >= upper or if the depths are no trees'.
    """
    return _spread_from(inside(lower, upper), depths)


def _spread_from(span: Span, depths: Sequence[int]) -> list[Span]:
    """Return spans for branches: one root gets the span itself, several lie inside it."""
    order = _walk(depths)
    if not depths:
        return []
    single = 0 not in depths[1:]
    if single:
        order = order[1:-1]
    labels = _even(span.opens, len(order))
    opens, closes = [""] * len(depths), [""] * len(depths)
    if single:
        opens[0], closes[0] = span.opens, span.closes
    for (post, is_opening), label in zip(order, labels, strict=True):
        (opens if is_opening else closes)[post] = label
    return [Span(*pair) for pair in zip(opens, closes, strict=True)]


def _walk(depths: Sequence[int]) -> list[tuple[int, bool]]:
    """Return the posts in the order of their openings (True) and closings (False)."""
    order: list[tuple[int, bool]] = []
    open_posts: list[int] = []
    for post, depth in enumerate(depths):
        if not 0 <= depth <= len(open_posts):
            raise ValueError(f"depth {depth} of post {post} hangs on nothing")
        while len(open_posts) > depth:
            order.append((open_posts.pop(), False))
        open_posts.append(post)
        order.append((post, True))
    order += [(post, False) for post in reversed(open_posts)]
    return order


def _even(prefix: str, count: int) -> list[str]:
    """Return so many labels of one length that begin with a prefix, evenly spaced."""
    base, width = len(_SINGLES), 1
    while base**width < 2 * count:
        width += 1
    return [
        prefix + _fixed((2 * rank + 1) * base**width // (2 * count), width) for rank in range(count)
    ]


def _fixed(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, value = divmod(number, len(_SINGLES))
        digits.append(_SINGLES[value])
    return "".join(reversed(digits))
