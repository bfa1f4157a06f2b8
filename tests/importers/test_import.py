"""An archive becomes a board: threads, titles, authors, times, and a report of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rejoinder.articles.threading import link
from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Unavailable
from rejoinder.files import store
from rejoinder.importers import frame
from rejoinder.importers.frame import Piece
from rejoinder.importers.mail import MailSource
from rejoinder.importers.models import Progress
from rejoinder.importers.report import Report
from rejoinder.members.models import Member
from rejoinder.posts.models import Attachment, Revision
from rejoinder.threads.models import Alias, Post, State
from tests.factories import make_board
from tests.planting import check_whole

pytestmark = pytest.mark.django_db

MAILS = Path(__file__).parent.parent / "samples" / "mail"


def message(
    message_id: str,
    *references: str,
    subject: str = "A title",
    author: str = "Ada Example <ada@example.org>",
    day: int = 1,
    text: str = "Words.",
    more: str = "",
) -> str:
    refs = f"References: {' '.join(f'<{each}>' for each in references)}\n" if references else ""
    ids = f"Message-ID: <{message_id}>\n" if message_id else ""
    return (
        f"From sender@example.org Mon Jan {day:2} 10:00:00 2024\n{ids}{refs}From: {author}\n"
        f"Date: {day} Jan 2024 10:00:00 +0100\nSubject: {subject}\n{more}\n{text}\n\n"
    )


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    def write(*messages: str, name: str = "list.mbox") -> Path:
        path = tmp_path / name
        path.write_text("".join(messages), encoding="utf-8")
        return path

    return write


def bring(path: Path, board: Board) -> Report:
    return frame.run(MailSource(path), frame.fingerprint(path), board)


def by_id(message_id: str) -> Post:
    return Post.unscoped.get(message_id=message_id)


def test_an_archive_becomes_threads_with_titles_authors_times_and_parents(
    archive: Callable[..., Path],
) -> None:
    board = make_board()
    report = bring(
        archive(
            message("a@x.example", subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?="),
            message("b@x.example", "a@x.example", subject="Re: Grüße", day=2, text="Danke."),
            message("c@x.example", author="bo at example.org (Bo Beispiel)", day=3),
        ),
        board,
    )
    assert (report.pieces, report.posts, report.threads, report.skipped) == (3, 3, 2, [])
    first, second, third = by_id("a@x.example"), by_id("b@x.example"), by_id("c@x.example")
    assert (first.title, first.author_name, first.parent) == ("Grüße", "Ada Example", None)
    assert first.posted_at == datetime(2024, 1, 1, 9, tzinfo=UTC)
    assert (second.parent, second.echoes_parent, second.first_line) == (first, True, "Danke.")
    assert (third.author_name, third.thread_id) == ("Bo Beispiel", third.thread_id)
    assert third.thread_id != first.thread_id
    assert first.author == second.author
    check_whole(board)


def test_an_authors_address_is_kept_apart_from_what_is_shown(
    archive: Callable[..., Path],
) -> None:
    bring(archive(message("a@x.example", author="secret@example.org")), make_board())
    author = Member.objects.get(email="secret@example.org")
    assert author.is_staged
    post = by_id("a@x.example")
    assert "@" not in f"{author.name}{author.handle_id}{post.author_name}"


def test_the_same_archive_again_doubles_nothing(archive: Callable[..., Path]) -> None:
    board = make_board()
    path = archive(message("a@x.example"), message("", day=2, text="No id."), message("b c", day=3))
    assert bring(path, board).posts == 3
    again = bring(path, board)
    assert (again.posts, again.repeated, again.threads) == (0, 3, 0)
    assert Post.unscoped.count() == 3
    check_whole(board)


def test_an_unusable_id_is_kept_beside_a_derived_one(archive: Callable[..., Path]) -> None:
    bring(archive(message("b c")), make_board())
    alias = Alias.unscoped.select_related("post").get(message_id="b c")
    assert "@" in alias.post.message_id
    assert " " not in alias.post.message_id


class Breaking(MailSource):
    """A source that breaks off after some pieces, as a pulled plug does."""

    def __init__(self, path: Path, after: int) -> None:
        super().__init__(path)
        self.after = after

    def pieces(self, board: Board) -> Iterator[Piece]:
        for number, piece in enumerate(super().pieces(board)):
            if number == self.after:
                raise KeyboardInterrupt
            yield piece


def test_a_broken_off_import_goes_on_where_it_was(
    archive: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "BATCH", 2)
    board = make_board()
    path = archive(*[message(f"m{n}@x.example", day=n) for n in range(1, 8)])
    with pytest.raises(KeyboardInterrupt):
        frame.run(Breaking(path, 5), frame.fingerprint(path), board)
    assert Post.unscoped.count() == 4
    report = bring(path, board)
    # Not one was read twice, and the report tells of both runs.
    assert (report.pieces, report.posts, report.repeated, report.threads) == (7, 7, 0, 7)
    assert not Progress.objects.exists()


def test_a_batch_that_met_an_outage_is_taken_again_and_counted_once(
    archive: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = frame.restore

    def restore(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise Unavailable("The database is busy.")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(frame, "restore", restore)
    report = bring(archive(message("a@x.example"), message("b@x.example", day=2)), make_board())
    assert (report.pieces, report.posts, report.repeated) == (2, 2, 0)
    assert len(calls) == 4


def test_a_missing_parent_is_an_empty_place_until_a_later_archive_brings_it(
    archive: Callable[..., Path],
) -> None:
    board = make_board()
    report = bring(archive(message("b@x.example", "a@x.example", day=2)), board)
    assert report.missing == 1
    place = by_id("b@x.example").parent
    assert place is not None
    assert (place.state, place.title) == (State.MISSING, "")
    later = bring(archive(message("a@x.example"), name="later.mbox"), board)
    assert (later.filled_places, later.missing, later.threads) == (1, 0, 0)
    found = by_id("a@x.example")
    assert (found.pk, found.public_id) == (place.pk, place.public_id)
    assert by_id("b@x.example").parent == found
    check_whole(board)


def test_the_tree_is_what_the_rules_of_threading_give(archive: Callable[..., Path]) -> None:
    board = make_board()
    said = [
        ("a@x.example", ()),
        ("c@x.example", ("a@x.example", "b@x.example")),
        ("e@x.example", ("ghost@x.example", "d@x.example")),
        ("d@x.example", ("ghost@x.example",)),
        ("f@x.example", ("a@x.example", "b@x.example", "c@x.example")),
        ("l1@x.example", ("l2@x.example",)),
        ("l2@x.example", ("l1@x.example",)),
    ]
    bring(archive(*[message(own, *refs, day=n + 1) for n, (own, refs) in enumerate(said)]), board)
    ids = {
        post.pk: post.awaited.message_id if post.state == State.MISSING else post.message_id
        for post in Post.unscoped.select_related("awaited")
    }
    tree = {
        ids[pk]: ids[parent] if parent else None
        for pk, parent in Post.unscoped.values_list("pk", "parent_id")
    }
    assert tree == link(said)
    check_whole(board)


def test_html_only_mail_is_read_as_text_and_its_page_kept_as_a_file(
    archive: Callable[..., Path],
) -> None:
    page = "<p>Good <b>morning</b></p><script>alert(1)</script>"
    bring(
        archive(message("a@x.example", text=page, more="Content-Type: text/html\n")), make_board()
    )
    post = by_id("a@x.example")
    assert "Good morning" in post.text.source
    assert "<script" not in post.text.html
    attachment = Attachment.unscoped.get(post=post)
    assert (attachment.file_name, attachment.media_type) == ("message.html", "text/html")
    assert store.read(attachment.digest).decode().strip() == page


def test_the_whole_message_is_kept_and_a_signature_is_no_file_of_the_post() -> None:
    board = make_board()
    report = bring(MAILS / "signed.eml", board)
    post = Post.unscoped.get()
    assert report.attachments == 0
    assert not Attachment.unscoped.filter(post=post).exists()
    kept, raw = post.original.octets, (MAILS / "signed.eml").read_bytes()
    assert kept == raw.removesuffix(b"\n") + b"\n"


def test_every_sample_of_a_fault_is_imported_or_said_to_be_skipped() -> None:
    board = make_board()
    report = bring(MAILS, board)
    assert report.pieces == report.posts + report.repeated + len(report.skipped)
    assert report.posts > 40
    assert all(why for _where, why in report.skipped)
    check_whole(board)


def test_a_message_that_supersedes_another_of_its_author_is_a_new_version_of_it(
    archive: Callable[..., Path],
) -> None:
    board = make_board()
    mallory = "Mallory <mallory@example.org>"
    report = bring(
        archive(
            message("a@x.example", text="First."),
            message("b@x.example", day=2, text="Better.", more="Supersedes: <a@x.example>\n"),
            message("m@x.example", day=3, author=mallory, more="Supersedes: <a@x.example>\n"),
        ),
        board,
    )
    assert (report.posts, report.superseded) == (2, 1)
    post = by_id("a@x.example")
    assert post.text.source.strip() == "Better."
    assert Revision.unscoped.get(post=post).source.strip() == "First."
    assert Alias.unscoped.get(message_id="b@x.example").post == post


def test_a_text_past_the_limit_is_cut_and_its_original_kept(
    archive: Callable[..., Path],
) -> None:
    long_text = "A line of a very long text.\n" * 20_000
    report = bring(archive(message("a@x.example", text=long_text)), make_board())
    post = by_id("a@x.example")
    assert (report.posts, report.skipped) == (1, [])
    assert len(post.text.source) < len(long_text)
    assert len(post.original.octets) > len(long_text)


def test_a_message_without_a_date_stands_with_the_one_before_it(tmp_path: Path) -> None:
    board = make_board()
    (tmp_path / "1.eml").write_text(message("a@x.example", day=5).split("\n", 1)[1])
    undated = "From: Ada Example <ada@example.org>\nMessage-ID: <b@x.example>\nSubject: B\n\nB\n"
    (tmp_path / "2.eml").write_text(undated)
    report = bring(tmp_path, board)
    assert report.undated == 1
    assert by_id("b@x.example").posted_at == by_id("a@x.example").posted_at


def test_an_answer_to_another_boards_post_hangs_on_an_empty_place_of_its_own(
    archive: Callable[..., Path],
) -> None:
    here, there = make_board(), make_board()
    bring(archive(message("a@x.example")), there)
    report = bring(archive(message("b@x.example", "a@x.example"), name="other.mbox"), here)
    assert report.other_boards == 1
    answer = by_id("b@x.example")
    assert answer.board == here
    assert answer.parent is not None
    assert (answer.parent.state, answer.parent.board) == (State.MISSING, here)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<!doctype html><html></html>", "web page"),
        (b"\x7fELF\x00\x00\x00\x00", "binary"),
        (b"Just some notes.\n", "not an mbox"),
    ],
)
def test_what_is_no_mail_is_refused_before_a_board_is_made(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=why):
        MailSource(path).check()
