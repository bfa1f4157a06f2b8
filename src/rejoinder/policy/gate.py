"""The one gate: which rows a principal sees, and what it may do to them. Default deny.

A room registers, once, at start (AppConfig.ready): for each model the rows that a
principal may see, and for each verb on a model a predicate. What isn't registered
is refused. Every door and every derived thing asks here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from rejoinder.errors import Missing, Refused
from rejoinder.policy.principals import Principal

M = TypeVar("M", bound=Model)
Rows = Callable[[Principal, QuerySet[Any]], QuerySet[Any]]
Predicate = Callable[[Principal, Any], bool]


class Verb(Enum):
    """What can be asked for."""

    READ = "read"
    START_THREAD = "start a thread"
    RESPOND = "respond"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    ADMINISTER = "administer"
    IMPORT = "import"


_rows: dict[type[Model], Rows] = {}
_predicates: dict[tuple[Verb, type], Predicate] = {}


def register_rows(model: type[Model], rows: Rows) -> None:
    """Register which rows of a model a principal may see; once per model."""
    if model in _rows:
        raise RuntimeError(f"rows of {model.__name__} are registered twice")
    _rows[model] = rows


def register(verb: Verb, kind: type, predicate: Predicate) -> None:
    """Register who may do a verb to an object of a kind; once per pair."""
    if (verb, kind) in _predicates:
        raise RuntimeError(f"{verb} on {kind.__name__} is registered twice")
    _predicates[verb, kind] = predicate


def visible(principal: Principal, queryset: QuerySet[M]) -> QuerySet[M]:
    """Return the rows of a queryset that a principal may see; none if nobody registered."""
    rows = _rows.get(queryset.model)
    return queryset.none() if rows is None else rows(principal, queryset)


def may(principal: Principal, verb: Verb, thing: object) -> bool:
    """Tell whether a principal may do this to that; False if nobody registered."""
    predicate = _predicates.get((verb, type(thing)))
    return predicate is not None and predicate(principal, thing)


def check(principal: Principal, verb: Verb, thing: object, refusal: str = "") -> None:
    """Raise Missing if the principal can't see the thing, Refused if it may not do that."""
    if not may(principal, Verb.READ, thing):
        raise Missing(_("There is no such page."))
    if not may(principal, verb, thing):
        raise Refused(refusal or _("You may not do that here."))
