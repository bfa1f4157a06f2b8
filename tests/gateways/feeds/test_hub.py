"""The hub: confirms what it's asked, tells what changed to who subscribed, and nobody else."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from rejoinder.boards.grants import private_to, set_rights
from rejoinder.errors import TooSlow, Unreachable
from rejoinder.events.read import Changed
from rejoinder.gateways.feeds.hub import publish, requests, run
from rejoinder.gateways.feeds.models import Intent, Subscription, Topic
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import states
from rejoinder.moderation.deeds.record import Why
from rejoinder.outbound import fetch
from rejoinder.outbound.fetch import Answer
from rejoinder.policy.principals import system
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post
from tests.factories import (
    make_board,
    make_group,
    make_held,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)
from tests.gateways.feeds.reading import NAMES, parsed, titles

pytestmark = pytest.mark.django_db

SITE = "https://board.example.org"
CALLBACK = "https://reader.example/told?me=1"


@dataclass
class Reader:
    """A subscriber's server: what it was asked and told, and how it answers."""

    asked: list[dict[str, str]] = field(default_factory=list)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    confirms: bool = True
    status: int = 200
    fails: Unreachable | None = None

    def fetch(self, method: str, url: str, **said: Any) -> Answer:
        assert url.startswith(CALLBACK)
        if self.fails:
            raise self.fails
        if method == "GET":
            self.asked.append({k: v for k, (v,) in parse_qs(urlsplit(url).query).items()})
            body = self.asked[-1]["hub.challenge"] if self.confirms else "What?"
            return Answer(200, url, {}, body.encode())
        self.told.append((said["headers"], said["body"]))
        return Answer(self.status, url, {}, b"")


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Reader:
    settings.PUBLIC_URL = SITE
    made = Reader()
    monkeypatch.setattr(fetch, "fetch", made.fetch)
    return made


def ask(mode: str, path: str = "/feed.atom", **more: str) -> Any:
    form = {"hub.mode": mode, "hub.topic": SITE + path, "hub.callback": CALLBACK}
    return Client(enforce_csrf_checks=True).post(
        "/hub", form | {f"hub.{k}": v for k, v in more.items()}
    )


def subscribed(path: str = "/feed.atom", **more: str) -> None:
    assert ask("subscribe", path, **more).status_code == 202
    run.work(has_changed=True)
    assert Subscription.objects.count() == 1


def now(post: Post) -> Post:
    """Return a post as it is now."""
    return Post.unscoped.select_related("board", "thread", "author").get(pk=post.pk)


def later() -> None:
    """Let time pass for what waits."""
    Subscription.objects.update(next_at=timezone.now())
    Intent.objects.update(next_at=timezone.now())


def test_feeds_say_where_their_hub_is(settings: Any) -> None:
    settings.PUBLIC_URL = SITE
    answer = Client().get("/feed.atom")
    assert answer["Link"] == f'<{SITE}/hub>; rel="hub", <{SITE}/feed.atom>; rel="self"'
    assert parsed(answer.content).find("a:link[@rel='hub']", NAMES).get("href") == f"{SITE}/hub"
    said = json.loads(Client().get("/feed.json").content)
    assert said["hubs"] == [{"type": "WebSub", "url": f"{SITE}/hub"}]


@pytest.mark.parametrize(("hub", "url"), [("off", SITE), ("", "")])
def test_without_a_hub_none_is_named(settings: Any, hub: str, url: str) -> None:
    settings.PUBLIC_URL, settings.WEBSUB_HUB = url, hub
    assert "Link" not in Client().get("/feed.atom")
    assert Client().post("/hub", {"hub.mode": "subscribe"}).status_code == 404


def test_a_subscription_counts_once_the_callback_has_confirmed_it(reader: Reader) -> None:
    assert ask("subscribe", lease_seconds="86400").status_code == 202
    assert not Subscription.objects.exists()
    run.work(has_changed=False)
    (asked,) = reader.asked
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", f"{SITE}/feed.atom")
    assert (asked["hub.lease_seconds"], asked["me"]) == ("86400", "1")
    assert len(asked["hub.challenge"]) > 30
    assert Subscription.objects.get().callback == CALLBACK
    assert not Intent.objects.exists()


def test_who_never_meant_it_gets_nothing(reader: Reader) -> None:
    reader.confirms = False
    ask("subscribe")
    run.work(has_changed=False)
    assert not Subscription.objects.exists()
    assert not Intent.objects.exists()


def test_nobody_ends_anothers_subscription(reader: Reader) -> None:
    subscribed()
    reader.confirms = False
    ask("unsubscribe")
    run.work(has_changed=False)
    assert Subscription.objects.exists()
    reader.confirms = True
    ask("unsubscribe")
    run.work(has_changed=False)
    assert not Subscription.objects.exists()
    assert not Topic.objects.exists()


def test_a_callback_that_is_away_is_asked_again_and_then_given_up(reader: Reader) -> None:
    reader.fails = TooSlow("late")
    ask("subscribe")
    for _each in range(3):
        later()
        run.work(has_changed=False)
        assert Intent.objects.get().next_at > timezone.now()
    later()
    run.work(has_changed=False)
    assert not Intent.objects.exists()


