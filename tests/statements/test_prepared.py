from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import CharField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import GUEST
from rejoinder.statements.insert import _column, insert, insert_values
from rejoinder.statements.prepared import (
    MOMENT,
    MOST_PARTS,
    NUMBER,
    TEXT,
    NotPrepared,
    Prepared,
    lists,
    number,
    numbers,
    text,
)
from rejoinder.threads.models import Alias, Post, PostText, State
from tests.factories import make_member, make_response, make_thread

pytestmark = pytest.mark.django_db


def same(one: Post | None, two: Post) -> bool:
    assert one is not None
    columns = [each.attname for each in Post._meta.concrete_fields]
    return all(getattr(one, name) == getattr(two, name) for name in columns)


def test_it_finds_what_the_query_itself_finds() -> None:
    root = make_thread()
    answer = make_response(root)
    by_id = Prepared(lambda pk: Post.unscoped.filter(pk=pk), NUMBER)
    for post in (root, answer, root):
        assert same(by_id.first(post.pk), Post.unscoped.get(pk=post.pk))
    assert by_id.first(0) is None
    assert by_id.all(root.pk) == [root]


def test_its_sql_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_thread()
    asked = []

    def query(pk: int):  # type: ignore[no-untyped-def]
        asked.append(pk)
        return Post.unscoped.filter(pk=pk)

    prepared = Prepared(query, NUMBER)
    with CaptureQueriesContext(connection) as queries:
        prepared.first(root.pk)
        prepared.first(root.pk + 1)
    assert asked == [NUMBER]
    assert len(queries) == 2


def test_rows_that_belong_to_it_come_along() -> None:
    answer = make_response(make_thread())
    related = ("author", "board", "thread__root", "parent__author")
    with_all = Prepared(lambda pk: Post.unscoped.select_related(*related).filter(pk=pk), NUMBER)
    found = with_all.first(answer.pk)
    assert found is not None
    with CaptureQueriesContext(connection) as queries:
        assert found.author is not None
        assert found.author.pk == answer.author_id
        assert found.thread.root is not None
        assert found.parent is not None
        assert found.thread.root.pk == found.parent.pk == answer.parent_id
        assert found.parent.author is not None
        assert found.board.pk == answer.board_id
    assert not queries


def test_a_row_without_what_may_be_missing_comes_too() -> None:
    root = make_thread()
    with_parent = Prepared(
        lambda pk: Post.unscoped.select_related("parent__author").filter(pk=pk), NUMBER
    )
    found = with_parent.first(root.pk)
    assert found is not None
    assert found.parent is None


def test_columns_alone_and_several_values() -> None:
    root = make_thread()
    answer = make_response(root)
    closes = Prepared(
        lambda parent, at: (
            Post.unscoped.filter(parent=parent, posted_at__lte=at, state=State.VISIBLE)
            .order_by("-posted_at")
            .values_list("closes", flat=True)[:1]
        ),
        NUMBER,
        MOMENT,
    )
    assert closes.first(root.pk, timezone.now()) == answer.closes
    assert closes.first(root.pk, root.posted_at - timezone.timedelta(days=1)) is None  # type: ignore[attr-defined]
    pair = Prepared(
        lambda one, two, title: Post.unscoped.filter(pk__in=[one, two], title=title).values_list(
            "pk", "posted_at"
        ),
        number(1),
        number(2),
        TEXT,
    )
    assert pair.all(root.pk, answer.pk, root.title) == [(root.pk, root.posted_at)]


def test_a_value_without_a_place_is_a_mistake() -> None:
    with pytest.raises(NotPrepared):
        Prepared(lambda pk: Post.unscoped.all(), NUMBER).first(1)


def test_a_saved_row_is_as_save_would_have_it() -> None:
    root = make_thread()
    insert(alias := Alias(message_id="one@example.org", post=root))
    assert alias.pk
    assert Alias.unscoped.get(pk=alias.pk).message_id == "one@example.org"
    assert not alias._state.adding
    alias.message_id = "two@example.org"
    alias.save()
    assert Alias.unscoped.count() == 1


def test_rows_are_saved_from_their_values_by_one_statement() -> None:
    root = make_thread()
    names = {f"{n}@example.org" for n in range(3)}
    with CaptureQueriesContext(connection) as queries:
        insert_values(Alias, *({"message_id": name, "post_id": root.pk} for name in names))
        insert_values(Alias)
    assert len(queries) == 1
    assert set(Alias.unscoped.values_list("message_id", "post")) == {(n, root.pk) for n in names}
    with pytest.raises(KeyError):
        insert_values(Alias, {"message_id": "one@example.org"})


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.get_fixed_timezone(120)),
    ],
)
def test_moments_are_saved_as_save_would_have_them(at: datetime) -> None:
    root = make_thread()
    insert(post := _like(root, posted_at=at))
    inserted = _as_it_lies_there(post)
    found = Prepared(lambda pk: Post.unscoped.filter(pk=pk), NUMBER).first(post.pk)
    assert found is not None
    assert (found.posted_at, found.posted_at.tzinfo) == (at, UTC)
    Post.unscoped.filter(pk=post.pk).delete()
    (saved := _like(root, posted_at=at)).save(force_insert=True)
    assert inserted == _as_it_lies_there(saved)


