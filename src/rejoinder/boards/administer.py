"""What an administrator does with boards and the site's face."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput
from rejoinder.members.accounts import take_handle
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.titles import clean_title

MOST_NAME = 100


def add_board(principal: Principal, name: str, description: str = "") -> Board:
    """Add a board after the others and return it. Raises BadTitle, BadInput or Refused."""
    gate.check(principal, gate.Verb.ADMINISTER, the_site())
    name = check_board_name(name)
    with transaction.atomic():
        last = Board.objects.aggregate(last=Max("position"))["last"] or 0
        return Board.objects.create(
            handle=take_handle(name), name=name, description=description, position=last + 1
        )


def check_board_name(name: str, *, of: Board | None = None) -> str:
    """Return a board's name as it will be kept. Raises BadInput if it can't be."""
    name = clean_title(name)
    if len(name) > MOST_NAME:
        raise BadInput(_("A board's name has at most %d characters.") % MOST_NAME)
    others = Board.objects.filter(name__iexact=name)
    if of is not None:
        others = others.exclude(pk=of.pk)
    if others.exists():
        raise BadInput(_("There is a board of that name already. Choose another."))
    return name
