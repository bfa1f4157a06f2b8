"""Take a backup of the site, also while it is served.

Into a folder, where each piece of what many backups share is kept once, or into one file whose
name ends with .tar. Each backup is tried: restored into a scratch place and compared.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rejoinder.config import installation, options
from rejoinder.errors import BadInput

NAME = "backup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where to, and how."""
    parser.add_argument("to", metavar="DIR|FILE.tar", type=Path, nargs="?", help="where to")
    parser.add_argument("--key", metavar="FILE", type=Path, help="encipher with this key")
    parser.add_argument("--new-key", metavar="FILE", type=Path, help="only make a key, and end")
    parser.add_argument(
        "--keep", metavar="RULE", help="which backups to keep there afterwards, such as '7d 4w 12m'"
    )
    parser.add_argument("--list", action="store_true", help="only list the backups there")
    parser.add_argument(
        "--with-secret",
        action="store_true",
        help="put the file secret-key in, too; an enciphered backup has it anyhow",
    )
    parser.add_argument("--untried", action="store_true", help="don't try whether it comes back")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked for."""
    from rejoinder.operations.backup import retention, seal, tarball

    if arguments.new_key:
        seal.make_key(arguments.new_key)
        print(
            f"{arguments.new_key} is the key. Keep copies of it in other places than the backups: "
            "without it they can't be restored."
        )
        return 0
    if arguments.to is None:
        raise BadInput("Say where the backup goes: rejoinder backup DIR, or FILE.tar.")
    if arguments.keep:
        retention.parse(arguments.keep)
    if arguments.list:
        return _list(arguments)
    opened = installation.open_data(arguments.data, may_be_new=False)
    place = arguments.to.expanduser().absolute()
    if place.is_relative_to(opened.data.resolve()) or place.is_relative_to(opened.data):
        raise BadInput(f"{place} is inside of the site's own directory. Name another place.")
    if arguments.to.suffix != tarball.SUFFIX:
        return _back_up(place, opened, arguments)
    with tarball.being_made(place) as folder:
        return _back_up(folder, opened, arguments)


def _back_up(folder: Path, opened: options.Options, arguments: argparse.Namespace) -> int:
    from rejoinder.operations.backup import prove, retention, seal, take
    from rejoinder.operations.backup.store import Store

    store = Store.open(folder, seal.with_key(arguments.key), may_be_new=True)
    with store.locked():
        with_secret = arguments.with_secret or arguments.key is not None
        name, backup = take.take(store, opened.data, opened.database_url, with_secret=with_secret)
        print(f"Backup {name}: {_said(backup.octets)} in {len(backup.parts)} files, of which "
              f"{_said(store.new_octets)} were new.")  # fmt: skip
        if not with_secret and (opened.data / take.SECRET).exists():
            print(f"{opened.data / take.SECRET} isn't in it: keep a copy of it elsewhere, or add "
                  "--key.")  # fmt: skip
        if not arguments.untried:
            prove.prove(store, backup, opened.database_url)
            print("Tried: it comes back as it was.")
        if arguments.keep and (old := retention.superfluous(store.names(), arguments.keep)):
            print(f"Let go of {len(old)} older: {_said(store.forget(old))} are free again.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from rejoinder.operations.backup import seal
    from rejoinder.operations.backup.store import Store

    store = Store.open(arguments.to, seal.with_key(arguments.key))
    for name in store.names():
        backup = store.read(name)
        posts = backup.rows.get("threads_post", 0)
        print(f"{name}  {backup.engine:10}  {posts:>9,} posts  {_said(backup.octets):>10}")
    return 0


def _said(octets: int) -> str:
    return f"{octets / 1024**2:,.1f} MiB"
