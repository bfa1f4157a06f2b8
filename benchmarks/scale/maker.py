"""Batches made by a process of their own, the next while one is written.

This module is imported there before Django is set up: so its other imports stand in functions.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.scale import rows
    from benchmarks.scale.plan import Plan

PR_SET_PDEATHSIG = 1
# What the process makes batches of, once it's ready.
_ready: list[Any] = []


def batches(plan: Plan, texts: int, standing: rows.Standing, done: int = 0) -> Iterator[rows.Rows]:
    """Yield the rows of the batches that aren't done."""
    # A forked process would share the connection.
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawning, _settle) as maker:
        ready = maker.submit(_get_ready, plan, texts, standing)
        coming = [maker.submit(_make, number) for number in range(done, plan.batches)[:1]]
        ready.result()
        for number in range(done, plan.batches):
            packed = coming.pop().result()
            if number + 1 < plan.batches:
                coming.append(maker.submit(_make, number + 1))
            batch: rows.Rows = pickle.loads(packed)
            yield batch


def _settle() -> None:
    import django

    # Who is killed ends no pool; its process would wait for ever, and hold what it inherited.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    django.setup()
    # Millions of small objects, and no cycles among them.
    gc.disable()


def _get_ready(plan: Plan, texts: int, standing: rows.Standing) -> None:
    from benchmarks.scale.bodies import pools

    _ready.append((plan, pools(plan.seed, texts), standing))


def _make(number: int) -> bytes:
    from benchmarks.scale.rows import batch_rows

    plan, texts, standing = _ready[0]
    # A text that many posts share is packed once.
    return pickle.dumps(batch_rows(plan, texts, standing, number), protocol=5)
