"""How a site takes members: the words that boards' Site and signing up share."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignUp(models.TextChoices):
    """Who may sign up."""

    OPEN = "open", _("Everyone")
    APPROVED = "approved", _("Everyone, once an administrator has approved")
    INVITED = "invited", _("Whoever has an invite link")
    CLOSED = "closed", _("Nobody")


@dataclass(frozen=True)
class Terms:
    """How the site takes members: who may sign up, and how many bits of work it asks (0: none)."""

    way: SignUp = SignUp.OPEN
    work_bits: int = 0
