"""Trees to try orderings on: real ones read from archives, and made ones of every hard shape.

A tree is the list of its posts in order of arrival. Each is (parent, place): the parent's index,
None for one that starts a thread, and the place among the parent's responses, None for last.
"""

import json
import mailbox
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path

Arrivals = list[tuple[int | None, int | None]]

_ID = re.compile(r"<[^<>\s]+>")
_SEED = 20


def from_mail(folder: Path) -> Arrivals:
    """Return a mail archive's posts in the order of its files; siblings stand by date."""
    seen = []
    for path in sorted(folder.rglob("*.mbox")) + sorted(folder.rglob("*.txt"), key=_month):
        for message in mailbox.mbox(path, create=False):
            own = _ID.findall(str(message.get("Message-ID", "")))
            links = _ID.findall(str(message.get("In-Reply-To", "")))[:1]
            links += _ID.findall(str(message.get("References", "")))[::-1]
            parsed = parsedate_tz(str(message.get("Date", "")))
            seen.append((own[0] if own else "", links, mktime_tz(parsed) if parsed else 0))
    return _arrivals(seen)


def _month(path: Path) -> tuple[str, int, str]:
    months = "January February March April May June July August September October November December"
    year, _, month = path.stem.partition("-")
    order = months.split().index(month) if month in months.split() else 0
    return str(path.parent), int(year) if year.isdigit() else 0, f"{order:02}"


def from_discourse(folder: Path) -> Arrivals:
    """Return a forum archive's posts by their ids; a post answering none answers the first."""
    posts = [json.loads(path.read_text()) for path in folder.rglob("posts/**/*.json")]
    posts.sort(key=lambda post: post["id"])
    seen = []
    for post in posts:
        topic, number = post["topic_id"], post["post_number"]
        links = [f"{topic}/{post['reply_to_post_number']}"] if post["reply_to_post_number"] else []
        links += [f"{topic}/1"] if number > 1 else []
        seen.append((f"{topic}/{number}", links, post["id"]))
    return _arrivals(seen)


def _arrivals(seen: list[tuple[str, list[str], float]]) -> Arrivals:
    """Hang each post on the first of its links that came before it; others start threads."""
    index: dict[str, int] = {}
    times: dict[int, list[float]] = {}
    arrivals: Arrivals = []
    for own, links, time in seen:
        if own and own in index:
            continue
        parent = next((index[link] for link in links if link in index), None)
        place = None
        if parent is not None:
            siblings = times.setdefault(parent, [])
            place = bisect_right(siblings, time)
            siblings.insert(place, time)
        if own:
            index[own] = len(arrivals)
        arrivals.append((parent, place))
    return arrivals


def _grown(count: int, choose: Callable[[random.Random, int], int]) -> Arrivals:
    chance = random.Random(_SEED)
    return [(None, None), *((choose(chance, post), None) for post in range(1, count))]


def uniform(count: int) -> Arrivals:
    """Return a tree in which each post answers any earlier one with equal chance."""
    return _grown(count, lambda chance, post: chance.randrange(post))


def preferential(count: int) -> Arrivals:
    """Return a tree in which posts with many responses draw more."""
    ends = [0]

    def choose(chance: random.Random, post: int) -> int:
        parent = chance.choice(ends)
        ends.extend((parent, post))
        return parent

    return _grown(count, choose)


def newest(count: int, window: int) -> Arrivals:
    """Return a tree in which each post answers one of the last few."""
    return _grown(count, lambda chance, post: max(0, post - 1 - chance.randrange(window)))


def shuffled(count: int) -> Arrivals:
    """Return a uniform tree whose responses stand in an order that isn't that of arrival."""
    chance = random.Random(_SEED)
    degree = [0] * count
    arrivals: Arrivals = [(None, None)]
    for post in range(1, count):
        parent = chance.randrange(post)
        arrivals.append((parent, chance.randint(0, degree[parent])))
        degree[parent] += 1
    return arrivals


def star(count: int) -> Arrivals:
    """Return a post and its responses, in order."""
    return _grown(count, lambda _, __: 0)


def latest_first(count: int) -> Arrivals:
    """Return a post and its responses, which arrive in the reverse of their dates."""
    return [(None, None), *((0, 0) for _ in range(count - 1))]


def chain(count: int) -> Arrivals:
    """Return posts each answering the last."""
    return _grown(count, lambda _, post: post - 1)


def zigzag(count: int) -> Arrivals:
    """Return down and aside in turn: each post gets a response, then one that goes on."""
    return _grown(count, lambda _, post: max(0, (post - 1) // 2 * 2))


def both_sides(count: int) -> Arrivals:
    """Return responses to one post, each put into the gap that the last two left."""
    return [(None, None), *((0, post // 2) for post in range(count - 1))]


def comb(count: int, spine: int) -> Arrivals:
    """Return a chain, then responses to each of its posts from the top, round after round."""
    return _grown(count, lambda _, post: post - 1 if post < spine else post % spine)


def final_order(arrivals: Arrivals) -> tuple[list[int], list[int], list[int]]:
    """Return for each post its place in depth-first order, where its branch ends, its depth."""
    responses: list[list[int]] = [[] for _ in arrivals]
    roots = []
    for post, (parent, place) in enumerate(arrivals):
        siblings = roots if parent is None else responses[parent]
        siblings.insert(len(siblings) if place is None else place, post)
    begins, ends, depths = ([0] * len(arrivals) for _ in range(3))
    clock, stack = 0, [(root, 0, False) for root in reversed(roots)]
    while stack:
        post, depth, is_done = stack.pop()
        if is_done:
            ends[post] = clock
            continue
        begins[post], depths[post] = clock, depth
        clock += 1
        stack.append((post, depth, True))
        stack += [(response, depth + 1, False) for response in reversed(responses[post])]
    return begins, ends, depths


class Counter:
    """How many posts have arrived before each place of an order (a Fenwick tree)."""

    def __init__(self, size: int) -> None:
        self.sums = [0] * (size + 1)

    def add(self, place: int) -> None:
        place += 1
        while place < len(self.sums):
            self.sums[place] += 1
            place += place & -place

    def before(self, place: int) -> int:
        found = 0
        while place:
            found += self.sums[place]
            place -= place & -place
        return found


def rank(tags: list[int], tag: int) -> int:
    """Return where a tag stands in a sorted list."""
    return bisect_left(tags, tag)
