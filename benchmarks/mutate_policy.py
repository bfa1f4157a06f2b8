"""Mutation testing of the gate and the rights: `python -m benchmarks.mutate_policy [MODULE[:LINE] …]`.

Cosmic Ray's operators change one thing in one line of a module; a fresh process imports the
mutant in the module's place and runs the tests below, until one fails. What none tells from the
original survives, and is printed as a diff. Needs `pip install cosmic-ray`;
docs/security/mutation.md has the results.
"""

from __future__ import annotations

import ast
import difflib
import multiprocessing
import os
import re
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

# Read before the processes fork: each would take a second for it.
import django.db.models
import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    "rejoinder.policy.gate",
    "rejoinder.policy.guarded",
    "rejoinder.policy.principals",
    "rejoinder.policy.limited",
    "rejoinder.policy.scopes",
    "rejoinder.policy.verbs",
    "rejoinder.members.rights",
    "rejoinder.members.principals",
    "rejoinder.boards.grants",
    "rejoinder.boards.rights",
    "rejoinder.threads.rights",
    "rejoinder.posts.rights",
    "rejoinder.moderation.rights",
]
# Every cell of the matrix, and what the matrix can't ask.
TESTS = [
    *("tests/policy/test_gate.py", "tests/policy/test_principals.py"),
    *("tests/policy/test_matrix.py", "tests/policy/test_rows.py"),
]
# What is about a module alone; asked first, for it's soon done.
FIRST = {
    "rejoinder.policy.gate": ["tests/policy/test_guarded.py"],
    "rejoinder.policy.guarded": ["tests/policy/test_guarded.py"],
    "rejoinder.policy.limited": ["tests/limits/test_deeds.py"],
    "rejoinder.members.rights": ["tests/members/test_application_passwords.py"],
    "rejoinder.boards.grants": ["tests/boards", "tests/members/test_groups.py"],
    "rejoinder.threads.rights": ["tests/threads/test_rights.py"],
}
# The kinds of things in the matrix whose rows are asked first.
KINDS_FIRST = {
    "rejoinder.members": ("members", "groups", "invites"),
    "rejoinder.moderation": ("cases", "deeds"),
    "rejoinder.threads": ("posts", "threads"),
}
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--nomigrations"]
# What deeds do with the gate's answers is asked of the deeds; it takes as long as all the rest.
OPTIONS += ["-k", "not test_the_deeds_do_as_the_table_says"]
# A mutant that hasn't ended by then goes round in circles, and is killed by that.
MOST_SECONDS = 300
OUTCOMES = {0: "survived", 1: "killed"}


class Mutant(NamedTuple):
    """A module's source with one thing changed; no module: the original."""

    module: str = ""
    operator: str = ""
    source: str = ""
    # As a diff.
    changed: str = ""

    @property
    def line(self) -> str:
        """Return the number of the line that is changed."""
        return re.split("[ ,]", self.changed.removeprefix("@@ -"), maxsplit=1)[0]


def main(modules: list[str]) -> None:
    """Try every mutant of some modules; print what became of each, and those that survive."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="rejoinder-mutants-") as scratch:
        os.environ["TMPDIR"] = tempfile.tempdir = scratch
        # A process for each mutant: nothing that one has imported is left to the next.
        with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
            [(outcome, by)] = pool.map(_tried, [Mutant()])
            if outcome != "survived":
                sys.exit(f"the original is {outcome} already: {by}")
            for name in modules or MODULES:
                _try_module(pool, name)


def _try_module(pool: Any, argument: str) -> None:
    name, _colon, line = argument.partition(":")
    original = _path_of(name).read_text(encoding="utf-8")
    mutants = [each for each in _mutants(name, original) if line in ("", each.line)]
    counts: Counter[str] = Counter()
    for mutant, (outcome, by) in zip(mutants, pool.imap(_tried, mutants), strict=True):
        counts[outcome] += 1
        print(f"{outcome}: {name}:{mutant.line} {mutant.operator} {by}", flush=True)
        if outcome == "survived":
            print(mutant.changed, flush=True)
    print(f"== {name}: {len(mutants)} mutants, {dict(counts)}", flush=True)


def _mutants(module: str, source: str) -> Iterator[Mutant]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    seen = {_meaning(source)}
    for name in sorted(operator_names()):
        kind = get_operator(name)
        if kind.arguments():
            # It wants to be told which variable.
            continue
        occurrence = 0
        while (mutant := mutate_code(source, kind(), occurrence)) is not None:
            occurrence += 1
            if (meaning := _meaning(mutant)) not in seen:
                seen.add(meaning)
                yield Mutant(module, name.split("/")[-1], mutant, _diff(source, mutant))


def _meaning(source: str) -> str:
    """Return what a source says but for its annotations, which nobody evaluates."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant("")
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def _tried(mutant: Mutant) -> tuple[str, str]:
    """Return what became of a mutant (killed, survived; incompetent: it didn't even start), by
    which test. Runs in a process of its own, which is of no use afterwards."""
    report = Path(tempfile.mkstemp(suffix=".txt")[1])
    for stream in (1, 2):
        os.dup2(os.open(report, os.O_WRONLY | os.O_APPEND), stream)
    if mutant.module:
        sys.meta_path.insert(0, _Instead(mutant))
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(MOST_SECONDS)
    try:
        tests = [*FIRST.get(mutant.module, []), *TESTS]
        code = int(pytest.main([*OPTIONS, *tests], plugins=[_Soonest(mutant)]))
    except BaseException as error:
        return "incompetent", repr(error)
    finally:
        signal.alarm(0)
        sys.stdout.flush()
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", report.read_text("utf-8"), re.MULTILINE)
    return OUTCOMES.get(code, "incompetent"), failed[1] if failed else ""


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError


class _Soonest:
    """Has those rows of the matrix asked first that will know a mutant best."""

    def __init__(self, mutant: Mutant) -> None:
        self.kinds = KINDS_FIRST.get(mutant.module.rpartition(".")[0], ())

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: not any(f"[{kind}-" in item.name for kind in self.kinds))


class _Instead(SourceFileLoader):
    """Finds and loads a mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(_path_of(mutant.module)))
        self.mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        return spec_from_file_location(name, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code: CodeType = compile(self.mutant.source, self.path, "exec", dont_inherit=True)
        return code


def _path_of(module: str) -> Path:
    return ROOT / "src" / f"{module.replace('.', '/')}.py"


def _diff(source: str, mutant: str) -> str:
    lines = difflib.unified_diff(source.splitlines(), mutant.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++"))


if __name__ == "__main__":
    main(sys.argv[1:])
