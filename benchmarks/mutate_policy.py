"""Mutation testing of the gate and the rights: `python -m benchmarks.mutate_policy [FILE …]`.

Cosmic Ray's operators change one thing in one line of a module; each mutant is put into a
fork of a process that has the matrix's world in memory, and every cell of the matrix is asked
there, until one is answered otherwise. What no cell tells from the original survives, and is
printed as a diff. Needs `pip install cosmic-ray`; docs/security/mutation.md has the results.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

MODULES = [
    "rejoinder.policy.gate",
    "rejoinder.members.rights",
    "rejoinder.members.principals",
    "rejoinder.boards.grants",
    "rejoinder.boards.rights",
    "rejoinder.threads.rights",
    "rejoinder.posts.rights",
    "rejoinder.moderation.rights",
]
# A mutant that hasn't ended by then goes round in circles, and is killed by that.
MOST_SECONDS = 120


def main(modules: list[str]) -> None:
    """Try every mutant of some modules, and print those that survive."""
    world = _world()
    if wrong := _first_wrong(world):
        sys.exit(f"the original is wrong already: {wrong}")
    for name in modules or MODULES:
        counts: Counter[str] = Counter()
        module = importlib.import_module(name)
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        for title, mutant in _mutants(source):
            outcome = _tried(world, module, mutant)
            counts[outcome] += 1
            if outcome == "survived":
                print(f"-- survived: {name} {title}\n{_diff(source, mutant)}", flush=True)
        print(name, dict(counts), flush=True)


def _mutants(source: str) -> Iterator[tuple[str, str]]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    seen = {source}
    for name in sorted(operator_names()):
        if "BitOr" in name or "BitAnd" in name or "NumberReplacer" in name:
            # `|` also stands in types; numbers in these modules are limits of nothing.
            continue
        kind = get_operator(name)
        if kind.arguments():
            # It wants to be told which variable.
            continue
        occurrence = 0
        while (mutant := mutate_code(source, kind(), occurrence)) is not None:
            occurrence += 1
            if mutant not in seen:
                seen.add(mutant)
                yield f"{name.split('/')[-1]} {occurrence}", mutant


def _tried(world: Any, module: ModuleType, mutant: str) -> str:
    """Return what became of a mutant: killed, survived, or incompetent (no program at all)."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            _put(module, mutant)
        except BaseException:
            os._exit(3)
        try:
            os._exit(1 if _first_wrong(world) else 0)
        except BaseException:
            os._exit(2)
    began = time.monotonic()
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() - began > MOST_SECONDS:
            os.kill(child, 9)
            os.waitpid(child, 0)
            code = 2
            break
        time.sleep(0.02)
    return {0: "survived", 3: "incompetent"}.get(code, "killed")


def _put(module: ModuleType, mutant: str) -> None:
    """Put a mutant's functions wherever the module's own are known."""
    from rejoinder.policy import gate

    before = dict(vars(module))
    tables = [gate._visible, gate._reachable, gate._predicates, gate._fields]
    exec(compile(mutant, str(module.__file__), "exec"), vars(module))
    instead = {
        id(old): new
        for name, old in before.items()
        if callable(old)
        and getattr(old, "__module__", "") == module.__name__
        and (new := vars(module)[name]) is not old
    }
    for other in [m for n, m in sys.modules.items() if n.startswith("rejoinder.")]:
        for name, thing in list(vars(other).items()):
            if id(thing) in instead and thing is not instead[id(thing)]:
                setattr(other, name, instead[id(thing)])
    if module is gate:
        for name in ("_visible", "_reachable", "_predicates", "_fields"):
            setattr(gate, name, {})
    else:
        for table in tables:
            table.clear()
    for room in ("members", "boards", "threads", "posts", "moderation"):
        importlib.import_module(f"rejoinder.{room}.rights").register()


def _first_wrong(world: Any) -> str:
    """Return the first cell that is answered otherwise than the table says."""
    from rejoinder.policy import gate
    from tests.policy import matrix
    from tests.policy.test_matrix import answer, rows_of, thing_of

    principals = {role: world.roles[role].principal() for role in matrix.roles()}
    for row in matrix.every_row():
        principal, thing = principals[row.role], thing_of(world, row)
        for question, expected in row.answers.items():
            if answer(principal, question, thing) != expected:
                return f"{row}, {question}"
        if row.kind not in ("site", "terms") and (row.kind, row.state) != ("threads", "emptied"):
            opens = gate.reachable(principal, rows_of(thing)).exists()
            if opens != (row.answers["read"] == "yes"):
                return f"{row}, reachable"
    return ""


def _diff(source: str, mutant: str) -> str:
    lines = difflib.unified_diff(source.splitlines(), mutant.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++"))


def _world() -> Any:
    os.environ["REJOINDER_DATA"] = tempfile.mkdtemp(prefix="rejoinder-mutants-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "rejoinder.config.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = ":memory:"
    settings.REJOINDER_SCREENING = ""
    django.setup()
    from dataclasses import replace

    from django.core.management import call_command
    from django.db import transaction

    settings.LIMITS = {name: replace(each, most=0) for name, each in settings.LIMITS.items()}
    call_command("migrate", verbosity=0)
    from tests.policy.world import make_world

    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    block.__enter__()
    return make_world()


if __name__ == "__main__":
    main(sys.argv[1:])
