"""Titles, depth first, indented."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.threads.arrangements.arrangement import Arrangement
from rejoinder.threads.outline import outline

ARRANGEMENT = Arrangement("outline", _("Outline"), with_text=False, is_indented=True, page=outline)
