"""Adds to a filled site what is measured there, and says where it is.

    REJOINDER_DATA=DIR python -m benchmarks.harness.furnish --members 1000

A board with threads of 30 posts, by the deeds of every door; members by rows, because a
thousand passwords take minutes; their sessions, signed in now. Writes `places.json`,
`cookies.txt`, `paths.txt` and `addresses.txt` into the data directory; run again, it only
writes these anew.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

BOARD = "Benchmarks"
THREADS, POSTS_EACH = 20, 30
# Each answers one of so many before it, mostly the latest.
REACH = 0.3
# Posts with their texts on a page of a thread.
ON_A_PAGE = 30
PLACES, COOKIES, PATHS = "places.json", "cookies.txt", "paths.txt"
# What robots read: pages from all over the site, at most so many.
ADDRESSES, MOST_ADDRESSES = "addresses.txt", 20_000
ARRANGED = "nested"


@dataclass(frozen=True)
class Places:
    """Paths of the pages that are measured, and of the site's longest thread."""

    thread: str
    outline: str
    board: str
    post: str
    long_posts: int
    long_first: str
    long_middle: str
    long_last: str
    # Of the posts that can be answered.
    posts: list[str]
    site_posts: int

    @property
    def guests_pages(self) -> dict[str, str]:
        """The pages a guest opens most, by name."""
        return {
            "thread": self.thread,
            "outline": self.outline,
            "front": "/",
            "board": self.board,
            "post": self.post,
        }

    @property
    def long_pages(self) -> dict[str, str]:
        """The pages of the longest thread, by name."""
        return {"first": self.long_first, "middle": self.long_middle, "last": self.long_last}


def read(data: Path) -> Places:
    """Return the places of a furnished site."""
    return Places(**json.loads((data / PLACES).read_text()))


def read_cookies(data: Path) -> list[str]:
    """Return the Cookie headers of the members who are signed in."""
    return (data / COOKIES).read_text().splitlines()


def read_lines(data: Path, name: str) -> list[str]:
    """Return the lines of a file that says where to go: PATHS or ADDRESSES."""
    return (data / name).read_text().splitlines()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--members", type=int, default=1000)
    chosen = options.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")
    django.setup()
    members = _members(chosen.members)
    _threads(members)
    _reading(members)
    data = Path(os.environ["REJOINDER_DATA"])
    places = _places()
    (data / PLACES).write_text(json.dumps(asdict(places)))
    (data / COOKIES).write_text("\n".join(_cookies(members)) + "\n")
    (data / PATHS).write_text("\n".join(_paths()) + "\n")
    (data / ADDRESSES).write_text("\n".join(_addresses()) + "\n")


def _members(count: int) -> list[Any]:
    from django.db import transaction

    from rejoinder.members.models import Handle, Member
    from rejoinder.policy.principals import Standing
    from rejoinder.text.names import look_key

    names = [f"Bench {_in_letters(number)}" for number in range(count)]
    handles = [name.lower().replace(" ", "-") for name in names]
    there = set(Member.objects.filter(handle_id__in=handles).values_list("handle_id", flat=True))
    with transaction.atomic():
        Handle.objects.bulk_create([Handle(name=h) for h in handles if h not in there])
        Member.objects.bulk_create(
            [
                Member(
                    handle_id=handle,
                    name=name,
                    name_key=look_key(name),
                    email=f"{handle}@example.org",
                    # Nobody signs in with it; a session's hash is made of it all the same.
                    password=f"!{handle}",
                    standing=Standing.REGULAR,
                    standing_is_set=True,
                )
                for name, handle in zip(names, handles, strict=True)
                if handle not in there
            ],
            batch_size=500,
        )
    return list(Member.objects.filter(handle_id__in=handles).order_by("pk"))


def _in_letters(number: int) -> str:
    """Return a number in letters of which no two look alike."""
    letters = "abcdefghkpqstuxyz"
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(4))


def _threads(members: Sequence[Any]) -> None:
    from benchmarks.harness import texts
    from rejoinder.boards.administer import add_board
    from rejoinder.boards.models import Board
    from rejoinder.members.principals import principal_for
    from rejoinder.policy.principals import system
    from rejoinder.posts.add import add
    from rejoinder.posts.drafts import Draft

    if Board.unscoped.filter(name=BOARD).exists():
        return
    board = add_board(system("benchmarks"), BOARD, "Threads of thirty posts.")
    chance = random.Random(30)
    for _ in range(THREADS):
        posts: list[Any] = []
        for number in range(POSTS_EACH):
            back = min(number, 1 + int(chance.expovariate(REACH)))
            where = {"parent": posts[-back]} if posts else {"board": board}
            draft = Draft(title=texts.title(chance), source=texts.text(chance), **where)
            posts.append(add(principal_for(chance.choice(members)), draft))


