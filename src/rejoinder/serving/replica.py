"""Guests' pages, made from a standby of PostgreSQL that is as far as they must be.

What a worker has heard of the table of changes has a position in the primary's log. A standby
that replayed the log up to there shows all of it, and never less again: so a page made from it
then is as fresh as one made from the primary, and falls by the same changes. One that isn't so
far, or away, or cancels a query, costs no reader anything: the page is made from the primary.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections
from django.http import HttpResponse

from rejoinder.events.read import Position
from rejoinder.events.remembered import held

log = logging.getLogger(__name__)

Make = Callable[[], HttpResponse]
FromReplica = Callable[[Make], HttpResponse | None]
# Where in a request's environment the front offers it to the view.
FROM_REPLICA = "rejoinder.from_replica"

ALIAS = "replica"
# So long nobody calls a replica that was away.
AWAY_SECONDS = 5.0

# The control file is written at restart points, so it may name the timeline before for minutes
# after a failover; never one that the standby doesn't follow yet.
_TIMELINE = (
    "SELECT GREATEST((SELECT timeline_id FROM pg_control_checkpoint()),"
    " (SELECT min_recovery_end_timeline FROM pg_control_recovery()))"
)
_REPLAYED = (
    "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint WHERE pg_is_in_recovery()"
)


class Replica:
    """One worker's way to the standby: a connection for each of its threads."""

    def __init__(self) -> None:
        self._here = threading.local()
        self._away_until = 0.0

    def read(self, position: Position, make: Make) -> HttpResponse | None:
        """Return what `make` returns, reading from the replica; None if that can't be.

        It can't if the replica hasn't replayed the log up to `position`, is away, or fails
        meanwhile; also if `make` would write. Then nothing was done, and the primary is asked.
        """
        if time.monotonic() < self._away_until:
            return None
        try:
            session = self._session()
            if session.timeline != position.timeline:
                raise OperationalError("The replica follows another history than the primary.")
            if not session.has_replayed(position.octets):
                return None
            # Settings are remembered by a number that must be of the same state.
            with session.in_place_of_primary(), held():
                response = make()
            return response if session.is_whole else None
        except (OperationalError, InterfaceError):
            log.warning("The replica can't be read; the primary is.", exc_info=True)
            self._leave()
        except Error:
            # Most likely something is written there. If not, the primary says so too.
            log.info("A page can't be made from the replica.", exc_info=True)
            self._drop()
        return None

    def _session(self) -> _Session:
        session: _Session | None = getattr(self._here, "session", None)
        if session is None or not session.is_whole:
            self._drop()
            session = self._here.session = _Session()
        return session

    def _leave(self) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS
        self._drop()

    def _drop(self) -> None:
        session: _Session | None = getattr(self._here, "session", None)
        self._here.session = None
        if session is not None:
            session.close()


class _Session:
    """A connection to one standby, for one thread."""

    def __init__(self) -> None:
        self._database = connections.create_connection(ALIAS)
        # What is read there is as if read from the primary.
        self._database.alias = DEFAULT_DB_ALIAS
        self._replayed = 0
        self.timeline = self._number(_TIMELINE)
        # Of several hosts, another one may be less far.
        self._connected = self._database.connection

    @property
    def is_whole(self) -> bool:
        """Whether it's still the connection that was asked how far it is."""
        connected = self._database.connection
        return connected is self._connected and not self._database.errors_occurred

    def has_replayed(self, octets: int) -> bool:
        """Tell whether the standby shows what the log has up to there: one query, or none."""
        if self._replayed < octets:
            self._replayed = self._number(_REPLAYED)
        return self._replayed >= octets

    @contextmanager
    def in_place_of_primary(self) -> Iterator[None]:
        """Have all that this thread asks the database asked here."""
        primary = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self._database
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = primary

    def close(self) -> None:
        """Give the connection back."""
        self._database.close()

    def _number(self, sql: str) -> int:
        with self._database.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
        return int(row[0] or 0) if row else 0
