"""Hidden and missing answer the same: status, body, and the statements that are run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.boards.grants import private_to, set_rights
from rejoinder.boards.models import Board
from rejoinder.policy.principals import system
from rejoinder.posts.drafts import FoundAttachment
from rejoinder.posts.models import Attachment
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads import tallies, tree
from rejoinder.threads.models import Numbering, Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.web.reading import found_post

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")
NO_ID = "zzzzzzzzzzzz"
# A session's, and "now" in a statement.
MOMENT = r"'?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+00:00)?'?(::timestamptz)?"
Answer = tuple[int, str, str, list[str]]


@dataclass
class Hidden:
    """What is kept from a reader, and what they see beside it."""

    # The public thread that they see, and a post in it.
    root: Post
    # Public ids of posts that they may not open.
    posts: dict[str, str]
    # The handle of a board that they may not open.
    board: str
    file: str


def hide(post: Post, state: State) -> str:
    """Give a post a state in which others don't see it, as a moderator does."""
    threads, (fresh,) = tree.locked_with(post.pk)
    fresh.state = state
    fresh.save(update_fields=["state"])
    tallies.disappear(fresh, threads[fresh.thread_id])
    return post.public_id


@pytest.fixture
def hidden() -> Hidden:
    root = make_thread(make_board("Quay"), "Root", "Text")
    make_response(root, "Seen")
    private = make_board("Cabin")
    inside = make_thread(private, "Secret inside", "Secret")
    answer = make_response(inside, "Secret answer", "Secret")
    mail = found_post(
        private,
        "a@x",
        title="Secret mail",
        attachments=(FoundAttachment("0" * 64, "plan.txt", "text/plain", 3),),
    )
    set_rights(OPERATOR, private, private_to(frozenset()))
    withdrawn = make_response(root, "Secret and withdrawn", "Secret")
    withdraw(principal_of(withdrawn.author), fresh(withdrawn))
    posts = {
        "on a private board": inside.public_id,
        "answer on a private board": answer.public_id,
        "mail on a private board": mail.public_id,
        "withdrawn": withdrawn.public_id,
        "held": hide(make_response(root, "Secret and held", "Secret"), State.HELD),
        "removed": hide(make_response(root, "Secret and removed", "Secret"), State.REMOVED),
        "held root": hide(make_thread(root.board, "Secret root", "Secret"), State.HELD),
    }
    file = Attachment.unscoped.get().public_id
    return Hidden(fresh(root), posts, private.handle_id, file)


def fresh(post: Post) -> Post:
    return Post.unscoped.select_related("board", "thread", "author").get(pk=post.pk)


def signed_in(client: Client, who: str) -> Client:
    if who == "member":
        client.force_login(make_member("Nosy Member"))
    return client


