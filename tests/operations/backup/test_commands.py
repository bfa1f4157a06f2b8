"""`rejoinder backup` and `restore`: real sites on both engines, written to meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pysqlite3
import pytest

from tests.live import LiveSite, clean_environment, run_command
from tests.postgresql import Postgresql

pytestmark = pytest.mark.slow

SETUP = """
from django.conf import settings
settings.REJOINDER_SCREENING = ""
import os
from rejoinder.files import store
store.keep(os.urandom(3_000_000))
board = make_board("Quay")
author = make_member("Writer a")
for number in range(20):
    text = "A text with \\\\ and\\ttabs \\u2014 “marks”."
    root = make_thread(board, f"Root {number}", text, author)
    make_response(root, f"Response {number}", "", author)
"""
# Goes on until its input ends, and says each post once it is committed.
WRITER = """
import sys, threading
import django; django.setup()
from django.conf import settings
settings.REJOINDER_SCREENING = ""
from tests.factories import *
from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.files import store
board = Board.unscoped.get(name="Quay")
author = Member.objects.filter(name="Writer a").first()
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set())).start()
number = 0
while not ended.is_set():
    number += 1
    post = make_thread(board, f"Meanwhile {number}", "A text.", author)
    print(post.public_id, flush=True)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    server = Postgresql(is_durable=True)
    server.start()
    yield server
    server.stop()


def empty_database(server: Postgresql) -> str:
    name = f"site_{uuid4().hex[:8]}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as database:
        database.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return server.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, start_site: Callable[..., LiveSite], server: Postgresql
) -> LiveSite:
    environ = {}
    if request.param == "postgresql":
        environ["REJOINDER_DATABASE_URL"] = empty_database(server)
    site = start_site(environ=environ)
    site.python(SETUP)
    return site


def posts(site: LiveSite) -> list[str]:
    said = site.python(
        "from rejoinder.threads.models import Post\n"
        "print(*Post.unscoped.order_by('public_id').values_list('public_id', flat=True))"
    )
    return said.split()


def test_a_backup_of_a_site_that_is_written_to_has_all_that_was_acknowledged(
    site: LiveSite, server: Postgresql, tmp_path: Path
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=clean_environment() | site.environ
        | {"REJOINDER_DATA": str(site.data), "DJANGO_SETTINGS_MODULE": "rejoinder.config.settings"},
    )  # fmt: skip
    assert writer.stdin
    assert writer.stdout
    acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
    said = site.run("backup", str(tmp_path / "backups")).stdout
    assert "Tried: it comes back as it was." in said
    writer.stdin.close()
    acknowledged_later = writer.stdout.read().split()
    writer.stdout.close()
    writer.wait(20)
    assert acknowledged_later, "it was written to meanwhile"

    restored = _restored(site, server, tmp_path / "backups", tmp_path / "restored")
    assert set(acknowledged) < set(posts(restored)) <= set(posts(site))
    assert "All is well." in restored.run("check").stdout
    restored.start()
    restored.stop()


def _restored(site: LiveSite, server: Postgresql, place: Path, target: Path) -> LiveSite:
    options, environ = [], {}
    if site.environ:
        environ["REJOINDER_DATABASE_URL"] = empty_database(server)
        options = ["--to", environ["REJOINDER_DATABASE_URL"]]
    run_command("restore", "--data", str(target), str(place), *options)
    return LiveSite(target, environ=environ)


def test_a_second_backup_keeps_only_what_is_new_and_each_comes_back(
    site: LiveSite, server: Postgresql, tmp_path: Path
) -> None:
    place = tmp_path / "backups"
    run_command("backup", "--new-key", str(tmp_path / "key"))
    key = ["--key", str(tmp_path / "key")]
    site.run("backup", str(place), *key)
    before = posts(site)
    first = _octets(place)
    site.python(
        "from rejoinder.threads.models import Post\n"
        "make_response(Post.unscoped.order_by('pk').first(), 'One more')"
    )
    site.run("backup", str(place), *key)
    assert _octets(place) - first < first / 5
    names = [
        line.split()[0]
        for line in site.run("backup", "--list", str(place), *key).stdout.splitlines()
    ]
    assert len(names) == 2
    restored = _restored_by_name(site, server, tmp_path, names[0], key)
    assert posts(restored) == before
    site.run("backup", str(place), *key, "--keep", "1d")
    left = site.run("backup", "--list", str(place), *key).stdout.split()
    assert names[0] not in left
    assert names[1] not in left


