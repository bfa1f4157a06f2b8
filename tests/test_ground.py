"""What holds for the whole tree: nothing uncollected, nothing undocumented, no stray migration."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import call_command

from rejoinder.config.options import Options
from tests.live import ROOT, clean_environment

SOURCE = ROOT / "src" / "rejoinder"
ROOMS = sorted(path.parent for path in SOURCE.glob("*/__init__.py"))


def test_every_test_that_is_written_is_collected() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    collected = {line.partition("[")[0] for line in done.stdout.splitlines() if "::" in line}
    assert set(_written_tests()) - collected == set(), done.stdout[-2000:]


def _written_tests() -> list[str]:
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.name.startswith("test_"):
                found.append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def test_no_two_tests_of_a_file_have_one_name() -> None:
    written = _written_tests()
    assert sorted(written) == sorted(set(written))


@pytest.mark.django_db
def test_the_models_and_their_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_rooms_init_holds_only_a_docstring(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_every_option_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
    assert documented == {option.name for option in fields(Options) if option.name != "data"}


def test_every_command_is_documented_and_no_other() -> None:
    from rejoinder.config.commands import COMMANDS

    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^## rejoinder (.+)$", text, flags=re.MULTILINE))
    assert documented == {command.NAME for command in COMMANDS}


def test_only_a_room_stands_in_the_package() -> None:
    strays = {path.stem for path in SOURCE.glob("*.py")} - {"__init__", "errors"}
    assert strays == set()
