"""Quoting a passage, and what a post's readers see of what was quoted."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote as escaped

import pytest
from django.test import Client

from rejoinder.posts.edit import Change, edit
from rejoinder.text.quoting import quote
from tests.factories import make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db
FIRST = "The harbour opens again on Monday."
LAST = "We shall see what the ice does to it."


@pytest.fixture
def root() -> Any:
    return make_thread(title="The harbour", source=f"{FIRST}\n\n{LAST}", author=make_member("Ada"))


def quoting(post: Any, passage: str) -> str:
    return quote(passage, post.public_id, markup="plain") + "I doubt that."


def page(address: str, client: Client | None = None) -> str:
    return (client or Client()).get(address).content.decode()


def test_a_selected_passage_is_quoted_alone(root: Any) -> None:
    client = Client()
    client.force_login(make_member("Bert"))
    address = f"/p/{root.public_id}/respond?quote=1&passage="
    shown = page(address + escaped(LAST), client)
    assert f"&gt; {LAST}" in shown
    assert f"&gt; {FIRST}" not in shown
    # Words that aren't in it are nobody's: then all is quoted.
    shown = page(address + escaped("I confess that I stole it all."), client)
    assert "I confess" not in shown
    assert f"&gt; {FIRST}" in shown


def test_the_page_shows_which_passages_were_answered_and_by_whom(root: Any) -> None:
    late = make_response(root, "About the ice", quoting(root, LAST), make_member("Bert"))
    make_response(root, "About Monday", quoting(root, FIRST))
    make_response(root, "About nothing", "No quotation.")
    assert f"/p/{root.public_id}/passages" in page(f"/p/{root.public_id}")
    shown = page(f"/p/{root.public_id}/passages")
    places = [shown.index(word) for word in (FIRST, "About Monday", LAST, "About the ice")]
    assert places == sorted(places)
    assert "About nothing" not in shown
    from rejoinder.posts.withdraw import withdraw

    withdraw(principal_of(late.author), late)
    assert "About the ice" not in page(f"/p/{root.public_id}/passages")


def test_a_response_to_words_that_were_corrected_says_so(root: Any) -> None:
    answer = make_response(root, "About Monday", quoting(root, FIRST))
    other = make_response(root, "About the ice", quoting(root, LAST))
    note = "were corrected since"
    assert note not in page(f"/p/{answer.public_id}")
    changed = FIRST.replace("Monday", "Tuesday")
    edit(principal_of(root.author), root, Change("The harbour", f"{changed}\n\n{LAST}", 0))
    assert note in page(f"/p/{answer.public_id}")
    assert f"/p/{root.public_id}/revisions" in page(f"/p/{answer.public_id}")
    assert note not in page(f"/p/{other.public_id}")


def test_what_was_corrected_before_anybody_answered_stays_unsaid(root: Any) -> None:
    edit(principal_of(root.author), root, Change("The harbour", LAST, 0))
    answer = make_response(root, "About Monday", quoting(root, FIRST))
    assert "were corrected since" not in page(f"/p/{answer.public_id}")


def test_the_page_asks_few_queries_however_many_quote(
    root: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_response(root, f"Answer {number}", quoting(root, LAST))
    client = Client()
    client.get(f"/p/{root.public_id}/passages")
    with django_assert_max_num_queries(8):
        assert "Answer 11" in page(f"/p/{root.public_id}/passages", client)
