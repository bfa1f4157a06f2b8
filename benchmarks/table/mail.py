"""The import of a mbox, beside Python's `email` parsing the same file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.harness.cores import pinned
from benchmarks.harness.runs import Figure, disturbed
from benchmarks.harness.served import ROOT, NotServed, Where
from benchmarks.harness.usage import Neighbours
from benchmarks.table import made_mail, rows
from benchmarks.table.rows import Row
from benchmarks.table.session import Session

REACH = 3.0
_ratio = re.compile(r"ratio of medians: ([0-9.]+) CPU, ([0-9.]+) elapsed")


class NotTold(Exception):
    """The script didn't say what it measured."""


def measure(session: Session) -> list[Row]:
    """Return the row of the import, of the file that was named or of a made one."""
    path = session.mbox or made_mail.write(session.folder / "made.mbox")
    script = ROOT / "benchmarks" / "import_mbox.py"
    command = [sys.executable, str(script), str(path), "--rounds", "2"]
    beside = Neighbours(session.cores.server)
    done = subprocess.run(
        pinned(command, session.cores.server),
        # A site of its own, on SQLite: it empties what it fills.
        env=Where(session.folder / "mail").environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotServed(done.stderr)
    return [row_of(done.stdout, path, disturbed(beside.share()), is_made=session.mbox is None)]


def row_of(said: str, path: Path, void: str, *, is_made: bool) -> Row:
    """Return the row of what the script printed. Raises NotTold if it isn't there."""
    found = _ratio.search(said)
    if found is None:
        raise NotTold(said)
    messages = said.splitlines()[0]
    return rows.at_most(
        "import of mbox, to Python's email on the same file",
        REACH,
        Figure(float(found[1 if void else 2]), void),
        also=f"{found[1]} by CPU time, {found[2]} elapsed",
        notes=f"{'made' if is_made else path.name}: {messages}",
    )
