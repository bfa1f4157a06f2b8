import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import BadInput
from rejoinder.importers import mbox
from rejoinder.importers.found import FoundMessage, PassedOver
from rejoinder.importers.mbox import looks_like_mail, read_messages, unquoted

FROM = b"From ada@example.org Tue Mar  3 10:00:00 2020\n"
HEAD = b"Subject: s\n\n"


def raws(path: Path, content: bytes, **how: int) -> list[bytes]:
    path.write_bytes(content)
    found = list(read_messages(path, **how))
    assert [each.offset for each in found] == [0, *(each.end for each in found[:-1])]
    assert all(isinstance(each, FoundMessage) for each in found)
    return [each.raw for each in found if isinstance(each, FoundMessage)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.mbox"


def test_messages_are_found_with_their_places(path: Path) -> None:
    path.write_bytes(FROM + HEAD + b"one\n\n" + FROM + HEAD + b"two\n")
    first, second = read_messages(path)
    assert isinstance(first, FoundMessage)
    assert first.raw == HEAD + b"one\n"
    assert first.envelope_line == FROM.rstrip()
    assert (first.offset, first.end) == (0, second.offset)
    assert second.end == path.stat().st_size


def test_reading_begins_again_where_it_stopped(path: Path) -> None:
    path.write_bytes(FROM + HEAD + b"one\n\n" + FROM + HEAD + b"two\n")
    first, second = read_messages(path)
    assert list(read_messages(path, start=first.end)) == [second]


def test_crlf_is_read_as_well(path: Path) -> None:
    content = (FROM + HEAD + b"one\n\n" + FROM + HEAD + b"two\n").replace(b"\n", b"\r\n")
    assert raws(path, content) == [b"Subject: s\r\n\r\none\r\n", b"Subject: s\r\n\r\ntwo\r\n"]


def test_a_missing_last_line_end_is_no_matter(path: Path) -> None:
    assert raws(path, FROM + HEAD + b"one") == [HEAD + b"one"]


def test_gzip_is_unpacked_whatever_its_name(path: Path) -> None:
    assert raws(path, gzip.compress(FROM + HEAD + b"one\n")) == [HEAD + b"one\n"]


def test_a_gzip_cut_off_says_so_after_what_was_read(path: Path) -> None:
    path.write_bytes(gzip.compress(FROM + HEAD + b"one\n")[:-6])
    with pytest.raises(BadInput, match="is damaged"):
        list(read_messages(path))


@pytest.mark.parametrize(
    "text",
    [
        b"\nFrom here on it is prose.\nSubject: no\n",
        b"\nFrom Monday Mar 3 on, 10:00 is late 2020\n\nyes\n",
        b"no blank line before\n" + FROM + b"Subject: quoted\n",
        b"\nFrom 20b6c1a6cfe2d2a3b199bf1e869db256355bbeb1 Mon Sep 17 00:00:00 2001\nFrom: A\n",
        b"\n" + FROM + b"and then prose\n",
    ],
)
def test_from_lines_in_a_text_do_not_split_it(path: Path, text: bytes) -> None:
    assert raws(path, FROM + HEAD + text) == [HEAD + text]


def test_a_series_of_patches_is_split_at_git_s_lines(path: Path) -> None:
    line = b"From 20b6c1a6cfe2d2a3b199bf1e869db256355bbeb1 Mon Sep 17 00:00:00 2001\n"
    assert len(raws(path, line + HEAD + b"one\n\n" + line + HEAD + b"two\n")) == 2


@pytest.mark.parametrize(
    "line",
    [
        b"From ada at example.org  Tue Mar  3 10:00:00 2020\n",
        b"From ada Fri Sep 25 20:23 CDT 1998\n",
        b"From - Tue Mar  3 10:00:00 2020\n",
        b"From ada@example.org Tue Mar  3 10:00:00 2020 +0100\n",
        b"From ???@??? Tue Mar 03 10:00:00 2020\n",
    ],
)
def test_from_lines_of_many_makers_split(path: Path, line: bytes) -> None:
    assert len(raws(path, line + HEAD + b"one\n\n" + line + HEAD + b"two\n")) == 2


def test_a_counted_length_tells_a_quoted_mailbox_from_a_real_one(path: Path) -> None:
    """mboxcl2 quotes nothing: only Content-Length tells where the message ends."""
    text = b"My mailbox:\n\n" + FROM + b"Subject: inside\n\nx\n>From me\n"
    head = b"Subject: s\nContent-Length: %d\n\n" % len(text)
    assert raws(path, FROM + head + text + b"\n" + FROM + HEAD + b"two\n") == [
        head + text,
        HEAD + b"two\n",
    ]


def test_a_wrong_length_is_not_believed(path: Path) -> None:
    head = b"Subject: s\nContent-Length: 3\n\n"
    assert raws(path, FROM + head + b"longer\n\n" + FROM + HEAD + b"two\n")[0] == head + b"longer\n"


def test_quoting_of_a_known_mboxrd_is_undone_by_one(path: Path) -> None:
    line = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
    assert raws(path, line + HEAD + b">From a\n>>From b\n> From c\n") == [
        HEAD + b"From a\n>From b\n> From c\n"
    ]


def test_where_the_dialect_is_unknown_only_plain_cases_are_undone() -> None:
    assert unquoted(b"x\n>From a\ny\n", every=False) == b"x\nFrom a\ny\n"
    assert unquoted(b"> x\n>From a\n", every=False) == b"> x\n>From a\n"
    assert unquoted(b">From a\n> y\n", every=False) == b">From a\n> y\n"
    assert unquoted(b"x\n>>From a\n", every=False) == b"x\n>>From a\n"


def test_a_huge_message_is_passed_over_without_being_held(path: Path) -> None:
    huge = FROM + HEAD + b"x" * 3_000_000 + b"\n\n"
    path.write_bytes(FROM + HEAD + b"one\n\n" + huge + FROM + HEAD + b"two\n")
    first, passed, last = read_messages(path, max_article_octets=100_000)
    assert isinstance(passed, PassedOver)
    assert "larger than the 100,000 octets" in passed.why
    assert (passed.offset, passed.end) == (first.end, first.end + len(huge))
    assert isinstance(last, FoundMessage)
    assert last.raw == HEAD + b"two\n"


def test_the_buffer_stays_small_whatever_the_file_holds(path: Path) -> None:
    content = b"".join(FROM + HEAD + b"y" * 50_000 + b"\n\n" for _ in range(100))
    content += FROM + HEAD + b"x" * 8_000_000
    reader = mbox._Mbox(path, io.BytesIO(content), 0, 200_000)
    largest = 0
    for _ in reader.messages():
        largest = max(largest, len(reader.buffer))
    assert largest < 3_000_000


def test_one_message_without_a_from_line_is_one_message(path: Path) -> None:
    content = HEAD + b"My mailbox:\n\n" + FROM + b"Subject: inside\n\nx\n"
    assert raws(path, content) == [content]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\x00\x01\x02" * 100, "is a binary file"),
        (b"<!DOCTYPE html>\n<title>Archive</title>", "is a web page"),
        (b"Dear all,\nthis is a letter.\n", "is not an mbox"),
        (b'{"a": 1}\n', "is not an mbox"),
    ],
)
def test_what_is_no_mbox_is_refused_in_plain_words(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)
    assert not looks_like_mail(path)
    with pytest.raises(BadInput, match=said):
        list(read_messages(path))


def test_a_missing_file_and_a_folder_are_refused(path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        list(read_messages(path))
    with pytest.raises(BadInput, match="is a folder"):
        list(read_messages(path.parent))


bodies = st.lists(
    st.sampled_from(
        [b"line\n", b"\n", b"> quoted\n", b"From here\n", b"x" * 700 + b"\n", b"=20\n"]
    ),
    max_size=30,
).map(lambda lines: b"".join(lines).strip(b"\n") + b"\n")


@given(st.lists(bodies, min_size=1, max_size=8))
def test_what_was_put_into_a_mailbox_comes_out_of_it(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("mbox") / "archive"
    path.write_bytes(b"".join(FROM + HEAD + text + b"\n" for text in texts))
    found = [each.raw for each in read_messages(path) if isinstance(each, FoundMessage)]
    assert found == [HEAD + text for text in texts]
