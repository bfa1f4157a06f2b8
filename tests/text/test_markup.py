"""Markdown to safe HTML, and where it differs from CommonMark on purpose."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import BadText
from rejoinder.text.markup import clean_text, render_markdown
from rejoinder.text.sanitizer import sanitize
from rejoinder.text.source_text import MAX_TEXT_OCTETS, fit_text
from tests.text.safety import faults_in, text_in

SAMPLES = Path(__file__).parent.parent / "samples" / "attacks"
REL = ' rel="nofollow ugc noopener"'


def test_a_pasted_article_keeps_headline_paragraphs_marks_and_byline():
    html = render_markdown(
        "# Council closes bridge\n\nThe council voted — “for good” — on Tuesday.\n\n"
        "Nobody spoke.\n\n— Crash Davis\n"
    )
    assert html == (
        "<h3>Council closes bridge</h3>\n"
        "<p>The council voted — “for good” — on Tuesday.</p>\n"
        "<p>Nobody spoke.</p>\n"
        '<p class="byline">— Crash Davis</p>\n'
    )


def test_long_lines_without_blank_lines_between_are_paragraphs():
    html = render_markdown("A sentence of news. " * 8 + "\n" + "Another one follows. " * 8)
    assert html.count("<p>") == 2
    assert "<br>" not in html


def test_a_poem_keeps_its_lines():
    assert render_markdown("Roses are red,\nviolets are blue") == (
        "<p>Roses are red,<br>\nviolets are blue</p>\n"
    )


def test_prose_set_to_a_column_is_joined():
    wrapped = (
        "The council of the town voted on Tuesday evening to close the old\n"
        "bridge across the river for good, as the mayor had announced in the\n"
        "spring."
    )
    assert "<br>" not in render_markdown(wrapped)


@pytest.mark.parametrize("line", ["— Crash Davis", "—Reuters", "– Anna Bell", "-- Anna Bell"])
def test_a_last_line_with_a_dash_and_a_name_is_a_byline(line):
    assert render_markdown(f"Text.\n\n{line}").endswith(f'<p class="byline">{line}</p>\n')
    assert render_markdown(f"Text.\n{line}") == f'<p>Text.</p>\n<p class="byline">{line}</p>\n'


@pytest.mark.parametrize("line", ["— but he said no.", "- item", "--verbose", "–5 degrees", "—"])
def test_other_last_lines_are_no_byline(line):
    assert "byline" not in render_markdown(f"Text.\n\n{line}")


def test_headings_begin_below_the_pages_own():
    html = render_markdown("# a\n## b\n### c\n#### d\n###### e")
    assert [html.count(f"<h{level}>") for level in range(1, 7)] == [0, 0, 1, 1, 1, 2]


def test_bare_web_addresses_become_links_without_the_sentences_punctuation():
    html = render_markdown(
        "See https://example.org/a_(b). (or http://example.org/x) www.example.de"
    )
    assert f'<a href="https://example.org/a_(b)"{REL}>' in html
    assert f'<a href="http://example.org/x"{REL}>' in html
    assert f'<a href="http://www.example.de"{REL}>' in html
    assert "<a" not in render_markdown("`https://example.org` readme.md user@example.org")


def test_an_image_is_a_link_and_nothing_loads():
    assert render_markdown("![a *cat*](https://example.org/c.png)") == (
        f'<p><a href="https://example.org/c.png"{REL}>a cat</a></p>\n'
    )
    nested = render_markdown("[![cat](https://example.org/c.png)](https://example.org/)")
    assert nested == f'<p><a href="https://example.org/"{REL}>cat</a></p>\n'


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//example.org",
     "JaVaScRiPt:x", "java&#10;script:x", "&#106;avascript:x", "relative.html", "#fragment"],
)  # fmt: skip
def test_a_link_elsewhere_stays_text(target):
    html = render_markdown(f"[x]({target}) ![y]({target}) <{target}>\n\n[x][1]\n\n[1]: {target}")
    assert "<a" not in html


@pytest.mark.parametrize(
    "target",
    ["https://example.org/", "mailto:anna@example.org", "news:comp.lang.c", "nntp://example.org/x",
     "gemini://example.org/", "/boards/town"],
)  # fmt: skip
def test_links_to_known_schemes_and_to_this_site_work(target):
    assert f'<a href="{target}"{REL}>x</a>' in render_markdown(f"[x]({target})")


def test_raw_html_is_shown_as_text():
    html = render_markdown('<b onclick="x()">bold</b>\n\n<script>alert(1)</script>')
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not faults_in(html)


def test_spoilers_work_without_script_as_blocks_and_within_lines():
    block = render_markdown(">! The *butler* did it.\n>! Really.\n\nafter")
    assert block == (
        '<details class="spoiler">\n<summary>Spoiler</summary>\n'
        "<p>The <em>butler</em> did it.<br>\nReally.</p>\n</details>\n<p>after</p>\n"
    )
    assert '<span class="spoiler" tabindex="0">the <em>butler</em></span>' in render_markdown(
        "It was ||the *butler*||."
    )


def test_a_quoted_spoiler_stays_hidden():
    assert '<details class="spoiler">' in render_markdown("> >! secret\n> open")


@pytest.mark.parametrize("source", ["if (a || b || c)", "a||b||c", "||", "|| x ||", "`||x||`"])
def test_bars_in_code_and_prose_are_no_spoiler(source):
    assert "spoiler" not in render_markdown(source)


def test_tables_strikethrough_and_fences():
    html = render_markdown("|a|b|\n|:-:|-:|\n|1|2|\n\n~~x~~\n\n```py\n<1\n```")
    assert '<th class="center">a</th>' in html
    assert '<td class="right">2</td>' in html
    assert "<s>x</s>" in html
    assert "<pre><code>&lt;1\n</code></pre>" in html


def test_what_is_nested_too_deeply_is_shown_not_lost():
    assert "the end" in text_in(render_markdown(">" * 10_000 + " the end"))
    assert "the end" in text_in(render_markdown("- a\n" + "1. " * 5_000 + "the end"))
    assert "the end" in text_in(render_markdown("[" * 10_000 + "the end" + "](/x)" * 10_000))


def test_nested_links_and_images_in_brackets_still_work_in_a_long_list():
    html = render_markdown("[a](/x) " * 3_000)
    assert html.count("<a href") == 3_000


def test_a_text_too_long_is_refused_with_its_size():
    with pytest.raises(BadText, match="262,144"):
        render_markdown("ä" * (MAX_TEXT_OCTETS // 2 + 1))
    assert render_markdown("a" * MAX_TEXT_OCTETS)


def test_text_is_kept_as_typed_but_for_line_ends_and_controls():
    assert clean_text("a\r\nb\rc\u2028d\x00".replace("\x00", "") + "  \n\n") == "a\nb\nc\nd"
    assert clean_text("Cafe\u0301 – “x”\ttab\x07\x1b[0m\u202e") == "Cafe\u0301 – “x”\ttab[0m"
    assert clean_text("") == ""
    assert clean_text("\u2067שלום\u2069") == "\u2067שלום\u2069"


@pytest.mark.parametrize("raw", ["a\0b", "a\ud800b", "x" * (MAX_TEXT_OCTETS + 1)])
def test_binary_and_oversized_texts_are_refused_and_made_to_fit_on_import(raw):
    with pytest.raises(BadText):
        clean_text(raw)
    fitted = fit_text(raw)
    assert clean_text(fitted) == fitted


def test_a_cut_text_says_how_much_was_cut():
    assert "more characters were cut here" in fit_text("word " * 100_000)


SYNTAX = st.text(alphabet="ab <>[]()!*_`~|#-+=.:/\\\n\t&;\"'@1>—\u202e", max_size=200)
PIECES = st.lists(
    st.sampled_from(
        ["<script>", "javascript:", "](", "[a]", "||", ">! ", "\n\n", "```", "<svg onload=x>", "![",
         "- ", "    ", "https://example.org", "&colon;", "\x00", "<!--", "]]>", "\ud800", "|-|"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(st.one_of(SYNTAX, PIECES, st.text(max_size=200)))
def test_whatever_is_typed_renders_to_safe_html(source):
    html = render_markdown(source)
    assert not faults_in(html)
    assert sanitize(html) == html


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_sample_attacks_do_nothing(sample):
    attack = sample.read_text(encoding="utf-8")
    assert not faults_in(render_markdown(attack))
    for line in attack.splitlines():
        assert not faults_in(render_markdown(line))


def test_there_are_sample_attacks():
    assert len(list(SAMPLES.glob("*.txt"))) >= 3
