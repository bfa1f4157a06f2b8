"""Board administration, in pages of our own: boards, and the site's face."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from rejoinder.boards import administer as deeds
from rejoinder.boards.models import Board, Site
from rejoinder.boards.presets import Preset
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Missing
from rejoinder.members.models import Group, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.markup import render_markdown
from rejoinder.threads.front import front
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.administration import BoardChangeForm, LogoForm, NewBoardForm, SiteForm
from rejoinder.web.in_charge import in_charge, keep
from rejoinder.web.requests import absolute

METHODS = ["GET", "HEAD", "POST"]


@require_safe
@in_charge
def administration(request: PageRequest) -> HttpResponse:
    """Show the boards in their order, and what else there is to keep."""
    boards = list(gate.visible(request.principal, Board.objects.all()))
    context: dict[str, object] = {
        "boards": boards,
        "steps": _steps(request.principal, boards),
        "invitation": absolute(request, reverse("account_signup")),
        "is_alone": Member.objects.filter(is_active=True, is_staged=False)[:2].count() < 2,
        "logo_form": LogoForm(),
    }
    return page(request, "administration.html", context)


def _steps(principal: Principal, boards: list[Board]) -> list[tuple[str, str]]:
    """Return what a new site still lacks: what to do, and where."""
    site = the_site()
    steps = []
    if site.title == Site._meta.get_field("title").default:
        steps.append((_("Give the site its name."), reverse("site_change")))
    if not boards:
        steps.append((_("Add the first board."), reverse("board_add")))
    elif len(boards) == 1 and not front(principal)[0].threads:
        steps.append(
            (
                _("Say what the first board is for, or give it another name."),
                reverse("board_change", args=[boards[0].handle_id]),
            )
        )
    if not site.welcome:
        steps.append((_("Write a welcome for the front page."), reverse("site_change")))
    if not site.rules:
        steps.append((_("Write down the rules."), reverse("site_change")))
    return steps


@require_http_methods(METHODS)
@in_charge
def board_add(request: PageRequest) -> HttpResponse:
    """Show the form that makes a board, and make it."""
    groups = list(gate.visible(request.principal, Group.objects.all()))
    if request.method != "POST":
        form = NewBoardForm(groups, initial={"preset": Preset.PUBLIC})
        return page(request, "board_form.html", {"form": form, "board": None})
    form = NewBoardForm(groups, request.POST)
    status = keep(form, lambda: _do_add_board(request.principal, form))
    if status != HTTPStatus.OK:
        return page(request, "board_form.html", {"form": form, "board": None}, status)
    messages.success(request, _("The board “%s” is there.") % form.cleaned_data["name"])
    return SeeOther(reverse("administration"))


def _do_add_board(principal: Principal, form: NewBoardForm) -> Board:
    said = form.cleaned_data
    return deeds.add_board(principal, said["name"], said["description"], form.rights())


@require_http_methods(METHODS)
@in_charge
def board_change(request: PageRequest, handle: str) -> HttpResponse:
    """Show the form that renames, describes, closes or opens a board, and do so."""
    board = board_of(request, handle)
    if request.method != "POST":
        return page(request, "board_form.html", {"form": BoardChangeForm(board), "board": board})
    form = BoardChangeForm(board, request.POST)
    status = keep(
        form,
        lambda: deeds.change_board(
            request.principal, board, deeds.BoardChange(**form.cleaned_data)
        ),
    )
    if status != HTTPStatus.OK:
        return page(request, "board_form.html", {"form": form, "board": board}, status)
    messages.success(request, _("The board “%s” is changed.") % board.name)
    return SeeOther(reverse("administration"))


@require_POST
@in_charge
def board_move(request: PageRequest, handle: str) -> HttpResponse:
    """Move a board one place up or down the list."""
    places = -1 if request.POST.get("button") == "up" else 1
    deeds.move_board(request.principal, board_of(request, handle), places)
    return SeeOther(reverse("administration"))


@require_http_methods(METHODS)
@in_charge
def site_change(request: PageRequest) -> HttpResponse:
    """Show the form for the site's title, welcome text and rules; preview or keep it."""
    if request.method != "POST":
        site = the_site()
        said: dict[str, object] = {name: getattr(site, name) for name in SiteForm.base_fields}
        return _show_site(request, SiteForm(initial=said))
    form = SiteForm(request.POST)
    if request.POST.get("button") == "preview" and form.is_valid():
        return _show_site(request, form, is_preview=True)
    status = keep(
        form,
        lambda: deeds.change_site(request.principal, deeds.SiteChange(**form.cleaned_data)),
    )
    if status != HTTPStatus.OK:
        return _show_site(request, form, status=status)
    messages.success(request, _("The site's face is changed."))
    return SeeOther(reverse("administration"))


@require_POST
@in_charge
def logo_change(request: PageRequest) -> HttpResponse:
    """Keep a picture as the site's logo, or take the logo away."""
    form = LogoForm(request.POST, request.FILES)
    status = keep(form, lambda: _do_change_logo(request))
    if status != HTTPStatus.OK:
        return page(request, "logo.html", {"logo_form": form}, status)
    messages.success(request, _("The logo is changed."))
    return SeeOther(reverse("administration"))


def _do_change_logo(request: PageRequest) -> None:
    if request.POST.get("button") == "remove":
        deeds.remove_logo(request.principal)
        return
    picture = request.FILES.get("picture")
    if picture is None or not picture.size:
        raise BadInput(_("Choose a picture first, then send it."))
    # One octet more than allowed is enough to know.
    deeds.set_logo(request.principal, picture.read(deeds.MOST_LOGO_OCTETS + 1))


def board_of(request: PageRequest, handle: str) -> Board:
    """Return the board of a handle. Raises Missing."""
    board = gate.visible(request.principal, Board.objects.filter(handle=handle)).first()
    if board is None:
        raise Missing(_("There is no such board."))
    return board


def _show_site(
    request: PageRequest,
    form: SiteForm,
    *,
    is_preview: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    preview = None
    if is_preview:
        preview = {
            part: Markup(render_markdown(form.cleaned_data[part]))  # noqa: S704 - sanitised
            for part in ("welcome", "rules")
        }
    context: dict[str, object] = {"form": form, "preview": preview}
    return page(request, "site_form.html", context, status)
