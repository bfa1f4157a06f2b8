"""Say what is wrong with an installation, and what to do about it.

Ends with status 0 if nothing is, 1 otherwise. Changes nothing, unless asked to recount.
"""

from __future__ import annotations

import argparse

from rejoinder.config import installation
from rejoinder.errors import RejoinderError
from rejoinder.operations.findings import Finding

NAME = "check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--recount`."""
    parser.add_argument(
        "--recount",
        action="store_true",
        help="first put wrong counts right; holds up writers while it counts",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each check, and below it what was found."""
    try:
        opened = installation.open_data(arguments.data, may_be_new=False)
    except RejoinderError as error:
        print(f"WRONG  {error.message}")
        return 1
    from rejoinder.operations import checks, recount

    print(f"Checking {opened.data}")
    if arguments.recount:
        print(f"Recounted: {recount.recount()} counts were wrong and are right now.")
    is_well = checks.run(_tell)
    print("All is well." if is_well else "Something is wrong.")
    return 0 if is_well else 1


def _tell(question: str, findings: list[Finding]) -> None:
    is_wrong = any(not finding.is_notice for finding in findings)
    mark = "WRONG" if is_wrong else "note " if findings else "ok   "
    print(f"{mark}  {question}")
    for finding in findings:
        print(f"       {finding.what}\n       → {finding.to_do}")
