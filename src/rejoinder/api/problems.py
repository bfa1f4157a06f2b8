"""What the API answers when something is the matter (RFC 9457): one table for all errors."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, DataError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError, ValidationError

from rejoinder.errors import (
    BadInput,
    Conflict,
    Missing,
    Refused,
    RejoinderError,
    TooMany,
    Unavailable,
)
from rejoinder.limits import security_log
from rejoinder.policy.principals import GUEST, Kind, Principal
from rejoinder.threads import outages

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger("rejoinder.api")

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 30
NEVER_KEPT = "private, no-store"
# Both ways to name an application password (RFC 6750, RFC 7617).
CHALLENGE = 'Bearer realm="Rejoinder", Basic realm="Rejoinder", charset="UTF-8"'


@dataclass(frozen=True)
class Problem:
    """A kind of problem: its status, its title for people, its code for programs."""

    status: int
    title: str | _StrPromise
    code: str


class Unauthorized(Refused):
    """The credentials don't fit, or none were sent where a member is wanted."""

    code = "unauthorized"


class KeyUsed(Conflict):
    """An idempotency key was sent again with something else under it."""

    code = "key-used"


class InProgress(Conflict):
    """The same write is being done at this moment."""

    code = "in-progress"
    retry_after_seconds = 1


class Outdated(Conflict):
    """What an edit was meant for has changed since it was read (If-Match)."""

    code = "outdated"


class Unconditional(BadInput):
    """An edit doesn't say what it was made from."""

    code = "unconditional"


# Every error that a deed may raise; subclasses answer as the nearest above them.
PROBLEMS: dict[type[RejoinderError], Problem] = {
    BadInput: Problem(400, gettext_lazy("That can’t be taken as it is"), "bad-input"),
    Unauthorized: Problem(401, gettext_lazy("Say who you are"), "unauthorized"),
    Refused: Problem(403, gettext_lazy("Not allowed"), "refused"),
    Missing: Problem(404, gettext_lazy("Nothing here"), "missing"),
    Conflict: Problem(409, gettext_lazy("Changed meanwhile"), "conflict"),
    KeyUsed: Problem(422, gettext_lazy("This key was used for something else"), "key-used"),
    Outdated: Problem(412, gettext_lazy("Changed since you read it"), "outdated"),
    Unconditional: Problem(428, gettext_lazy("Say what you read before"), "unconditional"),
    TooMany: Problem(429, gettext_lazy("Too much at once"), "too-many"),
    Unavailable: Problem(503, gettext_lazy("Not now"), "unavailable"),
    RejoinderError: Problem(500, gettext_lazy("Something went wrong"), "error"),
}
# What no deed raises: HTTP itself was used wrongly.
NO_METHOD = Problem(405, gettext_lazy("Not that way"), "no-such-method")
TOO_LARGE = Problem(413, gettext_lazy("Too large"), "too-large")
NOT_JSON = Problem(415, gettext_lazy("JSON only"), "not-json")
OF_HTTP = (NO_METHOD, TOO_LARGE, NOT_JSON)
EVERY = (*PROBLEMS.values(), *OF_HTTP)


def problem_of(error: RejoinderError) -> Problem:
    """Return the kind of problem that an error is."""
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)


def answer(
    problem: Problem, detail: str, code: str = "", errors: Sequence[dict[str, str]] = ()
) -> HttpResponse:
    """Return a problem as an answer."""
    told: dict[str, object] = {
        "type": f"/api/#{problem.code}",
        "title": str(problem.title),
        "status": problem.status,
        "code": code or problem.code,
        "detail": detail,
    }
    if errors:
        told["errors"] = list(errors)
    response = HttpResponse(json.dumps(told), status=problem.status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = NEVER_KEPT
    if problem.status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    return response


def answer_to(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Return the answer to whatever an operation raised; a fault of ours is logged, not told."""
    if isinstance(error, type):
        error = error()
    if isinstance(error, ValidationError):
        return _bad_shape(error)
    if isinstance(error, HttpError):
        # The framework's own: what should be JSON and isn't.
        return answer(PROBLEMS[BadInput], _("The body isn’t JSON, or is too deep."), "not-json")
    known = _as_ours(error)
    if known is None:
        log.error("%s %s", request.method, request.path, exc_info=error)
        detail = _("Something is broken on our side. Try again in a minute.")
        return answer(PROBLEMS[RejoinderError], detail)
    if isinstance(known, Refused):
        known = _refusal(request, known)
    response = answer(problem_of(known), known.message, known.code)
    if isinstance(known, TooMany | InProgress):
        response["Retry-After"] = str(known.retry_after_seconds)
    elif isinstance(known, Unavailable):
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _as_ours(error: Exception) -> RejoinderError | None:
    if isinstance(error, RejoinderError):
        return error
    if isinstance(error, DataError) and "NUL" in str(error):
        return BadInput(_("What was sent holds a character that no text may have."))
    if isinstance(error, DatabaseError | InterfaceError):
        return outages.as_unavailable(error)
    return None


def _refusal(request: HttpRequest, error: Refused) -> Refused:
    """Return what a refusal is for who asks: a guest is asked to say who they are."""
    who: Principal = getattr(request, "auth", GUEST)
    if isinstance(error, Unauthorized):
        return error
    if who.kind is Kind.GUEST:
        return Unauthorized(_("Name an application password: guests may not do this."))
    if not error.is_noted:
        security_log.note("refused", address=who.address, member=who.member_id, by=who.kind.value)
    return error


def _bad_shape(error: ValidationError) -> HttpResponse:
    """Return what doesn't fit an operation's shape, without repeating what was sent."""
    errors = [
        {"where": "/".join(str(part) for part in each["loc"]), "what": str(each["msg"])}
        for each in error.errors
    ]
    detail = _("What was sent doesn’t have the shape that this operation takes.")
    return answer(PROBLEMS[BadInput], detail, "bad-shape", errors)
