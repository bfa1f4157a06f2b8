from pathlib import Path

import pytest

from rejoinder.errors import BadInput
from rejoinder.importers.found import FoundMessage, PassedOver
from rejoinder.importers.sources import read_mail

MESSAGE = b"Subject: s\n\ntext\n"
FROM = b"From ada@example.org Tue Mar  3 10:00:00 2020\n"


def put(folder: Path, name: str, content: bytes = MESSAGE) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_a_maildir_gives_one_message_a_file(tmp_path: Path) -> None:
    put(tmp_path, "cur/1:2,S", MESSAGE + b"\n" + FROM + MESSAGE)
    put(tmp_path, "new/2")
    put(tmp_path, "tmp/.hidden")
    assert [each.path.name for each in read_mail(tmp_path)] == ["1:2,S", "2"]


def test_files_of_a_folder_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10.eml", "9.eml", "100.eml"):
        put(tmp_path, name)
    assert [each.path.name for each in read_mail(tmp_path)] == ["9.eml", "10.eml", "100.eml"]


def test_mbox_files_of_a_folder_are_taken_apart(tmp_path: Path) -> None:
    put(tmp_path, "lists/2014-May.txt", (FROM + MESSAGE + b"\n") * 2)
    put(tmp_path, "one.eml")
    assert len(list(read_mail(tmp_path))) == 3


def test_what_is_no_mail_is_passed_over_with_the_reason(tmp_path: Path) -> None:
    put(tmp_path, "a.eml")
    put(tmp_path, "b.png", b"\x89PNG\x00")
    (tmp_path / "link.eml").symlink_to(tmp_path / "a.eml")
    message, passed = read_mail(tmp_path)
    assert isinstance(message, FoundMessage)
    assert isinstance(passed, PassedOver)
    assert passed.why == "neither an mbox nor a message"


def test_a_huge_file_of_a_maildir_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, "cur/1")
    put(tmp_path, "cur/2", b"x" * 1_000)
    found = list(read_mail(tmp_path, max_article_octets=100))
    assert [type(each) for each in found] == [FoundMessage, PassedOver]


def test_a_folder_without_messages_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "README", b"Nothing here\n")
    with pytest.raises(BadInput, match="There is no message in the folder"):
        list(read_mail(tmp_path))


def test_a_single_message_file_is_a_source(tmp_path: Path) -> None:
    put(tmp_path, "one.eml")
    (found,) = read_mail(tmp_path / "one.eml")
    assert isinstance(found, FoundMessage)
    assert found.raw == MESSAGE