@pytest.mark.parametrize(
    ("asked", "granted"),
    [("", 864000), ("0", 864000), ("-5", 864000), ("60", 3600), ("99999999999", 2592000),
     ("x", 864000), ("٣", 864000)],
)  # fmt: skip
def test_leases_have_bounds(reader: Reader, asked: str, granted: int) -> None:
    ask("subscribe", lease_seconds=asked)
    assert Intent.objects.get().lease_seconds == granted


def test_what_is_new_is_told_and_only_that(reader: Reader) -> None:
    root = make_thread(None, "Old")
    subscribed()
    run.work(has_changed=True)
    assert reader.told == []
    make_response(root, "New", "Some *words*.")
    run.work(has_changed=True)
    ((headers, body),) = reader.told
    assert titles(parsed(body)) == ["New"]
    assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert headers["Link"] == f'<{SITE}/hub>; rel="hub", <{SITE}/feed.atom>; rel="self"'
    assert "X-Hub-Signature" not in headers
    run.work(has_changed=True)
    assert len(reader.told) == 1


def test_edits_and_withdrawals_are_told(reader: Reader) -> None:
    author = make_member()
    root = make_thread(None, "Root", "Text.", author)
    answer = make_response(root, "Answer", "Text.", author)
    subscribed()
    edit(principal_of(author), answer, Change("Better answer", "Text.", 0))
    run.work(has_changed=True)
    assert titles(parsed(reader.told[-1][1])) == ["Better answer"]
    withdraw(
        principal_of(author), Post.unscoped.select_related("board", "thread").get(pk=answer.pk)
    )
    run.work(has_changed=True)
    last = parsed(reader.told[-1][1])
    assert titles(last) == []
    gone = last.find("at:deleted-entry", NAMES)
    assert gone.get("ref").endswith(f"post/{answer.public_id}")
    assert b"Better answer" not in reader.told[-1][1]


def test_what_is_withdrawn_before_it_could_be_told_is_not_told(reader: Reader) -> None:
    author = make_member()
    root = make_thread(None, "Root", "", author)
    subscribed()
    answer = make_response(root, "Said in anger", "Words.", author)
    reader.fails = TooSlow("late")
    run.work(has_changed=True)
    withdraw(
        principal_of(author), Post.unscoped.select_related("board", "thread").get(pk=answer.pk)
    )
    reader.fails = None
    later()
    # Also where nobody has looked again since.
    run.work(has_changed=False)
    assert b"Said in anger" not in reader.told[-1][1]


def test_an_older_post_that_makes_room_is_not_said_to_be_gone(reader: Reader) -> None:
    root = make_thread(None, "Root")
    author = make_member()
    for number in range(49):
        make_response(root, f"Post {number}", "", author)
    subscribed()
    for number in range(3):
        make_response(root, f"Later {number}", "", author)
    run.work(has_changed=True)
    assert set(titles(parsed(reader.told[-1][1]))) == {"Later 0", "Later 1", "Later 2"}
    assert parsed(reader.told[-1][1]).find("at:deleted-entry", NAMES) is None


def test_who_was_away_hears_of_all_of_it_at_once(reader: Reader) -> None:
    root = make_thread(None, "Root")
    subscribed()
    reader.fails = TooSlow("late")
    make_response(root, "First")
    run.work(has_changed=True)
    assert Subscription.objects.get().next_at > timezone.now() + timedelta(seconds=50)
    make_response(root, "Second")
    run.work(has_changed=True)
    reader.fails = None
    later()
    run.work(has_changed=True)
    ((_headers, body),) = reader.told
    assert titles(parsed(body)) == ["Second", "First"]
    assert Subscription.objects.get().failures == 0


def test_one_that_answers_410_is_told_no_more(reader: Reader) -> None:
    root = make_thread()
    subscribed()
    reader.status = 410
    make_response(root, "New")
    run.work(has_changed=True)
    assert not Subscription.objects.exists()


def test_one_that_fails_for_days_is_given_up(reader: Reader) -> None:
    root = make_thread()
    subscribed()
    reader.status = 500
    make_response(root, "New")
    for _each in range(21):
        later()
        run.work(has_changed=True)
    assert not Subscription.objects.exists()
    assert len(reader.told) == 21


def test_a_lease_that_is_over_is_over(reader: Reader) -> None:
    root = make_thread()
    subscribed()
    Subscription.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    make_response(root, "New")
    run.work(has_changed=True)
    assert reader.told == []
    assert not Topic.objects.exists()


