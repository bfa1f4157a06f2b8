"""Each check is shown a sound site, and one that it has to complain about."""

from __future__ import annotations

import dataclasses
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from rejoinder.boards.models import Board
from rejoinder.files import store
from rejoinder.operations import (
    attachments,
    checks,
    database,
    installation,
    recount,
    tallies,
    trees,
)
from rejoinder.operations.findings import Finding
from rejoinder.posts.models import Attachment
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Awaited, BoardTally, Numbering, Post, Thread
from tests.factories import make_board, make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts() -> list[Post]:
    """A root, two responses, and one below the first of them."""
    root = make_thread(make_board("Talk"))
    first = make_response(root)
    return [root, first, make_response(first), make_response(root)]


def found(look: Callable[[], Any]) -> list[str]:
    return [finding.what for finding in look()]


def test_a_sound_site_is_well(posts: list[Post]) -> None:
    told: dict[str, list[Finding]] = {}
    durable = connection.vendor == "sqlite"
    is_well = checks.run(told.__setitem__)
    wrong = {what for what, findings in told.items() if any(not f.is_notice for f in findings)}
    # The tests' own PostgreSQL doesn't sync, and is told so.
    assert wrong == (set() if durable else {"commits are durable"})
    assert is_well is durable
    assert len(told) == len(checks.CHECKS)


def test_a_withdrawn_post_leaves_the_counts_right(posts: list[Post]) -> None:
    author = posts[1].author
    assert author is not None
    withdraw(principal_of(author), posts[1])
    assert found(tallies.boards) + found(tallies.threads) + found(tallies.responses) == []


def test_a_wrong_count_of_a_board_is_found_and_mended(posts: list[Post]) -> None:
    BoardTally.unscoped.update(posts_count=9, threads_count=0, last_number=2)
    assert found(tallies.boards) == [
        "Board Talk says 9 posts and has 4.",
        "Board Talk says 0 threads and has 1.",
        "Board Talk would give number 3 again.",
    ]
    assert recount.recount() == 1
    assert found(tallies.boards) == []


def test_a_wrong_count_of_a_thread_is_found_and_mended(posts: list[Post]) -> None:
    Thread.unscoped.update(posts_count=1)
    assert found(tallies.threads) == [f"Thread {posts[0].thread_id} says 1 posts and has 4."]
    assert recount.recount() == 1
    assert found(tallies.threads) == []


def test_wrong_counts_of_responses_are_found_and_mended(posts: list[Post]) -> None:
    Post.unscoped.update(responses_count=5)
    assert len(found(tallies.responses)) == 4
    assert recount.recount() == 4
    assert found(tallies.responses) == []
    assert list(Post.unscoped.order_by("pk").values_list("responses_count", flat=True)) == [
        2, 1, 0, 0,
    ]  # fmt: skip


def test_recounting_goes_up_through_stubs_that_nothing_hangs_on(posts: list[Post]) -> None:
    """A stub's own wrong count made its parent's look right."""
    chain = [posts[0]]
    for _ in range(3):
        chain.append(make_response(chain[-1]))
    Post.unscoped.filter(pk__in=[post.pk for post in chain[1:]]).update(state="w")
    recount.recount()
    assert found(tallies.responses) == []
    assert Post.unscoped.get(pk=chain[1].pk).responses_count == 0


def test_a_visible_post_without_a_number_is_found(posts: list[Post]) -> None:
    Numbering.unscoped.filter(post=posts[2]).delete()
    assert found(trees.numbers) == [f"Post {posts[2].public_id} has no number on its board."]


def test_a_number_on_another_board_only_doesnt_do(posts: list[Post]) -> None:
    Numbering.unscoped.filter(post=posts[2]).update(board=make_board("Other"))
    assert found(trees.numbers) == [f"Post {posts[2].public_id} has no number on its board."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"depth": 7}, "says depth 7 and stands at 2"),
        ({"parent_id": 0}, "doesn't stand below the post it answers"),
        ({"closes": ""}, "closes before it opens"),
        ({"closes": "zzzz"}, "reaches beyond the post it answers"),
    ],
)
def test_a_post_out_of_its_place_is_found(
    posts: list[Post], change: dict[str, Any], said: str
) -> None:
    if "parent_id" in change:
        change = {"parent_id": posts[0].pk}
    Post.unscoped.filter(pk=posts[2].pk).update(**change)
    assert f"Post {posts[2].public_id} {said}." in found(trees.places)


