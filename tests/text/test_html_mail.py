"""HTML-only mail as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text.html_mail import text_of_html
from rejoinder.text.plain import render_plain
from tests.text.safety import faults_in


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<div>One</div><div>Two</div><div><br></div><div>Three</div>", "One\nTwo\n\nThree"),
        ('<a href="https://example.org/x">the page</a>', "the page <https://example.org/x>"),
        ('<a href="https://example.org/">https://example.org</a>', "https://example.org"),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        ('<a href="javascript:x()">x</a>', "x"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol start=3><li>a<li>b<ul><li>c</ul></ol>", "3. a\n4. b\n  - c"),
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n>\n>> c\n\nd"),
        ("<table><tr><td>a</td><td></td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<head><title>t</title><style>p{}</style></head><script>x</script>y", "y"),
        ('<div style="display:none">hidden <b>too</b></div>shown', "shown"),
        ('<img src="https://example.org/t.gif"><img alt="Logo">', "[Logo]"),
        ("a &lt;b&gt; &amp;&nbsp;c", "a <b> & c"),
        ("<div>-- <br>Anna</div>", "-- \nAnna"),
        ("<p>&gt; not a quote", " > not a quote"),
        ("one\n  two\n", "one two"),
        ("", ""),
    ],
)
def test_html_reads_as_text(html, text):
    assert text_of_html(html) == text


def test_deep_nesting_neither_recurses_nor_loses_text():
    for tag in ("div", "blockquote", "b", "table", "ul"):
        assert "the end" in text_of_html(f"<{tag}>" * 20_000 + "the end")


TAGS = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<a href='x'>", "</a>", "<blockquote>", "</blockquote>", "<ul>", "<li>",
         "</ul>", "<pre>", "</pre>", "<table><tr><td>", "</table>", "text", "\n", "<br>", "<!--",
         "<b style='display:none'>", "</b>", "&#0;", "<script>", "</script>", "\ud800"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(st.one_of(TAGS, st.text(max_size=200)))
def test_any_html_becomes_text_that_renders_safely(html):
    assert not faults_in(render_plain(text_of_html(html)))
