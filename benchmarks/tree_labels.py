"""Weigh ways of keeping a thread in depth-first order, on real and made trees.

    PYTHONPATH=src python benchmarks/tree_labels.py [--mail DIR]... [--discourse DIR]...

Deterministic. Prints one table a tree: characters of label a post (mean and most), rows read to
find a new response's place (mean and most; a row a look-up), rows rewritten by it (mean, most).
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tree_shapes as shapes
from tree_shapes import Arrivals

from rejoinder.threads import labels

try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3

_BASE = len(labels._DIGITS)
_DIGITS = labels._DIGITS
_VALUE = labels._VALUE

Costs = tuple[list[int], list[int], list[int]]
"""For each post: characters of label, rows read for its place, rows rewritten by it."""


# The octets past which PostgreSQL refuses the row of a B-tree index.
_GIVE_UP = 2_704


class GaveUp(Exception):
    """A label passed what an index takes; says at which post."""


def _weighed(label: str, post: int) -> str:
    if len(label) > _GIVE_UP:
        raise GaveUp(f"past {_GIVE_UP:,} at post {post:,}")
    return label


def midpoint(lower: str, upper: str) -> str:
    """Return a short fraction near the middle of two; "" as upper is one."""
    found = []
    position = 0
    while True:
        low = _VALUE[lower[position]] if position < len(lower) else 0
        high = _VALUE[upper[position]] if upper and position < len(upper) else _BASE
        if high - low > 1:
            return "".join(found) + _DIGITS[(low + high) // 2]
        found.append(_DIGITS[low])
        if low != high:
            upper = ""
        position += 1


class Links:
    """The responses of each post, and all posts of each thread in depth-first order, linked."""

    def __init__(self) -> None:
        self.responses: list[list[int]] = []
        self.next: list[int | None] = []

    def add(self, parent: int | None, place: int | None) -> tuple[int | None, int | None, int]:
        """Add a post; return the posts before and after it, and how many were walked."""
        post = len(self.responses)
        self.responses.append([])
        self.next.append(None)
        if parent is None:
            return None, None, 0
        siblings = self.responses[parent]
        place = len(siblings) if place is None else place
        before, walked = parent, 1
        if place:
            before, walked = siblings[place - 1], 2
            while self.responses[before]:
                before = self.responses[before][-1]
                walked += 1
        siblings.insert(place, post)
        after, self.next[before] = self.next[before], post
        self.next[post] = after
        return before, after, walked + 1


def span_costs(arrivals: Arrivals, inside: Callable[[str, str], labels.Span]) -> Costs:
    """Return what two labels a post cost; the characters are those of the longer one."""
    spans, sizes, responses = _spans(arrivals, inside)
    del spans, responses
    return sizes, [0 if parent is None else 3 for parent, _ in arrivals], [0] * len(arrivals)


def _spans(
    arrivals: Arrivals, inside: Callable[[str, str], labels.Span]
) -> tuple[list[labels.Span], list[int], list[list[int]]]:
    spans: list[labels.Span] = []
    responses: list[list[int]] = []
    for parent, place in arrivals:
        if parent is None:
            span = labels.whole()
        else:
            siblings = responses[parent]
            at = len(siblings) if place is None else place
            lower = spans[siblings[at - 1]].closes if at else spans[parent].opens
            is_last = at == len(siblings)
            upper = spans[parent].closes if is_last else spans[siblings[at]].opens
            span = inside(lower, upper)
            siblings.insert(at, len(spans))
        _weighed(span.opens, len(spans))
        _weighed(span.closes, len(spans))
        spans.append(span)
        responses.append([])
    return spans, [max(len(span.opens), len(span.closes)) for span in spans], responses


def thirds(lower: str, upper: str) -> labels.Span:
    """Return a span between two by plain fractions, as the middle and the middle above it."""
    opens = midpoint(lower, upper)
    return labels.Span(opens, midpoint(opens, upper))


def hugging(lower: str, upper: str) -> labels.Span:
    """Return a span by plain fractions that hugs its bounds: opens just above, closes below."""
    closes = midpoint(lower, upper)
    closes = midpoint(closes, upper)
    opens = midpoint(lower, closes)
    return labels.Span(midpoint(lower, opens), closes)


@contextmanager
def stride(steps: int) -> Iterator[None]:
    """Let `labels.inside` leave another stride beside each span."""
    usual = labels._STRIDE
    labels._STRIDE = steps
    try:
        yield
    finally:
        labels._STRIDE = usual


def striding(steps: int) -> Callable[[Arrivals], Costs]:
    def costs(arrivals: Arrivals) -> Costs:
        with stride(steps):
            return span_costs(arrivals, labels.inside)

    return costs


def counted(lower: str, upper: str) -> str:
    """Return a label between two that counts steps, as spans do."""
    return labels.inside(lower or labels.whole().opens, upper or labels.whole().closes).closes


def single_labels(
    arrivals: Arrivals, between: Callable[[str, str], str]
) -> tuple[list[str], list[int]]:
    links = Links()
    found: list[str] = []
    walks = []
    for parent, place in arrivals:
        before, after, walked = links.add(parent, place)
        low = "" if before is None else found[before]
        label = between(low, "" if after is None else found[after])
        found.append(_weighed(label, len(found)))
        walks.append(walked)
    return found, walks


def single(between: Callable[[str, str], str]) -> Callable[[Arrivals], Costs]:
    """Weigh one label a post, its place found by walking down the last responses."""

    def costs(arrivals: Arrivals) -> Costs:
        found, walks = single_labels(arrivals, between)
        return [len(label) for label in found], walks, [0] * len(arrivals)

    return costs


def single_scan_costs(arrivals: Arrivals) -> Costs:
    """Return the same with the place found by scanning from the parent to its branch's end."""
    begins, ends, _ = shapes.final_order(arrivals)
    counter = shapes.Counter(len(arrivals))
    scans = []
    for post, (parent, _) in enumerate(arrivals):
        scan = 0
        if parent is not None:
            scan = counter.before(ends[parent]) - counter.before(begins[parent]) + 1
        scans.append(scan)
        counter.add(begins[post])
    return [], scans, [0] * len(arrivals)


