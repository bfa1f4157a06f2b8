"""The tokens of password resets."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from rejoinder.members.models import Member


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that end when the password is changed, or an address is added, removed or confirmed.

    So the mailbox of a removed address, or of one that was never confirmed where another
    was since, opens nothing.
    """

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        assert isinstance(user, Member)
        addresses = EmailAddress.objects.filter(user_id=user.pk).order_by("pk")
        known = [f"{place.email} {place.verified}" for place in addresses]
        made_of = super()._make_hash_value(user, timestamp)
        return "|".join([made_of, str(user.access_generation), *known])
