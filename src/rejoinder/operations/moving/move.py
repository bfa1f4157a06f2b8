"""The order of a move: rows in bulk, compared, then what changed, with the site served throughout.

Triggers on the SQLite side note the key of every row that is written. Whenever rows are
taken over, what was noted before is taken over with them, from one moment of SQLite in one
transaction of PostgreSQL: so what is there is always a part of the site as it was at one
moment, and a move that was broken off goes on where it was. Only at the end, when little is
left, nobody may write.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from rejoinder.errors import BadInput, Conflict, RejoinderError, Unavailable
from rejoinder.operations.moving.source import MADE_ANEW, Row, Source, Table
from rejoinder.operations.moving.target import State, Target
from rejoinder.operations.moving.wire import Lines, Unsendable

Say = Callable[[str], None]
# Nobody may write once no more than this is left; or after so many rounds of catching up.
LITTLE_LEFT = 500
MOST_ROUNDS = 20
# As many keys as one statement takes.
KEYS_AT_ONCE = 10_000
_LINE = re.compile(r"line (\d+)(?:, column (\w+))?")


@dataclass
class Moved:
    """What a move did."""

    rows: int = 0
    seconds: float = 0.0
    closed_seconds: float = 0.0


@dataclass
class Move:
    """A move of one site to one database. `migrate` makes the tables there."""

    source: Source
    target: Target
    migrate: Callable[[], None]
    say: Say
    rows_at_once: int = 20_000
    _tables: list[Table] = field(default_factory=list)
    _lines: dict[str, Lines] = field(default_factory=dict)
    _applied: int = 0

    def run(self) -> Moved:
        """Do what is left of the move; the site is closed to writers when it returns.

        Raises RejoinderError if it can't be done; writers are let in again then.
        """
        began, moved = time.monotonic(), Moved()
        self._begin()
        moved.rows = sum(self._copy(table) for table in self._tables)
        self._catch_up()
        for table in self._tables:
            self._verify(table)
        self.say("All rows are the same on both sides.")
        self._put_references_back()
        verified = self._applied
        self._catch_up()
        closed = time.monotonic()
        self.source.close_to_writers()
        try:
            self._end(verified)
        except BaseException:
            self.source.open_to_writers()
            raise
        moved.closed_seconds = time.monotonic() - closed
        moved.seconds = time.monotonic() - began
        return moved

    # ----- The beginning -----

    def _begin(self) -> None:
        state = self._state()
        self._tables = self.source.tables()
        if missing := [table.name for table in self._tables if not table.key]:
            raise Unavailable(f"Table {missing[0]} has no primary key, so it can't be moved.")
        if not state.is_ready:
            self.say("Making the tables.")
            self.migrate()
            self._check_tables()
            self.target.make_ready(self._tables)
        self._lines = {table.name: self.target.lines(table) for table in self._tables}
        self._applied = state.applied

    def _state(self) -> State:
        state, label = self.target.state(), self.source.label()
        if state is None and self.target.table_names():
            raise BadInput(
                "The database to move to isn't empty, and no move to it was begun. "
                "Name an empty one."
            )
        if self.target.encoding() != "UTF8":
            raise BadInput("The database to move to must have the encoding UTF-8.")
        if state is not None and state.is_finished:
            raise Conflict("This site was moved to that database already.")
        if state is not None and label is not None and state.label == label:
            self.say("Going on with the move that was begun.")
            # Closed only if an earlier run was killed at the very end.
            self.source.open_to_writers()
            return state
        # New, or something was written of which nobody took note.
        self.source.open_to_writers()
        label = self.source.begin()
        self.target.begin(label)
        return State(label, is_ready=False, applied=0, is_finished=False)

    def _check_tables(self) -> None:
        if self.source.migrations() != self.target.migrations():
            raise Unavailable(
                "The site's database is of another version than this program. "
                "Run rejoinder migrate on it first."
            )
        names = {table.name for table in self._tables}
        if other := sorted(names ^ (self.target.table_names() - MADE_ANEW)):
            side = "SQLite" if other[0] in names else "PostgreSQL"
            raise Unavailable(
                f"Table {other[0]} is in {side} only, so this version can't move it. If it isn't "
                "Rejoinder's, drop it; if it is, run rejoinder migrate first."
            )

    # ----- Rows -----

    def _copy(self, table: Table) -> int:
        """Take over what hasn't come of a table yet, and return how many rows it was."""
        number, last_key = self.target.place_in(table)
        last: object = last_key if table.is_text_key or last_key is None else int(last_key)
        count = 0
        while True:
            with self.source.snapshot(), self.target.transaction():
                rows = self.source.after(table, last, self.rows_at_once)
                if not rows:
                    break
                self._apply_noted()
                key = _key_of(table, rows[-1])
                lines = self._made(table, rows)
                self.target.drop_between(table, last, key)
                self._take(table, rows, lines)
                number, last, count = number + 1, key, count + len(rows)
                digest = self._lines[table.name].digest(lines)
                self.target.keep_place(table, number, key, len(rows), digest)
        if count:
            self.say(f"Copied {count:,} rows of {table.name}.")
        return count

    def _made(self, table: Table, rows: list[Row]) -> list[bytes]:
        line = self._lines[table.name].line
        made = []
        for row in rows:
            try:
                made.append(line(row))
            except Unsendable as error:
                raise _refused(table, _key_of(table, row), str(error)) from None
        return made

    def _take(self, table: Table, rows: list[Row], lines: list[bytes]) -> None:
        try:
            self.target.take(table, lines)
        except psycopg.DataError as error:
            where = _LINE.search(error.diag.context or "")
            row = rows[int(where[1]) - 1] if where else rows[0]
            column = f"column {where[2]}: " if where and where[2] else ""
            why = f"{column}{error.diag.message_primary}"
            raise _refused(table, _key_of(table, row), why) from None

    def _catch_up(self) -> None:
        for _round in range(MOST_ROUNDS):
            with self.source.snapshot(), self.target.transaction():
                if self._apply_noted() <= LITTLE_LEFT:
                    return

    def _apply_noted(self) -> int:
        """Take over what was noted since the last time; within a snapshot and a transaction."""
        last, noted = self.source.noted(self._applied)
        for table in self._tables:
            for keys in _parts(noted.get(table.name, [])):
                rows = self.source.of_keys(table, keys)
                self.target.drop_keys(table, keys)
                self._take(table, rows, self._made(table, rows))
        if last > self._applied:
            self.target.keep_applied(last)
            self._applied = last
        return sum(map(len, noted.values()))

    # ----- What is compared -----

    def _verify(self, table: Table) -> None:
        """Compare each chunk's count and digest; rows noted meanwhile are compared later."""
        last: object = None
        is_last = False
        while not is_last:
            with self.source.snapshot():
                rows = self.source.after(table, last, self.rows_at_once)
                _seq, noted = self.source.noted(self._applied)
            is_last = len(rows) < self.rows_at_once
            key = None if is_last else _key_of(table, rows[-1])
            there = self.target.between(table, last, key)
            self._compare(table, self._made(table, rows), there, noted.get(table.name, []))
            last = key

    def _compare(
        self, table: Table, here: list[bytes], there: list[bytes], changed: list[object]
    ) -> None:
        lines = self._lines[table.name]
        if len(here) == len(there) and lines.digest(here) == lines.digest(there):
            return
        place = table.columns.index(table.key)
        # As fields of a line, which is how the others stand.
        known = {_field(key) for key in changed}
        differing = {lines.compared(line) for line in here} ^ {
            lines.compared(line) for line in there
        }
        keys = {line.rstrip(b"\n").split(b"\t")[place] for line in differing} - known
        if keys:
            first = min(keys).decode()
            raise Conflict(
                f"Row {first} of {table.name} is another in PostgreSQL than in SQLite "
                f"({len(keys)} rows in all). Nothing is switched over. Make the new database "
                "empty and begin again; if it happens again, report it as a fault."
            )

    # ----- The end -----

    def _put_references_back(self) -> None:
        try:
            self.target.put_references_back()
        except psycopg.IntegrityError as error:
            raise Conflict(
                f"A row refers to one that isn't there: {error.diag.message_detail}. "
                "Nothing is switched over. rejoinder check tells more."
            ) from None
        self.target.analyze()

    def _end(self, verified: int) -> None:
        """Take over the last, compare what came since all was compared, and finish."""
        with self.source.snapshot(), self.target.transaction():
            self._apply_noted()
            _seq, noted = self.source.noted(verified)
            for table in self._tables:
                self._compare_last(table, noted.get(table.name, []))
            self.target.finish(self.source.last_ids())

    def _compare_last(self, table: Table, keys: list[object]) -> None:
        for part in _parts(keys):
            here = self._made(table, self.source.of_keys(table, part))
            self._compare(table, here, self.target.of_keys(table, part), [])
        here_count, there_count = self.source.count(table), self.target.count(table)
        if here_count != there_count:
            raise Conflict(
                f"Table {table.name} has {here_count} rows in SQLite and {there_count} in "
                "PostgreSQL. Nothing is switched over."
            )


def run(move: Move) -> Moved:
    """Run a move. Raises RejoinderError for whatever keeps it from its end."""
    try:
        return move.run()
    except psycopg.Error as error:
        raise _broken_off(error) from None


def _broken_off(error: psycopg.Error) -> RejoinderError:
    return Unavailable(
        f"PostgreSQL broke off: {str(error).strip()}. Run the same command again to go on."
    )


def _refused(table: Table, key: object, why: str) -> BadInput:
    shown = key.decode() if isinstance(key, bytes) else key
    return BadInput(
        f"PostgreSQL doesn't take row {shown} of {table.name}: {why}. Nothing is switched over. "
        "Correct that row, then run the same command again."
    )


def _key_of(table: Table, row: Row) -> object:
    return row[table.columns.index(table.key)]


def _field(key: object) -> bytes:
    from rejoinder.operations.moving.wire import escaped

    return escaped(key) if isinstance(key, bytes) else str(key).encode()


def _parts(keys: list[object]) -> list[list[object]]:
    return [keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE)]
