"""Which message answers which, from ids and references alone: the reference implementation.

Pure and simple rather than quick; the importer, which does the same in the database, is tested
against it. Threads are never joined by subject. The rules are steps 1, 3 and 4 of RFC 5256
section 3 (THREAD=REFERENCES), after Zawinski's description of message threading.
"""

from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Protocol


class _Orderable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


def unique_ids(
    messages: Iterable[tuple[str, tuple[str, ...]]],
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the messages with each repeated id replaced by one of its own (RFC 5256 step 1).

    An id is made by adding " " and a number, which no id from outside can hold.
    """
    seen: set[str] = set()
    kept: list[tuple[str, tuple[str, ...]]] = []
    for number, (each, ancestors) in enumerate(messages):
        own = f"{each} {number}" if each in seen else each
        seen.add(own)
        kept.append((own, ancestors))
    return kept


def link(messages: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str | None]:
    """Return the parent of each id, missing ones included; None for one at a thread's top.

    `messages` are (id, ancestors), ancestors from the oldest to the parent. A message's own word
    on its parent replaces what others' references suggested; a link that would close a loop is
    refused. A repeated id counts as the first message with it, and is ignored.
    """
    parents: dict[str, str | None] = {}
    with_children: set[str] = set()
    present: set[str] = set()
    for own, ancestors in messages:
        if own in present:
            continue
        present.add(own)
        for older, younger in pairwise(ancestors):
            parents.setdefault(older, None)
            if parents.setdefault(younger, None) is None:
                _hang(parents, with_children, younger, older)
        parents[own] = None
        if ancestors:
            parents.setdefault(ancestors[-1], None)
            _hang(parents, with_children, own, ancestors[-1])
    return parents


def _hang(parents: dict[str, str | None], with_children: set[str], child: str, parent: str) -> None:
    """Link two ids unless that closes a loop."""
    if child == parent or (child in with_children and _is_above(parents, child, parent)):
        return
    parents[child] = parent
    with_children.add(parent)


def _is_above(parents: Mapping[str, str | None], upper: str, lower: str) -> bool:
    at: str | None = lower
    while at is not None:
        if at == upper:
            return True
        at = parents[at]
    return False


def imap_thread(
    parents: Mapping[str, str | None],
    numbers: Mapping[str, int],
    dates: Mapping[str, _Orderable] | None = None,
) -> str:
    """Return the threads as IMAP's THREAD response writes them: "(1 (2 4)(3))(5)".

    `numbers` gives each present message's number; ids without one are missing messages, which
    are pruned as RFC 5256 section 3 step 3 says: their answers take their place, but several
    at the top stay together. Siblings stand by date (by number where none is given or dates
    are equal).
    """
    tops = _pruned(parents, numbers)
    order = {own: ((dates or {}).get(own, 0), number) for own, number in numbers.items()}
    for siblings in tops.children.values():
        siblings.sort(key=order.__getitem__)
    for group in tops.groups:
        group.sort(key=order.__getitem__)
    tops.groups.sort(key=lambda group: order[group[0]])
    return "".join(_written(group, tops.children, numbers) for group in tops.groups)


class _Tops:
    """Pruned trees: children of present messages, and each thread's top messages."""

    def __init__(self) -> None:
        self.children: dict[str, list[str]] = {}
        self.groups: list[list[str]] = []


def _pruned(parents: Mapping[str, str | None], numbers: Mapping[str, int]) -> _Tops:
    below: dict[str, list[str]] = {}
    roots = []
    for own, parent in parents.items():
        if parent is None:
            roots.append(own)
        else:
            below.setdefault(parent, []).append(own)
    tops = _Tops()
    for root in roots:
        group = _stand_ins(root, below, numbers, tops.children)
        if group:
            tops.groups.append(group)
    return tops


def _stand_ins(
    root: str,
    below: Mapping[str, list[str]],
    numbers: Mapping[str, int],
    children: dict[str, list[str]],
) -> list[str]:
    """Return the present messages that stand for a tree, filling in the children below them."""
    order = [root]
    for own in order:  # grows while it is walked: parents before children
        order.extend(below.get(own, ()))
    standing: dict[str, list[str]] = {}
    for own in reversed(order):
        lists = [standing.pop(child) for child in below.get(own, ())]
        merged = lists[0] if len(lists) == 1 else [each for some in lists for each in some]
        if own in numbers:
            children[own] = merged
            merged = [own]
        standing[own] = merged
    return standing[root]


def _written(
    group: list[str], children: Mapping[str, list[str]], numbers: Mapping[str, int]
) -> str:
    """Write one thread; a lone answer follows its parent after a blank, several in brackets."""
    out: list[str] = ["("]
    # What is still to be written, last first: an id, or a text as it is.
    waiting: list[tuple[bool, Hashable]] = _steps(group)
    while waiting:
        is_text, step = waiting.pop()
        if is_text:
            out.append(str(step))
            continue
        out.append(str(numbers[str(step)]))
        answers = children[str(step)]
        if answers:
            waiting.extend(_steps(answers))
            waiting.append((True, " "))
    out.append(")")
    return "".join(out)


def _steps(siblings: list[str]) -> list[tuple[bool, Hashable]]:
    if len(siblings) == 1:
        return [(False, siblings[0])]
    steps: list[tuple[bool, Hashable]] = []
    for each in reversed(siblings):
        steps += [(True, ")"), (False, each), (True, "(")]
    return steps
