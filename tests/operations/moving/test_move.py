"""`rejoinder move`: real sites, a real PostgreSQL, and readers, writers and a kill meanwhile."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pysqlite3
import pytest

from tests.live import COMMAND, LiveSite, clean_environment, wait_until
from tests.postgresql import Postgresql
from tests.serving.test_across_workers import Browser

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery"
# Rules would hold what comes so often.
SETUP = """
from django.conf import settings
settings.REJOINDER_SCREENING = ""
from tests.factories import PASSWORD
from rejoinder.posts.withdraw import withdraw
board = make_board("Quay")
author = make_member("Writer a", password=PASSWORD)
for number in range(30):
    text = "A text with \\\\ and\\ttabs \\u2014 and “marks”.\\n\\nMore."
    root = make_thread(board, f"Root {number}", text, author)
    for each in range(3):
        make_response(root, f"Response {number} {each}", "", author)
withdraw(principal_of(author), root)
print(board.handle_id)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    # As check wants it.
    server = Postgresql(is_durable=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def url(server: Postgresql) -> str:
    """The URL of an empty database."""
    name = f"moved_{uuid4().hex[:8]}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as database:
        database.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return server.url(name)


@pytest.fixture
def site(start_site: Callable[..., LiveSite]) -> LiveSite:
    """A served site with a board, a writer and some threads."""
    site = start_site()
    site.python(SETUP)
    return site


def begin_move(site: LiveSite, url: str, *arguments: str) -> subprocess.Popen[bytes]:
    with (site.data / "move.log").open("wb") as log:
        return subprocess.Popen(
        [*COMMAND, "move", "--data", str(site.data), "--to", url, *arguments],
        env=clean_environment(), stdout=log, stderr=log,
    )  # fmt: skip


def chunks(url: str) -> int:
    """Return how many chunks have come so far."""
    with psycopg.connect(url) as database:
        try:
            row = database.execute("SELECT COUNT(*) FROM moving_chunk").fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    return int(row[0]) if row else 0


def titles(url: str) -> set[str]:
    with psycopg.connect(url) as database:
        return {title for (title,) in database.execute("SELECT title FROM threads_post")}


def served_anew(site: LiveSite) -> LiveSite:
    site.stop()
    site.start()
    return site


def test_a_moved_site_is_sound_and_takes_posts(site: LiveSite, url: str) -> None:
    told = site.run("move", "--to", url).stdout
    assert re.search(r"Moved: [\d,]+ rows", told), told
    assert "database_url" in (site.data / "rejoinder.toml").read_text()
    assert site.run("check").stdout.splitlines()[-1] == "All is well."
    served_anew(site)
    writer = Browser(site.url)
    writer.sign_in("Writer a", PASSWORD)
    public_id = writer.post("/b/quay/start", "Written on the new one.")
    guest = Browser(site.url)
    assert "Written on the new one." in guest.ask("GET", f"/t/{public_id}")[1]
    # What is noted for guests' pages is noted again.
    assert "Written on the new one." in guest.ask("GET", "/b/quay")[1]
    with psycopg.connect(url) as database:
        assert database.execute("SELECT COUNT(*) FROM events_change").fetchone() != (0,)
    assert site.run("check").stdout.splitlines()[-1] == "All is well."


def test_what_is_written_while_rows_are_copied_is_moved(site: LiveSite, url: str) -> None:
    writer = Browser(site.url)
    writer.sign_in("Writer a", PASSWORD)
    moving = begin_move(site, url, "--rows-at-once", "2")
    wait_until(lambda: chunks(url) > 3)
    acknowledged = []
    refused = ""
    while moving.poll() is None or not refused:
        title = f"Meanwhile {len(acknowledged)}"
        _status, page = writer.ask("GET", "/b/quay/start")
        form = {
            "title": title, "source": "", "csrfmiddlewaretoken": writer.token(page),
            "submission": writer.submission(page),
        }  # fmt: skip
        status, page = writer.ask("POST", "/b/quay/start", form)
        if status == 303:
            acknowledged.append(title)
        else:
            refused = f"{status} {page}"
            assert moving.wait(60) == 0
    assert "Moved" in (site.data / "move.log").read_text()
    assert len(acknowledged) > 3
    # The form comes back with what was typed, and says what to do.
    assert refused.startswith("503"), refused
    assert "moving to another database" in refused
    assert f'value="Meanwhile {len(acknowledged)}"' in refused
    # Whoever reads feels nothing of it.
    for reader in (Browser(site.url), writer):
        for path in ("/", "/b/quay"):
            status, page = reader.ask("GET", path)
            assert status == 200
            assert acknowledged[-1] in page or path == "/"
    assert set(acknowledged) <= titles(url)
    served_anew(site)
    assert writer_is_signed_in(site, writer)
    assert site.run("check").stdout.splitlines()[-1] == "All is well."


def writer_is_signed_in(site: LiveSite, writer: Browser) -> bool:
    again = Browser(site.url)
    again.cookies = writer.cookies
    return again.ask("GET", "/b/quay/start")[0] == 200


def test_a_move_that_was_killed_goes_on(site: LiveSite, url: str) -> None:
    moving = begin_move(site, url, "--rows-at-once", "2")
    wait_until(lambda: chunks(url) > 60)
    moving.send_signal(signal.SIGKILL)
    moving.wait()
    come = chunks(url)
    site.python('make_thread(title="While nothing ran.")')
    told = site.run("move", "--to", url, "--rows-at-once", "2").stdout
    assert "Going on with the move" in told
    assert "Making the tables" not in told
    assert come > 60
    assert "While nothing ran." in titles(url)
    assert site.run("check").stdout.splitlines()[-1] == "All is well."


def test_a_row_that_postgresql_refuses_is_named_and_nothing_switched(
    site: LiveSite, url: str
) -> None:
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        database.execute("UPDATE threads_posttext SET source = 'a' || char(0) WHERE post_id = 7")
    done = site.run("move", "--to", url, check=False)
    assert done.returncode == 2
    assert "row 7 of threads_posttext: column source: it holds a NUL" in done.stderr
    assert not (site.data / "rejoinder.toml").exists()
    site.python('make_thread(title="Still here.")')
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        database.execute("UPDATE threads_posttext SET source = 'a' WHERE post_id = 7")
        database.execute("UPDATE threads_post SET first_line = hex(zeroblob(200)) WHERE id = 9")
    done = site.run("move", "--to", url, check=False)
    assert "row 9 of threads_post: column first_line: value too long" in done.stderr
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        database.execute("UPDATE threads_post SET first_line = '' WHERE id = 9")
    site.run("move", "--to", url)
    assert "Still here." in titles(url)


def test_a_row_that_is_another_stops_the_move(site: LiveSite, url: str) -> None:
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        database.execute("UPDATE threads_posttext SET source = 'a' || char(0) WHERE post_id = 7")
    site.run("move", "--to", url, check=False)
    with psycopg.connect(url) as database:
        database.execute("UPDATE threads_post SET title = 'Not so.' WHERE id = 5")
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        database.execute("UPDATE threads_posttext SET source = 'a' WHERE post_id = 7")
    done = site.run("move", "--to", url, check=False)
    assert done.returncode == 1
    assert "Row 5 of threads_post is another in PostgreSQL" in done.stderr
    site.python('make_thread(title="Taken.")')


def test_a_database_that_holds_something_is_refused(site: LiveSite, url: str) -> None:
    with psycopg.connect(url) as database:
        database.execute("CREATE TABLE other (id int)")
    done = site.run("move", "--to", url, check=False)
    assert done.returncode == 2
    assert "isn't empty" in done.stderr


def test_a_move_that_is_given_up_leaves_nothing(site: LiveSite, url: str) -> None:
    site.run("move", "--to", url)
    (site.data / "rejoinder.toml").unlink()
    with pytest.raises(AssertionError, match="site_is_being_moved"):
        site.python('make_thread(title="Refused.")')
    site.run("move", "--give-up")
    site.python('make_thread(title="Taken again.")')
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        left = database.execute("SELECT name FROM sqlite_master WHERE name GLOB 'moving_*'")
        assert left.fetchall() == []


def test_ids_go_on_where_they_were(site: LiveSite, url: str) -> None:
    """Also after the last row was deleted: an id is never given twice."""
    with pysqlite3.connect(site.data / "rejoinder.sqlite3") as database:
        database.execute("UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'threads_post'")
    site.run("move", "--to", url)
    served_anew(site)
    made = site.python('print(make_thread(title="Next.").pk)')
    assert int(made) == 5001
