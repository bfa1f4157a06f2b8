"""Whoever asks: a guest, a member by one way or another, a job of the system."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, IntEnum

from rejoinder.policy.verbs import Verb


class Kind(Enum):
    """The kinds of principal that doors make."""

    GUEST = "guest"
    # Signed in.
    MEMBER = "member"
    # A member's program, by one of the member's application passwords.
    APPLICATION = "application password"
    # Somebody on another server. Sees what guests see.
    REMOTE = "remote actor"
    # A member whose mail carries their key.
    MAIL = "mail key"
    SYSTEM = "system job"


class Standing(IntEnum):
    """How well a site knows a member. It grows with use."""

    NEW = 0
    MEMBER = 1
    REGULAR = 2
    TRUSTED = 3


# What kinds of principal are good for at most, whoever they stand for. Who sent a mail is easily
# forged, and its key lies in every mail that one quotes or forwards.
_AT_MOST = {Kind.MAIL: frozenset({Verb.READ, Verb.START_THREAD, Verb.RESPOND})}
# What moderators do, and a silenced one doesn't.
_OF_MODERATORS = frozenset({Verb.APPROVE, Verb.MODERATE, Verb.WARN, Verb.SANCTION})
# The kinds that stand for a member of this site.
_MEMBERS = frozenset({Kind.MEMBER, Kind.APPLICATION, Kind.MAIL})


@dataclass(frozen=True)
class Principal:
    """Who asks, as far as the gate needs to know; made by a door for each request."""

    kind: Kind
    member_id: int | None = None
    is_administrator: bool = False
    # What a job of the system is for.
    purpose: str = ""
    # Where the request came from: an IP address; empty: from no network.
    address: str = ""
    # The ids of the groups that the member belongs to.
    groups: frozenset[int] = frozenset()
    standing: Standing = Standing.NEW
    # Belongs to a group that moderates every board.
    moderates_everywhere: bool = False
    # May let others' held posts appear, without being a moderator.
    approves: bool = False
    # May read, and take back or report, but write nothing.
    is_silenced: bool = False
    # Was silenced in person, so that a moderator's duties rest. Who writes from a banned address
    # isn't: a ban on a range mustn't lock out who can lift it.
    is_off_duty: bool = False
    # Would run or moderate something, or is in a group that may, and lacks the second step that
    # the site asks for: then the two above are no, and no group of theirs moderates.
    lacks_second_step: bool = False
    # What an application password is good for; None: whatever its member may do.
    verbs: frozenset[Verb] | None = None

    @property
    def is_member(self) -> bool:
        """Tell whether a member of this site asks, whichever way."""
        return self.kind in _MEMBERS and self.member_id is not None

    @property
    def holds_office(self) -> bool:
        """Tell whether what its member moderates or runs counts: not by mail, nor while the
        second step is lacking that the site asks for."""
        return self.is_member and self.kind is not Kind.MAIL and not self.lacks_second_step

    def as_if(
        self, member_id: int | None, address: str = "", groups: frozenset[int] | None = None
    ) -> Principal:
        """Return one who may do the same, and is another; to stand for many, or for a shape."""
        groups = self.groups if groups is None else groups
        return replace(self, member_id=member_id, address=address, groups=groups)

    def allows(self, verb: Verb) -> bool:
        """Tell whether the way that it asks, and its own state, leave a verb to it at all."""
        if self.verbs is not None and verb not in self.verbs:
            return False
        if self.is_off_duty and verb in _OF_MODERATORS:
            return False
        return self.kind not in _AT_MOST or verb in _AT_MOST[self.kind]

    @property
    def moderating_groups(self) -> frozenset[int]:
        """The ids of the groups by which this principal may moderate a board."""
        return self.groups if self.holds_office else frozenset()


GUEST = Principal(Kind.GUEST)


def system(purpose: str) -> Principal:
    """Return the principal of a job that the operator started, such as an import."""
    return Principal(Kind.SYSTEM, purpose=purpose)
