"""Sessions in the database, looked up by a statement that is written once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from rejoinder.statements.prepared import MOMENT, TEXT, Prepared

_THERE = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), TEXT, MOMENT
)


class SessionStore(db.SessionStore):
    """Django's store of sessions; every request of a member asks it."""

    def _get_session_from_db(self) -> Session | None:
        session = _THERE.first(self.session_key, timezone.now()) if self.session_key else None
        if session is None:
            # As Django has it: nothing is kept under a key that somebody made up.
            self._session_key = None
        return session
