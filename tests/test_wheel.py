"""The wheel holds all that the site needs, and serves from a clean virtual environment."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live import ROOT, LiveSite

pytestmark = pytest.mark.slow

PACKAGE = ROOT / "src" / "rejoinder"
# What the site reads at run time beside its modules.
SHIPPED = (
    "**/migrations/*.py",
    "web/static/**/*",
    "**/*.bin",
    "**/templates/**/*",
    "**/locale/**/*.mo",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (path,) = folder.glob("rejoinder-*.whl")
    return path


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_every_module_template_migration_and_static_file(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for pattern in ("**/*.py", *SHIPPED):
        there = {
            path.relative_to(ROOT / "src").as_posix()
            for path in PACKAGE.glob(pattern)
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert there - held == set()
    assert "rejoinder/web/static/rejoinder.css" in held
    assert not [name for name in held if name.startswith(("tests", "docs"))]


def test_the_site_serves_from_a_clean_environment_with_the_wheel(
    wheel: Path, tmp_path: Path, start_site: Callable[..., LiveSite]
) -> None:
    venv = tmp_path / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", str(venv))
    python = str(venv / "bin" / "python")
    _run(
        sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check",
        "install", "--no-index", "--no-deps", str(wheel),
    )  # fmt: skip
    (own,) = (venv / "lib").glob("python3.*/site-packages")
    # The dependencies without the network: this environment's, behind the wheel. Python
    # doesn't follow the .pth files there, so this tree's own source stays out.
    (here,) = (Path(sys.prefix) / "lib").glob("python3.*/site-packages")
    (own / "dependencies.pth").write_text(f"{here}\n")
    where = _run(python, "-I", "-c", "import rejoinder; print(rejoinder.__file__)")
    assert Path(where.strip()).is_relative_to(own)

    site = start_site(command=[str(venv / "bin" / "rejoinder")], environ={"PYTHONPATH": ""})
    with urllib.request.urlopen(site.url + "/") as page:
        assert page.status == 200
        assert re.search(rb"/static/rejoinder[.]\w+[.]css", page.read())
    with urllib.request.urlopen(site.url + "/static/rejoinder.css") as style:
        assert style.read() == (PACKAGE / "web" / "static" / "rejoinder.css").read_bytes()
