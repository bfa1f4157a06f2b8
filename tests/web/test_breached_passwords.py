"""Passwords known from breaches: those of the list that comes along, and of an operator's file."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.config import options
from rejoinder.errors import BadInput
from rejoinder.members.models import Member
from rejoinder.web.accounts import breached, passwords
from rejoinder.web.accounts.passwords import AROUND
from tests.test_asvs import FOLDER
from tests.web.accounts import sign_up

KNOWN = ["correct horse battery", "moonlight over the bay", "Ünïcode said so"]


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def write(path: Path, known: list[str], line: str = "{}:{}\r\n") -> Path:
    hashes = sorted(sha1(password) for password in known)
    text = "".join(line.format(hashed, 3 ** (number % 20)) for number, hashed in enumerate(hashes))
    path.write_text(text, newline="")
    return path


def test_the_list_that_comes_along_is_longer_than_asked_for() -> None:
    data = breached.BUNDLED.read_bytes()
    known = [data[at : at + breached.OCTETS] for at in range(0, len(data), breached.OCTETS)]
    assert known == sorted(set(known))
    # ASVS 6.2.4 asks for 3,000 that the rules would let through otherwise: as long as ours.
    assert len(known) > 100_000
    (said,) = re.findall(r"the ([\d,]+) of ten characters", (FOLDER / "accounts.md").read_text())
    assert int(said.replace(",", "")) == len(known)


@pytest.mark.parametrize(
    "password",
    ["q1w2e3r4t5y6", "1qaz2wsx3edc", "Manchester1", "penisland", "correct horse battery", "é" * 64],
)
def test_common_long_passwords_are_known_in_any_case_and_others_are_not(password: str) -> None:
    is_known = password in {"q1w2e3r4t5y6", "1qaz2wsx3edc", "Manchester1"}
    for form in (password, password.upper(), password.lower()):
        assert breached.is_bundled(form) is is_known


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["q1w2e3r4t5y6", "!Q1W2E3R4T5Y", "**qwertyuiop789**"])
def test_they_are_refused_with_marks_around_them_too(client: Client, password: str) -> None:
    assert sign_up(client, "Ann", "a@example.org", password1=password) == 200
    assert not Member.objects.exists()
    assert len(AROUND.sub("", password)) >= 9


@pytest.mark.parametrize("line", ["{}:{}\r\n", "{}:{}\n", "{}\n"])
def test_an_operators_file_is_searched_by_halves(tmp_path: Path, line: str) -> None:
    known = [f"said number {number}" for number in range(999)]
    path = write(tmp_path / "pwned.txt", known, line)
    breached.check_file(path)
    assert all(breached.is_in_file(path, password) for password in known)
    assert breached.is_in_file(path, "SAID number 7")
    assert not any(breached.is_in_file(path, f"unsaid number {number}") for number in range(999))


@given(
    known=st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=9, unique=True),
    other=st.text(st.characters(codec="utf-8")),
)
def test_whatever_is_in_a_file_is_found_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, known: list[str], other: str
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "pwned.txt", known)
    assert all(breached.is_in_file(path, password) for password in known)
    assert breached.is_in_file(path, other) is bool({other, other.lower()} & set(known))


def test_the_last_line_may_lack_its_end_and_the_hashes_be_small(tmp_path: Path) -> None:
    path = write(tmp_path / "pwned.txt", KNOWN, "{}:{}\n")
    path.write_text(path.read_text().rstrip("\n").lower())
    breached.check_file(path)
    assert all(breached.is_in_file(path, password) for password in KNOWN)


@pytest.mark.django_db
def test_what_an_operators_file_has_is_refused(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.BREACHED_PASSWORDS = str(write(tmp_path / "pwned.txt", KNOWN))
    for password in KNOWN:
        assert sign_up(client, "Ann", "a@example.org", password1=password) == 200
    assert sign_up(client, "Ann", "a@example.org", password1="nobody ever said that") == 302


@pytest.mark.django_db
def test_without_its_file_no_password_is_chosen(
    client: Client, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone.txt")
    assert sign_up(client, "Ann", "a@example.org", password1="nobody ever said that") == 503
    assert "breached passwords can't be read" in caplog.text
    (tmp_path / "gone.txt").write_text("no hashes\n" * 9)
    assert sign_up(client, "Ann", "a@example.org", password1="nobody ever said that") == 503
    assert passwords.is_breached("q1w2e3r4t5y6")


@pytest.mark.parametrize(
    "text", ["", "password\n", "\n" * 9, "{1}:5\n{0}:3\n", "8846F7EAEE8FB117\n"]
)
def test_a_file_that_isnt_sorted_hashes_stops_the_start(tmp_path: Path, text: str) -> None:
    hashes = sorted(sha1(password) for password in KNOWN)
    path = tmp_path / "pwned.txt"
    path.write_text(text.format(*hashes))
    with pytest.raises(BadInput, match=r"hash|SHA-1"):
        options.load(tmp_path, {"REJOINDER_BREACHED_PASSWORDS": str(path)})


def test_a_file_that_isnt_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can't be read"):
        options.load(tmp_path, {"REJOINDER_BREACHED_PASSWORDS": str(tmp_path / "none.txt")})
