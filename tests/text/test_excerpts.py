"""A post's own first words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text.excerpts import MAX_EXCERPT, first_line, has_text


@pytest.mark.parametrize(
    "above",
    [
        "> quoted\n>> deeper\n\n",
        "On Mon, 1 Feb 2021 at 10:00, Anna Bell <anna@example.org> wrote:\n> quoted\n\n",
        "On Mon, 1 Feb 2021 at 10:00, Anna Maria Bell\n<anna@example.org> wrote:\n> quoted\n\n",
        "Am 01.02.21 um 10:00 schrieb Anna Bell:\n> quoted\n\n",
        "Le 09/12/2020 10:40, Anna Bell a écrit :\n> quoted\n\n",
        "El lun, 1 feb 2021 a las 10:00, Anna (<anna@example.org>) escribió:\n> quoted\n\n",
        "01.02.2021 10:00, Anna Bell пишет:\n> quoted\n\n",
        "2021年2月1日(月) 10:00 Anna <anna@example.org>:\n> quoted\n\n",
        "* Anna Bell <anna@example.org> [2021-02-01 10:00]:\n> quoted\n\n",
        "* Anna Bell:\n\n> quoted\n\n",
        "Quoting Anna Bell:\n> quoted\n\n",
        "Hi Anna,\n\n",
        "Hello Anna & Bell!\n\nOn 1/2/21 3:00 PM, Anna wrote:\n> quoted\n\n",
        "Hi, ",
        "Dear Anna,\n",
        "Guten Tag Frau Bell,\n\n",
        "Season's greetings Anna,\n\n",
        "From: Anna Bell <anna@example.org>\n\n",
        "From: Anna <anna@example.org>\nSubject: x\n\nSigned-off-by: A <a@example.org>\n---\n\n",
        "[ added a few CCs ]\n\n",
        "[...]\n\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n",
        "    code();\n\n",
        " file.c | 2 +-\n 1 file changed, 1 insertion(+)\n\n",
    ],
)
def test_what_is_not_the_posts_own_first_words_is_skipped(above):
    assert first_line(f"{above}The bridge is open.\n", markup="plain") == "The bridge is open."


@pytest.mark.parametrize(
    "source",
    [
        "",
        "> only quoted",
        "Hi Anna,",
        "-- \nAnna",
        "diff --git a/x b/x\n+int\n",
        "?\n",
        "> a\n\n:)",
    ],
)
def test_a_post_without_own_words_has_none(source):
    assert first_line(source, markup="plain") == ""


def test_a_reviewers_mark_is_told_if_there_is_nothing_else():
    source = "> patch\n\nReviewed-by: Anna <anna@example.org>"
    assert first_line(source, markup="plain") == "Reviewed-by: Anna <anna@…>"


def test_lines_are_joined_and_cut_at_a_word():
    line = first_line("word and\nword\n" + "more " * 60, markup="plain")
    assert line.startswith("word and word more")
    assert line.endswith("more…")
    assert len(line) <= MAX_EXCERPT


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("# A **bold** headline\n\ntext", "A bold headline"),
        ("> quote\n\nSee [the *page*](https://example.org/a_b).", "See the page."),
        ("![cat](https://example.org/c.png) sleeps", "cat sleeps"),
        ("- `code` ~~gone~~ here", "code gone here"),
        ("It was ||the butler||.", "It was ▒▒▒."),
        (">! secret\n\nopen", "open"),
        ("```\ncode\n```\n\nprose", "prose"),
        ("mail anna@example.org snake_case_name 2 \\* 3", "mail anna@… snake_case_name 2 * 3"),
        ("— Crash Davis", ""),
    ],
)
def test_markdown_is_read_without_its_marks(source, line):
    assert first_line(source, markup="markdown") == line


@given(st.text(max_size=500), st.sampled_from(["markdown", "plain"]))
def test_an_excerpt_is_one_short_line(source, markup):
    line = first_line(source, markup=markup)
    assert len(line) <= MAX_EXCERPT
    assert len(line.splitlines()) <= 1


def test_text_of_spaces_and_invisible_characters_is_none():
    assert not has_text("")
    assert not has_text(" \n\t\u200b\u00a0")
    assert has_text("\n" * 5_000 + "x")
    assert has_text("x")
