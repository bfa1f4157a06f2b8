"""The world of the matrix, made once for a module's tests and undone after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.policy.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return every role, and a thing in every state."""
    # Django has its settings only now.
    from tests.policy.world import make_world, undone

    with django_db_blocker.unblock(), undone():
        yield make_world()
