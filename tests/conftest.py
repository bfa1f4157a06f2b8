"""Chooses the engine and a data directory before Django reads its settings.

`pytest` uses the embedded SQLite, `pytest --engine=postgresql` a PostgreSQL server of
its own. `DJANGO_SETTINGS_MODULE` is set here and not in pyproject.toml, because
pytest-django would then read the settings before this file is loaded.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

from tests.live import UNLIMITED, LiveSite, browser_context, chromium, start_site
from tests.postgresql import Postgresql

__all__ = ["chromium", "live_site", "start_site"]

# Where a worker of pytest-xdist finds the server that the first process started.
SERVER_URL = "TESTS_POSTGRESQL_URL"
# Whoever asks for one of these asks the database.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_site"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="the database that the tests run on; PostgreSQL is started by the tests",
    )
    parser.addoption(
        "--cases",
        type=int,
        default=400,
        help="how many cases the API is sent for each role (tests/api/test_schema.py)",
    )


def pytest_configure(config: pytest.Config) -> None:
    server = os.environ.get(SERVER_URL, "")
    if config.getoption("--engine") == "postgresql" and not server:
        server = _start_postgresql(config)
    for name in [n for n in os.environ if n.startswith("REJOINDER_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    if server:
        os.environ["DATABASE_URL"] = server
    data = tempfile.mkdtemp(prefix="rejoinder-tests-")
    config.add_cleanup(lambda: shutil.rmtree(data, ignore_errors=True))
    os.environ["REJOINDER_DATA"] = data
    os.environ["REJOINDER_LIMITS"] = UNLIMITED
    os.environ["DJANGO_SETTINGS_MODULE"] = "rejoinder.config.settings"
    django.setup()


def _start_postgresql(config: pytest.Config) -> str:
    server = Postgresql()
    config.add_cleanup(server.stop)
    server.start()
    url = server.url("rejoinder")
    os.environ[SERVER_URL] = url
    return url


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, on PostgreSQL, what no second engine could change, unless it is asked for."""
    if config.getoption("--engine") == "sqlite" or config.option.markexpr == "":
        return
    again = [item for item in items if _may_differ_by_engine(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


def _may_differ_by_engine(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_engine"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put SQLite's test database into a file: in memory it has no WAL and no other process."""
    from django.db import connections

    ours = connections["default"].settings_dict
    if "sqlite" in ours["ENGINE"]:
        ours["TEST"]["NAME"] = str(Path(os.environ["REJOINDER_DATA"]) / "tests.sqlite3")


@pytest.fixture(scope="module")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A real `rejoinder serve` with data of its own, shared by a module's tests."""
    site = LiveSite(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """A fresh browser profile (Playwright's BrowserContext); `browser.new_page()` opens a page."""
    yield from browser_context(chromium)
