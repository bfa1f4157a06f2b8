"""What a passkey answers, as forms take it: anybody may send anything as such an answer."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

# An answer of a browser's holds some ten objects and lists. Python's reader of JSON fails
# (RecursionError) where a thousand of them are inside each other.
MOST_OPENED = 100
# What the reading of an answer raises that has fields missing, of other kinds, or cut short,
# and the look at its signature.
MALFORMED = (LookupError, TypeError, AttributeError, ValueError, struct.error, InvalidSignature)


class Credential(forms.JSONField):
    """JSON that isn't deep: its objects and lists are counted before it is read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **options)

    def to_python(self, value: Any) -> Any:
        """Return what was sent. Raises ValidationError if it's no credential of a browser's."""
        if _is_deep(value):
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": ""}
            )
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the form shows again of what was sent."""
        return InvalidJSONInput("") if _is_deep(data) else super().bound_data(data, initial)


@contextlib.contextmanager
def refused_if_malformed() -> Iterator[None]:
    """Raise ValidationError, as for a passkey that doesn't fit, if an answer is no answer."""
    try:
        yield
    except MALFORMED:
        raise get_adapter().validation_error("incorrect_code") from None


class Answered:
    """A form that takes an answer of one of a member's passkeys."""

    def clean_credential(self) -> Any:
        """Return the passkey that answered."""
        with refused_if_malformed():
            return super().clean_credential()  # type: ignore[misc]


class SignInByPasskey(Answered, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    credential = Credential()


class SecondStepByPasskey(Answered, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = Credential()


class ConfirmByPasskey(Answered, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = Credential()


def _is_deep(sent: Any) -> bool:
    return isinstance(sent, str) and sent.count("[") + sent.count("{") > MOST_OPENED
