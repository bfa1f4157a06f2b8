"""What the generator of scale data writes is what the deeds would have written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from benchmarks.scale import bodies, bulk, fill, ledger, rows, site
from benchmarks.scale.bodies import Pool
from benchmarks.scale.fill import Wanted
from benchmarks.scale.people import people
from benchmarks.scale.plan import BEGAN, ENDED
from rejoinder.boards.models import Board
from rejoinder.members.accounts import take_handle
from rejoinder.members.models import Member
from rejoinder.moderation.models import Case, CaseKind
from rejoinder.operations import checks
from rejoinder.operations.findings import Finding
from rejoinder.policy.principals import Standing
from rejoinder.posts import add as add_module
from rejoinder.posts import keep, states
from rejoinder.posts import standing as standings
from rejoinder.posts.drafts import Draft
from rejoinder.text.markup import render_markdown
from rejoinder.threads import tree
from rejoinder.threads.models import BoardTally, Numbering, Post, PostText, State, Thread
from tests.factories import make_board, make_thread, principal_of
from tests.planting import check_whole

ROOT = Path(__file__).parents[2]
WANTED = Wanted(posts=1200, batch=300)

pytestmark = pytest.mark.django_db


class Stop(Exception):
    """Stands for whatever interrupts a run."""


@pytest.fixture(scope="module")
def texts() -> list[Pool]:
    return bodies.pools(1, 100)


@pytest.fixture(autouse=True)
def made_once(texts: list[Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test have the same texts: to render them takes seconds."""
    monkeypatch.setattr(fill, "pools", lambda _seed, _size: texts)


@pytest.fixture
def filled() -> None:
    fill_here()


def fill_here(wanted: Wanted = WANTED, *, stop_after: int = 0) -> None:
    def say(line: str) -> None:
        if stop_after and line.startswith(f"batch {stop_after} "):
            raise Stop

    fill.fill(wanted, say, in_bulk=False)


def columns(model: Any) -> set[str]:
    return {
        field.column
        for field in model._meta.concrete_fields
        if not field.generated and field.column != "id"
    }


def kept() -> list[tuple[Any, ...]]:
    """Return everything that follows from the seed, without the ids that the engine gives."""
    offset = Post.unscoped.order_by("pk").values_list("pk", flat=True)[0]
    first_thread = Thread.unscoped.order_by("pk").values_list("pk", flat=True)[0]
    return [
        (
            post.pk - offset,
            post.public_id,
            post.thread_id - first_thread,
            post.parent_id and post.parent_id - offset,
            post.opens,
            post.closes,
            post.state,
            post.author.name,
            post.title,
            post.posted_at,
            post.responses_count,
            post.text.source,
        )
        for post in Post.unscoped.select_related("author", "text").order_by("pk")
    ]


@pytest.mark.parametrize(
    ("model", "written"),
    [
        (Post, rows.POST_COLUMNS),
        (PostText, rows.TEXT_COLUMNS),
        (Numbering, rows.NUMBERING_COLUMNS),
        (Thread, rows.THREAD_COLUMNS),
    ],
)
def test_every_column_of_a_table_is_written(model: Any, written: tuple[str, ...]) -> None:
    """A column that a model gains must be thought of here too."""
    assert set(written) - {"id"} == columns(model)


def test_a_check_finds_no_fault_after_any_batch() -> None:
    for done in (1, 3):
        with pytest.raises(Stop):
            fill_here(stop_after=done)
        check_sound()
    fill_here()
    check_sound()
    assert Post.unscoped.count() == WANTED.posts


def check_sound() -> None:
    told: dict[str, list[Finding]] = {}
    checks.run(told.__setitem__)
    wrong = {what for what, findings in told.items() if any(not f.is_notice for f in findings)}
    # The tests' own PostgreSQL doesn't sync.
    assert wrong <= {"commits are durable"}
    for board in Board.unscoped.all():
        check_whole(board)


def test_an_interrupted_run_ends_with_the_same_site() -> None:
    with pytest.raises(Stop):
        fill_here(stop_after=2)
    fill_here()
    interrupted = kept()
    connection.check_constraints()
    for table in ("moderation_case", *reversed(bulk.TABLES)):
        if table == "threads_thread":
            clear("UPDATE threads_boardtally SET last_post_id = NULL, last_at = NULL, "
                  "last_number = 0, posts_count = 0, threads_count = 0")  # fmt: skip
        clear(f"DELETE FROM {table}")
    ledger.note("done", 0)
    ledger.note("long", [])
    fill_here()
    assert kept() == interrupted


