"""Knows mutants of the rooms' rights by cells of the matrix: a part of `mutate_policy`.

A process makes the matrix's world in memory, once, and forks for each mutant; there the mutant's
functions are put wherever the module's own are known, and every cell is asked until one is
answered otherwise.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import random
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOMS = ("members", "boards", "threads", "posts", "moderation")
# Of the processor's time: the machine may have other work.
MOST_SECONDS = 120
# The parent's, which every fork has.
_worlds: list[Any] = []
_asked: list[tuple[Any, Any, Any]] = []


def known(module: str, sources: list[str], kinds: tuple[str, ...]) -> list[str]:
    """Return for each mutant's source the cell that knows it, "" where there's none.

    Raises RuntimeError where the module's own source is taken for a mutant's.
    """
    # Whoever calls this mustn't have read the project: other mutants are imported afterwards.
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_known, args=(theirs, module, sources, kinds))
    process.start()
    theirs.close()
    told: list[str] = ours.recv()
    process.join()
    if told[0] or told[-1]:
        raise RuntimeError(f"{module} itself: {told[0] or told[-1]}")
    return told[1:-1]


def _known(answers: Any, module: str, sources: list[str], kinds: tuple[str, ...]) -> None:
    _make_world(kinds)
    with open(str(importlib.import_module(module).__file__), encoding="utf-8") as file:
        original = file.read()
        sources = [original, *sources, original]
    answers.send(_in_forks(module, sources))


def _in_forks(module: str, sources: list[str]) -> list[str]:
    """Return what each source is known by, each asked in a fork of this very thread.

    Another thread would have another connection, and so not this world.
    """
    folder = Path(tempfile.mkdtemp())
    running = 0
    for number, source in enumerate(sources):
        if running == os.cpu_count():
            os.wait()
            running -= 1
        if os.fork() == 0:
            (folder / str(number)).write_text(_first_wrong(module, source), encoding="utf-8")
            os._exit(0)
        running += 1
    for _each in range(running):
        os.wait()
    return [(folder / str(number)).read_text("utf-8") for number in range(len(sources))]


def _first_wrong(module: str, source: str) -> str:
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        _put(module, source)
    except Exception as error:
        return f"at start: {error!r}"
    try:
        return _first_wrong_cell()
    except Exception as error:
        return repr(error).partition("\n")[0]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError


def _put(name: str, source: str) -> None:
    """Put a mutant's functions wherever the module's own are known."""
    from rejoinder.policy import gate

    module = sys.modules[name]
    before = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec"), vars(module))
    instead = {
        id(old): new
        for known_as, old in before.items()
        if callable(old)
        and getattr(old, "__module__", "") == name
        and (new := vars(module)[known_as]) is not old
    }
    for other in [m for n, m in sys.modules.items() if n.startswith(("rejoinder.", "tests."))]:
        for known_as, thing in list(vars(other).items()):
            if id(thing) in instead:
                setattr(other, known_as, instead[id(thing)])
    tables: list[dict[Any, Any]] = [gate._visible, gate._reachable, gate._predicates, gate._fields]
    for table in tables:
        table.clear()
    for room in ROOMS:
        importlib.import_module(f"rejoinder.{room}.rights").register()


def _first_wrong_cell() -> str:
    from rejoinder.policy import gate
    from rejoinder.posts.models import Attachment, Revision
    from rejoinder.threads.models import PostText
    from tests.policy import test_rows
    from tests.policy.test_matrix import answer, rows_of

    _call_quick_tests()
    for row, principal, thing in _asked:
        for question, expected in row.answers.items():
            if answer(principal, question, thing) != expected:
                return f"{row}, {question}"
        if row.kind not in ("site", "terms") and (row.kind, row.state) != ("threads", "emptied"):
            opens = gate.reachable(principal, rows_of(thing)).exists()
            if opens != (row.answers["read"] == "yes"):
                return f"{row}, reachable"
        if row.kind == "posts" and not row.state.startswith("missing"):
            for model in (PostText, Attachment, Revision):
                texts = model.objects.filter(post=thing.pk)
                if gate.reachable(principal, texts).exists() != (row.answers["words"] == "yes"):
                    return f"{row}, reachable {model.__name__}"
    test_rows.test_what_boards_grant_is_shown_to_who_runs_the_site(_worlds[0])
    test_rows.test_memberships_are_shown_to_site_moderators_and_to_their_member(_worlds[0])
    return ""


def _call_quick_tests() -> None:
    """Call the tests of posts that need no more than the database; they are soon done."""
    from tests.policy import test_post_rights

    for name, test in list(vars(test_post_rights).items()):
        if name.startswith("test_"):
            test()


def _make_world(kinds: tuple[str, ...]) -> None:
    """Make the world, and read every thing and principal that a cell is about."""
    os.environ["REJOINDER_DATA"] = os.environ["TMPDIR"]
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
    logging.disable()
    call_command("migrate", verbosity=0)
    from tests.policy import matrix, test_matrix
    from tests.policy.world import make_world

    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    block.__enter__()
    world = make_world()
    _worlds.append(world)
    principals = {role: world.roles[role].principal() for role in matrix.roles()}
    for kind in kinds:
        for row in matrix.rows(kind):
            thing = test_matrix.thing_of(world, row)
            _asked.append((row, principals[row.role], thing))
    # Neighbours are answered alike: out of order, a mutant is known by one of the first.
    random.Random(0).shuffle(_asked)
