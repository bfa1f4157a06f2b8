"""Run imaptest's THREAD=REFERENCES cases against our threading.

    PYTHONPATH=src python benchmarks/thread_cases.py FOLDER

FOLDER holds imaptest's scripts (`thread`, `thread2` … each with its `.mbox`). Prints each
expected answer beside ours. Where the expected one joins threads by subject, which we never do,
it differs by design (thread3 and thread4).
"""

import re
import sys
from pathlib import Path

from rejoinder.articles.dates import parse_envelope_date
from rejoinder.articles.parse import parse_article
from rejoinder.articles.threading import imap_thread, link, unique_ids
from rejoinder.importers.found import FoundMessage
from rejoinder.importers.mbox import read_messages


def threads(messages: list[FoundMessage]) -> str:
    articles = [parse_article(each.raw) for each in messages]
    pairs = unique_ids(
        (article.message_id or f"none {number}", article.ancestors)
        for number, article in enumerate(articles)
    )
    numbers = {own: number for number, (own, _) in enumerate(pairs, 1)}
    dates = {
        own: parse_envelope_date(message.envelope_line.decode())
        for (own, _), message in zip(pairs, messages, strict=True)
    }
    return imap_thread(link(pairs), numbers, dates)


def run(script: Path) -> None:
    source = script.with_name(script.name + ".mbox")
    waiting = [each for each in read_messages(source) if isinstance(each, FoundMessage)]
    text = script.read_text()
    box = waiting if "messages: all" in text else []
    if box:
        waiting = []
    deleted: set[int] = set()
    for line in text.splitlines():
        if re.fullmatch(r"ok append", line):
            box.append(waiting.pop(0))
        elif stored := re.fullmatch(r"ok store ([\d,]+) \+flags \\deleted", line):
            deleted = {int(number) for number in stored[1].split(",")}
        elif line == "ok expunge":
            box = [each for number, each in enumerate(box, 1) if number not in deleted]
        elif expected := re.fullmatch(r"\* thread (.*)", line, re.IGNORECASE):
            got = threads(box)
            verdict = "same" if got == expected[1] else "DIFFERS"
            print(f"{script.name:10} {verdict:8} expected {expected[1]:20} ours {got}")


def main() -> None:
    for script in sorted(Path(sys.argv[1]).glob("thread*")):
        if re.fullmatch(r"thread\d*", script.name):
            run(script)


if __name__ == "__main__":
    main()
