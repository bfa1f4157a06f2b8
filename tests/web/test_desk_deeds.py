"""Reports, deeds on a post or a member, statements, appeals, notices and logs in pages."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.boards.site import the_site
from rejoinder.limits import table
from rejoinder.members.leave import leave
from rejoinder.members.models import AddressBan, Member
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import threads
from rejoinder.moderation.deeds.members import suspend
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import remove
from rejoinder.moderation.models import Case, Deed, Report, Statement
from rejoinder.moderation.report import report
from rejoinder.threads.models import Post, State, Thread
from tests.factories import make_board, make_member, make_response, make_thread
from tests.moderation import moderating
from tests.moderation.moderating import SPAM, asks, in_a_week, moderator_of, state_of
from tests.web.reading import page, words_of

pytestmark = pytest.mark.django_db


def test_a_guest_reports_and_finds_the_answer_by_a_private_link(client: Client) -> None:
    post = make_thread(title="Bad")
    address = reverse("report", args=[post.public_id])
    assert "Report “Bad”" in client.get(address).content.decode()
    sent = client.post(address, {"reason": "spam", "words": "It is"})
    assert sent.status_code == 303
    assert "A moderator will look at it." in client.get(sent["Location"]).content.decode()
    assert Report.unscoped.get().address == "127.0.0.1"
    remove(asks(moderator_of(post.board)), targets.this(post), SPAM)
    assert "The post was removed." in client.get(sent["Location"]).content.decode()
    assert Report.unscoped.get().address == ""


def test_a_site_may_let_members_alone_report(client: Client) -> None:
    post = make_thread()
    administrator = Client()
    administrator.force_login(make_member(is_administrator=True))
    assert "checked" in page(administrator, "site_change")
    form = {"title": "A site", "welcome": "", "rules": "", "button": "keep"}
    administrator.post(reverse("site_change"), form)
    assert not the_site().guests_may_report
    assert client.get(reverse("report", args=[post.public_id])).status_code == 302


def test_reporting_what_one_cannot_see_looks_as_reporting_what_is_not_there(
    client: Client,
) -> None:
    insider = make_member()
    post = make_thread(moderating.private_board(insider), author=insider)
    client.force_login(make_member())
    hidden = client.post(reverse("report", args=[post.public_id]), {"reason": "spam"})
    missing = client.post(reverse("report", args=["zzzzzzzzzzzz"]), {"reason": "spam"})
    assert hidden.status_code == missing.status_code == 404
    assert not Report.unscoped.exists()


def test_who_has_reported_too_much_hears_when_to_come_back(client: Client, settings: Any) -> None:
    settings.LIMITS = table.changed([("reports_by_guests", "1 per 1h")])
    address = reverse("report", args=[make_thread().public_id])
    assert client.post(address, {"reason": "spam"}).status_code == 303
    refused = client.post(reverse("report", args=[make_thread().public_id]), {"reason": "spam"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600


def test_a_report_that_says_nothing_comes_back(client: Client) -> None:
    post = make_thread()
    response = client.post(reverse("report", args=[post.public_id]), {"words": "What I said"})
    assert response.status_code == 400
    assert "What I said" in response.content.decode()


def test_a_branch_is_previewed_before_it_falls(client: Client) -> None:
    root = make_thread(title="Root")
    client.force_login(moderator_of(root.board))
    below = make_response(root, "Below")
    form = {"deed": "remove", "scope": "branch", "template": "Spam", "pace": "600"}
    address = reverse("moderate_post", args=[root.public_id])
    shown = client.post(address, form)
    assert shown.status_code == 200
    assert "2 posts fall" in shown.content.decode()
    assert state_of(below) == State.VISIBLE
    done = client.post(address, form | {"was_shown": "remove:branch:"})
    assert done.status_code == 303
    assert (state_of(root), state_of(below)) == (State.REMOVED, State.REMOVED)


def test_what_reaches_further_than_its_preview_is_previewed_again(client: Client) -> None:
    post = make_thread()
    elsewhere = make_thread(post.board, author=post.author)
    client.force_login(moderator_of(post.board))
    form = {"deed": "remove", "scope": "member", "template": "Spam", "pace": "600"}
    address = reverse("moderate_post", args=[post.public_id])
    shown = client.post(address, form | {"was_shown": "remove:branch:"})
    assert shown.status_code == 200
    assert "2 posts fall" in shown.content.decode()
    assert state_of(elsewhere) == State.VISIBLE


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("remove", {"template": "Spam"}),
        ("hold", {"words": "Let us see"}),
        ("warn", {"words": "Please don’t"}),
        ("move", {"board": "elsewhere"}),
        ("split", {}),
        ("rehang", {"parent": "other"}),
        ("lock", {}),
        ("pin", {}),
        ("slow", {"pace": "60"}),
    ],
)
def test_each_deed_on_a_post_leaves_one_row(
    client: Client, deed: str, fields: dict[str, str]
) -> None:
    board, elsewhere = make_board(), make_board()
    client.force_login(moderator_of(board, elsewhere))
    root = make_thread(board)
    post, other = make_response(root), make_response(root)
    form = {"deed": deed, "scope": "post", "pace": "600", **fields}
    if "board" in fields:
        form["board"] = elsewhere.handle_id
    if "parent" in fields:
        form["parent"] = f"http://testserver/p/{other.public_id}"
    response = client.post(reverse("moderate_post", args=[post.public_id]), form)
    assert response.status_code == 303, words_of(response.content.decode())
    assert moderating.deeds() == [deed]


def test_a_locked_thread_says_so_and_by_whose_role(client: Client) -> None:
    root = make_thread()
    client.force_login(moderator_of(root.board, name="Mona Moderator"))
    form = {"deed": "lock", "scope": "post", "words": "Too heated"}
    client.post(reverse("moderate_post", args=[root.public_id]), form)
    assert Thread.unscoped.get(pk=root.thread_id).is_locked
    client.logout()
    said = words_of(page(client, "post", root.public_id))
    assert "Locked by a moderator" in said
    assert "Too heated" in said
    assert "Mona" not in said


def test_a_moved_thread_names_the_board_only_to_who_may_read_it(client: Client) -> None:
    insider = make_member()
    secret, public = moderating.private_board(insider), make_board()
    root = make_thread(secret, author=insider)
    client.force_login(moderating.site_moderator())
    form = {"deed": "move", "scope": "post", "board": public.handle_id}
    client.post(reverse("moderate_post", args=[root.public_id]), form)
    client.logout()
    said = words_of(page(client, "post", root.public_id))
    assert "Moved here from another board" in said
    assert secret.name not in page(client, "log")
    client.force_login(insider)
    assert f"Moved here from “{secret.name}”" in words_of(page(client, "post", root.public_id))


def test_an_edited_post_says_that_a_moderator_edited_it(client: Client) -> None:
    post = make_thread(title="Before", source="Call 555-1234")
    client.force_login(moderator_of(post.board))
    form = {"title": "Before", "text": "Call nobody", "edits_seen": "0", "template": "Insult"}
    response = client.post(reverse("moderate_edit", args=[post.public_id]), form)
    assert response.status_code == 303
    client.logout()
    assert "edited by a moderator" in words_of(page(client, "post", post.public_id))
    assert "555-1234" in page(client, "revisions", post.public_id)


def test_what_a_post_said_before_can_be_hidden(client: Client) -> None:
    post = make_thread(title="Before", source="Call 555-1234")
    client.force_login(moderator_of(post.board))
    form = {
        "title": "Before",
        "text": "Call nobody",
        "edits_seen": "0",
        "template": "Personal data",
        "hides_before": "on",
    }
    client.post(reverse("moderate_edit", args=[post.public_id]), form)
    client.logout()
    assert "edited by a moderator" in words_of(page(client, "post", post.public_id))
    page(client, "revisions", post.public_id, status=404)


def test_a_suspended_member_is_signed_out_at_once_and_can_still_appeal(client: Client) -> None:
    member = make_member()
    client.force_login(member)
    page(client, "settings")
    moderator = Client()
    moderator.force_login(moderating.site_moderator())
    form = {"deed": "suspend", "length": "week", "words": "Three warnings"}
    done = moderator.post(reverse("moderate_member", args=[member.handle_id]), form)
    assert done.status_code == 303
    assert client.get(reverse("settings")).status_code == 302
    statement = Statement.unscoped.get()
    address = reverse("statement", args=[statement.token])
    said = words_of(client.get(address).content.decode())
    assert "Three warnings" in said
    assert client.post(address, {"words": "It was my brother"}).status_code == 303
    case = Case.unscoped.get(kind="appeal")
    answer = reverse("appeal", args=[case.public_id])
    judge = Client()
    judge.force_login(moderating.site_moderator())
    assert "It was my brother" in judge.get(answer).content.decode()
    judge.post(answer, {"words": "So be it", "button": "undo"})
    assert Member.objects.get(pk=member.pk).suspended_until is None
    assert "The decision was undone." in words_of(client.get(address).content.decode())


def test_a_moderator_does_not_decide_about_their_own_deed_where_there_is_another(
    client: Client,
) -> None:
    member, one = make_member(), moderating.site_moderator()
    moderating.site_moderator()
    suspend(asks(one), member, in_a_week(), Why("Reason"))
    client.post(reverse("statement", args=[Statement.unscoped.get().token]), {"words": "No"})
    client.force_login(one)
    form = {"words": "I was right", "button": "uphold"}
    response = client.post(
        reverse("appeal", args=[Case.unscoped.get(kind="appeal").public_id]), form
    )
    assert response.status_code == 403
    assert Case.unscoped.get(kind="appeal").closed_at is None


def test_a_board_moderator_cannot_suspend(client: Client) -> None:
    member = make_member()
    client.force_login(moderator_of(make_board()))
    address = reverse("moderate_member", args=[member.handle_id])
    assert client.get(address).status_code == 403
    assert client.post(address, {"deed": "ban"}).status_code == 403


def test_addresses_are_banned_and_unbanned(client: Client) -> None:
    client.force_login(moderating.site_moderator())
    address = reverse("moderate_member", args=[make_member().handle_id])
    form = {"deed": "ban-addresses", "length": "day", "network": "192.0.2.9/24", "template": "Spam"}
    assert client.post(address, form).status_code == 303
    assert AddressBan.objects.get().network == "192.0.2.0/24"
    client.post(reverse("unban"), {"network": "192.0.2.0/24"})
    assert not AddressBan.objects.exists()
    assert moderating.deeds() == ["ban-addresses", "unban-addresses"]
    assert "192.0.2" not in page(client, "log")


def test_notices_are_counted_beside_the_name_until_they_are_read(client: Client) -> None:
    post = make_thread(title="Mine")
    remove(asks(moderator_of(post.board)), targets.this(post), SPAM)
    assert post.author is not None
    client.force_login(post.author)
    assert "1 notice" in page(client, "front")
    said = words_of(page(client, "notices"))
    assert "Your post was removed" in said
    assert "“Mine”" in said
    client.post(reverse("notices"))
    assert "1 notice" not in page(client, "front")


def test_the_public_log_names_nobody_and_no_removed_title(client: Client) -> None:
    author = make_member("Anton Author")
    post = make_thread(title="Slander of Mr X", author=author)
    make_response(post)
    remove(asks(moderator_of(post.board, name="Mona Moderator")), targets.this(post), SPAM)
    for source in (
        page(client, "log"),
        b"".join(client.get(reverse("log_export", args=["csv"]))).decode(),
        b"".join(client.get(reverse("log_export", args=["json"]))).decode(),
    ):
        assert "This is advertising." in source
        for name in ("Anton", "Mona", "Slander"):
            assert name not in source


def test_the_public_log_is_silent_about_boards_that_one_cannot_read(client: Client) -> None:
    insider = make_member()
    post = make_thread(moderating.private_board(insider), author=insider)
    remove(asks(moderating.site_moderator()), targets.this(post), Why("A secret reason"))
    assert "A secret reason" not in page(client, "log")
    client.force_login(insider)
    assert "A secret reason" in page(client, "log")


def test_a_page_of_the_log_does_not_begin_at_a_deed_that_one_cannot_see(client: Client) -> None:
    author = make_member()
    post = make_thread(moderating.private_board(author), author=author)
    deed = remove(asks(moderating.site_moderator()), targets.this(post), SPAM).deed
    for name in (deed.public_id, "nowhere"):
        assert client.get(f"/moderation/log?after={name}").status_code == 404


def test_the_log_with_names_is_for_moderators_of_the_board(client: Client) -> None:
    post = make_thread(author=make_member("Anton Author"))
    moderator = moderator_of(post.board, name="Mona Moderator")
    remove(asks(moderator), targets.this(post), SPAM)
    client.force_login(make_member())
    page(client, "private_log", status=403)
    client.force_login(moderator_of(make_board()))
    assert "Mona" not in page(client, "private_log")
    client.force_login(moderator)
    said = page(client, "private_log", query=f"?moderator={moderator.handle_id}")
    assert "Mona" in said
    assert "Anton" in said
    assert "Mona" not in words_of(page(client, "private_log", query="?moderator=nobody"))


def test_the_log_is_taken_away_as_a_table_that_runs_no_formulas(client: Client) -> None:
    post = make_thread()
    moderator = moderator_of(post.board)
    remove(asks(moderator), targets.this(post), Why("=cmd|' /C calc'!A0"))
    client.force_login(moderator)
    sent = b"".join(client.get(reverse("private_log_export", args=["csv"]))).decode()
    (row,) = csv.DictReader(io.StringIO(sent))
    assert row["reason"].startswith("'=")
    assert row["moderator"] == moderator.name
    sent = b"".join(client.get(reverse("private_log_export", args=["json"]))).decode()
    assert json.loads(sent)[0]["reason"].startswith("=cmd")


def test_an_administrator_changes_the_reasons(client: Client) -> None:
    client.force_login(make_member(is_administrator=True))
    client.post(reverse("reasons"), {"label": "Rude", "text": "Be polite.", "rule": "2"})
    client.post(reverse("reasons"), {"was": "Spam", "label": "Advert", "text": "No adverts."})
    client.post(reverse("reasons"), {"was": "Insult", "button": "drop"})
    said = words_of(page(client, "reasons"))
    assert "Be polite." in said
    assert "No adverts." in said
    assert "Insult" not in said


def test_a_reason_that_rests_on_a_law_is_told_as_one(client: Client) -> None:
    client.force_login(make_member(is_administrator=True))
    law = {"label": "Hate", "text": "It incites hatred.", "rule": "§ 130 StGB", "is_by_law": "on"}
    client.post(reverse("reasons"), law)
    post = make_thread()
    client.post(
        reverse("moderate_post", args=[post.public_id]),
        {"deed": "remove", "scope": "post", "template": "Hate", "pace": "600"},
    )
    said = words_of(page(client, "statement", Statement.unscoped.get().token))
    assert "On which law § 130 StGB" in said


def test_the_author_of_a_removed_post_is_led_to_the_statement_and_others_are_not(
    client: Client,
) -> None:
    post = make_thread()
    moderator = moderator_of(post.board)
    remove(asks(moderator), targets.this(post), SPAM)
    link = reverse("statement", args=[Statement.unscoped.get().token])
    assert post.author is not None
    client.force_login(post.author)
    assert link in page(client, "post", post.public_id)
    client.force_login(moderator)
    assert link not in page(client, "post", post.public_id)


def test_whoever_reported_sees_which_post_it_was_while_it_is_shown(client: Client) -> None:
    post = make_thread(title="A loud title")
    report = client.post(reverse("report", args=[post.public_id]), {"reason": "spam"})
    address = report["Location"]
    assert "A loud title" in client.get(address).content.decode()
    remove(asks(moderator_of(post.board)), targets.this(post), SPAM)
    assert "A loud title" not in client.get(address).content.decode()


def test_what_is_said_in_pieces_has_spaces_between_them(client: Client) -> None:
    post = make_thread(title="A loud title")
    member = make_member()
    report(asks(member), post, "spam")
    moderator = moderator_of(post.board)
    post = Post.unscoped.get(pk=post.pk)
    threads.slow_down(asks(moderator), post.thread, 3600)
    client.force_login(moderator)
    said = words_of(page(client, "post", post.public_id))
    assert "Slowed down by a moderator" in said
    assert "once an hour" in said
    remove(asks(moderator), targets.branch(post), SPAM)
    assert "removed a branch of" in words_of(page(client, "private_log"))
    said = words_of(page(client, "statement", Statement.unscoped.get().token))
    assert "Somebody reported it. It was decided by a person" in said


def test_the_deeds_of_who_left_are_signed_former_member(client: Client) -> None:
    post = make_thread()
    moderator = moderator_of(post.board)
    remove(asks(moderator), targets.this(post), SPAM)
    leave(asks(moderator), moderator, withdraws=False)
    client.force_login(moderator_of(post.board))
    assert "former member" in words_of(page(client, "private_log"))


def test_who_wrote_a_post_learns_nothing_of_who_reported_it(client: Client) -> None:
    post = make_thread()
    report(asks(make_member("Rita Reporter")), post, "abuse", "Rita says so")
    remove(asks(moderator_of(post.board)), targets.this(post), SPAM)
    assert post.author is not None
    client.force_login(post.author)
    said = page(client, "statement", Statement.unscoped.get().token)
    assert "Somebody reported it." in said
    assert "Rita" not in said


def test_all_by_a_member_of_one_board_is_one_undoable_deed(client: Client) -> None:
    author = make_member()
    board = make_board()
    posts: list[Post] = [make_thread(board, author=author) for _ in range(3)]
    client.force_login(moderator_of(board))
    form = {"deed": "remove", "scope": "member", "template": "Spam", "was_shown": "remove:member:"}
    client.post(reverse("moderate_post", args=[posts[0].public_id]), form)
    assert {state_of(post) for post in posts} == {State.REMOVED}
    client.post(reverse("undo_deed", args=[Deed.unscoped.get().public_id]))
    assert {state_of(post) for post in posts} == {State.VISIBLE}