def _reading(members: Sequence[Any]) -> None:
    """Let each member have read other posts of the board."""
    from pyroaring import BitMap64

    from rejoinder.reading.models import ReadMarks
    from rejoinder.threads.models import Post

    posts = Post.unscoped.filter(board__name=BOARD).order_by("pk").values_list("pk", flat=True)
    ids, chance = list(posts), random.Random(7)
    rows = []
    for member in members:
        read = chance.sample(ids, chance.randrange(len(ids)))
        turned = BitMap64(read).serialize()
        rows.append(ReadMarks(member=member, floor=ids[0] - 1, turned=turned))
    ReadMarks.unscoped.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["member"],
        update_fields=["floor", "turned"],
    )


def _places() -> Places:
    from rejoinder.boards.models import Board
    from rejoinder.threads.models import Post, State, Thread

    board = Board.unscoped.get(name=BOARD)
    root = Thread.unscoped.filter(board=board).order_by("pk")[0].root
    public = Board.unscoped.exclude(pk=board.pk)
    long = Thread.unscoped.filter(board__in=public).order_by("-posts_count")[0]
    assert root is not None
    assert long.root is not None
    ordered = Post.unscoped.filter(thread=long, state=State.VISIBLE).order_by("posted_at", "id")
    count = ordered.count()
    half, end = count // 2, max(0, count - ON_A_PAGE - 1)
    middle, last = ordered[half].public_id, ordered[end].public_id
    for start in (0, half + 1, end + 1):
        _give_words(list(ordered[start : start + ON_A_PAGE]))
    address = f"/t/{long.root.public_id}?as=flat"
    answered = Post.unscoped.filter(thread__board=board, state=State.VISIBLE).order_by("pk")
    return Places(
        thread=f"/t/{root.public_id}?as={ARRANGED}",
        outline=f"/t/{root.public_id}",
        # Of the site's busiest board, as readers have it.
        board=f"/b/{long.board.handle_id}",
        post=f"/p/{root.public_id}",
        long_posts=count,
        long_first=address,
        long_middle=f"{address}&after={middle}",
        long_last=f"{address}&after={last}",
        posts=list(answered.values_list("public_id", flat=True)[: THREADS * POSTS_EACH]),
        site_posts=Post.unscoped.count(),
    )


def _give_words(posts: Sequence[Any]) -> None:
    """Give posts the words that those of a page have on every site, so that pages compare."""
    from benchmarks.harness import texts
    from rejoinder.posts import keep
    from rejoinder.threads.models import Post, PostText

    chance = random.Random(25)
    for post in posts:
        said = keep.words(texts.title(chance), texts.text(chance), "markdown")
        keep.put_words(post, said)
        Post.unscoped.bulk_update([post], ["title", "first_line", "has_text", "echoes_parent"])
        PostText.unscoped.update_or_create(
            post=post,
            defaults={"source": said.source, "markup": said.markup, "html": said.html},
        )


def _paths() -> list[str]:
    from rejoinder.threads.models import Thread

    found = Thread.unscoped.filter(board__name=BOARD).order_by("pk")
    roots = found.values_list("root__public_id", flat=True)[:THREADS]
    return [f"/t/{public_id}?as={ARRANGED}" for public_id in roots]


def _addresses() -> list[str]:
    """Return posts' and threads' pages that a guest may read, spread over the site."""
    from rejoinder.policy import gate
    from rejoinder.policy.principals import GUEST
    from rejoinder.threads.models import Post, State

    last = Post.unscoped.order_by("-pk").values_list("pk", flat=True)[0]
    chance = random.Random(10)
    ids = range(1, last + 1)
    chosen = ids if last <= MOST_ADDRESSES else chance.sample(ids, MOST_ADDRESSES)
    found: list[str] = []
    for start in range(0, len(chosen), 500):
        some = Post.objects.filter(pk__in=chosen[start : start + 500], state=State.VISIBLE)
        for public_id, parent in gate.visible(GUEST, some).values_list("public_id", "parent"):
            found.append(f"/p/{public_id}" if parent else f"/t/{public_id}")
    return found


def _cookies(members: Sequence[Any]) -> list[str]:
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from rejoinder.web.middleware import SIGNED_IN_AT

    store, now = SessionStore(), timezone.now()
    keys = [get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789") for _ in members]
    held = [
        {
            SESSION_KEY: str(member.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: member.get_session_auth_hash(),
            SIGNED_IN_AT: int(now.timestamp()),
        }
        for member in members
    ]
    Session.objects.bulk_create(
        [
            Session(
                session_key=key,
                session_data=store.encode(data),
                expire_date=now + timedelta(days=30),
            )
            for key, data in zip(keys, held, strict=True)
        ],
        batch_size=500,
    )
    UserSession.objects.bulk_create(
        [
            UserSession(user=member, session_key=key, ip="127.0.0.1", last_seen_at=now, data={})
            for member, key in zip(members, keys, strict=True)
        ],
        batch_size=500,
    )
    # Browsers have the form token's cookie, too, from when their members signed in.
    token = f"{settings.CSRF_COOKIE_NAME}={'t' * 32}"
    return [f"{settings.SESSION_COOKIE_NAME}={key}; {token}" for key in keys]


if __name__ == "__main__":
    main()
