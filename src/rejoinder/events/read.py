"""What has changed since somebody last asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from rejoinder.events.models import Change

TABLE = Change._meta.db_table
# So many changes are kept. Who comes back after more of them takes it that all is other.
KEPT = 100_000
# Of PostgreSQL's log, as columns: a file of it is named by its timeline first.
_POSITION = (
    "CASE WHEN NOT pg_is_in_recovery()"
    " THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END AS timeline,"
    " CASE WHEN NOT pg_is_in_recovery()"
    " THEN pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint END AS octets"
)


class Changed(NamedTuple):
    """What a row of changes says; nothing at all: anything may be other."""

    thread_id: int | None
    board_id: int | None
    member_id: int | None
    seat: str = ""


EVERYTHING = Changed(None, None, None)


class Position(NamedTuple):
    """A place in PostgreSQL's log: which history it is of, and octets from its beginning."""

    timeline: int
    octets: int


@dataclass
class Reader:
    """Reads changes in the order of their commits, each once, by a connection of its own.

    Not for two threads at once. After an error of the database it must be thrown away.
    """

    database: BaseDatabaseWrapper
    # On SQLite the last change seen; on PostgreSQL all from this transaction on were not yet
    # settled, and of those the changes in `_seen` were read.
    _last: int = 0
    _seen: set[int] = field(default_factory=set)
    # On PostgreSQL the oldest change that was kept when last asked.
    _oldest: int | None = None
    _data_version: int | None = None
    # Behind the commits of all changes that were returned; None where there's no such log, or
    # the server is a standby itself.
    position: Position | None = None

    @classmethod
    def open(cls) -> Reader:
        """Return a reader of what changes from now on."""
        database = connections.create_connection("default")
        # Whoever holds the lock may be any thread.
        database.inc_thread_sharing()
        reader = cls(database)
        reader._begin()
        return reader

    def close(self) -> None:
        """Give the connection back."""
        self.database.close()

    def is_quiet(self) -> bool:
        """Tell in microseconds that nothing was committed since `changes`; False: who knows.

        Past Django's cursor, which costs ten times as much and refuses event loops, where
        this is asked. PostgreSQL can't tell without a round trip.
        """
        if self.database.vendor != "sqlite" or self.database.connection is None:
            return False
        with self.database.wrap_database_errors:
            (version,) = self.database.connection.execute("PRAGMA data_version").fetchone()
        return bool(version == self._data_version)

    def changes(self) -> list[Changed]:
        """Return what was committed since the last call; also changes long since seen by it.

        Half a query where nothing was written at all, else one or two.
        """
        with self.database.cursor() as cursor:
            if self.database.vendor == "postgresql":
                return self._from_postgresql(cursor)
            return self._from_sqlite(cursor)

    def _begin(self) -> None:
        with self.database.cursor() as cursor:
            if self.database.vendor == "postgresql":
                cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
                (self._last,) = cursor.fetchone()
                # What younger transactions have committed by now.
                self._from_postgresql(cursor)
                return
            cursor.execute("PRAGMA data_version")
            (self._data_version,) = cursor.fetchone()
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {TABLE}")  # noqa: S608 - constants
            (self._last,) = cursor.fetchone()

    def _from_sqlite(self, cursor: Any) -> list[Changed]:
        # Costs microseconds, and tells whether another connection committed anything.
        cursor.execute("PRAGMA data_version")
        (version,) = cursor.fetchone()
        if version == self._data_version:
            return []
        cursor.execute(
            f"SELECT id, thread_id, board_id, member_id, seat, (SELECT MIN(id) FROM {TABLE})"  # noqa: S608 - constants
            f" FROM {TABLE} WHERE id > %s ORDER BY id",
            [self._last],
        )
        rows = cursor.fetchall()
        # Only now: what is committed in between is met next time.
        self._data_version = version
        if not rows:
            return []
        were_dropped = rows[0][5] > self._last + 1
        self._last = rows[-1][0]
        return [EVERYTHING] if were_dropped else [Changed(*row[1:5]) for row in rows]

    def _from_postgresql(self, cursor: Any) -> list[Changed]:
        # One statement, one snapshot. What is older than its oldest running transaction is
        # settled; of the rest some were seen, and some may still be committed.
        # The log's end is looked up when the snapshot is there: behind all that it shows.
        cursor.execute(
            "WITH now AS (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled,"  # noqa: S608 - constants
            f" {_POSITION})"
            " SELECT settled, timeline, octets,"
            f" (SELECT MIN(xid) FROM {TABLE}), (SELECT MIN(id) FROM {TABLE}),"
            " id, xid, thread_id, board_id, member_id, seat"
            f" FROM now LEFT JOIN {TABLE} ON xid >= %s ORDER BY id",
            [self._last],
        )
        rows = cursor.fetchall()
        settled, timeline, octets, oldest_xid, oldest = rows[0][:5]
        noted = [row[5:] for row in rows if row[5] is not None]
        fresh = [row for row in noted if row[0] not in self._seen]
        # What was dropped is never newer than the oldest kept. Where that is new too, as in a
        # table that was empty, it's better taken once too often that all is other.
        were_dropped = bool(fresh) and oldest != self._oldest and oldest_xid >= self._last
        if fresh or self.position is None:
            # No later than needed: a standby is always a little behind what isn't asked for.
            self.position = None if octets is None else Position(int(timeline, 16), octets)
        self._last, self._oldest = settled, oldest
        self._seen = {row[0] for row in noted if row[1] >= settled}
        return [EVERYTHING] if were_dropped else [Changed(*row[2:]) for row in fresh]


def drop_old() -> int:
    """Delete the changes that no reader waits for, and return how many they were."""
    newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    deleted, _by_model = Change.objects.filter(pk__lte=newest - KEPT).delete()
    return deleted
