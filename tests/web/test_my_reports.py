"""A member's page of the reports they made: each with its state and the answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.boards.grants import private_to, put_rights
from rejoinder.moderation import report as reporting
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import states
from rejoinder.threads.models import Post
from tests.factories import (
    make_board,
    make_group,
    make_member,
    make_response,
    make_thread,
    principal_of,
)
from tests.moderation.moderating import SPAM, moderator_of
from tests.web.reading import page, words_of
from tests.web.test_accounts_pages import check_page

pytestmark = pytest.mark.django_db


def report(by: object, post: Post, words: str = "") -> None:
    reporting.report(principal_of(by), post, "spam", words)  # type: ignore[arg-type]


def test_a_member_sees_their_reports_with_state_and_answer(client: Client) -> None:
    board = make_board()
    moderator = moderator_of(board)
    reader, other = make_member(), make_member()
    first, second = make_thread(board, title="Cheap watches"), make_thread(board, title="Old hats")
    report(reader, first, "He sells watches.")
    report(reader, second)
    report(other, second, "What somebody else said")
    states.approve(principal_of(moderator), targets.this(first))
    client.force_login(reader)
    html = page(client, "reports")
    check_page(html)
    said = words_of(html)
    assert "Answered: A moderator has looked at the post. It stays as it is." in said
    assert "Waits: A moderator will look at it." in said
    assert "“Cheap watches”" in said
    assert "He sells watches." in said
    assert said.index("Old hats") < said.index("Cheap watches"), "the newest first"
    assert "somebody else" not in said
    assert reverse("reports") in page(client, "notices")
    assert reverse("reports") in page(client, "settings")


def test_a_moderator_sees_their_own_reports_there_alone(client: Client) -> None:
    board = make_board()
    moderator = moderator_of(board)
    report(make_member(), make_thread(board), "By a reader")
    client.force_login(moderator)
    assert "By a reader" not in page(client, "reports")


def test_a_post_that_one_cannot_see_any_more_has_no_title_there(client: Client) -> None:
    board = make_board()
    moderator, reader = moderator_of(board), make_member()
    removed, answered = make_thread(board, title="Secret one"), make_thread(board, title="Second")
    make_response(answered)
    for post in (removed, answered):
        report(reader, post)
        states.remove(principal_of(moderator), targets.this(post), SPAM)
    gone = make_thread(make_board(), title="Third")
    report(reader, gone)
    put_rights(gone.board, private_to(frozenset({make_group().pk})))
    client.force_login(reader)
    said = words_of(page(client, "reports"))
    assert "The post was removed." in said
    for title in ("Secret one", "Second", "Third"):
        assert title not in said
    assert "a post that you can’t see any more" in said


def test_reports_come_in_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.web.views.reporting.PAGE", 2)
    reader, board = make_member(), make_board()
    for number in range(3):
        report(reader, make_thread(board, title=f"Thread no. {number}"))
    client.force_login(reader)
    html = page(client, "reports")
    assert "no. 2" in html
    assert "no. 0" not in html
    after = html.split("?after=")[1].split('"')[0]
    assert "no. 0" in page(client, "reports", query=f"?after={after}")
    stranger = Client()
    stranger.force_login(make_member())
    page(stranger, "reports", query=f"?after={after}", status=404)


def test_the_page_costs_what_it_shows(client: Client, django_assert_max_num_queries: Any) -> None:
    reader, board = make_member(), make_board()
    for _number in range(12):
        report(reader, make_thread(board))
    client.force_login(reader)
    page(client, "reports")
    with django_assert_max_num_queries(14):
        page(client, "reports")
