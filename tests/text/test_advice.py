"""Advice on what is written: said where a friend would say it, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text.advice import Advice, advice
from rejoinder.text.quoting import quote

PARENT, OTHER = "bcdfghjkmnpq", "zzzzzzzzzzzz"
LONG = "\n\n".join(
    f"Paragraph {number} says that the harbour opens in month {number} and stays open, as the "
    f"council has promised since {1900 + number}, whatever the ice may do to the piers."
    for number in range(12)
)
TITLE = "The harbour opens"


def on(source: str, title: str = "Not before May", parent: str = LONG) -> list[Advice]:
    return advice(title, source, parent_id=PARENT, parent_title=TITLE, parent_source=parent)


def quoted(source: str = LONG, of: str = PARENT) -> str:
    return quote(source, of, markup="markdown")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "A short answer.",
        quoted("One sentence of it.") + "I doubt that.",
        # Long, and answered at length.
        quoted() + LONG + "\n\n" + LONG,
        quoted("One sentence.", OTHER) + "As they said.\n\n" + quoted("Another.") + "So no.",
        "```\n> not a quotation of anybody\n```\nWords.",
    ],
)
def test_nothing_is_said_of_a_good_post(source: str) -> None:
    assert on(source) == []


def test_a_short_post_is_quoted_whole_by_everybody() -> None:
    assert on(quoted("Short as it is.") + "Indeed.", parent="Short as it is.") == []


def test_each_is_said_where_it_is_so() -> None:
    assert on(quoted() + "I agree.") == [Advice.QUOTES_ALL]
    assert on(quoted("One sentence.")) == [Advice.NOTHING_OWN]
    assert on(quoted("One sentence.", OTHER) + "No.") == [Advice.QUOTES_ANOTHER]
    assert on("x", "https://news.example.org/a-b_c?d=1") == [Advice.TITLE_IS_LINK]
    assert on("x", " www.example.org ") == [Advice.TITLE_IS_LINK]
    assert on("x", "Re: the Harbour opens") == [Advice.TITLE_IS_PARENTS]
    assert on("x", "THE HARBOUR STAYS SHUT!") == [Advice.TITLE_SHOUTS]
    assert on("word " * 600) == [Advice.LONG_PARAGRAPH]


@pytest.mark.parametrize(
    "title",
    [
        "See https://example.org",
        "NATO, EU, UN",
        "港は五月に開く港は五月に開く",
        "https://",
        "2026-01-02",
    ],
)
def test_titles_that_say_something_are_let_be(title: str) -> None:
    assert on("x", title) == []


def test_a_thread_of_ones_own_answers_nobody() -> None:
    assert advice("A title", quoted("One sentence.", OTHER) + "My words.") == []


@given(st.text(max_size=300), st.text(max_size=2000), st.text(max_size=2000))
def test_anything_can_be_looked_at(title: str, source: str, parent: str) -> None:
    found = advice(title, source, parent_id=PARENT, parent_title=title, parent_source=parent)
    assert len(found) == len(set(found))
