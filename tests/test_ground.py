"""What holds for the whole tree: nothing uncollected, nothing undocumented, no stray migration."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib.metadata import packages_distributions
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


def test_every_package_that_is_imported_is_a_declared_dependency() -> None:
    """The developer's environment has more packages than an installation."""
    provided = packages_distributions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_canonical(re.split(r"[\[<>=~ ]", line)[0]) for line in project["dependencies"]}
    undeclared = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCE.rglob("*.py")
        for name in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if name != "rejoinder" and name not in sys.stdlib_module_names
        if not declared & {_canonical(found) for found in provided.get(name, [])}
    }
    assert undeclared == set()


def test_every_declared_dependency_is_locked_and_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    for lock, wanted in (
        ("run", [*project["dependencies"], *extras["build"]]),
        ("dev", [*project["dependencies"], *extras["build"], *extras["dev"]]),
    ):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        locked = {_canonical(name) for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", text, re.M)}
        names = {_canonical(re.split(r"[\[<>=~ ]", line)[0]) for line in wanted}
        assert names - locked == set()
        assert {name for name in names if not re.search(rf"\b{name}\b", reasons)} == set()


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(tree: ast.Module) -> set[str]:
    """Return the top-level names that a module imports when it runs."""
    names: set[str] = set()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            stack += node.orelse
        else:
            stack += ast.iter_child_nodes(node)
    return names
