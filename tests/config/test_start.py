"""What is loaded before anybody asks for anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.live import clean_environment

LOAD = """
import sys

import django

django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
WSGIHandler()
from rejoinder.config import urls
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_what_the_api_stands_on_is_not_loaded_before_it_is_asked(tmp_path: Path) -> None:
    environment = clean_environment() | {
        "REJOINDER_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "rejoinder.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"django", "rejoinder"} <= loaded
    assert not {"ninja", "pydantic", "pydantic_core"} & loaded
