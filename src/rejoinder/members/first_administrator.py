"""The one-time link by which somebody becomes administrator, before there is any.

Whoever can read the server's output may open it: that is the operator. Only the hash of
its token is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Missing
from rejoinder.members.accounts import add_member
from rejoinder.members.models import AdministratorLink, Member

LINK_LIVES = timedelta(days=1)


def is_wanted() -> bool:
    """Tell whether there's no administrator who could sign in."""
    return not Member.objects.filter(is_administrator=True, is_active=True).exists()


def new_link_token() -> str:
    """Return a new token, good for one use within a day. Earlier ones stay good."""
    now = timezone.now()
    AdministratorLink.objects.filter(expires_at__lte=now).delete()
    token = secrets.token_urlsafe(24)
    AdministratorLink.objects.create(token_hash=_hashed(token), expires_at=now + LINK_LIVES)
    return token


def check_token(token: str) -> None:
    """Raise Missing if the token is unknown, used or expired."""
    if not _links(token).exists():
        raise Missing(_missing())


def become_administrator(token: str, name: str, email: str, password: str) -> Member:
    """Return the new member who runs the site from now on; every such link is used up.

    One transaction. Raises Missing if the token is not good, BadName, or BadInput for an
    address or a password that can't be had; the token then stays good.
    """
    check_token(token)
    _check_credentials(email, password)
    with transaction.atomic():
        # Deleting takes the row's lock: of two who come at once, one finds nothing.
        if _links(token).delete()[0] != 1:
            raise Missing(_missing())
        member = add_member(name, email=email, password=password)
        member.is_administrator = True
        member.save(update_fields=["is_administrator"])
        AdministratorLink.objects.all().delete()
    return member


def _check_credentials(email: str, password: str) -> None:
    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from None
    if not password:
        raise BadInput(_("A password is needed."))


def _links(token: str) -> models.QuerySet[AdministratorLink]:
    return AdministratorLink.objects.filter(
        token_hash=_hashed(token), expires_at__gt=timezone.now()
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _missing() -> str:
    return _(
        "This link was used already, or is older than a day. The operator gets a fresh one "
        "with the command: rejoinder administrator-link"
    )
