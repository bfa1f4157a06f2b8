"""Posts with their bodies, depth first, indented."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.threads.arrangements.arrangement import Arrangement
from rejoinder.threads.outline import outline

ARRANGEMENT = Arrangement("nested", _("Nested"), with_text=True, is_indented=True, page=outline)
