"""What docs/api.md says is so: its client runs, its table has every page and every operation."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rejoinder.api import problems, reference
from rejoinder.members.models import Member
from rejoinder.threads.models import Post
from tests.api.asking import secret_of
from tests.factories import make_board, make_member
from tests.policy.doors import doors

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
CLIENT = PAGE.split("```python\n")[1].split("```")[0]
TABLE = PAGE.split("## Every page, and its operation")[1].split("\n## ")[0]
OPERATION = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/\S+)`")


def test_the_client_has_thirty_lines() -> None:
    assert len([line for line in CLIENT.splitlines() if line]) <= 30


@pytest.mark.django_db(transaction=True)
def test_the_client_posts_and_reads_what_it_posted(live_server: Any) -> None:
    make_board()
    member: Member = make_member()
    done = subprocess.run(
        [sys.executable, "-I", "-c", CLIENT],
        env={"SITE": live_server.url, "TOKEN": secret_of(member)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "Rain delay\n  Until six\n"
    assert {post.author_id for post in Post.unscoped.all()} == {member.pk}


def test_every_page_is_in_the_table() -> None:
    named = set(re.findall(r"`([a-z_]+)`", TABLE))
    pages = {door.door for door in doors().values() if door.kind == "page"}
    missing = {name for name in pages - named if not name.startswith(("account_", "mfa_"))}
    assert missing == set(), "say in docs/api.md by which operation, or why by none"


def test_every_operation_is_in_the_table_and_no_other() -> None:
    told = set(OPERATION.findall(TABLE))
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in reference.described()["paths"].items()
        for method in methods
        if method in reference.METHODS
    }
    assert told == described


def test_every_problem_is_told() -> None:
    told = set(re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", PAGE, re.MULTILINE))
    assert told == {(str(each.status), each.code) for each in problems.EVERY}
