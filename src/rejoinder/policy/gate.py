"""The one gate: which rows a principal sees, what it may do to them, what they show. Default deny.

A room registers, once, at start (AppConfig.ready): for each model the rows that a
principal may see, for each verb on a model a predicate, and for each field that isn't
everybody's another. What isn't registered is refused. Every door and every derived thing
asks here and nowhere else; docs/policy.md has the table of all answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from rejoinder.errors import Missing, Refused
from rejoinder.limits import security_log
from rejoinder.policy.guarded import let_through
from rejoinder.policy.principals import Kind, Principal
from rejoinder.policy.verbs import Field, Verb

__all__ = [
    "Field",
    "Verb",
    "check",
    "may",
    "reachable",
    "register",
    "register_field",
    "register_rows",
    "shows",
    "visible",
]

M = TypeVar("M", bound=Model)
Rows = Callable[[Principal, QuerySet[Any]], QuerySet[Any]]
Predicate = Callable[[Principal, Any], bool]

_visible: dict[type[Model], Rows] = {}
_reachable: dict[type[Model], Rows] = {}
_predicates: dict[tuple[Verb, type], Predicate] = {}
_fields: dict[tuple[Field, type], Predicate] = {}


def register_rows(model: type[Model], visible: Rows, reachable: Rows | None = None) -> None:
    """Register which rows of a model a principal may see; once per model.

    `reachable` says which it may open by name, where those are more.
    """
    if model in _visible:
        raise RuntimeError(f"rows of {model.__name__} are registered twice")
    _visible[model] = visible
    _reachable[model] = reachable or visible


def register(verb: Verb, kind: type, predicate: Predicate) -> None:
    """Register who may do a verb to an object of a kind; once per pair."""
    if (verb, kind) in _predicates:
        raise RuntimeError(f"{verb} on {kind.__name__} is registered twice")
    _predicates[verb, kind] = predicate


def register_field(field: Field, kind: type, predicate: Predicate) -> None:
    """Register to whom a field of an object is shown; once per pair."""
    if (field, kind) in _fields:
        raise RuntimeError(f"{field} of {kind.__name__} is registered twice")
    _fields[field, kind] = predicate


def visible(principal: Principal, queryset: QuerySet[M]) -> QuerySet[M]:
    """Return the rows of a queryset that lists show a principal; none if nobody registered."""
    return _through(_visible, principal, queryset)


def reachable(principal: Principal, queryset: QuerySet[M]) -> QuerySet[M]:
    """Return the rows that a principal may open, knowing their names: what lists show, and
    what is its own or in its care. None if nobody registered."""
    return _through(_reachable, principal, queryset)


def may(principal: Principal, verb: Verb, thing: object) -> bool:
    """Tell whether a principal may do this to that; False if nobody registered."""
    if not principal.allows(verb):
        return False
    predicate = _predicates.get((verb, type(thing)))
    return predicate is not None and predicate(principal, thing)


def shows(principal: Principal, field: Field, thing: object) -> bool:
    """Tell whether a principal is shown this field of that; False if nobody registered."""
    if not principal.allows(Verb.READ):
        return False
    predicate = _fields.get((field, type(thing)))
    return predicate is not None and predicate(principal, thing)


def check(
    principal: Principal, verb: Verb, thing: object, refusal: str | Callable[[], str] = ""
) -> None:
    """Raise Missing if the principal can't see the thing, Refused if it may not do that.

    `refusal` is what to say then, or what returns it.
    """
    if not may(principal, Verb.READ, thing):
        _note_refusal(principal, Verb.READ, thing)
        raise Missing(_("There is no such page."))
    if not may(principal, verb, thing):
        _note_refusal(principal, verb, thing)
        said = refusal() if callable(refusal) else refusal
        refused = Refused(said or _("You may not do that here."))
        refused.is_noted = True
        raise refused


def _note_refusal(principal: Principal, verb: Verb, thing: object) -> None:
    if principal.kind is Kind.GUEST and verb is not Verb.READ:
        # Every robot follows every link; a guest is asked to sign in.
        return
    security_log.note(
        "refused",
        address=principal.address,
        by=principal.kind.value,
        member=principal.member_id,
        verb=verb.value,
        thing=f"{type(thing).__name__}:{getattr(thing, 'pk', None)}",
    )


def _through(
    table: dict[type[Model], Rows], principal: Principal, queryset: QuerySet[M]
) -> QuerySet[M]:
    rows = table.get(queryset.model)
    if rows is None or not principal.allows(Verb.READ):
        return let_through(queryset.none())
    return let_through(rows(principal, queryset))
