"""Makes the API's shapes of what moderators see and do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from rejoinder.api import drawn, shapes
from rejoinder.boards.models import Board
from rejoinder.moderation.deeds.states import Outcome
from rejoinder.moderation.desk import OnDesk
from rejoinder.moderation.log import Entry
from rejoinder.moderation.models import Deed
from rejoinder.moderation.targets import Falling
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import line_on_desk


def cases(principal: Principal, rows: Sequence[OnDesk]) -> list[shapes.CaseShape]:
    """Return cases of the desk; queries as `drawn.around`."""
    beside = drawn.around(principal, [row.line for row in rows if row.line is not None])
    return [
        shapes.CaseShape(
            id=row.case.public_id,
            kind=cast("Any", row.case.kind),
            opened_at=row.case.opened_at,
            post=shapes.PostLine(**beside.line(row.line)) if row.line is not None else None,
            html=row.words.html,
            beginning=row.words.beginning,
            reports=[
                shapes.ReportOnDesk(at=report.at, reason=report.reason, words=report.words)
                for report in row.reports
            ],
            findings=[
                shapes.Finding(at=fired.at, rule=fired.rule, words=fired.words)
                for fired in row.firings
            ],
        )
        for row in rows
    ]


def entry(found: Entry) -> shapes.LogEntry:
    """Return a line of the log: no query."""
    return shapes.LogEntry(
        **_deed_fields(found.deed, found.board),
        role=found.deed.role,
        posts=found.posts_count,
        post=found.line.public_id if found.line else None,
        is_undone=found.is_undone,
    )


def private_entry(found: Entry) -> shapes.PrivateLogEntry:
    """Return a line of the log with names: no query."""
    by, befell = found.deed.by, found.deed.subject
    return shapes.PrivateLogEntry(
        **entry(found).model_dump(),
        by=by.handle_id if by else None,
        member=befell.handle_id if befell else None,
    )


def deed(done: Deed, principal: Principal) -> shapes.DeedShape:
    """Return a deed that was just done: at most a query for its board."""
    board = done.board
    if board is not None and not gate.may(principal, gate.Verb.READ, board):
        board = None
    return shapes.DeedShape(**_deed_fields(done, board))


def done(row: Deed, principal: Principal, **counts: int) -> shapes.Done:
    """Return what came of a deed."""
    told = {"changed": 0, "let_stand": 0, "passed_over": 0} | counts
    return shapes.Done(deed=deed(row, principal), **cast("Any", told))


def outcome(found: Outcome, principal: Principal) -> shapes.Done:
    """Return what came of a deed on posts."""
    return done(
        found.deed,
        principal,
        changed=found.changed,
        let_stand=found.let_stand,
        passed_over=found.passed_over,
    )


def falling(principal: Principal, found: Falling) -> shapes.Done:
    """Return what would fall to a deed; queries as `drawn.around`."""
    return shapes.Done(
        deed=None,
        changed=found.count,
        let_stand=0,
        passed_over=found.left_out,
        first=drawn.post_lines(principal, [line_on_desk(post) for post in found.first]),
    )


def _deed_fields(of: Deed, board: Board | None) -> dict[str, Any]:
    return {
        "id": of.public_id,
        "kind": of.kind,
        "at": of.at,
        "board": board.handle_id if board else None,
        "reason": of.reason,
        "rule": of.rule,
        "is_by_law": of.is_by_law,
    }
