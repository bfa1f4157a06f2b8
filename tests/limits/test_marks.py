"""What is counted against limits stays counted."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from rejoinder.limits.models import Mark

pytestmark = pytest.mark.django_db


def test_a_count_is_not_pushed_out_by_many_others() -> None:
    cache.set("0-the-first", 5, 300)
    for number in range(400):
        cache.set(f"other-{number}", 1, 300)
    assert cache.get("0-the-first") == 5


def test_marks_are_in_the_database_and_so_the_same_for_all_workers() -> None:
    assert cache.add("code", "used", 30)
    assert not cache.add("code", "used", 30)
    assert Mark.objects.count() == 1
