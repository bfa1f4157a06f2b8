"""What an administrator does with boards and the site's face."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from rejoinder.boards.grants import PUBLIC, Rights, check_rights, put_rights
from rejoinder.boards.models import Ability, Board, Site, random_name
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, BadName, BadTitle
from rejoinder.files import pictures, store
from rejoinder.members.accounts import take_handle
from rejoinder.members.models import Handle
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.handles import handle_from
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title

MOST_NAME = 100
MOST_DESCRIPTION = 2000
MOST_LOGO_OCTETS = 200_000


@dataclass(frozen=True)
class BoardChange:
    """A board's new name, description and whether it is closed."""

    name: str
    description: str
    is_closed: bool


@dataclass(frozen=True)
class SiteChange:
    """The site's new title, and its welcome text and rules in Markdown."""

    title: str
    welcome: str
    rules: str
    guests_may_report: bool = True


def add_board(
    principal: Principal, name: str, description: str = "", rights: Rights = PUBLIC
) -> Board:
    """Add a board after the others and return it. Raises BadName, BadInput or Refused."""
    _check_in_charge(principal)
    name, description = check_board_name(name), check_description(description)
    check_rights(rights)
    with transaction.atomic():
        last = Board.unscoped.aggregate(last=Max("position"))["last"] or 0
        # Whoever takes a handle learns whether it's free. That of a board which not
        # everybody sees is one that nobody asks for.
        handle = (
            take_handle(name)
            if rights[Ability.READ].everyone
            else Handle.objects.create(name=f"{handle_from(name)[:28]}-{random_name(10)}")
        )
        board = Board.unscoped.create(
            handle=handle, name=name, description=description, position=last + 1
        )
        put_rights(board, rights)
        return board


def change_board(principal: Principal, board: Board, change: BoardChange) -> Board:
    """Give a board another name or description, close or open it, and return it.

    Its address stays. Raises BadName, BadInput or Refused.
    """
    _check_in_charge(principal)
    board.name = check_board_name(change.name, of=board)
    board.description = check_description(change.description)
    board.is_closed = change.is_closed
    board.save(update_fields=["name", "description", "is_closed"])
    return board


def move_board(principal: Principal, board: Board, places: int) -> None:
    """Move a board so many places down the list, or up if that is negative.

    At an end of the list it stays. Locks every board. Raises Refused.
    """
    _check_in_charge(principal)
    with transaction.atomic():
        boards = list(_locked(Board.unscoped.order_by("position", "pk")))
        place = next(i for i, other in enumerate(boards) if other.pk == board.pk)
        moved = boards.pop(place)
        boards.insert(max(0, place + places), moved)
        for position, other in enumerate(boards, start=1):
            other.position = position
        Board.unscoped.bulk_update(boards, ["position"])


def change_site(principal: Principal, change: SiteChange) -> Site:
    """Give the site another title, welcome text and rules, and return it.

    And say whether guests may report posts, or members alone.

    Raises BadName, BadText or Refused.
    """
    _check_in_charge(principal)
    site = the_site()
    site.title = check_site_title(change.title)
    site.welcome, site.rules = clean_text(change.welcome), clean_text(change.rules)
    site.guests_may_report = change.guests_may_report
    site.save(update_fields=["title", "welcome", "rules", "guests_may_report"])
    return site


def set_logo(principal: Principal, content: bytes) -> Site:
    """Make a picture the site's logo. Raises BadInput, Refused, or Unavailable.

    Kept as it came: it is shown by its type alone (never as a page), and only to what
    reads pictures. Re-encoding would need an imaging library, a larger risk here.
    """
    _check_in_charge(principal)
    if len(content) > MOST_LOGO_OCTETS:
        raise BadInput(
            _("The picture has %(octets)d KB; %(most)d KB are the most. Make it smaller.")
            % {"octets": len(content) // 1000, "most": MOST_LOGO_OCTETS // 1000}
        )
    media_type = pictures.media_type(content)
    if media_type is None:
        raise BadInput(_("This is no PNG, JPEG, GIF or WebP picture. Choose another file."))
    return _put_logo(store.keep(content), media_type)


def remove_logo(principal: Principal) -> Site:
    """Leave the site without a logo. Raises Refused."""
    _check_in_charge(principal)
    return _put_logo("", "")


def check_board_name(name: str, *, of: Board | None = None) -> str:
    """Return a board's name as it will be kept. Raises BadName if it can't be."""
    name = _one_line(name, _("A board needs a name."), _("A board's name"))
    others = Board.unscoped.filter(name__iexact=name)
    if of is not None:
        others = others.exclude(pk=of.pk)
    if others.exists():
        raise BadName(_("There is a board of that name already. Choose another."))
    return name


def check_site_title(title: str) -> str:
    """Return the site's title as it will be kept. Raises BadName if it can't be."""
    return _one_line(title, _("The site needs a title."), _("The site's title"))


def check_description(description: str) -> str:
    """Return a board's description as it will be kept. Raises BadInput or BadText."""
    description = clean_text(description).strip()
    if len(description) > MOST_DESCRIPTION:
        raise BadInput(
            _("The description has %(length)d characters; %(most)d are the most. Shorten it.")
            % {"length": len(description), "most": MOST_DESCRIPTION}
        )
    return description


def _one_line(raw: str, if_empty: str, what: str) -> str:
    try:
        line = clean_title(raw)
    except BadTitle as error:
        # A title's own messages speak of posts.
        raise BadName(if_empty if not raw.strip() else error.message) from None
    if len(line) > MOST_NAME:
        raise BadName(
            _("%(what)s has at most %(most)d characters; this one has %(length)d. Shorten it.")
            % {"what": what, "most": MOST_NAME, "length": len(line)}
        )
    return line


def _check_in_charge(principal: Principal) -> None:
    gate.check(principal, gate.Verb.ADMINISTER, the_site(), _("Only an administrator may do this."))


def _put_logo(digest: str, media_type: str) -> Site:
    site = the_site()
    site.logo_digest, site.logo_media_type = digest, media_type
    site.save(update_fields=["logo_digest", "logo_media_type"])
    return site


def _locked(boards: QuerySet[Board]) -> QuerySet[Board]:
    """Return the boards with their rows locked; SQLite's transaction locks all of them."""
    return boards.select_for_update() if connection.features.has_select_for_update else boards
