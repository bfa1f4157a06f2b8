"""Quotations are found by their words, whatever was cut, and by no chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text import quoted
from rejoinder.text.markup import render_markdown
from rejoinder.text.quoted import Answered, Quotation
from rejoinder.text.quoting import quote

POST, OTHER = "bcdfghjkmnpq", "zzzzzzzzzzzz"
SOURCE = (
    "The harbour opens *again* on Monday.\n\nThe [council](https://example.org/a) has promised "
    "it since 1901, & nobody believes it.\n\nWe shall see what the ice does."
)
TEXT = quoted.text_of(render_markdown(SOURCE))


def test_passages_are_read_with_whom_they_are_from() -> None:
    source = (
        f"[@](/p/{POST}) wrote:\n\n> One line\n> and its second\n>\n> > an older one\n>\n"
        "> Another passage.\n\nNo.\n\n> From nobody named.\n"
    )
    assert quoted.quotations(source) == [
        Quotation(POST, "One line\nand its second"),
        Quotation(POST, "Another passage."),
        Quotation("", "From nobody named."),
    ]


def test_what_a_reader_selects_is_found_in_what_they_saw() -> None:
    assert quoted.holds(TEXT, "harbour opens again\n on Monday")
    assert quoted.holds(TEXT, "The council has promised it since 1901, & nobody")
    assert not quoted.holds(TEXT, "The council has promised it since 1902")
    assert not quoted.holds(TEXT, "bour opens again on Mon")
    assert not quoted.holds(TEXT, "the ice")


def test_each_passage_stands_once_in_the_order_of_the_post() -> None:
    last, first = "We shall see what the ice does.", "The harbour opens again on Monday."
    found = quoted.answered(
        TEXT,
        POST,
        [
            (1, f"> {last}\n\nIndeed."),
            (2, quote(first, POST, markup="plain") + "No.\n\n> " + last.upper()),
            (3, quote(first, OTHER, markup="plain") + "That was another post."),
            (4, "> on Monday\n\nToo short to be of any one post."),
            (5, "No quotation: We shall see what the ice does."),
        ],
    )
    assert found == [Answered(first, (2,)), Answered(last, (1, 2))]


def test_old_words_are_told_from_words_that_nobody_wrote() -> None:
    now = "The harbour opens again on Tuesday."
    old = quote("The harbour opens again on Monday.", POST, markup="plain")
    assert quoted.quotes_old_words(old, POST, now, [SOURCE.replace("*", "")])
    assert not quoted.quotes_old_words(old, POST, SOURCE.replace("*", ""), ["other"])
    assert not quoted.quotes_old_words("> Nobody ever wrote these words.", POST, now, [SOURCE])
    assert not quoted.quotes_old_words(old, OTHER, now, [SOURCE.replace("*", "")])


@pytest.mark.parametrize("source", ["", ">", "> ", ">>> x", "> " * 500, "\n" * 50, "    > code"])
def test_odd_sources_quote_nothing(source: str) -> None:
    assert quoted.quotations(source) == []


@given(st.text(alphabet="ab >\n[@](/p)", max_size=300))
def test_any_source_can_be_read(source: str) -> None:
    for quotation in quoted.quotations(source):
        assert quotation.passage.strip()
