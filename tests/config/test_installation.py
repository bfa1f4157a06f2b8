from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest
from django.core.management import call_command

from rejoinder.boards.models import Board
from rejoinder.config import installation, settings
from rejoinder.errors import Unavailable
from tests.factories import make_board


def test_a_missing_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    installation.make_directory(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_a_data_directory_that_cant_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match=f"{tmp_path}/file/data can't be written to"):
        installation.make_directory(tmp_path / "file" / "data")


def test_a_data_directory_that_cant_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(Unavailable, match=r"\(Read-only file system\).*--data DIR"):
        installation.make_directory(tmp_path)


@pytest.mark.django_db
def test_the_first_start_makes_one_board() -> None:
    installation.make_first_board()
    installation.make_first_board()
    assert [board.name for board in Board.unscoped.all()] == ["Talk"]


@pytest.mark.django_db
def test_no_board_is_made_where_there_is_one() -> None:
    make_board("Linux")
    installation.make_first_board()
    assert [board.name for board in Board.unscoped.all()] == ["Linux"]


@pytest.mark.django_db(transaction=True)
def test_missing_migrations_are_applied_and_told() -> None:
    said: list[str] = []
    call_command("migrate", "posts", "zero", verbosity=0)
    assert installation.migrate(said.append)
    assert said == [
        f"Bringing the database up to date: {len(installation.pending()) or 1} migrations.",
        "The database is up to date.",
    ]
    assert installation.pending() == []


@pytest.mark.django_db
def test_nothing_is_said_when_no_migration_is_missing() -> None:
    said: list[str] = []
    assert not installation.migrate(said.append)
    assert said == []


def test_the_secret_key_is_made_once_and_kept_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path / "new")
    first = settings._secret_key()
    assert len(first) > 60
    assert settings._secret_key() == first
    path = tmp_path / "new" / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
