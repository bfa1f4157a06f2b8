"""Make a site of a backup, in a new directory.

Nothing is written over, and every piece is compared with what was kept.
"""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rejoinder.errors import BadInput

NAME = "restore"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where from, and which."""
    parser.add_argument("place", metavar="DIR|FILE.tar", type=Path, help="where the backup is")
    parser.add_argument("--backup", metavar="NAME", help="which one (default: the newest)")
    parser.add_argument("--key", metavar="FILE", type=Path, help="the key it was enciphered with")
    parser.add_argument(
        "--to", metavar="DATABASE_URL", default="", help="an empty database, for PostgreSQL"
    )


def run(arguments: argparse.Namespace) -> int:
    """Give it back."""
    from rejoinder.operations.backup import give_back

    target = arguments.data.expanduser().absolute()
    give_back.check_target(target)
    with _folder(arguments.place, target) as folder:
        return _restore(folder, target, arguments)


def _folder(place: Path, target: Path) -> AbstractContextManager[Path]:
    from rejoinder.operations.backup import tarball

    if place.is_dir():
        return nullcontext(place)
    if place.exists():
        return tarball.opened(place, target.parent)
    raise BadInput(f"There is no {place}.")


def _restore(folder: Path, target: Path, arguments: argparse.Namespace) -> int:
    from rejoinder.operations.backup import give_back, seal
    from rejoinder.operations.backup.store import Store

    store = Store.open(folder, seal.with_key(arguments.key))
    names = store.names()
    if not names:
        raise BadInput(f"There is no finished backup in {arguments.place}.")
    backup = store.read(arguments.backup or names[-1])
    give_back.give_back(store, backup, target, arguments.to)
    posts = backup.rows.get("threads_post", 0)
    print(f"{target} is the site as it was at {backup.made_at}, with {posts:,} posts.")
    print(f"Look at it: rejoinder check --data {target}; then serve it.")
    if not (target / "secret-key").exists():
        print(
            f"Put your copy of secret-key into {target}, or everybody signs in anew and codes of "
            "authenticator apps are lost."
        )
    if arguments.to:
        print("Set database_url to the database that you named: docs/operating.md.")
    return 0
