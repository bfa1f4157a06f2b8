"""What pages say of the feed of what they show."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from rejoinder.boards.models import Board
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST
from rejoinder.web.remembered import url


@dataclass(frozen=True)
class FeedLinks:
    """A feed's title and addresses; what guests don't read has others for each member."""

    title: str
    atom: str
    json: str
    is_public: bool

    @property
    def shown(self) -> str:
        """Where the link leads that readers see."""
        return self.atom if self.is_public else f"{url('feeds')}?{urlencode({'of': self.atom})}"


def feed_of(kind: str, title: str, *names: str, board: Board | None = None) -> FeedLinks:
    """Return what leads to a feed: of what is on a board, or of what guests see of it anyway."""
    is_public = board is None or gate.may(GUEST, gate.Verb.READ, board)
    return FeedLinks(title, url(f"{kind}_atom", *names), url(f"{kind}_json", *names), is_public)
