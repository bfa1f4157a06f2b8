"""The page of a held, removed or withdrawn post: for its author, moderators, and others."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.members.groups import GroupChange, add_group, add_to_group
from rejoinder.members.models import Member
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import hold, remove
from rejoinder.moderation.firings import Firing
from rejoinder.moderation.targets import this
from rejoinder.policy.principals import system
from rejoinder.posts.screening import Verdict
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post, State
from tests.factories import make_member, make_response, make_thread, principal_of
from tests.web.reading import page, words_of
from tests.web.test_hidden_and_missing import fresh, hide

pytestmark = pytest.mark.django_db

JUDGED = [State.HELD, State.REMOVED]


@pytest.fixture
def author() -> Member:
    return make_member("Ada Author")


@pytest.fixture
def moderator() -> Member:
    group = add_group(system("tests"), GroupChange("Crew", moderates_everywhere=True))
    return add_to_group(system("tests"), group, make_member("Mo Crew").name)


def judged(author: Member, state: State, *, answered: bool = False) -> Post:
    root = make_thread(title="Root")
    post = make_response(root, "Secret title", "Secret text", author)
    if answered:
        make_response(post, "Answer to it")
    if state == State.WITHDRAWN:
        withdraw(principal_of(author), fresh(post))
    else:
        hide(post, state)
    return fresh(post)


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("who", ["author", "moderator"])
@pytest.mark.parametrize("state", JUDGED)
def test_its_author_and_moderators_see_it_with_a_notice_for_themselves_alone(
    client: Client, author: Member, moderator: Member, state: State, who: str, answered: bool
) -> None:
    post = judged(author, state, answered=answered)
    client.force_login(author if who == "author" else moderator)
    answer = client.get(f"/p/{post.public_id}")
    source = answer.content.decode()
    text = words_of(source)
    assert answer.status_code == 200
    assert {"private", "no-store"} <= set(answer["Cache-Control"].replace(" ", "").split(","))
    notice = text.index(
        "A moderator is looking at this post." if state == State.HELD else "Removed by a moderator."
    )
    assert notice < text.index("Secret title") < text.index("Secret text")
    assert ("Only its author" in text) == (who == "moderator")
    assert ("Answer to it" in text) == answered


@pytest.mark.parametrize("state", [*JUDGED, State.WITHDRAWN])
def test_such_a_page_has_nothing_for_machines(client: Client, author: Member, state: State) -> None:
    post = judged(author, state, answered=True)
    client.force_login(author)
    source = page(client, "post", post.public_id)
    assert '<meta name="robots" content="noindex">' in source
    head = source[: source.index("</head>")]
    for mark in ("canonical", "og:title", "og:description", 'name="description"', 'name="author"'):
        assert mark not in head
    own = source[source.index("<main") : source.index('<section class="responses"')]
    assert "itemprop" not in own
    assert "itemtype" not in own


@pytest.mark.parametrize(
    ("state", "status", "says"),
    [
        (State.HELD, 404, "A moderator is looking at this post"),
        (State.REMOVED, 410, "Removed by a moderator"),
        (State.WITHDRAWN, 410, "Withdrawn by its author"),
    ],
)
@pytest.mark.parametrize("who", ["guest", "member"])
def test_others_see_a_stub_where_answers_hang_and_nothing_otherwise(
    client: Client, author: Member, state: State, status: int, says: str, who: str
) -> None:
    if who == "member":
        client.force_login(make_member())
    post = judged(author, state, answered=True)
    source = page(client, "post", post.public_id, status=status)
    assert says in words_of(source)
    assert "Secret" not in source
    assert "Ada Author" not in source
    bare = judged(author, state)
    page(client, "post", bare.public_id, status=404)


def test_an_answer_to_a_held_post_says_so_without_its_title(client: Client, author) -> None:
    post = judged(author, State.HELD, answered=True)
    answer = Post.unscoped.get(parent=post)
    for reader in (None, author):
        if reader:
            client.force_login(reader)
        text = words_of(page(client, "post", answer.public_id))
        assert "In response to a post that a moderator is looking at" in text
        assert "Secret" not in text


@pytest.mark.parametrize("state", JUDGED)
def test_what_isnt_drawn_leads_its_author_to_its_page_and_not_to_an_outline(
    client: Client, author: Member, state: State
) -> None:
    root = make_thread(title="Secret root", author=author)
    hide(root, state)
    client.force_login(author)
    for address in (f"/t/{root.public_id}", f"/p/{root.public_id}/branch"):
        assert client.get(address)["Location"] == f"/p/{root.public_id}"
    source = page(client, "post", root.public_id)
    assert f"/t/{root.public_id}" not in source
    post = judged(author, state)
    assert client.get(f"/t/{post.public_id}")["Location"] == f"/p/{post.public_id}"


@pytest.mark.parametrize("deed", [hold, remove])
def test_a_moderators_reason_stands_there_for_who_may_know_it(
    client: Client, author: Member, moderator: Member, deed
) -> None:
    post = make_response(make_thread(), "Secret title", author=author)
    make_response(post, "Answer to it")
    why = Why("It sells <pills>.", rule="No selling")
    deed(principal_of(moderator), this(post), why)
    for reader in (author, moderator):
        client.force_login(reader)
        text = words_of(page(client, "post", post.public_id))
        assert "Why: It sells <pills>. By the rule: No selling" in text
    client.logout()
    source = client.get(f"/p/{post.public_id}").content.decode()
    assert "stub-note" in source
    assert "pills" not in source


def test_what_a_rule_found_is_told_to_the_author_and_explained_to_moderators(
    client: Client, author: Member, moderator: Member
) -> None:
    post = judged(author, State.HELD, answered=True)
    Firing.unscoped.create(
        post=post,
        board=post.board,
        rule="links",
        verdict=Verdict.HOLD,
        message="It holds links.",
        explanation="Nine links.",
    )
    for reader, says in ((author, "It holds links."), (moderator, "Nine links.")):
        client.force_login(reader)
        assert says in words_of(page(client, "post", post.public_id))
    client.force_login(make_member())
    assert "links" not in words_of(page(client, "post", post.public_id, status=404))


def test_posts_that_wait_stand_on_their_authors_settings_page(
    client: Client, author: Member
) -> None:
    client.force_login(author)
    assert "wait for a moderator" not in words_of(page(client, "settings"))
    post = judged(author, State.HELD)
    source = page(client, "settings")
    assert "Your posts that wait for a moderator Secret title" in words_of(source)
    assert f'href="/p/{post.public_id}"' in source
    client.force_login(make_member())
    assert "Secret" not in page(client, "settings")


def test_the_way_on_from_a_withdrawn_parent_names_no_hidden_post(client: Client) -> None:
    root = make_thread(title="Root of it")
    above = make_response(root, title="Secret above")
    parent = make_response(above, title="Soon gone")
    withdraw(principal_of(parent.author), fresh(parent))
    hide(above, State.HELD)
    client.force_login(make_member())
    answer = client.post(f"/p/{parent.public_id}/respond", {"title": "Late", "text": "Mine"})
    source = answer.content.decode()
    assert answer.status_code == 409
    assert "Secret" not in source
    assert above.public_id not in source


def test_a_held_posts_author_goes_on_editing_and_withdraws(client: Client, author: Member) -> None:
    post = judged(author, State.HELD)
    client.force_login(author)
    sent = {"title": "Better title", "text": "Better text", "edits_seen": "0"}
    assert client.post(f"/p/{post.public_id}/edit", sent).status_code == 303
    assert "Better text" in words_of(page(client, "post", post.public_id))
    client.post(f"/p/{post.public_id}/withdraw")
    assert fresh(post).state == State.WITHDRAWN
    assert "Nobody but you sees its words any more." in words_of(
        page(client, "post", post.public_id)
    )
