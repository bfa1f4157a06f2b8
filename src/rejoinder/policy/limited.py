"""Counts a principal's deeds against the limits: what every deed calls first."""

from __future__ import annotations

from rejoinder.limits import take as limits
from rejoinder.policy.principals import Kind, Principal


def take(principal: Principal, name: str) -> limits.Taken:
    """Count a principal's attempt at a deed, such as "post"; raise TooMany if it's one too many.

    Called before the deed's own transaction. A job of the system is limited by nothing.
    """
    if principal.kind is Kind.SYSTEM:
        return limits.Taken()
    account = str(principal.member_id) if principal.is_member else ""
    return limits.take(name, account=account, address=principal.address)
