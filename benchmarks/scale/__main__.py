"""The command; see the package's docstring. A run that was interrupted goes on when repeated."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from rejoinder.config import installation


def main() -> int:
    """Fill the site that the arguments name."""
    chosen = _arguments()
    is_url = chosen.site.startswith(("postgres://", "postgresql://"))
    if is_url:
        os.environ["DATABASE_URL"] = chosen.site
    data = chosen.data or (tempfile.mkdtemp(prefix="scale-") if is_url else chosen.site)
    installation.open_data(Path(data))
    with installation.starting(Path(data)):
        installation.migrate(print)
    from benchmarks.scale.fill import NotFresh, Wanted, fill

    batch = chosen.batch or max(1, min(50_000, chosen.posts // 4))
    began = time.monotonic()
    try:
        fill(Wanted(chosen.posts, chosen.seed, batch), print, drops_indices=not chosen.keep_indices)
    except NotFresh as error:
        print(error)
        return 1
    seconds = time.monotonic() - began
    print(f"{chosen.posts:,} posts, all told: {seconds:.1f} s, {chosen.posts / seconds:,.0f}/s")
    for who, of in (("this process", resource.RUSAGE_SELF), ("makers", resource.RUSAGE_CHILDREN)):
        used = resource.getrusage(of)
        print(f"{who}: {used.ru_utime:.1f} s user, {used.ru_stime:.1f} s system")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("site", metavar="DATA_OR_URL", help="a data directory, or postgresql://…")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, help="posts in one transaction; 50,000 at most")
    parser.add_argument("--data", help="beside a URL: the site's data directory")
    parser.add_argument("--keep-indices", action="store_true", help="to compare")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
