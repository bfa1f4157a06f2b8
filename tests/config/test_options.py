from __future__ import annotations

from pathlib import Path

import pytest

from rejoinder.config import options
from rejoinder.errors import BadInput


def write(data: Path, text: str) -> Path:
    (data / "rejoinder.toml").write_text(text, encoding="utf-8")
    return data


def test_without_a_file_every_option_has_its_default(tmp_path: Path) -> None:
    loaded = options.load(tmp_path, {})
    assert (loaded.host, loaded.port, loaded.data) == ("localhost", 8000, tmp_path)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "port = 8001\nworkers = 2\n")
    loaded = options.load(tmp_path, {"REJOINDER_PORT": "8002"})
    assert (loaded.port, loaded.workers) == (8002, 2)


def test_database_url_is_read_by_its_usual_name_too(tmp_path: Path) -> None:
    loaded = options.load(tmp_path, {"DATABASE_URL": "postgresql://host/name"})
    assert loaded.database_url == "postgresql://host/name"


@pytest.mark.parametrize(
    ("environ", "name"),
    [({"REJOINDER_PROT": "8000"}, "prot"), ({"REJOINDER_WORKER": "2"}, "worker")],
)
def test_an_unknown_variable_is_refused_by_name(
    tmp_path: Path, environ: dict[str, str], name: str
) -> None:
    with pytest.raises(BadInput, match=f"no option '{name}'"):
        options.load(tmp_path, environ)


def test_an_unknown_option_in_the_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no option 'colour'"):
        options.load(write(tmp_path, 'colour = "red"'), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = ", "can't be read as TOML"),
        ('port = "many"', "'port' must be a whole number"),
        ("port = true", "'port' must be a whole number"),
        ("port = 70000", "'port' must be from 0 to 65535"),
        ("workers = 0", "'workers' must be from 1 to 64"),
        ("debug = 1", "'debug' must be true or false"),
        ("host = 5", "'host' must be text in quotes"),
        ('mail_tls = "yes"', "'mail_tls' must be starttls, tls or none"),
        ('log_level = "loud"', "'log_level' must be debug, info, warning or error"),
        ('url = "board.example.org"', "'url' must begin with https://"),
        ('time_zone = "Mars/Olympus"', "'time_zone' must name a zone"),
    ],
)
def test_a_value_that_cant_be_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        options.load(write(tmp_path, text), {})


def test_a_file_that_cant_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rejoinder.toml").mkdir()
    with pytest.raises(BadInput, match="can't be read: Is a directory"):
        options.load(tmp_path, {})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rejoinder.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="can't be read as TOML"):
        options.load(tmp_path, {})


def test_the_data_directory_is_below_the_users_own(tmp_path: Path) -> None:
    assert options.default_data({"XDG_DATA_HOME": "/x"}) == Path("/x/rejoinder")
    assert options.default_data({"REJOINDER_DATA": "/y"}) == Path("/y")
