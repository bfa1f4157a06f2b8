"""The hook by which deeds ask the rules: what each verdict does to a post."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from rejoinder.errors import Refused
from rejoinder.policy.principals import system
from rejoinder.posts import screening
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.models import Revision
from rejoinder.posts.screening import Finding, Proposed, Verdict
from rejoinder.threads.models import BoardTally, Numbering, Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db


class ToyScreen(ModuleType):
    """Finds a verdict's name in a title; writes down what it was told to keep."""

    def __init__(self) -> None:
        super().__init__("toy_screen")
        self.noted: list[tuple[str, Sequence[Finding]]] = []
        self.refused: list[tuple[Proposed, Sequence[Finding]]] = []

    def screen(self, proposed: Proposed) -> list[Finding]:
        return [_finding(v) for v in Verdict if v.name in proposed.words.title]

    def screen_locked(self, proposed: Proposed) -> list[Finding]:
        return [_finding(v, "late") for v in Verdict if f"LATE-{v.name}" in proposed.words.source]

    def note(self, post: Post, proposed: Proposed, findings: Sequence[Finding]) -> None:
        self.noted.append((post.title, findings))

    def note_refusal(self, proposed: Proposed, findings: Sequence[Finding]) -> None:
        self.refused.append((proposed, findings))


def _finding(verdict: Verdict, rule: str = "toy") -> Finding:
    return Finding(rule, verdict, f"explains {verdict.name}", f"says {verdict.name}")


@pytest.fixture
def screen(settings: Any) -> Iterator[ToyScreen]:
    toy = sys.modules["toy_screen"] = ToyScreen()
    screening._module.cache_clear()
    settings.REJOINDER_SCREENING = "toy_screen"
    yield toy
    screening._module.cache_clear()
    del sys.modules["toy_screen"]


def test_a_flagged_post_appears_and_its_finding_is_kept(screen: ToyScreen) -> None:
    post = make_thread(title="FLAG this")
    assert post.state == State.VISIBLE
    assert [(t, [f.verdict for f in found]) for t, found in screen.noted] == [
        ("FLAG this", [Verdict.FLAG])
    ]


def test_a_held_post_is_kept_but_neither_counted_nor_numbered(screen: ToyScreen) -> None:
    root = make_thread()
    held = make_response(root, title="HOLD this")
    root.refresh_from_db()
    assert held.state == State.HELD
    assert root.responses_count == 0
    assert BoardTally.unscoped.get(board=root.board).posts_count == 1
    assert not Numbering.unscoped.filter(post=held).exists()


def test_a_held_first_post_makes_a_thread_that_stands_in_no_list(screen: ToyScreen) -> None:
    held = make_thread(title="HOLD this")
    held.thread.refresh_from_db()
    assert held.thread.root == held
    assert not held.thread.is_shown


def test_a_refused_post_is_not_kept_and_says_why(screen: ToyScreen) -> None:
    board = make_board()
    with pytest.raises(Refused, match="says REFUSE"):
        make_thread(board, title="REFUSE this")
    assert not Post.unscoped.filter(board=board).exists()
    assert [f.rule for _p, found in screen.refused for f in found] == ["toy"]
    assert screen.noted == []


def test_what_is_known_under_the_locks_refuses_too_and_undoes_the_transaction(
    screen: ToyScreen,
) -> None:
    board = make_board()
    with pytest.raises(Refused):
        make_thread(board, source="LATE-REFUSE")
    assert not Post.unscoped.filter(board=board).exists()
    assert [found[0].rule for _p, found in screen.refused] == ["late"]


def test_what_is_known_under_the_locks_holds_too(screen: ToyScreen) -> None:
    assert make_thread(source="LATE-HOLD").state == State.HELD


def test_an_edit_that_is_held_holds_the_whole_post_and_keeps_what_it_said(
    screen: ToyScreen,
) -> None:
    author = make_member()
    root = make_thread(author=author)
    answer = make_response(root)
    was = root.title
    root.refresh_from_db()
    edit(principal_of(author), root, Change("HOLD this", "", root.edits_count))
    root.refresh_from_db()
    assert (root.state, root.title) == (State.HELD, "HOLD this")
    assert root.is_drawn  # as a stub: an answer hangs on it
    assert Revision.unscoped.get(post=root).title == was
    answer.refresh_from_db()
    assert answer.state == State.VISIBLE


def test_an_edit_that_is_refused_changes_nothing(screen: ToyScreen) -> None:
    author = make_member()
    root = make_thread(author=author)
    was = root.title
    with pytest.raises(Refused):
        edit(principal_of(author), root, Change("REFUSE this", "", 0))
    root.refresh_from_db()
    assert (root.title, root.edits_count) == (was, 0)


def test_jobs_of_the_system_are_not_asked(screen: ToyScreen) -> None:
    author = make_member()
    root = make_thread(author=author)
    edit(system("tests"), root, Change("REFUSE this", "", 0))
    root.refresh_from_db()
    assert root.title == "REFUSE this"


def test_without_a_screen_every_post_passes(settings: Any) -> None:
    settings.REJOINDER_SCREENING = ""
    board, author = make_board(), make_member()
    post = add(principal_of(author), Draft(title="HOLD and REFUSE", board=board))
    assert post.state == State.VISIBLE


def test_the_highest_verdict_holds() -> None:
    found = [_finding(Verdict.FLAG), _finding(Verdict.HOLD)]
    assert screening.state_after(found) == State.HELD
    assert screening.state_after([replace(found[0])]) == State.VISIBLE