def test_deliveries_are_signed_with_the_subscribers_secret(reader: Reader) -> None:
    root = make_thread()
    subscribed(secret="between us")
    assert "between us" not in str(Subscription.objects.values())
    make_response(root, "New")
    run.work(has_changed=True)
    headers, body = reader.told[0]
    expected = "sha256=" + hmac.new(b"between us", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature"] == headers["X-Hub-Signature-256"] == expected


def test_json_feeds_are_told_as_json(reader: Reader) -> None:
    root = make_thread()
    subscribed(f"/b/{root.board.handle_id}/feed.json")
    make_response(root, "New")
    run.work(has_changed=True)
    headers, body = reader.told[0]
    assert headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert [item["title"] for item in json.loads(body)["items"]] == ["New"]


def refusals() -> dict[str, Callable[[], str]]:
    return {
        "a private board": lambda: f"/b/{make_private_board(make_group()).handle_id}/feed.atom",
        "none": lambda: "/b/none/feed.atom",
        "a page": lambda: "/rules",
        "a query": lambda: "/feed.atom?after=x",
        "by token": lambda: "/feeds/private/x/feed.atom",
        "the front page": lambda: "",
    }


@pytest.mark.parametrize("path", refusals())
def test_only_public_feeds_can_be_subscribed_to(reader: Reader, path: str) -> None:
    assert ask("subscribe", refusals()[path]()).status_code == 400
    assert not Intent.objects.exists()


def test_a_topic_elsewhere_or_a_callback_that_is_none_is_refused(reader: Reader) -> None:
    for form in (
        {"hub.topic": "https://other.example/feed.atom", "hub.callback": CALLBACK},
        {"hub.topic": "/feed.atom", "hub.callback": CALLBACK},
        {"hub.topic": f"{SITE}/feed.atom", "hub.callback": "ftp://reader.example/"},
        {"hub.topic": f"{SITE}/feed.atom", "hub.callback": ""},
        {"hub.topic": f"{SITE}/feed.atom", "hub.callback": CALLBACK, "hub.secret": "x" * 200},
    ):
        answer = Client().post("/hub", {"hub.mode": "subscribe", **form})
        assert answer.status_code == 400, form
        assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_a_board_that_becomes_private_is_told_to_nobody_any_more(reader: Reader) -> None:
    group, board = make_group("Club"), make_board()
    root = make_thread(board, "Root")
    subscribed(f"/b/{board.handle_id}/feed.atom")
    make_response(root, "Not for you")
    set_rights(system("tests"), board, private_to(frozenset({group.pk})))
    run.work(has_changed=True)
    assert reader.told == []
    assert not Topic.objects.exists()


def test_a_board_that_became_private_unseen_is_not_told_either(reader: Reader) -> None:
    """Deliveries wait in no table: what they say is asked of the gate when they go out."""
    group, board = make_group("Club"), make_board()
    root = make_thread(board, "Root")
    subscribed(f"/b/{board.handle_id}/feed.atom")
    make_response(root, "Not for you")
    reader.fails = TooSlow("late")
    run.work(has_changed=True)
    set_rights(system("tests"), board, private_to(frozenset({group.pk})))
    reader.fails = None
    later()
    run.work(has_changed=False)
    assert reader.told == []


def test_held_and_removed_posts_are_not_told(reader: Reader) -> None:
    root = make_thread(None, "Root")
    subscribed()
    make_held(root, "Held back", "Words.")
    answer = make_response(root, "Bad", "Words.")
    chief = principal_of(make_member(is_administrator=True))
    states.remove(chief, targets.this(now(answer)), Why("Rules."))
    run.work(has_changed=True)
    assert not [body for _headers, body in reader.told if b"Held" in body or b"Bad" in body]


def test_one_host_cant_fill_the_table(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MOST_OF_HOST", 2)
    boards = [make_board() for _each in range(3)]
    statuses = [ask("subscribe", f"/b/{b.handle_id}/feed.atom").status_code for b in boards]
    assert statuses == [202, 202, 429]
    # The same once more is no other.
    assert ask("subscribe", f"/b/{boards[0].handle_id}/feed.atom").status_code == 202


def test_two_nodes_tell_it_once(reader: Reader) -> None:
    root = make_thread()
    subscribed()
    make_response(root, "New")
    row = Subscription.objects.get()
    assert run._take(row, timezone.now())
    assert not run._take(row, timezone.now())


def test_a_hub_elsewhere_is_named_and_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PUBLIC_URL, settings.WEBSUB_HUB = SITE, "https://hub.example/"
    sent: list[Any] = []

    def pinged(method: str, url: str, **said: Any) -> Answer:
        sent.append((method, url, parse_qs(said["body"].decode())))
        return Answer(204, url, {}, b"")

    monkeypatch.setattr(fetch, "fetch", pinged)
    root = make_thread()
    author = make_member()
    private = make_thread(make_private_board(make_group("Club", author)), "Private", "", author)
    assert '<https://hub.example/>; rel="hub"' in Client().get("/feed.atom")["Link"]
    assert Client().post("/hub").status_code == 404
    assert publish.is_elsewhere()
    publish.publish(
        Changed(post.thread_id, post.board_id, post.author_id) for post in (root, private)
    )
    ((method, url, form),) = sent
    assert (method, url, form["hub.mode"]) == ("POST", "https://hub.example/", ["publish"])
    assert set(form["hub.url"]) == {
        f"{SITE}{path}feed.{suffix}"
        for path in ("/", f"/b/{root.board.handle_id}/", f"/t/{root.public_id}/")
        for suffix in ("atom", "json")
    }
