"""Drafts that the server keeps for a member: on every device, until they're posted or dropped."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Conflict, Missing, Refused
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.reading.models import KeptDraft
from rejoinder.text.characters import replace_surrogates
from rejoinder.text.source_text import check_size
from rejoinder.threads.lines import Line, lines_by_id
from rejoinder.threads.models import Post

# A hundred of the longest are 25 MB.
MOST = 100
MOST_MARK = 60


@dataclass(frozen=True)
class For:
    """What a draft is for: a thread on a board, a response, or a change of one's post."""

    board: Board | None = None
    answered: Post | None = None
    edited: Post | None = None


@dataclass(frozen=True)
class Words:
    """What was written so far."""

    title: str
    source: str
    edits_seen: int = 0


@dataclass(frozen=True)
class Shown:
    """A draft in a member's list, with the lines of what it is for that they may see."""

    draft: KeptDraft
    board: Board | None
    answered: Line | None
    edited: Line | None

    @property
    def is_lost(self) -> bool:
        """Tell whether it can't be posted any more where it was meant for."""
        return self.board is None and self.answered is None and self.edited is None


def keep(
    principal: Principal, mark: str, what_for: For, words: Words, version: int | None = None
) -> int:
    """Keep what was written under a form's mark, and return its version; 0: nothing is there.

    Empty words drop the draft. Raises Conflict if `version` is given and isn't the one that is
    kept: another device has written meanwhile. Raises BadText, BadInput for one draft too many,
    Refused for who isn't a member, TooMany.
    """
    member_id = _member(principal)
    limited.take(principal, "draft")
    check_size(words.source)
    check_size(words.title)
    if not mark or len(mark) > MOST_MARK:
        raise BadInput(_("A draft needs a mark of its own."))
    with transaction.atomic():
        kept = KeptDraft.objects.select_for_update().filter(member=member_id, mark=mark).first()
        if version is not None and version != (kept.version if kept else 0):
            raise Conflict(_("This draft was changed on another device, or dropped there."))
        if not (words.title.strip() or words.source.strip()):
            KeptDraft.objects.filter(member=member_id, mark=mark).delete()
            return 0
        return _do_keep(kept or _begun(member_id, mark), what_for, words)


def _begun(member_id: int, mark: str) -> KeptDraft:
    if KeptDraft.objects.filter(member=member_id).count() >= MOST:
        raise BadInput(_("%d drafts are the most. Post or discard some of them.") % MOST)
    return KeptDraft(member_id=member_id, mark=mark, version=0)


def _do_keep(kept: KeptDraft, what_for: For, words: Words) -> int:
    kept.board, kept.answered, kept.edited = what_for.board, what_for.answered, what_for.edited
    kept.title = replace_surrogates(words.title).replace("\0", "")
    kept.source = replace_surrogates(words.source).replace("\0", "")
    kept.edits_seen = words.edits_seen
    kept.version += 1
    kept.kept_at = timezone.now()
    kept.save()
    return kept.version


def newest(principal: Principal, what_for: For) -> KeptDraft | None:
    """Return the draft that a member wrote last for a place; None for who isn't a member."""
    if not principal.is_member:
        return None
    rows = KeptDraft.objects.filter(
        member=principal.member_id,
        board=what_for.board,
        answered=what_for.answered,
        edited=what_for.edited,
    )
    return rows.order_by("-kept_at").first()


def find(principal: Principal, mark: str) -> KeptDraft | None:
    """Return a member's draft by its mark."""
    if not principal.is_member or not mark:
        return None
    return KeptDraft.objects.filter(member=principal.member_id, mark=mark).first()


def drop(principal: Principal, mark: str) -> None:
    """Drop a draft, for good. Raises Missing if there is none, Refused for who isn't a member."""
    dropped, _of_each = KeptDraft.objects.filter(member=_member(principal), mark=mark).delete()
    if not dropped:
        raise Missing(_("There is no such draft."))


def posted(principal: Principal, mark: str) -> None:
    """Drop the draft of a form that was posted, if there is one."""
    if principal.is_member:
        KeptDraft.objects.filter(member=principal.member_id, mark=mark).delete()


def count(principal: Principal) -> int:
    """Return how many drafts a member has: one small query."""
    return KeptDraft.objects.filter(member=_member(principal, gate.Verb.READ)).count()


def drafts_of(principal: Principal) -> list[Shown]:
    """Return a member's drafts, the newest first: three queries."""
    own = KeptDraft.objects.filter(member=_member(principal, gate.Verb.READ))
    kept = list(own.order_by("-kept_at", "-pk"))
    ids = [pk for draft in kept for pk in (draft.answered_id, draft.edited_id)]
    lines = lines_by_id(principal, ids)
    wanted = {draft.board_id for draft in kept if draft.board_id is not None}
    seen = gate.visible(principal, Board.objects.filter(pk__in=wanted))
    boards = {board.pk: board for board in seen}
    return [
        Shown(
            draft,
            boards.get(draft.board_id or 0),
            lines.get(draft.answered_id or 0),
            lines.get(draft.edited_id or 0),
        )
        for draft in kept
    ]


def _member(principal: Principal, verb: gate.Verb = gate.Verb.EDIT) -> int:
    if not principal.is_member or not principal.member_id or not principal.allows(verb):
        raise Refused(_("Drafts are a member’s own: sign in first."))
    return principal.member_id
