"""Read sets of mail and print what became of them, without a database.

    PYTHONPATH=src python benchmarks/mail_sets.py PATH... [--faults] [--show N]

Each PATH is a file (mbox, also gzipped, or one message) or a folder (maildir, single messages,
mbox files); each is one set and one row. `--faults` adds every kind of fault with its count and
an example; `--show N` prints N messages spread over each set (author, date, subject, first
lines), to be looked at.

Columns: `missing` ids that are referred to but not there; `orphans`, messages whose parent is
missing; `threads`, trees with missing messages as empty places; `tops`, trees without them;
`depth` counts missing messages; `files`, attachments.
"""

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

from rejoinder.articles.article import Article
from rejoinder.articles.ids import derived_id
from rejoinder.articles.parse import parse_article
from rejoinder.articles.threading import link
from rejoinder.errors import BadArticle, BadInput
from rejoinder.importers.found import PassedOver
from rejoinder.importers.sources import read_mail

COLUMNS = (
    *("messages", "parsed", "skipped", "repeated", "missing", "orphans", "threads", "tops"),
    *("depth", "html", "files", "faulty", "seconds"),
)


class Tally:
    """What was seen in one set."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        self.links: list[tuple[str, tuple[str, ...]]] = []
        self.seen: set[str] = set()
        self.shown: list[tuple[str, Article]] = []

    def read(self, path: Path) -> None:
        began = time.process_time()
        for found in read_mail(path):
            if isinstance(found, PassedOver):
                self.skip(found.why, f"{found.path.name}@{found.offset}")
                continue
            self.counts["messages"] += 1
            place = f"{found.path.name}@{found.offset}"
            try:
                article = parse_article(found.raw, envelope=found.envelope_line)
            except BadArticle as error:
                self.skip(error.message, place)
                continue
            self.take(article, found.raw, place)
        self.counts["seconds"] = round(time.process_time() - began, 2)
        self.thread()

    def skip(self, why: str, place: str) -> None:
        self.counts["skipped"] += 1
        self.skipped[why] += 1
        self.examples.setdefault(why, place)

    def take(self, article: Article, raw: bytes, place: str) -> None:
        self.counts["parsed"] += 1
        self.counts["html"] += article.text_kind == "html"
        self.counts["files"] += len(article.attachments)
        self.counts["faulty"] += bool(article.faults)
        for fault in article.faults:
            kind = re.sub(r"'[^']*'", "'…'", fault)
            self.faults[kind] += 1
            self.examples.setdefault(kind, place)
        own = article.message_id if article.usable_id else derived_id(raw, "label")
        self.shown.append((place, article))
        if own in self.seen:
            self.counts["repeated"] += 1
            return
        self.seen.add(own)
        self.links.append((own, article.ancestors))

    def thread(self) -> None:
        parents = link(self.links)
        missing = parents.keys() - self.seen
        self.counts["missing"] = len(missing)
        children: dict[str | None, list[str]] = {}
        for own, parent in parents.items():
            children.setdefault(parent, []).append(own)
        self.counts["orphans"] = sum(parents[own] in missing for own in self.seen)
        # Messages that stand at the top once missing ones are pruned away.
        bare = list(children.get(None, []))
        while bare:
            own = bare.pop()
            if own in missing:
                bare.extend(children.get(own, ()))
            else:
                self.counts["tops"] += 1
        level = children.get(None, [])
        self.counts["threads"] = len(level)
        while level:
            self.counts["depth"] += 1
            level = [child for own in level for child in children.get(own, ())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{'set':28}" + "".join(f"{name:>9}" for name in COLUMNS))
    tallies = {}
    for path in arguments.paths:
        tally = tallies[path] = Tally()
        try:
            tally.read(path)
        except BadInput as error:
            print(f"{path.name:28} {error.message}")
            continue
        print(f"{path.name:28}" + "".join(f"{tally.counts[name]:>9}" for name in COLUMNS))
    for path, tally in tallies.items():
        if arguments.faults:
            report_faults(path, tally)
        if arguments.show:
            step = max(1, len(tally.shown) // arguments.show)
            for place, article in tally.shown[::step][: arguments.show]:
                show(place, article)


def report_faults(path: Path, tally: Tally) -> None:
    print(f"\n{path.name}")
    for kind, count in (tally.skipped + tally.faults).most_common():
        what = "skipped: " if kind in tally.skipped else ""
        print(f"{count:7} {what}{kind}  [{tally.examples[kind]}]")


def show(place: str, article: Article) -> None:
    print(f"\n--- {place}  <{article.message_id}>  {len(article.ancestors)} ancestors")
    print(
        f"{article.author_name!r} <{article.author_address}>  {article.written_at}"
        f" ({article.date_source})  {article.text_kind}"
    )
    print(f"{article.subject!r}")
    for attachment in article.attachments:
        print(f"    + {attachment.filename} {attachment.media_type} {len(attachment.data)}")
    for fault in article.faults:
        print(f"    ! {fault}")
    for line in article.text.strip().split("\n")[:6]:
        print(f"    | {line[:110]}")


if __name__ == "__main__":
    sys.exit(main())
