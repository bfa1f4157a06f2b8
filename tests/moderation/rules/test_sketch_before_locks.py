"""A post's sketch is made before others wait for it."""

from __future__ import annotations

import pytest

from rejoinder.moderation.rules.prints import TextPrint
from rejoinder.moderation.rules.sketches import sketch_of
from rejoinder.threads import tree
from tests.factories import make_response, make_thread

pytestmark = pytest.mark.django_db


def test_no_sketch_is_made_under_the_locks(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REJOINDER_SCREENING = "rejoinder.moderation.screening"  # type: ignore[attr-defined]
    root = make_thread()
    made: list[int] = []
    locked_with = tree.locked_with

    def noting(*ids: int) -> object:
        made.append(sketch_of.cache_info().misses)
        return locked_with(*ids)

    monkeypatch.setattr(tree, "locked_with", noting)
    before = sketch_of.cache_info().misses
    answer = make_response(root, source="Words that no other post of all these tests consists of.")
    assert TextPrint.objects.filter(pk=answer.pk).exists()
    # Made anew for this text, perhaps for a rule too; and all of that by then.
    assert before < made[0]
    assert made == [sketch_of.cache_info().misses]
