"""A board's rights in words."""

from __future__ import annotations

import pytest

from rejoinder.boards.grants import EVERYONE, MEMBERS, NOBODY, PUBLIC, Granted, Rights
from rejoinder.boards.models import Ability
from rejoinder.boards.presets import Preset, preset_of, rights_for
from rejoinder.boards.sentences import consequences, describe, oddities
from rejoinder.errors import BadInput

NAMES = {1: "Crew", 2: "Pilots", 3: "Keepers"}
CREW = frozenset({1})
SITE = "The site's moderators and administrators moderate."


@pytest.mark.parametrize(
    ("preset", "says"),
    [
        (Preset.PUBLIC, "Everyone reads. All members start threads and respond."),
        (
            Preset.MEMBERS,
            "All members read. To all others the board isn't there. "
            "All members start threads and respond.",
        ),
        (
            Preset.PRIVATE,
            "Members of Crew read. To all others the board isn't there. "
            "Members of Crew start threads and respond.",
        ),
        (
            Preset.ANNOUNCEMENTS,
            "Everyone reads. Members of Crew start threads. "
            "Nobody responds but those who moderate it.",
        ),
    ],
)
def test_each_preset_is_said_in_words_and_known_again(preset: Preset, says: str) -> None:
    rights = rights_for(preset, CREW)
    assert describe(rights, NAMES) == f"{says} {SITE}"
    assert preset_of(rights) is preset
    assert preset_of(rights_for(preset, CREW, frozenset({3}))) is preset


def test_several_groups_are_named_and_a_closed_board_is_said_to_be() -> None:
    rights = {**PUBLIC, Ability.MODERATE: Granted(groups=frozenset({1, 2, 3}))}
    assert describe(rights, NAMES, is_closed=True) == (
        "Everyone reads. The board is closed: nobody starts threads or responds. "
        "Members of Crew, Keepers and Pilots moderate, beside the site's moderators "
        "and administrators."
    )


def test_rights_of_nobody_are_said_too() -> None:
    rights = dict.fromkeys(Ability, NOBODY)
    assert describe(rights, NAMES).startswith("Nobody reads but those who moderate it. Nobody")
    assert preset_of(rights) is None


def test_to_write_where_one_cant_read_is_odd() -> None:
    private = rights_for(Preset.PRIVATE, CREW)
    assert oddities(private, NAMES) == []
    assert oddities({**private, Ability.RESPOND: Granted(groups=frozenset({1, 2}))}, NAMES) == [
        "Members of Pilots can't respond as long as they can't read the board."
    ]
    assert oddities({**private, Ability.START: MEMBERS}, NAMES) == [
        "All members can't start threads as long as they can't read the board."
    ]
    moderated = {**private, Ability.START: Granted(groups=frozenset({2}))}
    moderated[Ability.MODERATE] = Granted(groups=frozenset({2}))
    assert oddities(moderated, NAMES) == []


def read_by(granted: Granted) -> Rights:
    return {**PUBLIC, Ability.READ: granted}


@pytest.mark.parametrize(
    ("was", "will", "says"),
    [
        (EVERYONE, MEMBERS, "7 posts will be hidden from guests; feeds and search engines may"),
        (EVERYONE, Granted(groups=CREW), "7 posts will be hidden from guests"),
        (MEMBERS, EVERYONE, "7 posts that were written for fewer readers will be shown"),
        (MEMBERS, Granted(groups=CREW), "7 posts will be hidden from members who are in none"),
    ],
)
def test_what_hides_or_publishes_posts_is_said_first(was, will, says) -> None:
    (said,) = consequences(read_by(was), read_by(will), 7)
    assert said.startswith(says)
    assert consequences(read_by(was), read_by(will), 0) == []
    assert consequences(read_by(was), read_by(was), 7) == []


def test_one_post_is_counted_in_the_singular() -> None:
    (said,) = consequences(read_by(EVERYONE), read_by(MEMBERS), 1)
    assert said.startswith("1 post will be hidden from guests")


def test_a_private_board_needs_a_group() -> None:
    with pytest.raises(BadInput, match="Choose the groups"):
        rights_for(Preset.PRIVATE, frozenset())
