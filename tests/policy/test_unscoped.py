"""Which modules read past the gate: those of the list in docs/policy.md, and no door."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps
from django.db.models import Model

import rejoinder
from rejoinder.policy import gate
from rejoinder.policy.guarded import Guarded
from tests.policy.tables import PAGE

SOURCE = Path(rejoinder.__file__).parent
# Ways to a guarded model's rows that the gate isn't asked about.
PAST = {"unscoped", "_base_manager", "_default_manager", "RawSQL", "base_manager_name"}
DOORS = ("web", "api", "gateways", "exporters")
# Asked as words, not as names: getattr(model, "unscoped"), manager="unscoped".
AS_TEXT = {"unscoped", "_base_manager", "_default_manager"}


def readers() -> dict[str, set[str]]:
    """Return which modules read past the gate, and by which names."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts or path.parts[-2:] == ("policy", "guarded.py"):
            continue
        names = names_in(ast.parse(path.read_text(encoding="utf-8")))
        if names:
            found[path.relative_to(SOURCE).as_posix()] = names
    return found


def names_in(tree: ast.AST) -> set[str]:
    """Return the names in a module by which it reads past the gate."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in PAST:
            names.add(node.attr)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "cursor":
            names.add("cursor")
        elif isinstance(node, ast.ImportFrom) and node.module == "rejoinder.statements.run":
            names.add("run")
        elif isinstance(node, ast.Name | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.name
            # A model says `unscoped: …` where it is defined, which is no read.
            names |= {name} & (PAST - {"unscoped"})
        elif isinstance(node, ast.Constant) and node.value in AS_TEXT:
            names.add(str(node.value))
    return names


def listed(heading: str) -> dict[str, str]:
    """Return the rows of the page's table below a heading: its first two columns."""
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, flags=re.MULTILINE))


def test_every_module_that_reads_past_the_gate_is_listed_with_its_reason() -> None:
    unlisted = {module: names for module, names in readers().items() if module not in _reads()}
    assert unlisted == {}, (
        "ask the gate instead (gate.visible, gate.reachable); if it can't be asked there, add "
        "the module and its reason to “Reads past the gate” in docs/policy.md"
    )


def test_no_module_is_listed_that_asks_the_gate_now() -> None:
    assert set(_reads()) - set(readers()) == set(), "take these out of docs/policy.md"


def test_no_door_reads_past_the_gate() -> None:
    assert [module for module in readers() if module.startswith(DOORS)] == []
    assert [module for module in _reads() if module.startswith(DOORS)] == []


def test_the_lint_sees_each_way_past_the_gate() -> None:
    for source, name in {
        "Post.unscoped.all()": "unscoped",
        "Post._base_manager.all()": "_base_manager",
        "Post._default_manager.get()": "_default_manager",
        "getattr(Post, 'unscoped')": "unscoped",
        "connection.cursor()": "cursor",
        "from rejoinder.statements.run import run": "run",
        "from django.db.models.expressions import RawSQL": "RawSQL",
        "expressions.RawSQL('')": "RawSQL",
    }.items():
        assert name in names_in(ast.parse(source)), source
    assert names_in(ast.parse("unscoped: ClassVar[Manager] = Manager()")) == set()


def _reads() -> dict[str, str]:
    return listed("Reads past the gate")


def ours() -> list[type[Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("rejoinder.")]


def test_every_model_is_guarded_or_listed_with_a_reason() -> None:
    open_ones = {m.__name__ for m in ours() if not isinstance(m._default_manager, Guarded)}
    assert open_ones == set(listed("Models without a guard")), (
        "guard it (objects = Guarded(); unscoped = models.Manager()) and register its rows in "
        "its room's rights.py, or say in docs/policy.md why nobody needs the gate to read it"
    )


def test_every_model_of_a_post_a_thread_or_a_board_is_guarded_or_listed() -> None:
    about = {"Post", "Thread", "Board"}
    found = set(about)
    while (
        more := {
            model.__name__
            for model in ours()
            if {f.related_model.__name__ for f in model._meta.get_fields() if _leads(f)} & found
        }
        - found
    ):
        found |= more
    unguarded = {m.__name__ for m in ours() if not isinstance(m._default_manager, Guarded)}
    # Of these no words of a post are read: imports, rules, and what a member wrote themselves.
    assert found & unguarded == {"Progress", "TextPrint", "PrintMark", "KeptDraft"}
    assert len(found) > 12


def _leads(field: object) -> bool:
    is_own = getattr(field, "concrete", False) and getattr(field, "is_relation", False)
    return bool(is_own and getattr(field, "related_model", None))


def test_every_guarded_model_has_its_rows_registered() -> None:
    guarded = {model for model in ours() if isinstance(model._default_manager, Guarded)}
    assert guarded - set(gate._visible) == _NEVER_SHOWN, "register them in the room's rights.py"


# The Message-ID that a place waits for: nobody is shown it.
_NEVER_SHOWN = {apps.get_model("threads", "Awaited")}
