"""Opens an installation: its directory, options and database, in the order of what can fail."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rejoinder.config import options
from rejoinder.errors import Unavailable

# PostgreSQL's advisory locks are told apart by a number: "rejoinder", cut to 63 bits.
MIGRATION_LOCK = int.from_bytes(b"rejoinde") >> 1


def open_data(data: Path, *, may_be_new: bool = True) -> options.Options:
    """Return the options of the installation in a directory, with Django set up for it.

    Makes the directory if it's not there and may be new. Raises Unavailable if there's no
    installation or it can't be written to, BadInput for a bad option.
    """
    data = data.expanduser().absolute()
    if not may_be_new and not _is_installation(data):
        raise Unavailable(
            f"There is no installation in {data}. Name its directory with --data DIR; "
            "rejoinder serve makes a new one."
        )
    make_directory(data)
    os.environ[options.PREFIX + "DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")
    # Before Django's settings, whose errors would come wrapped.
    opened = options.load(data)
    import django

    django.setup()
    return opened


def _is_installation(data: Path) -> bool:
    # A node that is told the secret keeps none.
    return (data / "secret-key").exists() or (data / "serving.lock").exists()


def make_directory(data: Path) -> None:
    """Make the data directory if it's not there. Raises Unavailable if it can't be used."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=data).close()
    except OSError as error:
        raise Unavailable(
            f"The data directory {data} can't be written to ({error.strerror}). "
            "Give it to the user who runs Rejoinder, or name another with --data DIR."
        ) from None


@contextmanager
def starting(data: Path) -> Iterator[None]:
    """Hold the lock under which servers start and databases are migrated, one after another."""
    with (data.expanduser() / "starting.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_ready(say: Callable[[str], None]) -> None:
    """Migrate the database, and make what a site can't do without."""
    migrate(say)
    make_first_board()


def migrate(say: Callable[[str], None]) -> bool:
    """Apply the migrations that are missing, and tell whether there were any.

    Says so, before and after. On PostgreSQL an advisory lock keeps other nodes from doing
    the same at once; on SQLite the caller's `starting` does.
    """
    from django.core.management import call_command

    with _database_locked():
        missing = pending()
        if not missing:
            return False
        say(f"Bringing the database up to date: {len(missing)} migrations.")
        call_command("migrate", interactive=False, verbosity=0)
        say("The database is up to date.")
        return True


def pending() -> list[str]:
    """Return the names of the migrations that the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


@contextmanager
def _database_locked() -> Iterator[None]:
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def make_first_board() -> None:
    """Make the site's row, and one board if there's none, so that a newcomer sees one."""
    from django.utils.translation import gettext as _

    from rejoinder.boards.administer import add_board
    from rejoinder.boards.models import Board
    from rejoinder.boards.site import the_site
    from rejoinder.policy.principals import system

    the_site()
    if not Board.unscoped.exists():
        add_board(
            system("first start"),
            _("Talk"),
            _("Sign in and start a thread. An administrator renames this board, or adds others."),
        )


def administrator_link(address: str) -> str:
    """Return a fresh one-time link by which somebody becomes administrator."""
    from rejoinder.members.first_administrator import new_link_token

    return f"{address.rstrip('/')}/welcome/{new_link_token()}"
