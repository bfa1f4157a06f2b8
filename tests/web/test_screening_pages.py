"""The administrators' pages of rules and standing, and what an author sees of a held post."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.members.models import Member
from rejoinder.members.standing import terms
from rejoinder.moderation.rules.registry import RULES
from rejoinder.moderation.rules.settings import RuleSettings, settings_of
from rejoinder.policy.principals import Standing
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_thread
from tests.moderation.rules.screened import newcomer, only

pytestmark = pytest.mark.django_db


def _signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def keeper() -> Client:
    return _signed_in(make_member(is_administrator=True))


def test_the_list_shows_every_rule_with_its_sentence(keeper: Client) -> None:
    page = keeper.get("/administration/rules").content.decode()
    for rule in RULES:
        assert f"/administration/rules/{rule.name}" in page
        assert str(rule.sentence).split("“")[0][:40] in page


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rules_page_keeps_what_it_shows(keeper: Client, rule: object) -> None:
    name = rule.name  # type: ignore[attr-defined]
    address = f"/administration/rules/{name}"
    assert keeper.get(address).status_code == 200
    setting = next(s for s in settings_of(RULES) if s.rule.name == name)
    sent = {k: v for k, v in setting.chosen.items() if v is not False}
    sent |= {"is_on": "on", "exempt_from": "", "verdict": str(setting.verdict.value)}
    assert keeper.post(address, sent).status_code == 303
    row = RuleSettings.objects.get(pk=name)
    assert row.is_on
    assert row.exempt_from is None
    assert dict(row.chosen) == dict(setting.chosen)


def test_a_wrong_setting_comes_back_with_what_is_wrong(keeper: Client) -> None:
    sent = {"is_on": "on", "exempt_from": "", "verdict": "2", "minutes": "0"}
    answer = keeper.post("/administration/rules/rate", sent)
    assert answer.status_code == 400
    assert not RuleSettings.objects.exists()


def test_trying_shows_what_would_be_held_and_sets_nothing(keeper: Client) -> None:
    post = make_thread(title="On bridges", source="The old bridge.")
    sent = {"entries": "bridge", "verdict": "2", "exempt_from": "", "button": "try"}
    answer = keeper.post("/administration/rules/words", {**sent, "last": "50", "board": ""})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"/p/{post.public_id}" in page
    assert "“bridge”" in page
    assert not RuleSettings.objects.exists()


def test_the_terms_are_set_on_one_page(keeper: Client) -> None:
    assert keeper.get("/administration/standing").status_code == 200
    sent = {"new-most_links": "1", "member-days": "2", "member-posts": "4"}
    sent |= {"regular-days": "30", "regular-posts": "30", "trusted-days": "90"}
    sent |= {"trusted-posts": "90", "trusted-may_approve": "on", "member-edits_for_hours": "24"}
    assert keeper.post("/administration/standing", sent).status_code == 303
    kept = terms()
    assert (kept[Standing.NEW].most_links, kept[Standing.MEMBER].edits_for_hours) == (1, 24)
    assert kept[Standing.TRUSTED].may_approve
    sent["trusted-posts"] = "1"
    assert keeper.post("/administration/standing", sent).status_code == 400
    assert terms()[Standing.TRUSTED].posts == 90


def test_a_members_standing_is_set_on_their_page(keeper: Client) -> None:
    member = make_member()
    address = f"/administration/members/{member.handle_id}"
    assert f"{address}/standing" in keeper.get(address).content.decode()
    keeper.post(f"{address}/standing", {"standing": "3"})
    member.refresh_from_db()
    assert (member.standing, member.standing_is_set) == (Standing.TRUSTED, True)
    keeper.post(f"{address}/standing", {"standing": ""})
    member.refresh_from_db()
    assert not member.standing_is_set


def test_an_author_is_led_to_the_held_post_and_told_why() -> None:
    only("words", entries="bridge")
    board = make_board()
    client = _signed_in(newcomer())
    sent = {"title": "On the bridge", "text": "It stands.", "button": "post"}
    answer = client.post(f"/b/{board.handle_id}/start", sent, follow=True)
    post = Post.unscoped.get(board=board)
    assert post.state == State.HELD
    assert answer.redirect_chain[-1][0].endswith(f"/p/{post.public_id}")
    assert "looked at for before they appear" in answer.content.decode()
    assert Client().get(f"/p/{post.public_id}").status_code == 404


def test_a_refused_post_comes_back_with_its_text() -> None:
    only("words", entries="bridge")
    RuleSettings.objects.filter(rule="words").update(verdict=3)
    board = make_board()
    sent = {"title": "On the bridge", "text": "It stands there.", "button": "post"}
    answer = _signed_in(newcomer()).post(f"/b/{board.handle_id}/start", sent)
    assert answer.status_code == 403
    assert "It stands there." in answer.content.decode()


def test_the_desk_shows_which_rule_fired(keeper: Client) -> None:
    only("words", entries="bridge")
    make_thread(author=newcomer(), source="The old bridge.")
    page = keeper.get("/moderation/").content.decode()
    assert "Word list" in page
    assert "“bridge”" in page