def answer_to(ask: Callable[[], HttpResponse], name: str) -> Answer:
    """Return what was answered, and by which statements, without the name asked for."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask()

    def nameless(text: str) -> str:
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
        text = re.sub(r'name="submission" value="[^"]*"', "", text)
        text = re.sub(
            r"'?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+00:00)?'?(::timestamptz)?", "", text
        )
        return text.replace(name, "NAME")

    statements = [nameless(query["sql"]) for query in captured]
    where = nameless(answer.headers.get("Location", ""))
    return answer.status_code, where, nameless(answer.content.decode()), statements


ADDRESSES = [
    "/p/{id}",
    "/p/{id}?after={id}",
    "/p/{id}/branch",
    "/p/{id}/branch?as=flat",
    "/p/{id}/revisions",
    "/p/{id}/respond",
    "/p/{id}/respond?quote=1",
    "/p/{id}/edit",
    "/p/{id}/withdraw",
    "/t/{id}",
    "/t/{id}?as=nested",
    "/t/{root}?at={id}",
    *(f"/t/{{root}}?as={a}&{c}={{id}}" for a in ("outline", "nested", "flat", "newest", "direct")
      for c in ("after", "before")),
    *(f"/b/{{board}}?as={a}&after={{id}}" for a in
      ("threaded", "compressed", "last", "chronological", "flat")),
    "/p/{root}?after={id}",
    "/p/{root}/branch?as=flat&before={id}",
    "/m/{author}?after={id}",
]  # fmt: skip


@pytest.mark.parametrize("who", ["guest", "member"])
@pytest.mark.parametrize("pattern", ADDRESSES)
def test_a_hidden_posts_name_answers_as_one_that_nobody_has(
    client: Client, hidden: Hidden, who: str, pattern: str
) -> None:
    reader = signed_in(client, who)
    given = {
        "root": hidden.root.public_id,
        "board": hidden.root.board.handle_id,
        "author": hidden.root.author.handle_id,
    }

    def ask(name: str) -> Answer:
        return answer_to(lambda: reader.get(pattern.format(id=name, **given)), name)

    ask(NO_ID)  # what is done once a session is done
    missing = ask(NO_ID)
    assert missing[0] in (302, 404)
    for state, name in hidden.posts.items():
        assert ask(name) == missing, state


@pytest.mark.parametrize("who", ["guest", "member"])
@pytest.mark.parametrize("deed", ["respond", "edit", "withdraw"])
def test_a_form_sent_to_a_hidden_post_answers_as_to_none(
    client: Client, hidden: Hidden, who: str, deed: str
) -> None:
    reader = signed_in(client, who)
    typed = {"title": "Mine", "text": "What I wrote", "submission": "m" * 20, "edits_seen": "0"}

    def send(name: str) -> Answer:
        return answer_to(lambda: reader.post(f"/p/{name}/{deed}", typed), name)

    missing = send(NO_ID)
    missing = missing if who == "guest" else send(NO_ID)
    for state, name in hidden.posts.items():
        # Who reads the board may have had its form open: they hear that it was withdrawn.
        if (deed, state) != ("respond", "withdrawn"):
            status, _where, page, statements = send(name)
            assert (status, page) == (missing[0], missing[2]), state
            if who == "member":
                assert statements == missing[3], state


def test_who_reads_the_board_hears_that_a_post_was_withdrawn_and_nobody_else(
    client: Client, hidden: Hidden
) -> None:
    reader = signed_in(client, "member")
    typed = {"title": "Mine", "text": "What I wrote"}
    name = hidden.posts["withdrawn"]
    answer = reader.post(f"/p/{name}/respond", typed)
    assert answer.status_code == 409
    assert "withdrawn meanwhile" in answer.content.decode()
    assert "Secret" not in answer.content.decode()
    set_rights(OPERATOR, Board.unscoped.get(pk=hidden.root.board_id), private_to(frozenset()))
    answer = reader.post(f"/p/{name}/respond", typed)
    assert answer.status_code == 404
    assert "What I wrote" in answer.content.decode()
    assert "Quay" not in answer.content.decode()


def test_a_post_that_was_never_shown_isnt_said_to_be_withdrawn(client: Client) -> None:
    root, author = make_thread(), make_member()
    post = make_response(root, author=author)
    hide(post, State.HELD)
    # As if it had been held from the beginning.
    Numbering.unscoped.filter(post=post).delete()
    Post.unscoped.filter(pk=post.pk).update(state=State.WITHDRAWN)
    reader = signed_in(client, "member")
    assert reader.post(f"/p/{post.public_id}/respond", {"title": "Mine"}).status_code == 404


@pytest.mark.parametrize("who", ["guest", "member"])
@pytest.mark.parametrize("pattern", ["/b/{}", "/b/{}?as=flat&after=" + NO_ID, "/b/{}/start"])
def test_a_hidden_boards_handle_answers_as_one_that_nobody_has(
    client: Client, hidden: Hidden, who: str, pattern: str
) -> None:
    reader = signed_in(client, who)

    def ask(name: str) -> Answer:
        return answer_to(lambda: reader.get(pattern.format(name)), name)

    ask("no-such-board")
    assert ask(hidden.board) == ask("no-such-board")


@pytest.mark.parametrize("who", ["guest", "member"])
def test_a_hidden_posts_file_answers_as_one_that_isnt_there(
    client: Client, hidden: Hidden, who: str
) -> None:
    reader = signed_in(client, who)

    def ask(name: str) -> Answer:
        return answer_to(lambda: reader.get(f"/file/{name}/plan.txt"), name)

    ask(NO_ID)
    assert ask(hidden.file) == ask(NO_ID)


def test_the_comparison_notices_a_difference(client: Client, hidden: Hidden) -> None:
    seen = answer_to(lambda: client.get(f"/p/{hidden.root.public_id}"), hidden.root.public_id)
    missing = answer_to(lambda: client.get(f"/p/{NO_ID}"), NO_ID)
    assert seen[0] != missing[0]
    assert seen[2] != missing[2]
    assert seen[3] != missing[3]
