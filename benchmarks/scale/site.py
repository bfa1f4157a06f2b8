"""The site around the posts: boards, groups, members; where it stands, and its last touches."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from benchmarks.scale import plan as plans
from benchmarks.scale import rows
from benchmarks.scale.people import Person, people
from rejoinder.boards.administer import add_board
from rejoinder.boards.models import LETTERS, Board, Site
from rejoinder.boards.presets import Preset, rights_for
from rejoinder.members.accounts import add_member
from rejoinder.members.models import Group, Handle, Member, Membership
from rejoinder.moderation import cases
from rejoinder.moderation.models import CaseKind
from rejoinder.policy.principals import Standing, system
from rejoinder.posts import standing as standings
from rejoinder.threads.models import BoardTally, Post, State, Thread
from rejoinder.threads.tree import in_batches

PASSWORD = "correct horse battery staple"
CREW = 20
_AT_ONCE = 1000


def set_up(seed: int, members: int) -> None:
    """Make boards, groups and members on a fresh site: one transaction.

    "Ada" administrates and "Mo" moderates everywhere; they and all members sign in with
    `PASSWORD`, whose hash they share, because Argon2 is slow by intent.
    """
    chance = random.Random(f"{seed}:site")
    with transaction.atomic():
        label = "".join(chance.choices(LETTERS, k=10))
        Site.objects.update_or_create(pk=1, defaults={"label": label, "title": "Scale"})
        password = make_password(PASSWORD, salt="0123456789abcdef")
        found = people(seed, members, plans.BEGAN, plans.ENDED, _taken())
        _add_members(list(found), password)
        crew = Group.unscoped.create(name="Crew")
        Membership.unscoped.bulk_create(
            Membership(group=crew, member=member) for member in _founders()[:CREW]
        )
        _add_boards(crew)
        ada, mo = (add_member(name, email=f"{name}@example.org") for name in ("Ada", "Mo"))
        Member.objects.filter(pk__in=[ada.pk, mo.pk]).update(password=password)
        Member.objects.filter(pk=ada.pk).update(is_administrator=True)
        moderators = Group.unscoped.create(name="Moderators", moderates_everywhere=True)
        Membership.unscoped.create(group=moderators, member=mo)


def _taken() -> set[str]:
    # A board takes its handle after the members, and gets out of their way.
    return {*Handle.objects.values_list("name", flat=True), "ada", "mo"}


def _add_members(found: Sequence[Person], password: str) -> None:
    Handle.objects.bulk_create([Handle(name=one.handle) for one in found], batch_size=_AT_ONCE)
    Member.objects.bulk_create(
        [
            Member(
                handle_id=one.handle,
                name=one.name,
                name_key=one.name_key,
                email=one.email,
                password=password,
                access_generation=1,
                joined_at=one.joined_at,
            )
            for one in found
        ],
        batch_size=_AT_ONCE,
    )


def _add_boards(crew: Group) -> None:
    for name, _share, kind in plans.BOARDS:
        preset = Preset(kind)
        groups = frozenset({crew.pk}) if preset is Preset.PRIVATE else frozenset()
        rights = rights_for(preset, groups)
        board = add_board(system("benchmarks"), name, f"All about {name}.", rights)
        BoardTally.unscoped.create(board=board)
    Board.unscoped.update(created_at=plans.BEGAN)


def _writers() -> list[Member]:
    """Return the members who write, the most active first."""
    found = Member.objects.filter(email__startswith="member", email__endswith="@example.org")
    return list(found.only("pk", "joined_at").order_by("pk"))


def _founders() -> list[Member]:
    return [member for member in _writers() if member.joined_at == plans.BEGAN]


def writers() -> plans.People:
    """Return who writes, as a plan knows them: by index."""
    joined = [(member.joined_at - plans.BEGAN).total_seconds() for member in _writers()]
    crew = [index for index, at in enumerate(joined) if at == 0][:CREW]
    return plans.People(joined, crew)


def stands(plan: plans.Plan) -> rows.Standing:
    """Return where the site stands: the database says so."""
    standing = rows.Standing(
        label=Site.objects.get(pk=1).label,
        boards=list(Board.unscoped.order_by("position").values_list("pk", flat=True)),
        members=[member.pk for member in _writers()],
        next_post=1 + (Post.unscoped.order_by("-pk").values_list("pk", flat=True).first() or 0),
        next_thread=1 + (Thread.unscoped.order_by("-pk").values_list("pk", flat=True).first() or 0),
    )
    for tally in BoardTally.unscoped.all():
        standing.tallies[tally.board_id] = rows.Tally(
            tally.last_number,
            tally.posts_count,
            tally.threads_count,
            tally.last_at and _text(tally.last_at),
            tally.last_post_id,
        )
    standing.long = [rows.grown(parents) for parents, _states in plan.long]
    # The long threads are begun in the first batch, first the longest.
    for long, thread_id in zip(standing.long, long_threads(), strict=False):
        _grow(long, Thread.unscoped.get(pk=thread_id))
    return standing


def long_threads() -> list[int]:
    """Return the ids of the long threads that are begun, the longest first."""
    from benchmarks.scale import ledger

    return list(ledger.read("long") or [])


def _grow(long: rows.Grown, thread: Thread) -> None:
    long.id = thread.pk
    for pk, public_id, responses in (
        Post.unscoped.filter(thread=thread)
        .order_by("pk")
        .values_list("pk", "public_id", "responses_count")
    ):
        long.ids.append(pk)
        long.public_ids.append(public_id)
        long.responses.append(responses)
    long.posts_count, long.last_post_id = thread.posts_count, thread.last_post_id
    long.last_at, long.started_at = _text(thread.last_at), _text(thread.started_at)


def finish() -> None:
    """Lay held posts on the desk, and raise members to the standing that they earned."""
    held = list(Post.unscoped.filter(state=State.HELD, cases=None).values_list("pk", flat=True))
    with transaction.atomic():
        for some in in_batches(held):
            cases.lay_on_desk(some, CaseKind.HELD)
    risen = Member.objects.filter(standing=Standing.NEW, standing_is_set=False)
    for some in in_batches(list(risen.order_by("pk").values_list("pk", flat=True))):
        with transaction.atomic():
            standings.rise_all(some)


def _text(at: datetime) -> str:
    return str(at.replace(tzinfo=None))
