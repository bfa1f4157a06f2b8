"""A guarded model's default manager refuses every way of running a query before the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Subquery
from django.template import Context, Engine

from rejoinder.boards.models import Board
from rejoinder.policy import gate
from rejoinder.policy.guarded import GuardedQuerySet, Ungated, is_gated
from rejoinder.policy.principals import GUEST
from rejoinder.posts.models import Revision
from rejoinder.threads.models import Post, PostText, Thread
from tests.factories import make_response, make_thread

pytestmark = pytest.mark.django_db

Rows = Any
WAYS: dict[str, Callable[[Rows], object]] = {
    "iteration": list,
    "iterator": lambda rows: list(rows.iterator()),
    "bool": bool,
    "len": len,
    "repr": repr,
    "a slice": lambda rows: list(rows[:1]),
    "an index": lambda rows: rows.order_by("pk")[0],
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "aggregate": lambda rows: rows.aggregate(last=Max("pk")),
    "annotate": lambda rows: list(rows.annotate(n=Count("pk"))),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "dates": lambda rows: list(rows.datetimes("posted_at", "day")),
    "in_bulk": lambda rows: rows.in_bulk(),
    "get": lambda rows: rows.order_by("pk").get(pk=rows.model.unscoped.order_by("pk")[0].pk),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "earliest": lambda rows: rows.earliest("posted_at"),
    "latest": lambda rows: rows.latest("posted_at"),
    "contains": lambda rows: rows.contains(Post.unscoped.order_by("pk")[0]),
    "explain": lambda rows: rows.explain(),
    "distinct": lambda rows: list(rows.distinct()),
    "defer": lambda rows: list(rows.defer("title")),
    "only": lambda rows: list(rows.only("title")),
    "using": lambda rows: list(rows.using("default")),
    "select_related": lambda rows: list(rows.select_related("board")),
    "select_for_update": lambda rows: list(rows.select_for_update()),
    "update": lambda rows: rows.update(edits_count=0),
    "delete": lambda rows: rows.filter(pk=0).delete(),
    "bulk_update": lambda rows: rows.bulk_update(
        [Post.unscoped.order_by("pk")[0]], ["edits_count"]
    ),
    "get_or_create": lambda rows: rows.get_or_create(
        pk=Post.unscoped.order_by("pk")[0].pk, defaults={}
    ),
    "update_or_create": lambda rows: rows.update_or_create(
        pk=Post.unscoped.order_by("pk")[0].pk, defaults={"edits_count": 0}
    ),
    "in another's filter": lambda rows: list(Thread.unscoped.filter(root__in=rows)),
    "in another's subquery": lambda rows: list(
        Thread.unscoped.annotate(last=Subquery(rows.filter(thread=OuterRef("pk")).values("pk")[:1]))
    ),
    "in another's exists": lambda rows: list(
        Thread.unscoped.filter(Exists(rows.filter(thread=OuterRef("pk"))))
    ),
    "a union": lambda rows: list(rows.union(Post.unscoped.all(), all=True)),
    "in another's union": lambda rows: list(Post.unscoped.all().union(rows, all=True)),
    "in another's |": lambda rows: list(Post.unscoped.all() | rows),
    "in another's &": lambda rows: list(Post.unscoped.all() & rows),
    "in another's ^": lambda rows: list(Post.unscoped.all() ^ rows),
    "^": lambda rows: list(rows ^ Post.unscoped.all()),
    "|": lambda rows: list(rows | Post.unscoped.all()),
    "&": lambda rows: list(rows & Post.unscoped.all()),
    "prefetch_related of rows": lambda rows: list(
        Thread.unscoped.prefetch_related(Prefetch("posts", queryset=rows))
    ),
    "async iteration": lambda rows: asyncio.run(_listed(rows)),
    "acount": lambda rows: asyncio.run(_awaited(rows.acount)),
    "aexists": lambda rows: asyncio.run(_awaited(rows.aexists)),
    "afirst": lambda rows: asyncio.run(_awaited(rows.afirst)),
    "aupdate": lambda rows: asyncio.run(_awaited(lambda: rows.aupdate(edits_count=0))),
    "adelete": lambda rows: asyncio.run(_awaited(rows.filter(pk=0).adelete)),
}
# Their coroutines run in another thread, which has a connection of its own.
IN_A_THREAD = {"async iteration", "acount", "aexists", "afirst", "aupdate", "adelete"}


async def _listed(rows: Rows) -> list[Any]:
    return [row async for row in rows]


async def _awaited(deed: Callable[[], Any]) -> object:
    return await deed()


@pytest.fixture
def root() -> Post:
    root = make_thread()
    make_response(root)
    return root


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_running_a_query_works_before_the_gate(root: Post, way: str) -> None:
    with pytest.raises(Ungated):
        WAYS[way](Post.objects.all())


@pytest.mark.parametrize("way", sorted(WAYS.keys() - IN_A_THREAD))
def test_every_way_of_running_a_query_works_after_the_gate(root: Post, way: str) -> None:
    WAYS[way](gate.visible(GUEST, Post.objects.all()))


@pytest.mark.parametrize("way", ["|", "&", "^", "in another's |", "in another's &", "a union"])
def test_gated_rows_joined_with_ungated_ones_are_ungated(root: Post, way: str) -> None:
    ungated, gated = Post.objects.all(), gate.visible(GUEST, Post.objects.all())
    joined = {
        "|": lambda: gated | ungated,
        "&": lambda: gated & ungated,
        "^": lambda: gated ^ ungated,
        "in another's |": lambda: ungated | gated,
        "in another's &": lambda: ungated & gated,
        "a union": lambda: gated.union(ungated, all=True),
    }
    with pytest.raises(Ungated):
        list(joined[way]())


@pytest.mark.parametrize("chained", ["filter", "exclude", "order_by", "all", "none"])
def test_what_is_made_of_ungated_rows_is_ungated(root: Post, chained: str) -> None:
    made = getattr(Post.objects.all(), chained)()
    assert not is_gated(made)
    with pytest.raises(Ungated):
        list(made)


def test_what_is_made_of_gated_rows_is_gated(root: Post) -> None:
    seen = gate.visible(GUEST, Post.objects.all())
    assert {post.pk for post in seen.filter(parent=None).order_by("pk")} == {root.pk}


def test_an_unsaved_query_of_the_guarded_kind_stays_as_it_was(root: Post) -> None:
    rows = Post.objects.all()
    gate.visible(GUEST, rows).count()
    with pytest.raises(Ungated):
        rows.count()


def test_a_refusal_names_what_was_read(root: Post) -> None:
    with pytest.raises(Ungated, match=r"^Post\.objects was read without asking the gate$"):
        list(Post.objects.all())


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_no_template_changes_gated_rows_by_naming_a_deed(root: Post, deed: str) -> None:
    called: list[str] = []

    class Rows(GuardedQuerySet[Post]):
        def _check(self) -> None:
            called.append(deed)
            raise Ungated

    said = Engine().from_string("{{ rows." + deed + " }}").render(Context({"rows": Rows(Post)}))
    assert said == ""
    assert called == []


def test_raw_sql_is_refused(root: Post) -> None:
    with pytest.raises(Ungated):
        Post.objects.raw("SELECT * FROM threads_post")
    with pytest.raises(Ungated):
        gate.visible(GUEST, Post.objects.all()).raw("SELECT * FROM threads_post")


def test_related_managers_of_guarded_rows_are_guarded(root: Post) -> None:
    for rows in (root.responses, root.revisions, root.attachments, root.board.threads):
        for way in (list, len, bool):
            with pytest.raises(Ungated):
                way(rows.all())
        with pytest.raises(Ungated):
            rows.count()
    assert gate.visible(GUEST, root.responses.all()).count() == 1


def test_prefetching_a_guarded_reverse_relation_is_refused(root: Post) -> None:
    for relation in ("responses", "revisions", "attachments"):
        with pytest.raises(Ungated):
            list(Post.unscoped.prefetch_related(relation))
    with pytest.raises(Ungated):
        list(gate.visible(GUEST, Post.objects.prefetch_related("responses")))


def test_one_row_that_another_names_is_read_without_the_gate(root: Post) -> None:
    """What `select_related`, a foreign key or a one-to-one reads, the gate doesn't ask about.

    Django reads it by the base manager, which is plain. So whoever holds a post may look at its
    board, parent and text; what of them is shown is asked by `gate.shows` and `gate.may`.
    """
    response = Post.unscoped.get(parent=root)
    assert response.parent == root
    assert Post.unscoped.select_related("parent").get(pk=response.pk).parent == root
    assert PostText.unscoped.get(post=root) == root.text
    assert Post._base_manager.__class__.__name__ == "Manager"


def test_saving_and_deleting_a_row_at_hand_needs_no_gate(root: Post) -> None:
    revision = Revision.unscoped.create(post=root, number=1, title="Before", markup="plain")
    revision.title = "Earlier"
    revision.save()
    revision.refresh_from_db()
    assert revision.title == "Earlier"
    revision.delete()
    assert not Revision.unscoped.exists()


def test_rows_of_an_unregistered_model_are_nobodys() -> None:
    from rejoinder.boards.models import Site

    assert gate.visible(GUEST, Site.objects.all()).count() == 0
    assert Board.unscoped.count() == 0
