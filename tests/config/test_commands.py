from __future__ import annotations

from pathlib import Path

import pytest

from rejoinder import __version__
from rejoinder.config import commands
from tests.live import run_command


def test_help_lists_every_command() -> None:
    shown = run_command("--help").stdout
    for command in commands.COMMANDS:
        assert f"    {command.NAME}" in shown


@pytest.mark.parametrize("command", [command.NAME for command in commands.COMMANDS])
def test_every_command_takes_the_data_directory(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        commands.main([command, "--help"])
    assert end.value.code == 0
    assert "--data DIR" in capsys.readouterr().out


def test_version_is_told() -> None:
    assert run_command("version").stdout.startswith(f"Rejoinder {__version__} (Python 3.")


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_an_unusable_data_directory_is_one_line_and_no_traceback(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("")
    done = run_command(command, "--data", str(tmp_path / "file" / "data"), check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"rejoinder: The data directory {tmp_path}/file/data can't")
    assert done.stderr.count("\n") == 1


def test_a_bad_option_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = run_command("serve", "--data", str(tmp_path), "--port", "http", check=False)
    assert done.returncode == 2
    assert done.stderr == "rejoinder: Option 'port' must be a whole number, not 'http'.\n"


def test_an_unknown_option_in_the_environment_stops_every_command(tmp_path: Path) -> None:
    done = run_command(
        "migrate", "--data", str(tmp_path), check=False, environ={"REJOINDER_COLOUR": "red"}
    )
    assert done.returncode == 2
    assert "There is no option 'colour'" in done.stderr


@pytest.mark.parametrize("command", ["check", "administrator-link"])
def test_a_directory_without_an_installation_stays_empty(tmp_path: Path, command: str) -> None:
    done = run_command(command, "--data", str(tmp_path), check=False)
    assert done.returncode == 1
    assert f"There is no installation in {tmp_path}." in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_doesnt_answer_is_one_line(tmp_path: Path) -> None:
    done = run_command(
        "migrate", "--data", str(tmp_path),
        check=False,
        environ={"DATABASE_URL": f"postgresql://u@/x?host={tmp_path}"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "can't keep anything at the moment" in done.stderr


@pytest.mark.slow
def test_a_locked_database_is_one_line(tmp_path: Path) -> None:
    run_command("migrate", "--data", str(tmp_path))
    import pysqlite3

    other = pysqlite3.connect(tmp_path / "rejoinder.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    done = run_command("administrator-link", "--data", str(tmp_path), check=False)
    other.close()
    assert done.returncode == 1
    assert done.stderr == (
        "rejoinder: The server is busy. Try again in a minute. (database is locked)\n"
    )
