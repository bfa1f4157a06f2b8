"""Who was here and deleted their account: known by digests alone (models.Departed)."""

from __future__ import annotations

import secrets

from allauth.account.models import EmailAddress
from django.utils.crypto import salted_hmac

from rejoinder.members.models import Departed, Member


def had_handle(handle: str) -> bool:
    """Tell whether a handle was somebody's who deleted their account: it's given to nobody."""
    return Departed.objects.filter(digest=_digest("handle", handle)).exists()


def had_address(address: str) -> Member | None:
    """Return the nameless row left by whoever wrote from an address and deleted their account."""
    left = Departed.objects.filter(digest=_digest("address", address)).select_related("member")
    row = left.first()
    return row.member if row is not None else None


def note(member: Member) -> None:
    """Keep digests of the handles and addresses that a member is known by, before they go.

    Of addresses only those that are surely theirs: anybody may have named another.
    """
    rows = [member, *member.claims.all()]
    confirmed = EmailAddress.objects.filter(user=member, verified=True)
    addresses = {row.email for row in rows if row.is_staged and row.email}
    addresses |= set(confirmed.values_list("email", flat=True))
    digests = {_digest("handle", row.handle_id) for row in rows}
    digests |= {_digest("address", address) for address in addresses}
    Departed.objects.bulk_create(
        [Departed(digest=digest, member=member) for digest in sorted(digests)],
        ignore_conflicts=True,
    )


def random_handle() -> str:
    """Return a handle for a row without a name. It leads to no page."""
    return f"former-{secrets.token_hex(8)}"


def _digest(kind: str, name: str) -> str:
    # With the installation's secret: whoever has the database alone can't try names out.
    return salted_hmac(
        "rejoinder.members.departed", f"{kind}:{name.lower()}", algorithm="sha256"
    ).hexdigest()
