"""Whether a request is a member's, told before the framework has it."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.http import parse_cookie

from rejoinder.members.session_store import SessionStore


def session_named(environ: Mapping[str, object]) -> str:
    """Return the session that a request's cookie names, there or not; empty if none."""
    cookies = str(environ.get("HTTP_COOKIE", ""))
    name: str = settings.SESSION_COOKIE_NAME
    return parse_cookie(cookies).get(name, "") if name in cookies else ""


def is_members(session: str) -> bool:
    """Tell whether there is a session of this name in which somebody signed in: one query."""
    try:
        return SESSION_KEY in SessionStore(session).load()
    except (DatabaseError, InterfaceError):
        # While the database is away nobody is known, and everybody's a guest.
        return False
    finally:
        close_old_connections()
