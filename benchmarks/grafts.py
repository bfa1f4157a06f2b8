"""How long a moderator's large deeds take: grafting a branch, changing many posts' states.

    python -m benchmarks.grafts [--posts 10000] [--threads 1000]

Run it with REJOINDER_DATA naming an empty folder, and DATABASE_URL an empty PostgreSQL
database if it isn't SQLite that is asked about.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from typing import Any


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=10_000)
    options.add_argument("--threads", type=int, default=1_000)
    chosen = options.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(f"{connection.vendor}: elapsed, in one transaction each")
    _graft(chosen.posts)
    _states(chosen.threads)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"the process took {peak} MiB at most, planting included")


def _graft(size: int) -> None:
    from rejoinder.posts import graft
    from rejoinder.threads.models import Post
    from tests.factories import make_board, make_member
    from tests.planting import bush, chain, plant

    author, there = make_member(), make_board()
    for name, shape in (("bush", bush(size)), ("chain", chain(size))):
        posts = plant(make_board(), author, shape)
        onto = plant(make_board(), author, chain(3))[-1]

        root = Post.unscoped.get(pk=posts[0].pk)
        moved = _timed(f"{name} of {size}: thread to a board", graft.move, root, there)
        _timed(f"{name} of {size}: and back", graft.ungraft, moved)
        merged = _timed(f"{name} of {size}: merge across boards", graft.merge, root, onto)
        _timed(f"{name} of {size}: and back", graft.ungraft, merged)


def _states(threads: int) -> None:
    from rejoinder.posts.states import change_states
    from rejoinder.threads.models import Post, State
    from tests.factories import make_board, make_member
    from tests.planting import bush, plant

    board, author, other = make_board(), make_member(), make_member()
    planted = [plant(board, other, bush(20, seed)) for seed in range(threads)]
    ids = [post.pk for posts in planted for post in posts[::4]]
    Post.unscoped.filter(pk__in=ids).update(author=author)
    what = f"{len(ids)} posts of {threads} threads"
    former = _timed(f"{what}: remove", change_states, ids, State.REMOVED)
    back = [pk for pk, _state in former]
    _timed(f"{what}: show again", change_states, back, State.VISIBLE)


def _timed(what: str, deed: Callable[..., Any], *of: object) -> Any:
    from django.db import transaction

    began = time.perf_counter()
    with transaction.atomic():
        done = deed(*of)
    taken = time.perf_counter() - began
    print(f"{what:44}{taken:8.2f} s")
    return done


if __name__ == "__main__":
    main()
