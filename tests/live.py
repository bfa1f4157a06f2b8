"""A real server with data of its own, and Chromium to look at it with.

A browser test asks for `live_site` and `browser`; it never touches the ORM itself (the
site has another database). What it needs there, it makes through the pages, the command
line (`live_site.run`), or a piece of Python (`live_site.python`).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "rejoinder.config.commands"]
DEADLINE_SECONDS = 30

# No look-ups and no services of the browser's own: tests have no network.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]  # fmt: skip

# Factories write hundreds of posts in a second; tests of limits set settings.LIMITS.
UNLIMITED = "; ".join(
    f"{name}=off"
    for name in ("posts_a_minute", "posts_a_day", "posts_by_address", "edits", "withdrawals")
)


class LiveSite:
    """`rejoinder serve` in a process of its own, on a free port of loopback."""

    def __init__(
        self,
        data: Path,
        *arguments: str,
        environ: dict[str, str] | None = None,
        command: list[str] | None = None,
    ) -> None:
        self.data = data
        self.command = command or COMMAND
        self.arguments = arguments
        self.environ = environ or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Start the server and wait until it answers. Fails the test if it doesn't."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [*self.command, "serve", "--data", str(self.data), "--port", "0", *self.arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.data,
                env=self._environment(),
            )  # fmt: skip
        address = re.compile(r"Rejoinder is at (http://\S+)/")
        wait_until(lambda: bool(address.search(self.log)) or not self.is_alive, self)
        found = address.search(self.log)
        if found is None:
            pytest.fail(f"rejoinder serve ended:\n{self.log}")
        self.url = found[1]
        wait_until(self._answers, self)

    def stop(self) -> int:
        """Ask the server to end, and return its exit status."""
        if self.process is None:
            return 0
        if self.is_alive:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"rejoinder serve didn't end:\n{self.log}")

    @property
    def is_alive(self) -> bool:
        """Whether the server's process is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def log_path(self) -> Path:
        """Where the server's output goes."""
        return self.data / "serve.log"

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    @property
    def first_link(self) -> str:
        """The one-time link by which the first person becomes administrator."""
        found = re.search(r"http://\S+/welcome/\S+", self.log)
        assert found, f"no link in:\n{self.log}"
        return found[0]

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command on the site's data: `live_site.run("check")`."""
        command, *rest = arguments
        return run_command(
            command, "--data", str(self.data), *rest, check=check, environ=self.environ
        )

    def python(self, code: str) -> str:
        """Run Python on the site's data, with Django and tests.factories, and return its output."""
        setup = "import django; django.setup(); from tests.factories import *\n"
        done = subprocess.run(
            [sys.executable, "-c", setup + code],
            env=self._environment()
            | {
                "DJANGO_SETTINGS_MODULE": "rejoinder.config.settings",
                "REJOINDER_DATA": str(self.data),
            },
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return clean_environment() | self.environ

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url + "/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


def run_command(
    *arguments: str, check: bool = True, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `rejoinder` with these arguments, and fail the test if it fails and that's not meant."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=clean_environment() | (environ or {}),
        capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if check:
        assert done.returncode == 0, f"rejoinder {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done


def clean_environment() -> dict[str, str]:
    """Return an environment with this source tree and none of the tests' own options."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REJOINDER_", "DJANGO_")) and name != "DATABASE_URL"
    }
    paths = [str(ROOT / "src"), str(ROOT), environ.get("PYTHONPATH", "")]
    search = os.pathsep.join(filter(None, paths))
    # Tests of the server ask for more than one address may have of it.
    unlimited = {"REJOINDER_LIMITS": UNLIMITED, "REJOINDER_GUEST_WORK": "0"}
    return environ | {"PYTHONPATH": search} | unlimited


def wait_until(is_so: Callable[[], bool], site: LiveSite | None = None) -> None:
    """Wait until something is so; fail the test after half a minute."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain; {site.log if site else ''}")
        time.sleep(0.05)


@pytest.fixture
def start_site(tmp_path: Path) -> Iterator[Callable[..., LiveSite]]:
    """Start servers of this test's own: `start_site("--workers", "2", data=…)`."""
    sites: list[LiveSite] = []

    def start(*arguments: str, data: Path | None = None, **how: Any) -> LiveSite:
        site = LiveSite(data or tmp_path / f"site{len(sites)}", *arguments, **how)
        sites.append(site)
        site.start()
        return site

    yield start
    for site in sites:
        site.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The distribution's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium isn't installed: install the package chromium.")
    # Playwright runs an event loop in this thread, and Django would refuse every query of
    # later tests, though they await nothing.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield program
        program.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def browser_context(chromium: Any) -> Iterator[Any]:
    """Yield a fresh profile, and fail the test for errors that a page's script raised."""
    context = chromium.new_context(locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(10_000)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert not errors, f"errors in the page: {errors}"


def axe_violations(page: Any) -> list[str]:
    """Return what axe-core finds wrong with a page, a line each; empty when all is well."""
    script = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(script)
    found = page.evaluate("axe.run().then(results => results.violations)")
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found
        for node in violation["nodes"]
    ]
