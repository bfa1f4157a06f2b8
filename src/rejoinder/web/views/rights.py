"""A board's rights: who may read, start threads, respond and moderate, on one page.

Opened by: an administrator who opens a board to others or closes it to them. They read in
a sentence what holds now, choose a common setting or tick boxes, and are told beforehand
what can't be undone. What they choose holds at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.boards.grants import Granted, Rights, check_rights, rights_of, set_rights
from rejoinder.boards.models import Ability, Board
from rejoinder.boards.presets import preset_of
from rejoinder.boards.sentences import consequences, describe, oddities
from rejoinder.errors import BadInput
from rejoinder.members.models import Group
from rejoinder.policy import gate
from rejoinder.threads.models import BoardTally
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.administration import PresetForm
from rejoinder.web.in_charge import in_charge
from rejoinder.web.views.administration import board_of

EVERYONE, MEMBERS = "everyone", "members"


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def board_rights(request: PageRequest, handle: str) -> HttpResponse:
    """Show who may do what on a board, and change it."""
    board = board_of(request, handle)
    names = {g.pk: g.name for g in gate.visible(request.principal, Group.objects.all())}
    if request.method != "POST":
        return _show(request, board, names)
    try:
        rights = _wanted(request, board, names)
        check_rights(rights)
        changes = consequences(rights_of(board), rights, _posts_count(request, board))
        if changes and not request.POST.get("agreed"):
            return _ask(request, board, names, rights, changes)
        set_rights(request.principal, board, rights)
    except BadInput as error:
        return _show(request, board, names, error.message, HTTPStatus.BAD_REQUEST)
    messages.success(request, _("The rights on “%s” are changed, and hold now.") % board.name)
    return SeeOther(reverse("board_rights", args=[handle]))


def _wanted(request: PageRequest, board: Board, names: Mapping[int, str]) -> Rights:
    """Return the rights that a form asks for: a preset, or what is ticked in the table."""
    if request.POST.get("button") != "preset":
        return _ticked(request.POST, names)
    form = _preset_form(names, request.POST)
    if not form.is_valid() or not form.cleaned_data["preset"]:
        raise BadInput(_("Choose one of the settings, and the groups from the list."))
    return form.rights(rights_of(board)[Ability.MODERATE].groups)


def _ticked(sent: QueryDict, names: Mapping[int, str]) -> Rights:
    """Return the rights whose boxes are ticked. Raises BadInput for a group that isn't there."""
    ids = {str(pk): pk for pk in names}
    rights: dict[Ability, Granted] = {}
    for ability in Ability:
        ticked = set(sent.getlist(ability.value))
        groups = ticked - {EVERYONE, MEMBERS}
        if not groups <= ids.keys():
            raise BadInput(_("One of these groups was removed meanwhile. Look at the list again."))
        rights[ability] = Granted(
            everyone=EVERYONE in ticked,
            members=MEMBERS in ticked,
            groups=frozenset(ids[pk] for pk in groups),
        )
    return rights


def _posts_count(request: PageRequest, board: Board) -> int:
    tallies = gate.visible(request.principal, BoardTally.objects.filter(board=board))
    return tallies.values_list("posts_count", flat=True).first() or 0


def _preset_form(
    names: Mapping[int, str], data: QueryDict | None = None, **initial: object
) -> PresetForm:
    return PresetForm(
        [Group(pk=pk, name=name) for pk, name in names.items()], data, initial=initial
    )


def _show(
    request: PageRequest,
    board: Board,
    names: Mapping[int, str],
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Return the page with what holds now; after a refusal with what was asked for beside it."""
    rights = rights_of(board)
    is_table = request.method == "POST" and request.POST.get("button") != "preset"
    data = request.POST if request.method == "POST" and not is_table else None
    preset = preset_of(rights)
    context: dict[str, object] = {
        "board": board,
        "problem": problem,
        "sentence": describe(rights, names, is_closed=board.is_closed),
        "oddities": oddities(rights, names),
        "preset": preset,
        "presets": _preset_form(
            names, data, preset=preset, groups=sorted(rights[Ability.START].groups)
        ),
        "abilities": list(Ability),
        "rows": _rows(names),
        "ticked": {
            ability.value: set(request.POST.getlist(ability.value))
            if is_table
            else _boxes(rights[ability])
            for ability in Ability
        },
    }
    return page(request, "board_rights.html", context, status)


def _ask(
    request: PageRequest, board: Board, names: Mapping[int, str], rights: Rights, changes: list[str]
) -> HttpResponse:
    """Return the page that asks whether a change with such consequences is meant."""
    context: dict[str, object] = {
        "board": board,
        "sentence": describe(rights, names, is_closed=board.is_closed),
        "oddities": oddities(rights, names),
        "changes": changes,
        "boxes": [(a.value, box) for a in Ability for box in sorted(_boxes(rights[a]))],
    }
    return page(request, "board_rights_ask.html", context)


def _rows(names: Mapping[int, str]) -> list[tuple[str, str, frozenset[str]]]:
    """Return the table's rows: the box's value, whom it is for, and what they can be granted."""
    every = frozenset(ability.value for ability in Ability)
    return [
        (EVERYONE, _("Everyone, guests too"), frozenset({Ability.READ.value})),
        (MEMBERS, _("All members"), every - {Ability.MODERATE.value}),
        *((str(pk), _("Members of %s") % name, every) for pk, name in names.items()),
    ]


def _boxes(granted: Granted) -> set[str]:
    boxes = {str(pk) for pk in granted.groups}
    if granted.everyone:
        boxes.add(EVERYONE)
    if granted.members:
        boxes.add(MEMBERS)
    return boxes
