"""The world of the matrix, made once for a module's tests and undone after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

if TYPE_CHECKING:
    from tests.policy.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return every role, and a thing in every state."""
    # Django has its settings only now.
    from rejoinder.limits.table import LIMITS
    from tests.policy.world import make_world, undone

    # Whether something is done too often, or held by a rule, are questions with tests of
    # their own.
    unlimited = {name: replace(limit, most=0) for name, limit in LIMITS.items()}
    with (
        django_db_blocker.unblock(),
        undone(),
        override_settings(LIMITS=unlimited, REJOINDER_SCREENING=""),
    ):
        yield make_world()