def nested_set_costs(arrivals: Arrivals) -> Costs:
    """Return what a nested set costs: all later posts of the thread and all ancestors move."""
    begins, ends, depths = shapes.final_order(arrivals)
    counter = shapes.Counter(len(arrivals))
    roots: list[int] = []
    moved = []
    for post, (parent, _) in enumerate(arrivals):
        roots.append(post if parent is None else roots[parent])
        later = counter.before(ends[roots[post]]) - counter.before(begins[post])
        moved.append(later + depths[post])
        counter.add(begins[post])
    return [], [0 if parent is None else 1 for parent, _ in arrivals], moved


def gap_costs(arrivals: Arrivals) -> Costs:
    """Return what 62-bit integer labels cost, spread anew over the smallest range with room."""
    links = Links()
    own: list[int] = []
    roots: list[int] = []
    threads: dict[int, tuple[list[int], list[int]]] = {}
    walks, moves = [], []
    for post, (parent, place) in enumerate(arrivals):
        before, _, walked = links.add(parent, place)
        roots.append(post if parent is None else roots[parent])
        tags, owners = threads.setdefault(roots[post], ([], []))
        moved = 0
        if before is None:
            at, low, high = 0, -1, 1
        else:
            low, high, at = _gap(tags, own[before])
            if high - low < 2:
                moved = _make_room(tags, owners, own, low)
                low, high, at = _gap(tags, own[before])
        tags.insert(at, (low + high) // 2)
        owners.insert(at, post)
        own.append(tags[at])
        walks.append(walked)
        moves.append(moved)
    return [], walks, moves


def _gap(tags: list[int], low: int) -> tuple[int, int, int]:
    at = shapes.rank(tags, low) + 1
    return low, tags[at] if at < len(tags) else 1 << 62, at


def _make_room(tags: list[int], owners: list[int], own: list[int], tag: int) -> int:
    """Spread the tags of the smallest aligned range that is thin enough; return how many."""
    for bits in range(2, 63):
        start = tag >> bits << bits
        first, last = shapes.rank(tags, start), shapes.rank(tags, start + (1 << bits))
        if last - first < (1 << bits) / 1.5**bits:
            break
    size = last - first
    for number in range(size):
        fresh = start + ((1 << bits) * (2 * number + 1)) // (2 * size)
        tags[first + number] = own[owners[first + number]] = fresh
    return size


def path_keys(arrivals: Arrivals) -> list[str]:
    """Return each post's key among its siblings: they are counted as they arrive.

    That is the kindest case: a key that says its own length, and none put between two others.
    """
    counts = [0] * len(arrivals)
    keys = []
    for parent, _ in arrivals:
        count = 0
        if parent is not None:
            counts[parent] += 1
            count = counts[parent]
        keys.append(labels._text(labels._CLOSE + count))
    return keys


def path_costs(arrivals: Arrivals) -> Costs:
    """Return what a materialised path costs: the parent's path and a key."""
    sizes: list[int] = []
    for (parent, _), key in zip(arrivals, path_keys(arrivals), strict=True):
        sizes.append(len(key) + (0 if parent is None else sizes[parent]))
    return sizes, [0 if parent is None else 2 for parent, _ in arrivals], [0] * len(arrivals)


def rebalanced(arrivals: Arrivals, too_long: int) -> Costs:
    """Return what spans cost when a thread past a length is spread anew, in one thread only."""
    spans: list[labels.Span] = []
    responses: list[list[int]] = []
    rewritten, sizes = [], []
    for parent, _ in arrivals:
        moved = 0
        if parent is None:
            span = labels.whole()
        else:
            siblings = responses[parent]
            lower = spans[siblings[-1]].closes if siblings else spans[parent].opens
            span = labels.inside(lower, spans[parent].closes)
            siblings.append(len(spans))
        spans.append(span)
        responses.append([])
        sizes.append(max(len(span.opens), len(span.closes)))
        if sizes[-1] > too_long:
            begins, _, depths = shapes.final_order(arrivals[: len(spans)])
            order = sorted(range(len(spans)), key=begins.__getitem__)
            fresh = labels.spread([depths[post] for post in order])
            for post, new in zip(order, fresh, strict=True):
                spans[post] = new
            moved = len(spans)
        rewritten.append(moved)
    return sizes, [3] * len(arrivals), rewritten


SCHEMES: dict[str, Callable[[Arrivals], Costs]] = {
    "materialised path": path_costs,
    "one label, halved": single(midpoint),
    "one label, counted": single(counted),
    "one label, by scan": single_scan_costs,
    "integers with gaps": gap_costs,
    "nested set": nested_set_costs,
    "spans, thirds": lambda arrivals: span_costs(arrivals, thirds),
    "spans, hugging": lambda arrivals: span_costs(arrivals, hugging),
    "spans, stride 2": striding(2),
    "spans, stride 4": striding(4),
    "spans, stride 8": striding(8),
    "spans, stride 16": striding(16),
    "spans, stride 32": striding(32),
}


def table(name: str, arrivals: Arrivals) -> None:
    depths = shapes.final_order(arrivals)[2]
    deepest, mean = max(depths), sum(depths) / len(depths)
    print(f"\n{name}: {len(arrivals):,} posts, depth {mean:,.1f}, at most {deepest:,}\n")
    print("| scheme | characters | most | rows read | most | rewritten | most |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for scheme, costs in SCHEMES.items():
        try:
            _row(scheme, costs(arrivals))
        except GaveUp as reason:
            print(f"| {scheme} | {reason} | | | | | |")


def _row(scheme: str, costs: Costs) -> None:
    cells = []
    for found in costs:
        shown = f"{sum(found) / len(found):,.1f} | {max(found):,}" if found else "– | –"
        cells.append(shown)
    print(f"| {scheme} | {' | '.join(cells)} |")
    sys.stdout.flush()


def octets_a_post(rows: list[tuple[str, ...]]) -> tuple[float, float]:
    """Return the octets of an SQLite table's rows and of its index on (thread, first label)."""
    with tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(str(Path(folder) / "labels.db"))
        columns = ", ".join(f"label{number} TEXT NOT NULL" for number in range(len(rows[0])))
        base.execute(f"CREATE TABLE post (id INTEGER PRIMARY KEY, thread INTEGER, {columns})")
        marks = ", ".join("?" * len(rows[0]))
        base.executemany(f"INSERT INTO post VALUES (NULL, 1, {marks})", rows)
        base.commit()
        before = _octets(base)
        base.execute("CREATE UNIQUE INDEX outline ON post (thread, label0)")
        base.commit()
        after = _octets(base)
        base.close()
    return before / len(rows), (after - before) / len(rows)


def _octets(base: "sqlite3.Connection") -> int:
    pages = base.execute("PRAGMA page_count").fetchone()[0]
    return int(pages * base.execute("PRAGMA page_size").fetchone()[0])


def disk(name: str, arrivals: Arrivals) -> None:
    paths: list[str] = []
    for (parent, _), key in zip(arrivals, path_keys(arrivals), strict=True):
        paths.append(key if parent is None else paths[parent] + key)
    spans = _spans(arrivals, labels.inside)[0]
    finalists = {
        "materialised path": [(path,) for path in paths],
        "one label": [(label,) for label in single_labels(arrivals, counted)[0]],
        "spans": [(span.opens, span.closes) for span in spans],
    }
    print(f"\n{name}: SQLite octets a post\n\n| scheme | row | index |\n|---|--:|--:|")
    for scheme, rows in finalists.items():
        row, index = octets_a_post(rows)
        print(f"| {scheme} | {row:.1f} | {index:.1f} |")


def rebalancing(posts: int) -> None:
    growing = shapes.newest(posts, 5)
    print(f"\nnewest of 5, {posts:,} posts, spread anew past a length\n")
    print("| scheme | characters | most | rows read | most | rewritten | most |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for too_long in (120, 240, 480, 960):
        _row(f"past {too_long}", rebalanced(growing, too_long))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mail", type=Path, action="append", default=[])
    parser.add_argument("--discourse", type=Path, action="append", default=[])
    parser.add_argument("--posts", type=int, default=100_000)
    chosen = parser.parse_args()
    posts = chosen.posts
    for folder in chosen.mail:
        table(folder.name, shapes.from_mail(folder))
    for folder in chosen.discourse:
        table(folder.name, shapes.from_discourse(folder))
    rebalancing(posts)
    disk("uniform", shapes.uniform(posts))
    table("uniform", shapes.uniform(posts))
    table("preferential", shapes.preferential(posts))
    table("places shuffled", shapes.shuffled(posts))
    table("star", shapes.star(posts))
    table("latest first", shapes.latest_first(posts))
    table("chain", shapes.chain(posts // 10))
    table("zigzag", shapes.zigzag(posts // 10))
    table("both sides", shapes.both_sides(posts // 20))
    table("comb", shapes.comb(posts, posts // 10))
    table("newest of 5", shapes.newest(posts // 10, 5))


if __name__ == "__main__":
    main()
