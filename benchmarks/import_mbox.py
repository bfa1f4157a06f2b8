"""Compare a whole import of mail with what Python's own `email` needs for the same file.

    PYTHONPATH=src python benchmarks/import_mbox.py PATH [--rounds N]

Ours: the file brought to a new board of a new site on SQLite, durable: messages found, parsed,
threaded, drawn as HTML, numbered, counted, their files and originals kept. Theirs: the same
messages through BytesParser(policy=default), every header made a string and every text part
decoded. The aim is a ratio of at most 3. Prints CPU and elapsed time of each round, the ratio,
and the process's peak of memory before and after, which mustn't grow with the file.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mail_parse import theirs

from rejoinder.importers.found import FoundMessage
from rejoinder.importers.sources import read_mail


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU and the elapsed seconds that the work takes."""
    cpu, elapsed = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - elapsed


def peak_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def set_up(data: str) -> None:
    os.environ["REJOINDER_DATA"] = data
    os.environ["DJANGO_SETTINGS_MODULE"] = "rejoinder.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def bring(path: Path, name: str) -> None:
    """Import the file to a board; what an earlier round left is emptied before."""
    from django.core.management import call_command

    from rejoinder.importers import frame
    from rejoinder.importers.mail import MailSource

    call_command("flush", interactive=False, verbosity=0)
    frame.run(MailSource(path), frame.fingerprint(path), frame.board_named(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    path: Path = arguments.path
    with tempfile.TemporaryDirectory() as data:
        set_up(data)
        before = peak_mebibytes()
        own = [timed(lambda: bring(path, "benchmark")) for _ in range(arguments.rounds)]
        after = peak_mebibytes()
        raws = [each.raw for each in read_mail(path) if isinstance(each, FoundMessage)]
        standard = [timed(lambda: theirs(raws)) for _ in range(arguments.rounds)]
    print(f"{len(raws)} messages, {sum(map(len, raws)):,} octets")
    for what, rounds in (("import", own), ("email, policy=default", standard)):
        shown = ", ".join(f"{cpu:.1f} s CPU / {elapsed:.1f} s" for cpu, elapsed in rounds)
        print(f"{what}: {shown}")
    ratios = [
        statistics.median(each[kind] for each in own)
        / statistics.median(each[kind] for each in standard)
        for kind in (0, 1)
    ]
    print(f"ratio of medians: {ratios[0]:.2f} CPU, {ratios[1]:.2f} elapsed")
    print(f"peak of memory: {before:.0f} MiB before the import, {after:.0f} MiB after")


if __name__ == "__main__":
    main()
