"""Mail and news as HTML: quoting, layout, links, masked addresses."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import BadText
from rejoinder.text.addresses import mask_addresses
from rejoinder.text.flowed import unflow
from rejoinder.text.plain import render_plain
from rejoinder.text.sanitizer import sanitize
from rejoinder.text.source_text import MAX_TEXT_OCTETS
from tests.text.safety import faults_in, text_in

SAMPLES = Path(__file__).parent.parent / "samples" / "attacks"
WRAPPED = (
    "I have looked at the pages that you sent, and most of them read well. The\n"
    "one on clocks should say what happens in a leap second, as readers ask it\n"
    "again and again."
)


def test_wrapped_prose_is_joined_for_a_narrow_screen():
    html = render_plain(WRAPPED)
    assert "<br>" not in html
    assert "pages that you sent, and most of them read well. The one on" in html


def test_short_lines_lists_and_trailers_stay_lines():
    html = render_plain("Hello Anna,\nthank you.\n\n- one\n- two\n\nKind regards,\nBell")
    assert html == (
        "<p>Hello Anna,<br>\nthank you.</p>\n<p>- one<br>\n- two</p>\n"
        "<p>Kind regards,<br>\nBell</p>\n"
    )
    trailers = (
        "Reviewed-by: Somebody With Quite A Long Name Here <somebody@example.org>\nTested-by: X"
    )
    assert "<br>\nTested-by" in render_plain(trailers)


def test_nested_quotes_become_nested_blockquotes():
    html = render_plain("Anna wrote:\n>> first\n> second\nthird")
    assert html == (
        '<p class="attribution">Anna wrote:</p>\n'
        "<blockquote><blockquote><p>first</p>\n</blockquote><p>second</p>\n</blockquote><p>third</p>\n"
    )


def test_a_long_quotation_is_folded_but_for_the_lines_next_to_the_answer():
    quoted = "".join(f"> point {number}\n>\n" for number in range(30))
    html = render_plain(f"{quoted}\nYes.")
    assert '<details class="quote"><summary>24 quoted lines</summary>' in html
    assert html.index("</details>") < html.index("point 24") < html.index("Yes.")
    assert "point 0" in text_in(html)


def test_a_whole_mail_quoted_below_the_answer_is_folded_entirely():
    html = render_plain("Yes.\n\n" + "".join(f"> line {n}\n>\n" for n in range(30)) + "\n-- \nAnna")
    assert "30 quoted lines" in html
    assert html.index("line 29") < html.index("</details>")


def test_a_signature_is_folded():
    html = render_plain("Text.\n\n-- \nAnna Bell\nhttps://example.org/")
    assert html.startswith('<p>Text.</p>\n<details class="signature"><summary>Signature</summary>')
    assert "Anna Bell<br>" in html


def test_a_list_footer_and_armour_are_folded():
    footer = "_" * 47 + "\ntown mailing list\nhttps://example.org/list"
    assert 'class="signature"' in render_plain(f"Text.\n{footer}")
    armour = "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----"
    assert 'class="signature"' in render_plain(f"Text.\n{armour}\nMore.")


def test_text_below_a_signature_that_quotes_is_kept():
    html = render_plain("Yes.\n-- \nAnna\n\nOn Monday Bell wrote:\n> Shall we?")
    assert '<p class="attribution">On Monday Bell wrote:</p>' in html
    assert "<blockquote><p>Shall we?</p>" in html


def test_a_patch_keeps_its_columns_and_colours():
    html = render_plain(
        "Fix it.\n---\n file.c | 2 +-\n\ndiff --git a/file.c b/file.c\n@@ -1,2 +1,2 @@\n"
        " int\n-\ta = 1;\n+\ta = 2;\n-- \n2.30"
    )
    assert '<pre class="layout"> file.c | 2 +-</pre>' in html
    assert '<span class="removed">-\ta = 1;</span>\n<span class="added">+\ta = 2;</span>' in html
    assert "<hr>" in html


def test_a_quoted_part_of_a_patch_is_a_patch():
    assert '<pre class="patch">' in render_plain("> +int a;\n> +int b;\n\nWhy two?")


@pytest.mark.parametrize(
    "layout",
    [
        "    if (a)\n        b();",
        "name      size\nalpha       10",
        "+------+\n| drawn |\n+------+",
        "$ ls /tmp\nfile",
        "int a;\nint b;",
        "a\tb\nc\td",
    ],
)
def test_code_tables_and_drawings_keep_their_columns(layout):
    html = render_plain(layout)
    assert html.startswith('<pre class="layout">')
    assert layout.expandtabs() in text_in(html)


@pytest.mark.parametrize(
    "prose", ["+1", "Two  spaces.  After full stops.", "* one\n* two", "[...]"]
)
def test_prose_is_not_taken_for_layout(prose):
    assert "<pre" not in render_plain(prose)


def test_marks_of_emphasis_are_left_as_they_are():
    assert render_plain("*bold* and _under_") == "<p>*bold* and _under_</p>\n"


def test_addresses_are_masked_everywhere_and_links_work():
    html = render_plain(
        "On Monday, Anna <anna@example.org> wrote:\n> mail bell@example.org\n\n"
        "Signed-off-by: Crash <crash@example.org>\nSee <https://example.org/x>.\n"
        "-- \nanna@example.org"
    )
    assert "@example" not in html
    assert "anna@…" in html
    assert '<a href="https://example.org/x" rel="nofollow ugc noopener">' in html


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("anna.b+list@mail.example.org.", "anna.b+list@…."),
        ("<anna at example.org>", "<anna@…>"),
        ("anna [at] example [dot] org", "anna@…"),
        ("d@münchen.example", "d@…"),
        ("ünal@example.org", "ünal@…"),
        ("mailto:anna@example.org?x", "mailto:anna@…?x"),
        ('"anna bell"@example.org', '"anna bell"@…'),
        ("anna@[192.0.2.1]", "anna@…"),
        ("look at example.org", "look at example.org"),
        ("@anna and x@y and symbol@GLIBC_2.4", "@anna and x@y and symbol@GLIBC_2.4"),
    ],
)
def test_an_address_keeps_what_stands_before_its_sign(text, masked):
    assert mask_addresses(text) == masked


def test_flowed_text_is_joined_and_fixed_lines_stay():
    flowed = "A paragraph that \nflows on.\nA fixed line.\n> quoted \n> flows\n-- \nAnna\n >stuffed"
    assert unflow(flowed) == (
        "A paragraph that flows on.\nA fixed line.\n> quoted flows\n-- \nAnna\n >stuffed"
    )


def test_delsp_takes_the_marking_space_away():
    assert unflow("日本 \n語", delsp=True) == "日本語"


def test_a_paragraph_does_not_flow_into_another_depth_or_a_signature():
    assert unflow("> a \n>> b \nc \n-- \nd") == "> a\n>> b\nc\n-- \nd"


def test_deep_quoting_is_drawn_with_a_cap():
    html = render_plain(">" * 5_000 + " deep")
    assert html.count("<blockquote>") == 8
    assert "deep" in html


def test_a_text_too_long_is_refused():
    with pytest.raises(BadText):
        render_plain("x" * (MAX_TEXT_OCTETS + 1))


LINES = st.lists(
    st.sampled_from(
        ["> quoted", ">> deeper", "", "-- ", "On Monday Anna wrote:", "+added", "-removed", "@@ -1",
         "diff --git a b", "    code();", "a@example.org", "https://example.org/<x>", "text " * 14,
         "<script>", "---", "_" * 30, "- item", " a | 2 +-", "-----BEGIN PGP SIGNATURE-----"]
    ),
    max_size=30,
).map("\n".join)  # fmt: skip


@given(st.one_of(LINES, st.text(max_size=300)), st.booleans())
def test_any_mail_renders_to_safe_html(source, flowed):
    html = render_plain(source, flowed=flowed)
    assert not faults_in(html)
    assert sanitize(html) == html


@given(
    st.lists(
        st.sampled_from(["> alpha", ">> beta", "gamma", "", "    delta;", "+eps"]), max_size=40
    )
)
def test_no_word_is_lost(lines):
    shown = text_in(render_plain("\n".join(lines)))
    for word in ("alpha", "beta", "gamma", "delta;", "eps"):
        assert shown.count(word) == sum(word in line for line in lines)


def test_the_sample_attacks_do_nothing_as_mail():
    for sample in SAMPLES.glob("*.txt"):
        assert not faults_in(render_plain(sample.read_text(encoding="utf-8")))
