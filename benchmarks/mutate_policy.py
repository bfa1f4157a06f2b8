"""Mutation testing of the gate and the rights.

    python -m benchmarks.mutate_policy [MODULE[:LINE] …]

Cosmic Ray's operators change one thing in one line of a module. A mutant of a room's rights is
put into a fork of a process that has the matrix's world in memory, and is asked its cells. What
isn't known by them, and every other mutant, a fresh process imports in the module's place, and
runs the tests below, until one fails. What none tells from the original survives, and is printed
as a diff. Needs `pip install cosmic-ray`; docs/security/mutation.md has the results.
"""

from __future__ import annotations

import ast
import difflib
import importlib
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

import pytest

from benchmarks import mutants_by_cells

ROOT = Path(__file__).parent.parent
TESTS = "tests/policy/test_{}.py"
ROWS, MATRIX, GUARDED = TESTS.format("rows"), TESTS.format("matrix"), TESTS.format("guarded")
GATE, PRINCIPALS = TESTS.format("gate"), TESTS.format("principals")
# The modules, and the tests that each mutant is asked, the fast ones first. Fewer tests only mean
# more survivors, and each must be explained.
ASKED = {
    "rejoinder.policy.gate": [GATE, GUARDED, MATRIX],
    "rejoinder.policy.guarded": [GUARDED],
    "rejoinder.policy.principals": [PRINCIPALS],
    "rejoinder.policy.limited": ["tests/limits/test_deeds.py"],
    "rejoinder.policy.scopes": ["tests/members/test_application_passwords.py"],
    "rejoinder.policy.verbs": [GATE],
    "rejoinder.members.principals": [PRINCIPALS],
    "rejoinder.members.rights": [PRINCIPALS, TESTS.format("members_rows")],
    "rejoinder.boards.grants": [TESTS.format("grants"), "tests/boards/test_sentences.py", MATRIX],
    "rejoinder.boards.rights": [TESTS.format("grants")],
    "rejoinder.threads.rights": [TESTS.format("post_rights"), "tests/threads/test_rights.py"],
    "rejoinder.posts.rights": [ROWS],
    "rejoinder.moderation.rights": [TESTS.format("moderation_rows")],
}
# The rooms' rights: which rows of the matrix say something about them.
CELLS = {
    "rejoinder.members.rights": ("members", "groups", "invites", "boards", "site"),
    "rejoinder.boards.rights": ("boards", "site", "posts", "threads"),
    "rejoinder.threads.rights": ("threads", "posts"),
    "rejoinder.moderation.rights": ("cases", "deeds"),
}
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--nomigrations"]
# Of the matrix, what the gate answers: what deeds make of that takes as long again.
OPTIONS += ["-k", "not test_matrix or gate_answers"]
# Read before the processes fork: each would take a second for them.
READ_BEFORE = [
    *("django.core.mail", "django.core.management", "django.db.models", "django.forms"),
    *("django.template", "django.test", "django.urls", "jinja2", "markdown_it"),
]
# An enum's members, and None, are equal to what they are: here `is` and `==` say the same.
_same = re.compile(r" (is|is not) (None|(Kind|State|Standing|Ability)\.[A-Z_]+|Verb\.[A-Z]+)\b")
_arithmetic = re.compile("Bit(Or|And)_(?!Bit)")
# Of the processor's time. A mutant that hasn't ended by then goes round in circles: it's killed.
MOST_SECONDS = 300
OUTCOMES = {0: "survived", 1: "killed"}


class Mutant(NamedTuple):
    """A module's source with one thing changed."""

    module: str
    operator: str = ""
    source: str = ""
    # As a diff.
    changed: str = ""

    @property
    def line(self) -> str:
        """Return the number of the line that is changed."""
        return re.split("[ ,]", self.changed.removeprefix("@@ -"), maxsplit=1)[0]

    def is_same(self) -> bool:
        """Tell whether `==` stands where `is` stood before an enum's member or None."""
        if not self.operator.endswith(("_Is_Eq", "_IsNot_NotEq")):
            return False
        before = next(line for line in self.changed.splitlines() if line.startswith("-"))
        return len(_same.findall(before)) == len(re.findall(r" is ", before))


def main(modules: list[str]) -> None:
    """Try every mutant of some modules; print what became of each, and those that survive."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="rejoinder-mutants-") as scratch:
        os.environ["TMPDIR"] = tempfile.tempdir = scratch
        for name in READ_BEFORE:
            importlib.import_module(name)
        # A process for each mutant: nothing that one has imported is left to the next.
        context = multiprocessing.get_context("fork")
        with context.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
            for name in modules or ASKED:
                _try_module(pool, name)


def _try_module(pool: Any, argument: str) -> None:
    name, _colon, line = argument.partition(":")
    original = _path_of(name).read_text(encoding="utf-8")
    outcome, by = pool.apply(_tried, [Mutant(name, source=original)])
    if outcome != "survived":
        sys.exit(f"{name} itself is {outcome}: {by}")
    mutants = [each for each in _mutants(name, original) if line in ("", each.line)]
    cells = {}
    if name in CELLS:
        asked = [each for each in mutants if not each.is_same()]
        told = mutants_by_cells.known(name, [each.source for each in asked], CELLS[name])
        cells = {each: cell for each, cell in zip(asked, told, strict=True) if cell}
    rest = pool.imap(_tried, [each for each in mutants if each not in cells])
    counts: Counter[str] = Counter()
    for mutant in mutants:
        outcome, by = ("killed", cells[mutant]) if mutant in cells else next(rest)
        counts[outcome] += 1
        print(f"{outcome}: {name}:{mutant.line} {mutant.operator} {by}", flush=True)
        if outcome in ("survived", "equal"):
            print(mutant.changed, flush=True)
    print(f"== {name}: {len(mutants)} mutants, {dict(counts)}", flush=True)


def _mutants(module: str, source: str) -> Iterator[Mutant]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    seen = {_meaning(source)}
    for name in sorted(operator_names()):
        kind = get_operator(name)
        if kind.arguments() or _arithmetic.search(name):
            # It wants to be told which variable; or Q would be added, divided, shifted.
            continue
        occurrence = 0
        while (mutant := mutate_code(source, kind(), occurrence)) is not None:
            occurrence += 1
            if (meaning := _meaning(mutant)) not in seen:
                seen.add(meaning)
                yield Mutant(module, name.split("/")[-1], mutant, _diff(source, mutant))


def _meaning(source: str) -> str:
    """Return what a source says but for its annotations, which nobody evaluates."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant("")
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def _tried(mutant: Mutant) -> tuple[str, str]:
    """Return what became of a mutant, and by which test; in a process that's used up by it.

    It's killed, has survived, is incompetent (it didn't even start), or is equal to the original
    as it stands, and so isn't run.
    """
    if mutant.is_same():
        return "equal", ""
    report = Path(tempfile.mkstemp(suffix=".txt")[1])
    for stream in (1, 2):
        os.dup2(os.open(report, os.O_WRONLY | os.O_APPEND), stream)
    sys.meta_path.insert(0, _Instead(mutant))
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        code = int(pytest.main([*OPTIONS, *ASKED[mutant.module]]))
    except BaseException as error:
        return "incompetent", repr(error)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        sys.stdout.flush()
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", report.read_text("utf-8"), re.MULTILINE)
    return OUTCOMES.get(code, "incompetent"), failed[1] if failed else ""


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError


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
