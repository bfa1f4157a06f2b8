"""The desk in pages: what waits, deciding one and many, staying in place."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.moderation import targets
from rejoinder.moderation.deeds.states import remove
from rejoinder.moderation.models import Case, CaseKind, Deed, Statement
from rejoinder.moderation.report import report
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread
from tests.moderation import moderating
from tests.moderation.moderating import SPAM, asks, moderator_of, state_of
from tests.web.reading import page, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return make_board()


@pytest.fixture
def moderator(board: Board, client: Client) -> Member:
    """A moderator of the board, signed in."""
    member = moderator_of(board)
    client.force_login(member)
    return member


def held(board: Board, count: int) -> list[tuple[Post, Case]]:
    posts = [make_thread(board, f"Held {number}", "Words") for number in range(count)]
    Case.unscoped.filter(kind=CaseKind.FIRST).delete()
    return [(post, moderating.hold(post)) for post in posts]


def decide(client: Client, do: str, **fields: object) -> str:
    """Send the desk's form; return where it leads."""
    response = client.post(reverse("desk_decide"), {"do": do, **fields})
    assert response.status_code == 303, response.content.decode()
    return str(response["Location"])


def test_a_member_has_no_desk_and_a_guest_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/moderation/").status_code == 302
    client.force_login(make_member())
    assert client.get("/moderation/").status_code == 403
    assert 'href="/moderation/"' not in client.get("/").content.decode()


def test_the_desk_shows_a_case_in_its_place(
    client: Client, board: Board, moderator: Member
) -> None:
    root = make_thread(board, "The question")
    post = make_response(root, "Buy my pills", "Cheap pills")
    make_response(post, "Go away")
    report(asks(make_member("Rita")), post, "spam", "Look at that")
    said = words_of(page(client, "desk"))
    for part in ("The question", "Buy my pills", "Cheap pills", "Go away", "Rita", "Look at that"):
        assert part in said


def test_the_desk_shows_nothing_of_other_boards(client: Client, moderator: Member) -> None:
    post = make_thread(title="Elsewhere")
    moderating.hold(post)
    assert "Elsewhere" not in page(client, "desk")


def test_one_press_approves_and_the_desk_stays_in_its_place(
    client: Client, board: Board, moderator: Member
) -> None:
    cases = held(board, 3)
    names = [case.public_id for _post, case in cases]
    place = decide(client, f"approve:{names[1]}", shown=names, query="kind=held")
    assert place == f"/moderation/?kind=held#case-{names[2]}"
    assert [state_of(post) for post, _case in cases] == ["h", "v", "h"]


def test_all_on_the_page_are_approved_by_one_press_and_one_deed(
    client: Client, board: Board, moderator: Member
) -> None:
    cases = held(board, 5)
    decide(client, "approve:page", shown=[case.public_id for _post, case in cases])
    assert {state_of(post) for post, _case in cases} == {State.VISIBLE}
    assert moderating.deeds() == ["approve"]
    assert not Case.unscoped.filter(closed_at=None).exists()


def test_removing_with_a_chosen_reason_takes_one_press(
    client: Client, board: Board, moderator: Member
) -> None:
    ((post, case),) = held(board, 1)
    decide(client, f"remove:{case.public_id}", template="Spam", shown=[case.public_id])
    assert state_of(post) == State.REMOVED
    assert "advertising" in Statement.unscoped.get().deed.reason
    # The next time it is chosen already.
    held(board, 1)
    assert "<option selected>Spam</option>" in page(client, "desk")


def test_removing_several_asks_once_with_one_reason(
    client: Client, board: Board, moderator: Member
) -> None:
    cases = held(board, 3)
    names = [case.public_id for _post, case in cases][:2]
    response = client.post(reverse("desk_decide"), {"do": "remove:chosen", "case": names})
    assert response.status_code == 200
    assert "Remove 2 posts?" in response.content.decode()
    assert {state_of(post) for post, _case in cases} == {State.HELD}
    decide(client, "remove:chosen", case=names, is_confirmed="1", words="Off with them")
    assert [state_of(post) for post, _case in cases] == ["r", "r", "h"]
    assert Deed.unscoped.get().reason == "Off with them"


