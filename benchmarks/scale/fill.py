"""The order of work: set a fresh site up, write batch after batch, finish."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction

from benchmarks.scale import bulk, ledger, maker, rows, site
from benchmarks.scale.bodies import pools
from benchmarks.scale.plan import BATCH, Plan
from rejoinder.threads.models import Post

MOST_TEXTS = 3000
POSTS_PER_MEMBER = 50


class NotFresh(Exception):
    """The site holds something that this run didn't put there."""


@dataclass(frozen=True)
class Wanted:
    """A site of so many posts; the same of each for the same seed and sizes."""

    posts: int
    seed: int = 1
    batch: int = BATCH

    @property
    def members(self) -> int:
        """Return how many members write."""
        return max(50, self.posts // POSTS_PER_MEMBER)

    @property
    def texts(self) -> int:
        """Return how many texts they share."""
        return min(MOST_TEXTS, self.posts)


def fill(
    wanted: Wanted, say: Callable[[str], None], *, in_bulk: bool = True, drops_indices: bool = True
) -> None:
    """Fill the site that Django is set up for, or go on filling it.

    `in_bulk` makes the engine ready for a long load; without it, each batch is written as the
    site is, also within a test's transaction. Raises NotFresh if the site holds posts or
    another size or seed was begun.
    """
    _begin(wanted)
    engine = bulk.engine()
    done = ledger.read("done") or 0
    plan = Plan(wanted.seed, wanted.posts, site.writers(), wanted.batch)
    if done < plan.batches:
        if in_bulk:
            engine.prepare(drops_indices=drops_indices)
            # Millions of small objects, and no cycles among them.
            gc.disable()
        _write(plan, wanted, engine, done, say, in_bulk=in_bulk)
    if in_bulk:
        began = time.monotonic()
        engine.restore()
        say(f"indices and settings restored in {time.monotonic() - began:.1f} s")
    site.finish()


def _begin(wanted: Wanted) -> None:
    ledger.open_ledger()
    begun = ledger.read("wanted")
    now = [wanted.posts, wanted.seed, wanted.batch]
    if begun is None:
        if Post.unscoped.exists():
            raise NotFresh("This site has posts already. Name a fresh one.")
        with transaction.atomic():
            site.set_up(wanted.seed, wanted.members)
            ledger.note("wanted", now)
    elif begun != now:
        raise NotFresh(f"Here posts, seed and batch {begun} were begun: go on with these.")


def _write(
    plan: Plan,
    wanted: Wanted,
    engine: bulk.Engine,
    done: int,
    say: Callable[[str], None],
    *,
    in_bulk: bool,
) -> None:
    standing = site.stands(plan)
    began, first = time.monotonic(), standing.next_post
    made = maker.batches if in_bulk else _made_here
    for number, batch in enumerate(made(plan, wanted.texts, standing, done), done):
        with transaction.atomic():
            engine.write(batch)
            ledger.note("done", number + 1)
            if number == 0:
                ledger.note("long", batch.long_threads)
        posts = batch.posts[-1][0] + 1 - first
        pace = posts / (time.monotonic() - began)
        say(f"batch {number + 1} of {plan.batches}: {posts:,} posts at {pace:,.0f}/s")


def _made_here(plan: Plan, texts: int, standing: rows.Standing, done: int) -> Iterator[rows.Rows]:
    pool = pools(plan.seed, texts)
    for number in range(done, plan.batches):
        yield rows.batch_rows(plan, pool, standing, number)
