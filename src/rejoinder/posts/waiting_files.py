"""Files that are put to a post while it is written, and wait there until it is posted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.files import redraw, store
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.posts import attached
from rejoinder.posts.drafts import FoundAttachment
from rejoinder.posts.models import WaitingFile
from rejoinder.text.characters import fold_spaces, replace_surrogates

MOST_ALT = 1000
MOST_NAME = 150


def put(principal: Principal, mark: str, name: str, content: bytes) -> WaitingFile:
    """Put a file to what is written under a form's mark, and return it.

    Pictures are drawn anew: nothing of the original's octets, place or camera is left. Raises
    BadInput for a file that is too large, empty, one too many, or a picture that can't be
    drawn; TooMany; Refused for who isn't a member; Unavailable if it can't be kept.
    """
    member_id = _member(principal)
    name = _clean_name(name)
    attached.check_octets(name, len(content))
    limited.take(principal, "attach")
    if WaitingFile.objects.filter(member=member_id, mark=mark).count() >= attached.MOST_FILES:
        raise BadInput(_("%d files are the most that a post can have.") % attached.MOST_FILES)
    drawn = redraw.redrawn(content)
    if drawn is not None:
        content, name = drawn.content, f"{PurePosixPath(name).stem}.{drawn.ending}"
    return WaitingFile.objects.create(
        member_id=member_id,
        mark=mark,
        digest=store.keep(content),
        file_name=name,
        media_type=drawn.media_type if drawn else _media_type(content),
        octets=len(content),
        width=drawn.width if drawn else 0,
        height=drawn.height if drawn else 0,
    )


def files(principal: Principal, mark: str) -> list[WaitingFile]:
    """Return the files that wait under a mark, in the order in which they were put there."""
    if not principal.is_member or not mark:
        return []
    return list(WaitingFile.objects.filter(member=principal.member_id, mark=mark))


def describe(principal: Principal, mark: str, alts: Mapping[int, str]) -> None:
    """Keep what a writer says their pictures show."""
    for file in files(principal, mark):
        said = fold_spaces(replace_surrogates(alts.get(file.pk, file.alt)))[:MOST_ALT]
        if said != file.alt:
            WaitingFile.objects.filter(pk=file.pk).update(alt=said)


def take_away(principal: Principal, mark: str, pk: int) -> None:
    """Take a file away again. Raises Missing if it isn't there."""
    found = WaitingFile.objects.filter(member=_member(principal), mark=mark, pk=pk).first()
    if found is None:
        raise Missing(_("There is no such file."))
    found.delete()
    attached.discard_unused([found.digest])


def found(principal: Principal, mark: str) -> tuple[FoundAttachment, ...]:
    """Return the files under a mark as a draft takes them: one query."""
    return tuple(
        FoundAttachment(
            digest=file.digest,
            file_name=file.file_name,
            media_type=file.media_type,
            octets=file.octets,
            alt=file.alt,
            width=file.width,
            height=file.height,
        )
        for file in files(principal, mark)
    )


def posted(principal: Principal, mark: str) -> None:
    """Let go of what waited under a mark: it hangs on a post now."""
    WaitingFile.objects.filter(member=_member(principal), mark=mark).delete()


def read(principal: Principal, pk: int) -> tuple[WaitingFile, bytes]:
    """Return a waiting file of one's own, for its preview. Raises Missing."""
    own = WaitingFile.objects.filter(member=principal.member_id or 0, pk=pk)
    file = own.first() if principal.is_member else None
    if file is None:
        raise Missing(_("There is no such file."))
    return file, store.read(file.digest)


def _clean_name(name: str) -> str:
    last = fold_spaces(replace_surrogates(name).replace("\\", "/").replace("\0", ""))
    last = last.rpartition("/")[2].strip(". ") or _("file")
    path = PurePosixPath(last)
    return path.stem[: MOST_NAME - len(path.suffix[:20])] + path.suffix[:20]


def _media_type(content: bytes) -> str:
    """Return the type of what is no picture: text that a browser may show, or bytes."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else "text/plain"


def _member(principal: Principal) -> int:
    if not principal.is_member or not principal.member_id or not principal.allows(gate.Verb.EDIT):
        raise Refused(_("Sign in first: files are for members to attach."))
    return principal.member_id
