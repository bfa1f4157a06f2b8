"""A crawl of all that an outsider can ask for: links, forms, registered addresses, guesses."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.test import Client
from django.urls import NoReverseMatch, reverse

from rejoinder.threads.arrangements import registry as of_threads
from rejoinder.threads.board_arrangements import registry as of_boards
from tests.policy.doors import EVERY_URL, every_address
from tests.policy.two_worlds import Names, Pinned
from tests.policy.world import undone

# What names a browser, and not what it's shown.
NOT_COMPARED = {"Date", "Set-Cookie"}
_LINK = re.compile(r'(?:href|src)="([^"]+)"')
_ACTION = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"', re.IGNORECASE)
_LOCATION = re.compile(r"<loc>https?://[^/]+([^<]+)</loc>")


@dataclass(frozen=True)
class Answer:
    """All that an outsider sees of one answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Crawl:
    """One outsider's walk through a world. The same walk in both, as far as they're alike."""

    client: Client
    pins: Pinned
    names: Names
    # Whether forms are sent too, empty and as they stand.
    sends: bool = True
    most: int = 100_000
    asked: int = 0
    todo: deque[tuple[str, str]] = field(default_factory=deque)
    known: set[tuple[str, str]] = field(default_factory=set)

    def walk(self) -> Iterator[tuple[str, str, Answer]]:
        """Yield each request's method, address and answer, breadth first."""
        self._add("GET", "/")
        for address in addresses(self.names):
            self._add("GET", address)
            if self.sends and "?" not in address:
                self._add("POST", address)
        while self.todo and self.asked < self.most:
            method, address = self.todo.popleft()
            answer = self._ask(method, address)
            yield method, address, answer
            self._follow(address, answer)

    def _ask(self, method: str, address: str) -> Answer:
        self.asked += 1
        self.pins.request(self.asked)
        with undone():
            if method == "GET":
                response = self.client.get(address)
            else:
                response = self.client.post(address, {"title": "T", "text": "W", "reason": "spam"})
            body = b"".join(response) if response.streaming else response.content
        headers = sorted(
            (name, value) for name, value in response.headers.items() if name not in NOT_COMPARED
        )
        return Answer(response.status_code, tuple(headers), body)

    def _follow(self, address: str, answer: Answer) -> None:
        headers = dict(answer.headers)
        if place := headers.get("Location"):
            self._add("GET", place)
        if "html" not in headers.get("Content-Type", "") and "xml" not in headers.get(
            "Content-Type", ""
        ):
            return
        text = answer.body.decode()
        for link in [*_LINK.findall(text), *_LOCATION.findall(text)]:
            self._add("GET", html.unescape(link))
        if self.sends:
            for link in _ACTION.findall(text):
                self._add("POST", html.unescape(link))

    def _add(self, method: str, address: str) -> None:
        address = re.sub(r"^https?://testserver", "", address.split("#", maxsplit=1)[0])
        is_ours = address.startswith("/") and not address.startswith(("//", "/static/"))
        if is_ours and (method, address) not in self.known:
            self.known.add((method, address))
            self.todo.append((method, address))


def addresses(names: Names) -> list[str]:
    """Return every registered address with every name that can be known or guessed."""
    found = []
    for door in sorted(set(every_address())):
        found += [address for args in _guesses(names, door) if (address := _reversed(door, args))]
    return list(dict.fromkeys([*found, *_with_queries(names)]))


def _guesses(names: Names, door: str) -> list[tuple[object, ...]]:
    """Return the arguments that a door is asked with: what fits it, and a little of the rest."""
    secret = sorted(names.private)
    some = [*names.posts[:1], *secret[:2], *names.cases, *names.boards[:1], NOBODYS]
    fitting = {"p": names.posts, "t": names.posts, "b": names.boards, "m": names.members}
    fitting |= {"posts": names.posts, "threads": names.posts}
    fitting |= {"boards": names.boards, "members": names.members}
    kind = _first_part(door)
    single = list(dict.fromkeys([*fitting.get(kind, []), *some]))
    if kind == "administration":
        single = [*names.boards, NOBODYS]
    pairs = [tuple(name.split("/")) for name in names.files]
    return [(), *((name,) for name in single), *((n,) for n in range(3)), *pairs]


NOBODYS = "zzzzzzzzzzzz"


def _first_part(door: str) -> str:
    for args in ((), (NOBODYS,), (1,), (NOBODYS, NOBODYS)):
        if address := _reversed(door, args):
            # Below /api/v1/ the kind comes third.
            return (address.removeprefix("/api/v1") if args else address).split("/")[1]
    return ""


def _reversed(door: str, args: tuple[object, ...]) -> str:
    """Return a door's address with these arguments; nothing if it doesn't take them."""
    try:
        return reverse(door, EVERY_URL, args=args)
    except NoReverseMatch:
        return ""


def _with_queries(names: Names) -> Iterator[str]:
    """Yield lists that are asked to begin at posts, seen and unseen, in each arrangement."""
    private = sorted(names.private)
    for board in names.boards:
        for name in of_boards.ARRANGEMENTS:
            yield f"/b/{board}?as={name}"
        for post in [*private[:3], NOBODYS]:
            for name in ("chronological", "last"):
                yield f"/b/{board}?as={name}&after={post}"
        yield f"/b/{board}?as=chronological&on=2026-03-05&within=year"
    for member in names.members:
        for post in private[:1]:
            yield f"/m/{member}?after={post}"
    for post in names.posts[:6]:
        for name in of_threads.ARRANGEMENTS:
            yield f"/t/{post}?as={name}"
        for other in private[:2]:
            yield f"/t/{post}?at={other}"
            yield f"/t/{post}?as=flat&after={other}"
            yield f"/p/{post}?after={other}"
            cursor = b64encode(f"a:{other}".encode()).decode().rstrip("=")
            yield f"/api/v1/threads/{post}/posts?texts=true&cursor={cursor}"
            yield f"/api/v1/posts/{post}/responses?texts=true&cursor={cursor}"
