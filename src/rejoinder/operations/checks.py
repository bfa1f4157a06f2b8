"""The list of checks; a new one is a function in a file of its group, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from rejoinder.operations import attachments, database, installation, tallies, trees
from rejoinder.operations.findings import MOST_FINDINGS, Check, Finding

CHECKS = [
    Check("the data directory can be written to", installation.data_directory),
    Check("there is room on the disk", installation.disk_space),
    Check("the secret key is secret", installation.secret_key),
    Check("the site's address is set", installation.address),
    Check("mail is configured", installation.mail),
    Check("the database answers", database.answers),
    Check("commits are durable", database.durability),
    Check("the database file is sound", database.integrity),
    Check("no migration is missing", database.migrations),
    Check("the boards' counts are right", tallies.boards, needs_tables=True),
    Check("the threads' counts are right", tallies.threads, needs_tables=True),
    Check("the posts' counts of responses are right", tallies.responses, needs_tables=True),
    Check("every visible post has its number", trees.numbers, needs_tables=True),
    Check("every post stands in its place", trees.places, needs_tables=True),
    Check("every attachment's file is there", attachments.files, needs_tables=True),
]


def run(tell: Callable[[str, list[Finding]], None]) -> bool:
    """Run every check, tell of each, and return whether all is well.

    What needs the tables is left out while they aren't all there.
    """
    is_well = True
    for check in CHECKS:
        if check.needs_tables and not database.has_tables():
            continue
        findings = list(islice(check.look(), MOST_FINDINGS))
        tell(check.question, findings)
        is_well &= all(finding.is_notice for finding in findings)
    return is_well


def questions() -> Iterator[str]:
    """Yield what is checked, in order."""
    yield from (check.question for check in CHECKS)
