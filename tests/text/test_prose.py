"""The short way for prose gives what the long way gives."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rejoinder.text import markup

LONG_WAY = markup._make_parser(has_short_way=False)
SHORT_WAY = markup._make_parser()

LETTERS = st.sampled_from(
    [*"aZé字 .,;:'\"()-–!?/#@0", "\\", "`", "*", "_", "[x](/y)", "<", "&amp;", "|"]
)
INSIDES = st.lists(LETTERS, max_size=12).map("".join)
BEGINNINGS = st.sampled_from(
    [
        *("", "", "", "a", "Word ", " a", "    a", "\ta", "- a", "1. a", "> a", "# a", "| a |"),
        *("---", "===", "```", "~~~", ">! a", "[a]: /b", "— Ann", "www.example.org"),
        "https://example.org/a",
    ]
)
ENDS = st.sampled_from(["", "", " ", "  ", "\t"])
LINES = st.tuples(BEGINNINGS, INSIDES, ENDS).map("".join)
TEXTS = st.lists(LINES, max_size=9).map("\n".join)


@given(TEXTS)
@example("One line.\n\nAnother one.\n")
@example("Title\n===")
@example("a | b\n--|--\n1 | 2")
@example("- item\n\n  prose in the item\n\nafter it")
@example("> quoted\n\nprose")
@example("a\n  b\nc  \nd")
@example("ends in blanks  \n\n   begins with three\n\n    with four")
@example("\u00a0begins with a hard space\n\nʼapostrophe")
def test_prose_is_drawn_as_the_long_way_draws_it(source: str) -> None:
    assert SHORT_WAY.render(source) == LONG_WAY.render(source)


@pytest.mark.parametrize("source", ["One line.\n\nAnother, with a comma.", "Two\nlines of prose."])
def test_prose_takes_the_short_way(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_arguments: object) -> None:
        raise AssertionError("the long way was taken")

    monkeypatch.setattr(SHORT_WAY.inline, "parse", ask)
    assert SHORT_WAY.render(source)
