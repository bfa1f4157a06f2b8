"""One sample per fault seen in real mail, each named by its fault."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.articles.article import Article
from rejoinder.articles.parse import parse_article
from rejoinder.errors import BadArticle

SAMPLES = Path(__file__).parent.parent / "samples" / "mail"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def read(name: str) -> Article:
    return parse_article((SAMPLES / f"{name}.eml").read_bytes(), now=NOW)


def test_a_plain_message_is_read_without_faults() -> None:
    article = read("plain")
    assert article.message_id == "plain@example.org"
    assert article.usable_id
    assert (article.author_name, article.author_address) == ("Ada Byron", "ada@example.org")
    assert article.written_at == datetime(2020, 3, 3, 9, tzinfo=UTC)
    assert article.date_source == "date"
    assert article.subject == "A title"
    assert (article.text, article.text_kind) == ("Good evening.\n\n> quoted\nAnswered.", "plain")
    assert article.faults == ()


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("charset-unknown", "Grüße", "charset 'x-own-making' unknown, read as windows-1252"),
        ("charset-missing", "Grüße – “so”", "eight-bit text without its charset, read as UTF-8"),
        ("charset-wrong", "晚上好，各位朋友", "text is not in its charset 'GB2312', read as UTF-8"),
        (
            "charset-utf-8-damaged-in-one-place",
            "Ärger über Öl\n\ufffd end",
            "text is not in its charset 'utf-8' in places, shown as \ufffd",
        ),
        ("charset-utf-7-refused", "+ADw-script+AD4-", "charset 'utf-7' unknown, read as UTF-8"),
        (
            "japanese-without-charset",
            "こんにちは",
            "no charset for Japanese text, read as iso-2022-jp",
        ),
        (
            "base64-with-list-footer",
            "Grüße aus der Ferne.\n\n_______________\nlist footer",
            "text after base64 was kept as it was",
        ),
        (
            "base64-cut-off",
            "Good evening, everybo",
            "base64 cut off or broken, read as far as it goes",
        ),
        (
            "quoted-printable-broken",
            "50=% of a line and its end",
            "quoted-printable broken in places, left as they were",
        ),
        ("boundary-missing", "Found all the same.", "boundary missing or wrong, guessed"),
        ("multipart-without-parts", "Just a text.", "multipart without its parts"),
        ("cut-off-in-a-part", "The beginning of", "the last part has no end"),
        ("text-after-the-last-part", "First\n\n-- \nlist footer", "text after the last part"),
        ("no-headers-at-all", "Good evening to all,\nthis file is a text.", "no headers"),
        (
            "no-blank-line-after-headers",
            "Counter to the standard there is no blank line.",
            "no blank line between the headers and the text",
        ),
        ("nul-in-text", "onetwo", "NUL characters in the text were left out"),
        ("text-after-a-picture", "Pictures!\n\nCheerio!", "text after base64 was kept"),
    ],
)
def test_a_faulty_text_is_read_and_its_fault_told(name: str, text: str, fault: str) -> None:
    article = read(name)
    assert article.text == text
    assert any(each.startswith(fault) for each in article.faults), article.faults


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("charset-gb2312-with-wider-characters", "镕基"),
        ("charset-koi8-r-in-raw-header", "Привет"),
        ("mixed-texts-and-a-list-footer", "First\n\nfooter"),
        ("signed", "I sign this."),
        ("inline-patch", "See below.\n\n--- a/x\n+++ b/x"),
        (
            "forwarded-message",
            "Look:\n\nFrom: Bob <bob@example.net>\nSubject: Inner\n\nInner ü text",
        ),
        ("digest", "Subject: One\n\nfirst\n\nSubject: Two\n\nsecond"),
        ("uuencoded-file", "Here it is:\n\n\nBye"),
        ("uuencoded-file-cut-off", "begin 644 hello.txt\n&:&5L;&\\*"),
        ("line-ends-of-old-macs", "One\nTwo"),
    ],
)
def test_texts_are_found_and_joined_in_their_order(name: str, text: str) -> None:
    article = read(name)
    assert article.text == text
    assert article.text_kind == "plain"


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("charset-koi8-r-in-raw-header", "Привет"),
        ("subject-raw-utf-8", "Grüße"),
        ("subject-encoded-word-split-in-a-character", "Grüße there"),
        ("subject-encoded-word-unclosed", "Grüße aus"),
        ("subject-encoded-word-hides-a-line-end", "Hello Bcc: victim@example.org"),
        ("subject-folded-without-blank", "A long title that some mailer broke"),
        ("from-line-left-in-front", "A title"),
        ("line-ends-of-old-macs", "A title"),
    ],
)
def test_subjects_are_decoded_onto_one_line(name: str, subject: str) -> None:
    assert read(name).subject == subject


def test_of_alternatives_the_plain_text_is_taken() -> None:
    article = read("alternative")
    assert (article.text, article.text_kind, article.delsp) == ("The plain \none", "flowed", True)
    assert article.attachments == ()


def test_the_marked_up_alternative_is_taken_if_the_plain_one_says_nothing() -> None:
    article = read("alternative-with-blank-plain-text")
    assert (article.text, article.text_kind) == ("<p>Only <b>here</b>", "html")


def test_a_plain_footer_joins_a_marked_up_text_escaped() -> None:
    article = read("html-with-a-plain-footer")
    assert article.text == "<p>First\n\n<pre>footer &lt;list&gt;</pre>"
    assert article.text_kind == "html"


@pytest.mark.parametrize(
    ("name", "filename", "media_type", "data"),
    [
        ("signed", "signature.asc", "application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----"),
        ("inline-patch", "fix.patch", "text/x-patch", b"--- a/x\n+++ b/x"),
        ("attachment-name-with-folders", "passwd.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("attachment-name-continued", "Grüße aus.pdf", "application/pdf", b"%PDF"),
        ("uuencoded-file", "hello.txt", "application/octet-stream", b"hello\n"),
    ],
)
def test_files_are_kept_under_clean_names(
    name: str, filename: str, media_type: str, data: bytes
) -> None:
    (attachment,) = read(name).attachments
    assert (attachment.filename, attachment.media_type) == (filename, media_type)
    assert attachment.data == data


def test_a_forwarded_message_is_kept_whole_as_well() -> None:
    (attachment,) = read("forwarded-message").attachments
    assert attachment.filename == "message.eml"
    assert attachment.data.startswith(b"From: Bob <bob@example.net>")


def test_a_usenet_article_gives_groups_and_what_it_supersedes() -> None:
    article = read("usenet-article")
    assert article.newsgroups == ("sci.space", "sci.answers")
    assert article.supersedes == "old@example.org"
    assert (article.author_name, article.author_address) == ("Ada Byron", "ada@example.org")
    assert article.written_at == datetime(1993, 4, 1, 10, 0, 29, tzinfo=UTC)


def test_a_pipermail_address_is_put_together_again() -> None:
    article = read("pipermail-address")
    assert (article.author_name, article.author_address) == ("Ada Byrön", "ada@example.org")


def test_a_date_in_the_future_gives_way_to_the_first_receipt() -> None:
    article = read("date-in-the-future")
    assert article.written_at == datetime(2020, 3, 3, 10, tzinfo=UTC)
    assert article.date_source == "received"
    assert "Date in the future; taken from Received" in article.faults


def test_a_date_from_an_unset_clock_is_not_believed() -> None:
    article = read("date-of-1970")
    assert (article.written_at, article.date_source) == (None, None)


def test_the_from_line_is_the_last_resort_for_date_and_author() -> None:
    article = read("from-line-left-in-front")
    assert article.written_at == datetime(2020, 3, 3, 10, tzinfo=UTC)
    assert article.date_source == "envelope"
    assert (article.author_name, article.author_address) == ("ada", "ada@example.org")


def test_an_id_with_a_blank_is_found_but_unusable() -> None:
    article = read("id-with-a-blank")
    assert (article.message_id, article.usable_id) == ("one two@example.org", False)


def test_the_first_usable_of_two_ids_counts() -> None:
    article = read("two-message-ids")
    assert (article.message_id, article.usable_id) == ("good@example.org", True)
    assert article.list_id == "list.example.org"


@pytest.mark.parametrize("raw", [b"", b"\n\n \r\n", b"From a@b Mon Jan  1 00:00:00 2001\n"])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(BadArticle, match="empty"):
        parse_article(raw)


def test_a_message_past_the_limit_is_refused() -> None:
    with pytest.raises(BadArticle, match="larger than the 10 octets"):
        parse_article(b"Subject: x\n\ntoo much", max_article_octets=10)


def nested(levels: int) -> bytes:
    raw = b"Content-Type: text/plain\n\nat the bottom"
    for level in range(levels):
        mark = b"level-%d-" % level
        raw = b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n%s\n--%s--\n" % (
            mark,
            mark,
            raw,
            mark,
        )
    return raw


def test_nesting_is_followed_to_its_limit() -> None:
    assert parse_article(nested(90)).text == "at the bottom"


@pytest.mark.parametrize("levels", [101, 3_000])
def test_nesting_past_the_limit_is_kept_whole_as_a_file(levels: int) -> None:
    article = parse_article(nested(levels))
    assert article.text == ""
    assert b"at the bottom" in article.attachments[0].data
    assert any("deeply nested" in fault for fault in article.faults)


def test_parts_past_the_limit_stay_in_the_last_one() -> None:
    parts = b"".join(b"--b\n\npart %d\n" % number for number in range(2_000))
    article = parse_article(b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n")
    assert "part 0\n" in article.text
    assert "part 1999" in article.text


def check_is_clean(article: Article) -> None:
    """Nothing in an article may break a database, a header or a page."""
    lines = [
        article.message_id or "",
        *article.ancestors,
        article.author_name,
        article.author_address,
        article.subject,
        article.supersedes or "",
        *article.newsgroups,
        article.list_id or "",
        *article.faults,
        *(attachment.filename for attachment in article.attachments),
        *(attachment.media_type for attachment in article.attachments),
    ]
    for line in lines:
        assert not set(line) & set("\r\n\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), line
    for text in [*lines, article.text]:
        assert "\x00" not in text
        text.encode("utf-8")  # raises on surrogates
    assert "\r" not in article.text
    assert all(attachment.filename for attachment in article.attachments)
    assert article.written_at is None or article.written_at.utcoffset() is not None
    assert article.message_id not in article.ancestors
    assert len(set(article.ancestors)) == len(article.ancestors)


def check_reads_or_refuses(raw: bytes) -> None:
    try:
        article = parse_article(raw, now=NOW)
    except BadArticle:
        return
    check_is_clean(article)


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_octets_are_read_or_refused(raw: bytes) -> None:
    check_reads_or_refuses(raw)


ALL_SAMPLES = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))]
PIECES = [
    b"\n",
    b"\r",
    b"\x00",
    b"--=_b",
    b"=?utf-8?B?",
    b'"',
    b"<",
    b"\xff",
    b":",
    b"=\n",
    b"\xed\xa0\x80",
]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(ALL_SAMPLES), st.data())
def test_spoilt_samples_are_read_or_refused(raw: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 10))
        put = data.draw(st.sampled_from(PIECES) | st.binary(max_size=4))
        raw = raw[:at] + put + raw[at + cut :]
    check_reads_or_refuses(raw)


FIELDS = [
    "From",
    "Subject",
    "Message-ID",
    "References",
    "In-Reply-To",
    "Date",
    "Content-Type",
    "List-Id",
]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(FIELDS), st.binary(max_size=120))
def test_any_field_is_read_or_passed_over(field: str, value: bytes) -> None:
    check_reads_or_refuses(field.encode() + b": " + value + b"\n\ntext")


def test_every_sample_is_clean() -> None:
    assert len(ALL_SAMPLES) > 40
    for raw in ALL_SAMPLES:
        check_is_clean(parse_article(raw, now=NOW))
