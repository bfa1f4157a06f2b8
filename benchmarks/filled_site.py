"""Fill an empty site for scans and for the desk: boards, members, posts, held posts, reports.

    REJOINDER_DATA=DIR REJOINDER_LIMITS="all=off" python -m benchmarks.filled_site [--held 200]

Then `rejoinder serve --data DIR`. Members "Ada" (administrator), "Mo" (moderator) and "Mia"
sign in with the password printed at the end. Everything is made by the same deeds as at the
doors, so the held posts are those that the rules hold.
"""

from __future__ import annotations

import argparse
import os
import random

WORDS = (
    "ferry harbour storm council bridge school winter repair report island mayor timetable",
    "engine weather notice meeting budget water power station road closed open delay crew",
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--held", type=int, default=200)
    options.add_argument("--posts", type=int, default=300)
    chosen = options.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    _fill(chosen.posts, chosen.held)


def _fill(posts: int, held: int) -> None:
    from rejoinder.moderation.report import report
    from rejoinder.policy.principals import GUEST, Standing
    from rejoinder.threads.models import Post, State
    from tests.factories import (
        PASSWORD,
        make_board,
        make_group,
        make_member,
        make_private_board,
        make_response,
        make_thread,
    )

    chance = random.Random(3)
    make_member("Ada", password=PASSWORD, is_administrator=True)
    moderator = make_member("Mo", password=PASSWORD)
    make_group("Moderators", moderator, moderates_everywhere=True)
    make_member("Mia", password=PASSWORD, standing=Standing.REGULAR)
    crew = [make_member() for _ in range(8)]
    boards = [make_board(name, "What is new there.") for name in ("Islands", "Town", "Weather")]
    private = make_private_board(make_group("Crew", *crew), "Crew")
    shown = [
        make_thread(board, _title(chance), _text(chance), chance.choice(crew))
        for board in [*boards, private]
        for _ in range(5)
    ]
    while len(shown) < posts:
        answered = chance.choice(shown)
        shown.append(make_response(answered, _title(chance), _text(chance), chance.choice(crew)))
    new: list[object] = []
    made = 0
    while made < held:
        if made % 5 == 0:
            new = [make_member(standing=Standing.NEW)]
        parent = chance.choice([post for post in shown if post.board_id != private.pk])
        links = " ".join(f"https://shop{n}.example/{chance.random()}" for n in range(4))
        post = make_response(parent, _title(chance), f"{_text(chance)} {links}", new[0])
        made += post.state == State.HELD
    public = [post for post in shown if post.board_id != private.pk]
    for post in chance.sample(public, 20):
        report(GUEST, post, "spam", "Looks like an advertisement.")
    waiting = Post.unscoped.filter(state=State.HELD).count()
    print(
        f"{Post.unscoped.count()} posts, {waiting} held. Ada, Mo and Mia sign in with: {PASSWORD}"
    )


def _words() -> list[str]:
    return " ".join(WORDS).split()


def _title(chance: random.Random) -> str:
    return " ".join(chance.sample(_words(), 5)).capitalize()


def _text(chance: random.Random) -> str:
    return " ".join(chance.choice(_words()) for _ in range(60)).capitalize() + "."


if __name__ == "__main__":
    main()
