from __future__ import annotations

import pytest

from rejoinder.events.read import EVERYTHING, Changed
from rejoinder.serving import pages
from rejoinder.serving.pages import ANYTHING, OVERHEAD_OCTETS, Page, Pages, Tag
from rejoinder.serving.replies import Reply

THREAD = Tag("thread", 1)
OF_THREAD = Changed(1, 5, 7)


def reply(octets: int) -> Reply:
    # The empty line between head and body counts.
    return Reply.of('"etag"', [], b"x" * (octets - 2), repeated=[])


def page(*tags: Tag, octets: int = 100) -> Page:
    return Page(frozenset(tags or {THREAD}), "gzip", {"gzip": reply(octets)})


def test_a_page_is_found_until_something_it_shows_changes() -> None:
    kept = Pages(1_000_000)
    shown = page(Tag("thread", 1))
    kept.put("a", shown, kept.mark())
    kept.put("b", page(Tag("thread", 2)), kept.mark())
    assert kept.get("a") is shown
    kept.hear([Changed(1, None, None)])
    assert kept.get("a") is None
    assert kept.get("b") is not None


@pytest.mark.parametrize("tag", [THREAD, Tag("board", 5), Tag("member", 7), ANYTHING])
def test_a_change_concerns_its_thread_board_member_and_what_shows_anything(tag: Tag) -> None:
    kept = Pages(1_000_000)
    kept.put("a", page(tag), kept.mark())
    kept.hear([OF_THREAD])
    assert kept.get("a") is None


def test_a_change_of_everything_leaves_nothing() -> None:
    kept = Pages(1_000_000)
    kept.put("a", page(Tag("thread", 99)), kept.mark())
    kept.hear([EVERYTHING])
    assert kept.get("a") is None
    assert (len(kept), kept.octets) == (0, 0)


@pytest.mark.parametrize("change", [OF_THREAD, EVERYTHING])
def test_a_page_that_was_begun_before_a_change_is_not_kept(change: Changed) -> None:
    kept = Pages(1_000_000)
    begun = kept.mark()
    kept.hear([change])
    assert not kept.put("a", page(), begun)
    assert kept.get("a") is None
    assert kept.put("a", page(), kept.mark())


def test_a_page_begun_before_a_change_of_something_else_is_kept() -> None:
    kept = Pages(1_000_000)
    begun = kept.mark()
    kept.hear([Changed(2, 6, 8)])
    assert kept.put("a", page(), begun)


def test_a_page_begun_before_more_changes_than_are_remembered_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "MOST_REMEMBERED", 3)
    kept = Pages(1_000_000)
    begun = kept.mark()
    for number in range(10, 20):
        kept.hear([Changed(number, None, None)])
    assert not kept.put("a", page(), begun)


def test_the_room_is_never_exceeded_and_counted_right() -> None:
    kept = Pages(100_000)
    for number in range(500):
        kept.put(number, page(Tag("thread", number), octets=number * 3), kept.mark())
        assert kept.octets <= 100_000
    found = [each for number in range(500) if (each := kept.get(number))]
    assert sum(each.octets for each in found) == kept.octets
    kept.hear([EVERYTHING])
    assert kept.octets == 0


def test_a_page_larger_than_the_part_for_new_ones_is_not_kept() -> None:
    kept = Pages(100_000)
    assert not kept.put("a", page(octets=20_000), kept.mark())


def test_a_robot_that_reads_everything_once_pushes_no_readers_page_out() -> None:
    kept = Pages(300_000)
    read = [f"read {number}" for number in range(50)]
    for _time in range(3):
        for key in read:
            if kept.get(key) is None:
                kept.put(key, page(octets=1000), kept.mark())
    hits = 0
    for number in range(5000):
        kept.put(f"robot {number}", page(octets=1000), kept.mark())
        if number % 10 == 0:
            hits += kept.get(read[number // 10 % 50]) is not None
    assert hits == 500
    assert kept.octets <= 300_000


def test_what_readers_come_back_to_keeps_its_place_when_it_is_made_anew() -> None:
    kept = Pages(20 * (OVERHEAD_OCTETS + 1000))
    kept.put("hot", page(octets=1000), kept.mark())
    kept.get("hot")
    kept.hear([OF_THREAD])
    kept.put("hot", page(octets=1000), kept.mark())
    for number in range(1000):
        kept.put(number, page(Tag("thread", 2), octets=1000), kept.mark())
    assert kept.get("hot") is not None


def test_a_page_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Pages(1_000_000)
    old = page()
    old.made_at -= pages.OLDEST_SECONDS + 1
    kept.put("a", old, kept.mark())
    assert kept.get("a") is None


def test_another_coding_is_kept_with_a_page_while_it_is_there() -> None:
    kept = Pages(1_000_000)
    shown = page()
    kept.put("a", shown, kept.mark())
    before = kept.octets
    kept.add_variant("a", shown, "zstd", reply(50))
    kept.add_variant("a", shown, "zstd", reply(50))
    assert kept.octets == before + 50
    kept.hear([EVERYTHING])
    kept.add_variant("a", shown, "identity", reply(50))
    assert kept.octets == 0
