"""Names, handles, zones."""

from __future__ import annotations

import pytest

from rejoinder.errors import BadInput, BadName, Refused
from rejoinder.members.accounts import rename, set_time_zone, staged_member, time_zones
from rejoinder.members.models import Member
from tests.factories import make_member, principal_of

pytestmark = pytest.mark.django_db


def test_a_member_takes_another_name_and_keeps_the_handle() -> None:
    member = make_member("crash davis")
    rename(principal_of(member), member, "  Annie   Savoy ")
    member.refresh_from_db()
    assert (member.name, member.handle_id) == ("Annie Savoy", "crash-davis")
    make_member("Crash Davis")


def test_a_member_may_change_the_case_of_their_own_name() -> None:
    member = make_member("crash davis")
    rename(principal_of(member), member, "Crash Davis")
    assert Member.objects.get().name == "Crash Davis"


def test_a_name_that_looks_like_anothers_is_refused() -> None:
    make_member("crash davis")
    member = make_member("Annie")
    with pytest.raises(BadName, match="taken"):
        rename(principal_of(member), member, "Crash Davıs")
    assert Member.objects.get(pk=member.pk).name == "Annie"


def test_nobody_renames_another() -> None:
    ann, bob = make_member("Ann"), make_member("Bob")
    with pytest.raises(Refused):
        rename(principal_of(ann), bob, "Silly")
    with pytest.raises(Refused):
        set_time_zone(principal_of(ann), bob, "Asia/Tokyo")


def test_zones_are_those_of_the_list() -> None:
    member = make_member("Ann")
    set_time_zone(principal_of(member), member, "America/Argentina/Ushuaia")
    assert Member.objects.get().time_zone == "America/Argentina/Ushuaia"
    with pytest.raises(BadInput):
        set_time_zone(principal_of(member), member, "Middle-earth/Shire")
    assert {"UTC", "Europe/Kyiv"} <= set(time_zones())
    assert not any(zone.startswith("Etc/") for zone in time_zones())


def test_an_archives_author_is_one_member_per_address() -> None:
    first = staged_member("A. Uthor", "A@example.org")
    assert staged_member("Another Name", "a@example.org") == first
    assert not first.has_usable_password()
    assert staged_member("A. Uthor", "") != staged_member("A. Uthor", "")
