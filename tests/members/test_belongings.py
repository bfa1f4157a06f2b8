"""What is a member's: nothing that points to a member is forgotten by export and deletion."""

from __future__ import annotations

import pytest
from django.apps import apps

from rejoinder.members import belongings
from rejoinder.members.models import Member


def pointing_to_members() -> set[str]:
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and field.related_model is Member
    }


def test_every_foreign_key_to_a_member_is_somebodys_belonging_and_no_other() -> None:
    """Whoever adds one registers what becomes of it (rejoinder.members.belongings)."""
    covered = {key for each in belongings.registered() for key in each.covers}
    assert covered == pointing_to_members()


def test_no_foreign_key_has_two_that_answer_for_it() -> None:
    covered = [key for each in belongings.registered() for key in each.covers]
    assert sorted(covered) == sorted(set(covered))


def test_every_belonging_says_what_becomes_of_it() -> None:
    assert all(str(each.sentence).endswith(".") for each in belongings.registered())


def test_a_name_is_registered_once() -> None:
    with pytest.raises(RuntimeError):
        belongings.register(belongings.registered()[0])
