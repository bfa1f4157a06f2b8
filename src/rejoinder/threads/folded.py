"""What hangs below a post, folded: a page of its direct responses, each with its first lines."""

from __future__ import annotations

from dataclasses import dataclass

from rejoinder.policy.principals import Principal
from rejoinder.threads import scopes
from rejoinder.threads.arrangements import direct
from rejoinder.threads.counts import Count, branch_counts
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post
from rejoinder.threads.outline import outlines
from rejoinder.threads.paging import Cursor, Slice


@dataclass(frozen=True, slots=True)
class FoldedBranch:
    """A response with the first lines of what hangs below it; `outline.later` leads to the rest."""

    outline: Slice[Line]
    # All that hangs below it, shown here or not.
    below: Count

    @property
    def top(self) -> Line:
        """Return the response itself: the first line."""
        return self.outline.rows[0]


def folded_responses(
    principal: Principal, post: Post | Line, cursor: Cursor, limit: int, lines_each: int
) -> Slice[FoldedBranch]:
    """Return a page of a post's direct responses as folded branches: four queries.

    So a long first branch doesn't hide the other responses. A fifth query for the cursor.
    """
    found = direct.page(principal, scopes.branch(post), cursor, limit)
    opened = outlines(principal, [scopes.branch(line) for line in found.rows], lines_each)
    counts = branch_counts(principal, found.rows)
    branches = [
        FoldedBranch(outline, counts[line.id])
        for line, outline in zip(found.rows, opened, strict=True)
        if outline.rows
    ]
    return Slice(branches, found.earlier, found.later)
