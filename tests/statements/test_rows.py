from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.base import ModelState
from django.test.utils import CaptureQueriesContext

from rejoinder.statements.rows import Read
from rejoinder.threads.models import Post
from tests.factories import make_response, make_thread

pytestmark = pytest.mark.django_db


def test_an_object_is_what_djangos_own_way_makes_of_the_row() -> None:
    pk = make_response(make_thread()).pk
    ours = Post.unscoped.get(pk=pk)
    names = [each.attname for each in Post._meta.concrete_fields]
    theirs = Model.from_db.__func__(Post, "default", names, [getattr(ours, n) for n in names])  # type: ignore[attr-defined]
    assert ours.__dict__.keys() == theirs.__dict__.keys()
    assert {**vars(ours), "_state": 0} == {**vars(theirs), "_state": 0}
    assert isinstance(ours._state, ModelState)
    assert (ours._state.adding, ours._state.db) == (False, "default")


def test_it_is_saved_refreshed_and_followed_as_any_other() -> None:
    answer = make_response(make_thread())
    post = Post.unscoped.select_related("parent").get(pk=answer.pk)
    with CaptureQueriesContext(connection) as queries:
        assert post.parent is not None
        assert post.parent.title
    assert len(queries) == 0
    Post.unscoped.filter(pk=post.pk).update(title="Another")
    post.refresh_from_db()
    assert post.title == "Another"
    post.title = "A third"
    post.save()
    assert Post.unscoped.get(pk=post.pk).title == "A third"
    assert Post.unscoped.count() == 2


def test_what_was_not_selected_is_read_when_it_is_asked_for() -> None:
    root = make_thread()
    post = Post.unscoped.only("thread").get(pk=root.pk)
    assert "title" in post.get_deferred_fields()
    with CaptureQueriesContext(connection) as queries:
        assert post.title == root.title
        assert post.title == root.title
    assert len(queries) == 1


def test_rows_that_do_not_fit_their_names_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Post.from_db("default", ["id", "title"], [1])


def test_no_model_read_so_needs_more_than_its_values() -> None:
    models = [model for model in Read.__subclasses__() if not model._meta.abstract]
    assert Post in models
    for model in models:
        assert model.__init__ is Model.__init__