def test_a_thread_without_a_root_is_found(posts: list[Post]) -> None:
    Thread.unscoped.update(root=None)
    assert found(trees.places) == [f"Thread {posts[0].thread_id} has no root."]


def test_a_post_on_another_board_than_its_thread_is_found(posts: list[Post]) -> None:
    Post.unscoped.filter(pk=posts[3].pk).update(board=make_board("Other"))
    assert found(trees.places) == [
        f"Post {posts[3].public_id} is on another board than its thread."
    ]


def test_an_empty_place_that_waits_on_another_board_is_found(posts: list[Post]) -> None:
    Awaited.unscoped.create(board=make_board("Other"), message_id="x@y", post=posts[3])
    assert found(trees.places) == [
        f"Empty place {posts[3].public_id} waits for its post on another board."
    ]


def test_a_missing_file_of_a_post_is_found(
    posts: list[Post], settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    for name, digest in (("kept.txt", store.keep(b"kept")), ("gone.txt", "0" * 64)):
        Attachment.unscoped.create(
            post=posts[0], position=1, digest=digest, file_name=name, media_type="x", octets=4
        )
    assert found(attachments.files) == [f"The file 'gone.txt' of a post is missing ({'0' * 64})."]


def test_no_more_is_told_than_anybody_reads() -> None:
    board = make_board()
    author = make_member()
    for _ in range(25):
        make_thread(board, author=author)
    Thread.unscoped.update(posts_count=3)
    told: dict[str, list[Finding]] = {}
    checks.run(told.__setitem__)
    assert len(told["the threads' counts are right"]) == 20


def test_a_missing_migration_is_found_and_no_table_is_asked() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("posts", "0001_initial")
    assert found(database.migrations) == [
        "1 migrations are missing, the first is posts.0001_initial."
    ]
    told: dict[str, list[Finding]] = {}
    checks.run(told.__setitem__)
    assert "the boards' counts are right" not in told
    recorder.record_applied("posts", "0001_initial")


def test_a_database_of_a_newer_version_is_found() -> None:
    MigrationRecorder(connection).record_applied("posts", "0999_later")
    assert found(database.migrations) == [
        "The database knows migrations that this version doesn't: ('posts', '0999_later')."
    ]


def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(3 * 1024**2))
    assert "Only 3 MiB are free" in found(installation.disk_space)[0]


def test_a_secret_key_that_others_may_read_is_found(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    path = tmp_path / "secret-key"
    path.write_text("x")
    path.chmod(0o640)
    assert found(installation.secret_key) == [f"Other users of this machine may read {path}."]
    path.chmod(0o600)
    assert found(installation.secret_key) == []


def test_a_data_directory_that_cant_be_written_to_is_found(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = tmp_path
    assert found(installation.data_directory) == []

    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert found(installation.data_directory) == [
        f"{tmp_path} can't be written to: Read-only file system."
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [("", ["The option url is not set"]), ("http://x.org", ["not https"]), ("https://x.org", [])],
)
def test_a_missing_or_open_address_is_a_notice(settings: Any, url: str, said: list[str]) -> None:
    settings.OPTIONS = dataclasses.replace(settings.OPTIONS, url=url)
    findings = list(installation.address())
    assert len(findings) == len(said)
    assert all(words in finding.what for words, finding in zip(said, findings, strict=True))
    assert all(finding.is_notice for finding in findings)


def test_mail_that_goes_nowhere_is_found(settings: Any) -> None:
    assert [finding.is_notice for finding in installation.mail()] == [True]
    settings.OPTIONS = dataclasses.replace(settings.OPTIONS, mail_host="smtp.example.org")
    assert found(installation.mail) == ["mail_host is set, but mail_from is not."]


def test_a_board_without_posts_is_well() -> None:
    make_board()
    assert Board.unscoped.count() == 1
    assert found(tallies.boards) == []


def test_a_post_that_closes_where_its_parent_does_is_found(posts: list[Post]) -> None:
    closes = Post.unscoped.get(pk=posts[0].pk).closes
    Post.unscoped.filter(pk=posts[3].pk).update(closes=closes)
    assert found(trees.places) == [f"Post {posts[3].public_id} reaches beyond the post it answers."]
