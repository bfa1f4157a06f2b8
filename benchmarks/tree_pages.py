"""How much longer a page of a large thread takes than one of a small thread.

    python -m benchmarks.tree_pages [--small 100] [--large 100000]

Run it with REJOINDER_DATA naming an empty folder, and DATABASE_URL an empty PostgreSQL
database if it isn't SQLite that is asked about. Rule 5 of the design wants ratios near 1.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

PAGE = 50
TURNS = 30


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=100)
    options.add_argument("--large", type=int, default=100_000)
    chosen = options.parse_args()
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(f"{connection.vendor}: a page of {PAGE}, milliseconds, best of {TURNS}")
    small, large = _times(chosen.small), _times(chosen.large)
    print(f"{'list':28}{chosen.small:>10}{chosen.large:>10}{'ratio':>8}")
    for name in small:
        print(f"{name:28}{small[name]:10.2f}{large[name]:10.2f}{large[name] / small[name]:8.2f}")


def _times(size: int) -> dict[str, float]:
    from django.db import connection

    from rejoinder.policy.principals import GUEST
    from rejoinder.threads import scopes
    from rejoinder.threads.arrangements.registry import ARRANGEMENTS
    from rejoinder.threads.counts import branch_counts
    from rejoinder.threads.neighbours import neighbours
    from rejoinder.threads.outline import outline
    from rejoinder.threads.paging import START, Cursor
    from tests.factories import make_board, make_member
    from tests.planting import bush, plant

    began = time.perf_counter()
    posts = plant(make_board(), make_member(), bush(size))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"planted {size} posts in {time.perf_counter() - began:.1f} s")
    scope = scopes.whole(posts[0].thread)
    order = sorted(posts, key=lambda post: post.opens)
    middle = order[size // 2]
    places = {
        "first": START,
        "middle": Cursor(after=middle.public_id),
        "last": Cursor(before=order[-1].public_id),
    }
    times = {}
    for name in ("outline", "flat", "newest"):
        page = ARRANGEMENTS[name].page
        for place, at in places.items():
            times[f"{name}, {place} page"] = _best(
                lambda page=page, at=at: page(GUEST, scope, at, PAGE)
            )
    lines = outline(GUEST, scope, START, PAGE).rows
    times["counts of a page"] = _best(lambda: branch_counts(GUEST, lines))
    times["neighbours"] = _best(lambda: neighbours(GUEST, middle))
    return times


def _best(read: Callable[[], Any]) -> float:
    best = float("inf")
    for _turn in range(TURNS):
        began = time.perf_counter()
        read()
        best = min(best, time.perf_counter() - began)
    return best * 1000


if __name__ == "__main__":
    main()
