"""Files that are put to a post as it is written.

Opened by: who has a picture or a document to show. They choose, paste or drop it, say what it
shows, and go on writing; it is posted with the post.
"""

from __future__ import annotations

from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.errors import BadInput
from rejoinder.posts import waiting_files
from rejoinder.posts.attached import MOST_OCTETS
from rejoinder.web.answers import PageRequest, members_only, never_kept
from rejoinder.web.typed import NUMBER, Typed

ALT, AWAY = "alt-", "away-"


def changes_files(request: PageRequest, typed: Typed) -> bool:
    """Do what a form's buttons ask about its files, and tell whether that was all they ask.

    Raises BadInput, also where files were chosen and not added: browsers send only their names
    then, and they would be missing from the post.
    """
    principal, mark = request.principal, typed.submission
    if alts := _alts(request):
        waiting_files.describe(principal, mark, alts)
    if typed.button.startswith(AWAY):
        pk = typed.button.removeprefix(AWAY)
        waiting_files.take_away(principal, mark, int(pk) if NUMBER.fullmatch(pk) else 0)
        return True
    if typed.button == "attach":
        _put_all(request, mark)
        return True
    if any(request.POST.getlist("files")):
        raise BadInput(_("The files you chose are not added yet. Choose them, and press “Add”."))
    return False


def _put_all(request: PageRequest, mark: str) -> None:
    chosen = cast("list[UploadedFile[bytes]]", request.FILES.getlist("files"))
    if not chosen:
        raise BadInput(_("Choose a file first, then add it."))
    for file in chosen:
        # One octet more than allowed is enough to know.
        content = file.read(MOST_OCTETS + 1)
        waiting_files.put(request.principal, mark, file.name or "", content)


def _alts(request: PageRequest) -> dict[int, str]:
    return {
        int(name.removeprefix(ALT)): str(value)
        for name, value in request.POST.items()
        if name.startswith(ALT) and NUMBER.fullmatch(name.removeprefix(ALT))
    }


@require_safe
@never_kept
@members_only
def waiting_file(request: PageRequest, pk: int) -> HttpResponse:
    """Hand out a file of one's own that isn't posted yet."""
    file, content = waiting_files.read(request.principal, pk)
    media_type = file.media_type if file.is_picture else "application/octet-stream"
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = (
        content_disposition_header(not file.is_picture, file.file_name) or ""
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
