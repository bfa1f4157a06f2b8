"""Rows that are asked for by lists alone: grants, memberships."""

from __future__ import annotations

import pytest

from rejoinder.boards.models import Grant
from rejoinder.members.models import Membership
from rejoinder.policy import gate
from rejoinder.posts.models import Attachment, Revision
from rejoinder.threads.models import PostText
from tests.policy import matrix
from tests.policy.world import World

pytestmark = pytest.mark.django_db

IN_CHARGE = {"administrator", "silenced administrator", "password that reads", "system job"}


def test_what_boards_grant_is_shown_to_who_runs_the_site(world: World) -> None:
    for name, role in world.roles.items():
        seen = gate.visible(role.principal(), Grant.objects.all()).exists()
        assert seen == (name in IN_CHARGE), name


def test_memberships_are_shown_to_site_moderators_and_to_their_member(world: World) -> None:
    every = Membership.unscoped.count()
    for name, role in world.roles.items():
        principal = role.principal()
        seen = set(
            gate.visible(principal, Membership.objects.all()).values_list("member", flat=True)
        )
        if name in IN_CHARGE | {"site moderator"}:
            assert len(seen) > 1, name
        else:
            assert seen <= {principal.member_id}, name
    assert every > 1


@pytest.mark.parametrize("role", matrix.roles())
def test_texts_and_files_are_read_by_whom_the_words_are_shown_to(world: World, role: str) -> None:
    principal = world.roles[role].principal()
    for row in matrix.rows("posts"):
        if row.role == role and not row.state.startswith("missing"):
            for model in (PostText, Attachment, Revision):
                rows = model.objects.filter(post=world.posts[row.state].pk)
                assert gate.reachable(principal, rows).exists() == (
                    row.answers["words"] == "yes"
                ), row