def test_the_question_says_nothing_of_a_post_that_its_author_took_back(
    client: Client, board: Board, moderator: Member
) -> None:
    author = make_member("Taken Back")
    post = make_thread(board, "Words taken back", author=author)
    names = [moderating.hold(post).public_id, held(board, 1)[0][1].public_id]
    # Taken back in this moment: its case is about to be closed.
    Post.unscoped.filter(pk=post.pk).update(state=State.WITHDRAWN)
    asked = client.post(reverse("desk_decide"), {"do": "remove:chosen", "case": names})
    shown = asked.content.decode()
    assert "Remove 2 posts?" in shown
    assert "aken back" not in shown
    assert "Taken Back" not in shown


def test_removing_without_a_reason_asks_for_one(
    client: Client, board: Board, moderator: Member
) -> None:
    ((post, case),) = held(board, 1)
    response = client.post(reverse("desk_decide"), {"do": f"remove:{case.public_id}"})
    assert response.status_code == 200
    assert state_of(post) == State.HELD


def test_what_another_moderator_did_meanwhile_is_said(
    client: Client, board: Board, moderator: Member
) -> None:
    ((post, case),) = held(board, 1)
    remove(asks(moderating.site_moderator()), targets.this(post), SPAM)
    decide(client, f"approve:{case.public_id}", shown=[case.public_id])
    assert "Nothing was done" in page(client, "desk")
    assert state_of(post) == State.REMOVED


def test_the_last_deed_can_be_undone_from_the_desk(
    client: Client, board: Board, moderator: Member
) -> None:
    cases = held(board, 2)
    decide(client, "approve:page", shown=[case.public_id for _post, case in cases])
    found = re.search(r'action="(/moderation/deeds/\w+/undo)"', page(client, "desk"))
    assert found
    assert client.post(found[1], {"back": "https://evil.example/"})["Location"] == "/moderation/"
    assert {state_of(post) for post, _case in cases} == {State.HELD}


def test_a_trusted_member_sees_what_was_never_shown_and_may_only_approve(client: Client) -> None:
    post, shown = make_thread(title="Never shown"), make_thread(title="Shown before")
    moderating.never_shown(post)
    moderating.hold(shown)
    client.force_login(moderating.trusted())
    said = page(client, "desk")
    assert "Never shown" in said
    assert "Shown before" not in said
    assert 'value="remove' not in said


def test_the_desk_takes_as_many_queries_for_many_cases_as_for_few(
    client: Client, board: Board, moderator: Member
) -> None:
    def fill(count: int) -> int:
        for number in range(count):
            post = make_response(make_thread(board, f"Root {number}"), source="Words")
            make_response(post)
            report(asks(make_member()), post, "spam")
        # Settings are remembered from the first page on.
        client.get("/moderation/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/moderation/").status_code == 200
        return len(captured)

    few = fill(2)
    assert fill(6) == few
    assert few <= 26


def test_every_page_of_the_desk_is_reached_and_none_twice(
    client: Client, board: Board, moderator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rejoinder.web.views.desk.PAGE", 2)
    cases = held(board, 5)
    seen: list[str] = []
    address: str | None = "/moderation/"
    while address:
        source = client.get(address).content.decode()
        seen += re.findall(r'id="case-(\w+)"', source)
        link = re.search(r'rel="next"[^>]*href="([^"]+)"', source)
        address = link[1].replace("&amp;", "&") if link else None
    assert seen == [case.public_id for _post, case in cases]


def test_the_header_leads_moderators_to_the_desk(client: Client, moderator: Member) -> None:
    assert 'href="/moderation/"' in page(client, "front")


@pytest.mark.parametrize("kind", CaseKind.values)
def test_each_kind_of_case_has_its_tab(client: Client, moderator: Member, kind: str) -> None:
    assert page(client, "desk", query=f"?kind={kind}")


def test_the_log_takes_as_many_queries_for_many_deeds_as_for_few(
    client: Client, board: Board, moderator: Member
) -> None:
    def fill(count: int) -> int:
        for _number in range(count):
            remove(asks(moderator), targets.this(make_thread(board)), SPAM)
        with CaptureQueriesContext(connection) as captured:
            assert "Undo" in page(client, "private_log")
        return len(captured)

    few = fill(2)
    assert fill(6) == few
