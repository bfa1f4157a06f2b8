"""Where operations are registered: one list of all, so that an address may read and write."""

from __future__ import annotations

from ninja import Router

router = Router()

READING, WRITING, OWN, MODERATING = ["Reading"], ["Writing"], ["One’s own"], ["Moderating"]
