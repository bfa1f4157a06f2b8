"""Compare reading a file of mail with what Python's own `email` needs for it, in one run.

    PYTHONPATH=src python benchmarks/mail_parse.py PATH [--rounds N]

Ours: every message found and parsed into an Article (headers, texts and files decoded). Theirs:
the same messages through BytesParser(policy=default), every header of every part made a string
and every text part decoded; the whole import may take three times that. Prints the best of N
rounds of CPU time for each, and the ratio.
"""

import argparse
import email.parser
import email.policy
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rejoinder.articles.parse import parse_article
from rejoinder.errors import BadArticle
from rejoinder.importers.found import FoundMessage
from rejoinder.importers.sources import read_mail


def ours(path: Path) -> int:
    count = 0
    for found in read_mail(path):
        if isinstance(found, FoundMessage):
            try:
                parse_article(found.raw, envelope=found.envelope_line)
            except BadArticle:
                continue
            count += 1
    return count


def theirs(raws: list[bytes]) -> int:
    parser = email.parser.BytesParser(policy=email.policy.default)
    for raw in raws:
        for part in parser.parsebytes(raw).walk():
            # The library raises many things over broken mail; that costs it no time here.
            try:
                for _, value in part.items():
                    str(value)
                if part.get_content_maintype() == "text":
                    part.get_content()
            except Exception:
                continue
    return len(raws)


def best_of(rounds: int, work: Callable[[], int]) -> float:
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    raws = [each.raw for each in read_mail(arguments.path) if isinstance(each, FoundMessage)]
    own = best_of(arguments.rounds, lambda: ours(arguments.path))
    standard = best_of(arguments.rounds, lambda: theirs(raws))
    print(f"{len(raws)} messages, {sum(map(len, raws)):,} octets")
    print(f"found and parsed: {own:.2f} s; email, policy=default: {standard:.2f} s")
    print(f"ratio {own / standard:.3f}")


if __name__ == "__main__":
    sys.exit(main())
