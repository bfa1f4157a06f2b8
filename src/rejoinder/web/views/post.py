"""A post's page: the page that the board is made of.

Opened by: who follows a title. They see what the post answers, read it, and go on: to a
response, to the next post of the thread, up to what it answers, or they respond. Whoever
comes from elsewhere by a permalink finds from here where in the discussion they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rejoinder.moderation import log
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import revisions
from rejoinder.posts.attached import attachments_of
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.threads.behind import NOTHING, Behind, behind_lines
from rejoinder.threads.find import post_by_public_id, text_if_shown
from rejoinder.threads.folded import FoldedBranch, folded_responses
from rejoinder.threads.lines import line_of
from rejoinder.threads.models import Post, State
from rejoinder.threads.neighbours import neighbours
from rejoinder.threads.paging import CURSOR, read_cursor
from rejoinder.threads.thread_state import state_of
from rejoinder.web import outlines
from rejoinder.web.answers import page as page_alone
from rejoinder.web.judgement import reasons, seen_by, statement_on
from rejoinder.web.requests import member_of, principal_of
from rejoinder.web.views.passages import quotes_old_words

# Direct responses on a page, and lines shown of each one's branch.
RESPONSES = 50
LINES_EACH = 12
# Past so many lines in all, each branch is folded below its first line.
MOST_UNFOLDED = 60
FEWEST_FOLDED = 4

# What a stub's page answers with: gone for good, or not (yet) here. Who is shown its words
# gets them with 200, for themselves alone.
STUB_STATUS = {State.WITHDRAWN: 410, State.REMOVED: 410, State.MISSING: 404, State.HELD: 404}


@dataclass(frozen=True)
class Branch:
    """A response as it is drawn below a post."""

    found: FoldedBranch
    drawn: outlines.Outline
    # What stands below it closed, until the reader opens it.
    folded: outlines.Outline | None = None
    # All that hangs below it, and what of that isn't on the page at all.
    below: Behind = NOTHING
    rest: Behind = NOTHING


@require_safe
@kept_page(*CURSOR)
def post(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a post and the titles that hang below it; of a stub, only what hangs below."""
    principal = principal_of(request)
    shown = post_by_public_id(principal, public_id)
    line = line_of(principal, shown)
    page = folded_responses(principal, shown, read_cursor(request.GET), RESPONSES, LINES_EACH)
    beside = neighbours(principal, shown)
    around = [beside.previous_thread, beside.next_thread]
    of_threads = [shown.thread_id, *(thread.id for thread in around if thread)]
    shows(request, threads=of_threads, not_for=shown.author_id)
    context = {
        "post": shown,
        "line": line,
        "text": text_if_shown(principal, shown) if line.has_text else None,
        "attachments": attachments_of(principal, shown) if line.shows_words else [],
        "thread_state": state_of(shown.thread),
        "beside": beside,
        "page": page,
        "branches": _branches(request, page.rows),
        "has_revisions": revisions.has_public(shown),
        "root": shown.thread.root,
        # What isn't drawn stands in no outline.
        "is_in_outline": shown.is_drawn,
        "is_edited_by_other": revisions.is_edited_by_other(shown),
        "quotes_old_words": line.shows_words and quotes_old_words(principal, shown),
        "notes": log.notes_on(principal, shown, shown.thread),
        **_what_may_be_done(principal, shown),
    }
    if line.is_stub and line.shows_words:
        judged = {
            "seen_by": seen_by(principal, shown),
            "reasons": reasons(principal, shown),
            "statement": statement_on(principal, shown),
        }
        return page_alone(request, "post.html", context | judged)
    status = 200 if line.shows_words else STUB_STATUS[State(line.state)]
    return render(request, "post.html", context, status=status)


def _branches(request: HttpRequest, found: Sequence[FoldedBranch]) -> list[Branch]:
    is_long = sum(len(branch.outline.rows) for branch in found) > MOST_UNFOLDED
    branches = [_folded(branch) if is_long else _unfolded(branch) for branch in found]
    folds = [each for each in branches if each.folded or each.found.outline.later]
    # Only a member is told how much of it is new.
    if not folds or member_of(request) is None:
        return branches
    behind = behind_lines(principal_of(request), [each.found.top for each in folds])
    return [_with_count(each, behind) for each in branches]


def _with_count(branch: Branch, behind: Mapping[int, Behind]) -> Branch:
    below = behind.get(branch.found.top.id, NOTHING)
    return replace(branch, below=below, rest=below.without(branch.found.outline.rows))


def _unfolded(found: FoldedBranch) -> Branch:
    return Branch(found, outlines.lay_out(found.outline.rows))


def _folded(found: FoldedBranch) -> Branch:
    lines = found.outline.rows
    if len(lines) < FEWEST_FOLDED:
        return _unfolded(found)
    return Branch(found, outlines.lay_out(lines[:1]), outlines.lay_out(lines[1:]))


def _what_may_be_done(principal: Principal, post: Post) -> dict[str, bool]:
    return {
        "may_respond": gate.may(principal, gate.Verb.RESPOND, post),
        "may_edit": gate.may(principal, gate.Verb.EDIT, post),
        "may_withdraw": gate.may(principal, gate.Verb.WITHDRAW, post),
        "may_report": gate.may(principal, gate.Verb.REPORT, post),
        "may_moderate": gate.may(principal, gate.Verb.MODERATE, post),
    }