def test_a_key_that_is_given_is_kept() -> None:
    root = make_thread()
    PostText.unscoped.filter(pk=root.pk).delete()
    insert(PostText(post=root, source="s", html="h"))
    assert PostText.unscoped.get(pk=root.pk).html == "h"
    with pytest.raises(IntegrityError):
        insert(PostText(post=root, source="s", html="h"))


def test_another_new_row_like_those_of_save() -> None:
    author = make_member()
    saved = make_thread(author=author)
    post = Post.unscoped.get(pk=saved.pk)
    post.pk, post.public_id, post.message_id = None, "inserted0001", "inserted@example.org"
    insert(post)
    again = Post.unscoped.get(pk=post.pk)
    assert same(again, post)
    assert again.is_drawn


def test_values_that_the_driver_would_take_otherwise_go_the_long_way() -> None:
    root = make_thread()
    at = root.posted_at + timedelta(hours=1)
    other = {"depth": "3", "has_text": 1, "title": 7, "posted_at": at}
    insert(post := _like(root, **other))
    inserted = _as_it_lies_there(post)
    Post.unscoped.filter(pk=post.pk).delete()
    (saved := _like(root, **other)).save(force_insert=True)
    assert inserted == _as_it_lies_there(saved)


def _as_it_lies_there(post: Post) -> list[object]:
    columns = "CAST(depth AS text), CAST(has_text AS text), title, CAST(posted_at AS text)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM threads_post WHERE id = %s", [post.pk])
        return list(cursor.fetchone())


def test_a_field_that_keeps_its_values_otherwise_is_asked() -> None:
    class Shouting(CharField):  # type: ignore[type-arg]
        def get_prep_value(self, value: object) -> str:
            return str(value).upper()

    field = Shouting()
    field.attname = "title"
    assert _column(field, connection).as_it_is == ()
    assert str in _column(Post._meta.get_field("title"), connection).as_it_is


def _like(post: Post, **other: object) -> Post:
    copied = Post.unscoped.get(pk=post.pk)
    copied.pk, copied.public_id, copied.message_id = None, "like00000001", "like@example.org"
    for name, value in other.items():
        setattr(copied, name, value)
    return copied


def test_a_list_has_one_of_a_few_lengths() -> None:
    assert list(lists([])) == []
    assert list(lists([7])) == [(7,)]
    assert list(lists([7, 8, 9])) == [(7, 8, 9, 9)]
    lengths = {len(some) for count in range(1, 1200) for some in lists(range(count))}
    assert lengths == {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}


@pytest.mark.parametrize("count", [1, 3, 512, 513, 1100])
def test_lists_leave_nothing_out(count: int) -> None:
    values = list(range(count))
    assert {value for some in lists(values) for value in some} == set(values)
    assert all(len(some) == len(numbers(len(some))) for some in lists(values))


def test_what_stands_for_values_differs() -> None:
    assert len({*numbers(512), NUMBER - 1}) == 513
    assert len({TEXT, text(1), text(2)}) == 3


def test_each_finds_what_every_set_of_values_finds() -> None:
    roots = [make_thread() for _one in range(3)]
    answers = [make_response(roots[0]), make_response(roots[0]), make_response(roots[2])]
    newest = Prepared(
        lambda parent: (
            Post.unscoped.filter(parent_id=parent).order_by("-pk")[:1].values_list("pk", flat=True)
        ),
        NUMBER,
    )
    with CaptureQueriesContext(connection) as queries:
        found = newest.each([(root.pk,) for root in roots])
    assert found == [answers[1].pk, answers[2].pk]
    assert len(queries) == 1
    assert newest.each([]) == []


def test_each_takes_more_sets_of_values_than_an_engine_takes_parts() -> None:
    root = make_thread()
    by_id = Prepared(lambda pk: Post.unscoped.filter(pk=pk).values_list("pk", flat=True), NUMBER)
    several = [(0,)] * MOST_PARTS + [(root.pk,)] + [(0,)] * MOST_PARTS + [(root.pk,)]
    assert by_id.each(several) == [root.pk, root.pk]


def test_two_values_that_the_same_stands_for_are_a_mistake_also_before_the_gate() -> None:
    # Else the first would be asked for in the place of both.
    asked = ForPrincipal(
        lambda principal, one, other: gate.reachable(
            principal, Post.objects.filter(pk__gte=one, pk__lte=other)
        ),
        NUMBER,
        NUMBER,
    )
    with pytest.raises(NotPrepared):
        asked.first(GUEST, 1, 2)
