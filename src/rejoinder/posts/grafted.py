"""What a graft did: enough to say it, to keep it in a log as JSON, and to undo it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from rejoinder.threads.models import Post
from rejoinder.threads.thread_state import ThreadState


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post hangs. Names, not keys: they never change and say nothing by themselves."""

    # The board's handle.
    board: str
    # The public id of the post that starts the thread.
    thread: str
    # The public id of the parent; empty: it starts the thread.
    parent: str = ""

    @property
    def is_start(self) -> bool:
        """Tell whether a post there starts a thread."""
        return not self.parent


@dataclass(frozen=True, slots=True)
class Grafted:
    """A post that was hung elsewhere with all its branch, and where it hung before."""

    # Public id.
    post: str
    came_from: Place
    went_to: Place
    # Of a post that started a thread: what the thread was.
    thread_state: ThreadState | None = None
    # Its title was drawn as an echo of its parent's.
    echoed_parent: bool = False
    # Message-IDs that empty places in the branch stopped waiting for, by public id.
    no_longer_awaited: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as a log keeps it."""
        kept = asdict(self)
        kept["thread_state"] = self.thread_state and self.thread_state.as_json()
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Grafted:
        """Return what a log kept."""
        state = kept["thread_state"]
        return cls(
            post=kept["post"],
            came_from=Place(**kept["came_from"]),
            went_to=Place(**kept["went_to"]),
            thread_state=state and ThreadState.from_json(state),
            echoed_parent=kept["echoed_parent"],
            no_longer_awaited=kept["no_longer_awaited"],
        )


def place_of(post: Post) -> Place:
    """Return where a post hangs; its board, thread's root and parent are read."""
    root, parent = post.thread.root, post.parent
    assert root is not None
    return Place(post.board.handle_id, root.public_id, parent.public_id if parent else "")