def clear(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_size_is_refused_and_so_is_a_site_in_use(filled: None) -> None:
    with pytest.raises(fill.NotFresh):
        fill_here(Wanted(posts=1300, batch=300))


def test_a_site_with_posts_of_its_own_is_left_alone() -> None:
    make_thread()
    with pytest.raises(fill.NotFresh):
        fill_here()


def test_html_is_what_the_renderer_makes_of_the_source(filled: None) -> None:
    texts = dict(PostText.unscoped.values_list("source", "html"))
    assert any("/p/" in source for source in texts)
    wrong = [s for s, html in texts.items() if html != (render_markdown(s) if s.strip() else "")]
    assert wrong == []


def test_a_text_that_quotes_names_the_post_that_it_answers(filled: None) -> None:
    quoting = PostText.unscoped.filter(source__contains="[@](/p/").select_related("post__parent")
    assert len(quoting) > 30
    for text in quoting:
        assert text.post.parent is not None
        assert text.source.startswith(f"[@](/p/{text.post.parent.public_id}) wrote:")


def test_the_bulk_path_leaves_what_the_deeds_leave(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each post is added again by its deed, on a twin of its board, at its own time."""
    settings.REJOINDER_SCREENING = ""
    fill_here(Wanted(posts=500, batch=150))
    written = list(Post.unscoped.select_related("text", "author", "board", "thread").order_by("pk"))
    boards = {board.pk: make_board() for board in Board.unscoped.all()}
    twins: dict[int, Post] = {}
    for post in written:
        monkeypatch.setattr(add_module.timezone, "now", lambda at=post.posted_at: at)
        parent = twins.get(post.parent_id or 0)
        twins[post.pk] = add_again(post, parent, boards[post.board_id])
    monkeypatch.undo()
    for post in written:
        if post.state in (State.REMOVED, State.WITHDRAWN):
            states.change_state(twins[post.pk], State(post.state))
    assert {post.state for post in written} >= {State.VISIBLE, State.WITHDRAWN, State.REMOVED}
    for post in written:
        twin = Post.unscoped.select_related("text", "thread").get(pk=twins[post.pk].pk)
        assert seen(post, {}) == seen(twin, {new.pk: old for old, new in twins.items()})
    for board_id, twin_board in boards.items():
        assert tally(board_id, {}) == tally(
            twin_board.pk, {new.pk: old for old, new in twins.items()}
        )


def add_again(post: Post, parent: Post | None, board: Board) -> Post:
    said = keep.words(post.title, post.text.source, "markdown")
    if post.state == State.HELD:
        thread = parent.thread if parent else keep.new_thread(board, post.posted_at)
        twin = keep.new_post(
            thread=thread, parent=parent, posted_at=post.posted_at, author=post.author,
            state=State.HELD,
        )  # fmt: skip
        keep.save_new(twin, thread, said)
        return twin
    if parent is not None:
        (parent,) = tree.locked_with(parent.pk)[1]
    draft = Draft(title=post.title, source=post.text.source, board=None if parent else board,
                  parent=parent)  # fmt: skip
    return add_module.add(principal_of(post.author), draft)


# What differs by necessity: ids, the board, marks, and when the row itself was made.
OWN = {"id", "public_id", "message_id", "thread_id", "board_id", "parent_id", "submission"}
OWN |= {"added_at", "edited_at"}


def seen(post: Post, old: dict[int, int]) -> dict[str, Any]:
    """Return all that is kept of a post, its thread and its number; ids as the old ones."""
    found = {name: getattr(post, name) for name in columns(Post) - OWN}
    found |= {"is_drawn": post.is_drawn, "html": post.text.html, "source": post.text.source}
    found["parent"] = old.get(post.parent_id or 0, post.parent_id)
    found["numbers"] = list(
        Numbering.unscoped.filter(post=post, board=post.board_id).values_list("number", flat=True)
    )
    thread = post.thread
    for name in columns(Thread) - {"board_id", "root_id", "last_post_id"}:
        found[f"thread {name}"] = getattr(thread, name)
    for name in ("root_id", "last_post_id"):
        found[f"thread {name}"] = old.get(getattr(thread, name) or 0, getattr(thread, name))
    return found


def tally(board_id: int, old: dict[int, int]) -> tuple[Any, ...]:
    kept = BoardTally.unscoped.filter(pk=board_id).first() or BoardTally()
    last = old.get(kept.last_post_id or 0, kept.last_post_id)
    return (kept.last_number, kept.posts_count, kept.threads_count, kept.last_at, last)


def test_members_have_the_standing_that_they_earned(filled: None) -> None:
    risen = Member.objects.filter(standing__gt=Standing.NEW).first()
    assert risen is not None
    before = risen.standing
    standings.rise(risen)
    assert risen.standing == before
    standings.fall_all([risen.pk])
    risen.refresh_from_db()
    assert risen.standing == before


def test_handles_follow_one_another_as_sign_up_gives_them() -> None:
    found = list(people(7, 300, BEGAN, ENDED, set()))
    assert len({one.name_key for one in found}) == 300
    assert any(re.search(r"-\d+\Z", one.handle) for one in found)
    assert [take_handle(one.name).name for one in found] == [one.handle for one in found]


def test_held_posts_lie_on_the_desk(filled: None) -> None:
    held = set(Post.unscoped.filter(state=State.HELD).values_list("pk", flat=True))
    cases = Case.unscoped.filter(kind=CaseKind.HELD, closed_at=None)
    assert set(cases.values_list("post_id", flat=True)) == held
    assert held


def test_pages_draw_and_the_gate_holds(filled: None, client: Client) -> None:
    public = Board.unscoped.get(name="Island News")
    longest = Thread.unscoped.select_related("root").get(pk=site.long_threads()[0])
    assert longest.posts_count > 100
    root = longest.root
    assert root is not None
    for path in ("/", f"/b/{public.handle_id}", f"/t/{root.public_id}", f"/p/{root.public_id}"):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
    for name in ("Members’ Lounge", "Crew"):
        hidden = Board.unscoped.get(name=name)
        assert Thread.unscoped.filter(board=hidden).exists() or name == "Crew"
        assert client.get(f"/b/{hidden.handle_id}", follow=True).status_code == 404
    client.force_login(Member.objects.get(name="Ada"))
    lounge = Board.unscoped.get(name="Members’ Lounge")
    assert client.get(f"/b/{lounge.handle_id}").status_code == 200


# ----- The command, with the engines' bulk paths -----
@pytest.fixture
def target(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """What the command fills: a data directory, or a database of its own and a directory."""
    data = str(tmp_path / "site")
    if connection.vendor == "sqlite":
        yield data, []
        return
    import psycopg

    name = f"scale_{uuid.uuid4().hex}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server.replace("/rejoinder?", "/postgres?"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield server.replace("/rejoinder?", f"/{name}?"), ["--data", data]
        admin.execute(f"DROP DATABASE {name}")


def environment(url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
    kept |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONUNBUFFERED": "1"}
    kept.pop("DATABASE_URL", None)
    return kept | ({"DATABASE_URL": url} if "://" in url else {})


@pytest.mark.slow
def test_a_killed_command_goes_on_and_leaves_the_schema_as_it_was(
    target: tuple[str, list[str]],
) -> None:
    where, options = target
    command = [
        sys.executable, "-m", "benchmarks.scale", "--posts", "3000", "--batch", "300",
        *options, where,
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(where), stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert any(line.startswith("batch 2 ") for line in first.stdout)
        children = children_of(first.pid)
        first.kill()
    assert children
    assert wait_until_gone(children), "its processes outlive it"
    second = subprocess.run(
        command, cwd=ROOT, env=environment(where), capture_output=True, text=True, check=True
    )
    assert "batch 10 of 10" in second.stdout
    assert "batch 2 of 10" not in second.stdout
    data = options[-1] if options else where
    check = [sys.executable, "-m", "rejoinder.config.commands", "check", "--data", data]
    checked = subprocess.run(
        check, cwd=ROOT, env=environment(where), capture_output=True, text=True, check=False
    )
    wrong = [line for line in checked.stdout.splitlines() if line.startswith("WRONG")]
    assert [line for line in wrong if "durable" not in line] == []
    assert "every post stands in its place" in checked.stdout
    assert schema_of(where) == schema_here()


def children_of(pid: int) -> list[int]:
    """Return the processes of a process of one thread."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until_gone(pids: list[int]) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def schema_here() -> set[str]:
    """Return the indices and constraints of the tests' own database, which migrations made."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA[connection.vendor])
        return {" ".join(map(str, row)) for row in cursor.fetchall()}


def schema_of(where: str) -> set[str]:
    if connection.vendor == "sqlite":
        import sqlite3

        with sqlite3.connect(Path(where) / "rejoinder.sqlite3") as there:
            return {" ".join(map(str, row)) for row in there.execute(SCHEMA["sqlite"])}
    import psycopg

    with psycopg.connect(where) as there:
        return {" ".join(map(str, row)) for row in there.execute(SCHEMA["postgresql"])}


SCHEMA = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') "
    "AND tbl_name LIKE 'threads_%'",
    "postgresql": "SELECT tablename, indexdef FROM pg_indexes WHERE tablename LIKE 'threads_%' "
    "UNION ALL SELECT conrelid::regclass::text, pg_get_constraintdef(oid) || convalidated "
    "FROM pg_constraint WHERE conrelid::regclass::text LIKE 'threads_%' UNION ALL "
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal "
    "AND tgrelid::regclass::text LIKE 'threads_%'",
}
