"""A member's read marks as a .newsrc, and a .newsrc's taken over into them.

Inside, what was read are posts; only here they are numbers of articles in groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from pyroaring import BitMap64

from rejoinder.boards.models import Board
from rejoinder.boards.newsgroup_names import handle_in, newsgroup_name
from rejoinder.errors import BadInput
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.reading import keep
from rejoinder.reading.mark import member_of
from rejoinder.reading.marks import Marks, marks_of
from rejoinder.reading.newsrc_lines import Group, NoGroup, Ranges, parse, write
from rejoinder.threads.models import BoardTally, Numbering, State

# A newsreader's file with 20,000 groups has some 800 KB.
MAX_OCTETS = 2_000_000
# Bad lines that are named one by one.
MOST_NAMED = 50
EACH = 500


@dataclass(frozen=True)
class BadLine:
    """A line that wasn't taken over, and why."""

    line: int
    text: str
    why: str


@dataclass
class TakenOver:
    """What became of a file."""

    groups_count: int = 0
    # How many posts were new before, and are read now.
    posts_count: int = 0
    bad: list[BadLine] = field(default_factory=list)
    # Bad lines beyond those that are named.
    more_bad_count: int = 0


def export(principal: Principal, prefix: str) -> str:
    """Return the .newsrc of a member: a line for each board that they read, in the site's order.

    What isn't new counts as read, and so do numbers without an article. Raises Refused for a
    guest, TooMany.
    """
    member_id = member_of(principal)
    limited.take(principal, "newsrc")
    marks = marks_of(member_id)
    boards = list(gate.visible(principal, Board.objects.all()))
    tallies = gate.visible(principal, BoardTally.objects.filter(board__in=boards))
    highest = dict(tallies.values_list("board_id", "last_number"))
    lines = [
        write(
            newsgroup_name(board.handle_id, prefix), _read(board, highest.get(board.pk, 0), marks)
        )
        for board in boards
    ]
    return "".join(f"{line}\n" for line in lines)


def take_over(principal: Principal, octets: bytes, prefix: str) -> TakenOver:
    """Mark as read what a .newsrc says, and nothing as new: what was read stays so.

    Lines that aren't understood, and groups that aren't there for the principal, are named
    in what it returns; the others are taken. Raises Refused for a guest, BadInput for a file
    that's no .newsrc or too long, TooMany.
    """
    member_id = member_of(principal)
    text = _text(octets)
    limited.take(principal, "newsrc")
    taken, marks, read = TakenOver(), marks_of(member_id), BitMap64()
    boards = {b.handle_id.lower(): b for b in gate.visible(principal, Board.objects.all())}
    for said in parse(text):
        board = boards.get(handle_in(said.name, prefix) or "") if isinstance(said, Group) else None
        if isinstance(said, NoGroup):
            _refuse(taken, said.line, said.text, _("This isn't a line of a .newsrc."))
        elif board is None:
            _refuse(taken, said.line, said.name, _("There is no such group here."))
        else:
            taken.groups_count += 1
            read |= _posts(principal, board, said.ranges, marks)
    keep.read(member_id, read, marks.version)
    after = marks_of(member_id)
    taken.posts_count = sum(not after.is_new(pk) for pk in read)
    return taken


def _text(octets: bytes) -> str:
    if len(octets) > MAX_OCTETS:
        said = _("The file is longer than %d KB. Is it a .newsrc?")
        raise BadInput(said % (MAX_OCTETS // 1000))
    if b"\0" in octets:
        raise BadInput(_("That is no text file. A .newsrc has a line for each group: a.group: 1-5"))
    return octets.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _refuse(taken: TakenOver, line: int, text: str, why: str) -> None:
    if len(taken.bad) < MOST_NAMED:
        taken.bad.append(BadLine(line, text, why))
    else:
        taken.more_bad_count += 1


def _read(board: Board, highest: int, marks: Marks) -> Ranges:
    """Return the numbers of a board up to the highest, but for those of what is new."""
    ranges, first = [], 1
    for number in sorted(number for number, _pk in _new(board, marks)):
        if number > first:
            ranges.append((first, number - 1))
        first = number + 1
    if first <= highest:
        ranges.append((first, highest))
    return ranges


def _posts(principal: Principal, board: Board, ranges: Ranges, marks: Marks) -> BitMap64:
    """Return the visible new posts of a board that have numbers in these ranges."""
    numbers = BitMap64()
    for first, last in ranges:
        numbers.add_range(first, last + 1)
    wanted = [pk for number, pk in _new(board, marks) if number in numbers]
    found = BitMap64()
    for at in range(0, len(wanted), EACH):
        batch = wanted[at : at + EACH]
        rows = Numbering.objects.filter(board=board, post__in=batch, post__state=State.VISIBLE)
        found |= BitMap64(gate.visible(principal, rows).values_list("post_id", flat=True))
    return found


def _new(board: Board, marks: Marks) -> Iterator[tuple[int, int]]:
    """Yield number and id of each post that has or had a number on a board and is new."""
    rows = Numbering.unscoped.filter(board=board).order_by().values_list("number", "post_id")
    yield from (row for row in rows.filter(post__gt=marks.floor) if marks.is_new(row[1]))
    for batch in marks.older_new():
        yield from rows.filter(post__in=batch)
