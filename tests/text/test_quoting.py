"""Quoting the parent, and showing what changed between revisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text.diffs import diff_html
from rejoinder.text.markup import render_markdown
from rejoinder.text.quoting import quote
from tests.text.safety import faults_in, text_in

ID = "bcdfghjkmnpq"


def test_markdown_is_quoted_as_it_stands_under_a_reference_to_its_author():
    assert quote("One.\n\n> Two.", ID, markup="markdown") == (
        "[@](/p/bcdfghjkmnpq) wrote:\n\n> One.\n>\n> > Two.\n\n"
    )


def test_a_plain_text_keeps_its_depths_and_loses_its_signature():
    quoted = quote("On Monday Bell wrote:\n> Shall we?\nYes.\n-- \nAnna", ID, markup="plain")
    assert quoted == (
        "[@](/p/bcdfghjkmnpq) wrote:\n\n> On Monday Bell wrote:\n>\n> > Shall we?\n>\n> Yes.\n\n"
    )


def test_layout_is_fenced_so_that_it_keeps_its_columns():
    html = render_markdown(quote("    if (a)\n        ```b", ID, markup="plain"))
    assert "<pre><code>    if (a)\n        ```b\n</code></pre>" in html


@pytest.mark.parametrize("line", ["# include", "---", "===", "***", "~~~", "| a"])
def test_a_plain_line_does_not_become_markup(line):
    html = render_markdown(quote(f"text\n{line}\nmore", ID, markup="plain"))
    assert line in text_in(html)
    assert not {"<h3>", "<h4>", "<hr>", "<table>"} & set(html.replace(">", "> ").split())


def test_addresses_in_what_is_quoted_are_masked():
    assert "example.org" not in quote("ask bell@example.org", ID, markup="plain")


def test_a_long_text_is_cut_and_says_so():
    quoted = quote("line of text\n" * 10_000, ID, markup="markdown")
    assert quoted.endswith("> […]\n\n")
    assert len(quoted) < 21_000


@given(st.text(max_size=300), st.sampled_from(["markdown", "plain"]))
def test_every_quotation_renders_safely(source, markup):
    assert not faults_in(render_markdown(quote(source, ID, markup=markup)))


def test_a_changed_word_is_shown_within_its_line():
    assert diff_html("a\nthe old bridge\nb", "a\nthe new bridge\nb") == (
        '<div class="diff"><p>a</p><p>the <del>old</del><ins>new</ins> bridge</p><p>b</p></div>'
    )


def test_added_and_removed_lines_are_shown_whole():
    assert "<p><ins>b</ins></p>" in diff_html("a\nc", "a\nb\nc")
    assert "<p><del>b</del></p>" in diff_html("a\nb\nc", "a\nc")


def test_lines_far_from_a_change_are_counted_not_shown():
    old = "\n".join(map(str, range(100)))
    html = diff_html(old, f"{old}!")
    assert '<p class="skipped">… 96 unchanged lines</p>' in html
    assert "<ins>!</ins>" in html


def test_equal_texts_say_so():
    assert "No difference" in diff_html("a", "a")


def test_texts_too_different_and_too_long_are_shown_as_replaced():
    html = diff_html(
        "\n".join(f"a{n}" for n in range(2_000)), "\n".join(f"b{n}" for n in range(2_000))
    )
    assert html.count("<del>") == html.count("<ins>") == 2_000


@given(st.text(alphabet="ab<>&\n \"'", max_size=80), st.text(alphabet="ab<>&\n \"'", max_size=80))
def test_a_difference_is_safe_and_holds_both_texts(old, new):
    html = diff_html(old, new)
    assert not faults_in(html)
    if old != new and "skipped" not in html:
        kept = text_in(html)
        assert all(word in kept for word in "".join(new.split()))