def _restored_by_name(
    site: LiveSite, server: Postgresql, folder: Path, name: str, key: list[str]
) -> LiveSite:
    options = ["--backup", name, *key]
    environ = {}
    if site.environ:
        environ["REJOINDER_DATABASE_URL"] = empty_database(server)
        options += ["--to", environ["REJOINDER_DATABASE_URL"]]
    target = folder / "restored"
    run_command("restore", "--data", str(target), str(folder / "backups"), *options)
    return LiveSite(target, environ=environ)


def _octets(place: Path) -> int:
    return sum(path.stat().st_size for path in (place / "pieces").glob("*/*"))


def test_files_and_settings_come_along_and_what_is_of_the_moment_does_not(
    start_site: Callable[..., LiveSite], tmp_path: Path
) -> None:
    site = start_site()
    (site.data / "rejoinder.toml").write_text('language = "en"\n')
    digest = site.python(
        "from rejoinder.files import store; print(store.keep(b'a picture'))"
    ).strip()
    said = site.run("backup", str(tmp_path / "site.tar")).stdout
    assert "secret-key isn't in it" in said
    run_command("backup", "--new-key", str(tmp_path / "key"))
    site.run("backup", str(tmp_path / "whole.tar"), "--key", str(tmp_path / "key"))
    site.stop()
    # The machine burns down.
    secret = (site.data / "secret-key").read_bytes()
    shutil.rmtree(site.data)
    done = run_command("restore", "--data", str(tmp_path / "open"), str(tmp_path / "site.tar"))
    assert "Put your copy of secret-key into" in done.stdout
    assert not (tmp_path / "open" / "secret-key").exists()
    whole = [str(tmp_path / "whole.tar"), "--key", str(tmp_path / "key")]
    run_command("restore", "--data", str(site.data), *whole)
    assert (site.data / "files" / digest[:2] / digest).read_bytes() == b"a picture"
    assert (site.data / "secret-key").read_bytes() == secret
    assert (site.data / "rejoinder.toml").read_text() == 'language = "en"\n'
    assert {path.name for path in site.data.iterdir()} == {
        "rejoinder.sqlite3", "secret-key", "rejoinder.toml", "files", "serve.log",
    }  # fmt: skip
    site.start()


def test_a_database_that_is_damaged_is_told_by_the_trial(
    start_site: Callable[..., LiveSite], tmp_path: Path
) -> None:
    site = start_site()
    site.python(SETUP)
    site.stop()
    database = site.data / "rejoinder.sqlite3"
    opened = pysqlite3.connect(str(database))
    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (root,) = opened.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'threads_post'"
    ).fetchone()
    (octets,) = opened.execute("PRAGMA page_size").fetchone()
    opened.close()
    with database.open("r+b") as file:
        file.seek((root - 1) * octets)
        file.write(b"\xff" * octets)
    done = site.run("backup", str(tmp_path / "backups"), check=False)
    assert done.returncode == 1
    assert "rejoinder: " in done.stderr
    assert "Traceback" not in done.stderr


WRONG: dict[str, list[str]] = {
    "Say where the backup goes": [],
    "inside of the site's own directory": ["{data}/backups"],
    "7d 4w 12m": ["{tmp}/b", "--keep", "forever"],
    "can't be read": ["{tmp}/b", "--key", "{tmp}/none"],
}


def test_what_is_wrongly_asked_is_told(start_site: Callable[..., LiveSite], tmp_path: Path) -> None:
    site = start_site()
    for said, arguments in WRONG.items():
        words = [each.format(data=site.data, tmp=tmp_path) for each in arguments]
        done = site.run("backup", *words, check=False)
        assert done.returncode == 2, said
        assert said in done.stderr
    assert not (tmp_path / "b").exists()
