"""Members come before guests where many wait, the cheapest first, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from rejoinder.serving.line import FIRST, MOST_LEFT, TURNS, Line


async def settle() -> None:
    """Let everybody who can go on do so."""
    for _round in range(5):
        await asyncio.sleep(0)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 10))


def test_there_are_no_more_in_than_there_are_places() -> None:
    async def story() -> None:
        line, entered = Line(2), []

        async def come(name: int) -> None:
            await line.enter(0.0)
            entered.append(name)

        tasks = [asyncio.create_task(come(name)) for name in range(5)]
        await settle()
        assert entered == [0, 1]
        line.leave()
        await settle()
        assert entered == [0, 1, 2]
        for _one in range(3):
            line.leave()
        await asyncio.gather(*tasks)
        assert entered == [0, 1, 2, 3, 4]

    run(story())


def test_members_come_first_and_of_some_turns_one_is_a_guests() -> None:
    async def story() -> None:
        line, entered = Line(1), []
        await line.enter(0.0)

        async def come(kind: str) -> None:
            await line.enter(FIRST if kind == "member" else 0.0)
            entered.append(kind)
            line.leave()

        kinds = ["guest"] * 3 + ["member"] * 6
        tasks = [asyncio.create_task(come(kind)) for kind in kinds]
        await settle()
        line.leave()
        await asyncio.gather(*tasks)
        assert entered[: TURNS - 1] == ["member"] * (TURNS - 1)
        assert entered[TURNS - 1] == "guest"
        assert sorted(entered) == sorted(kinds)

    run(story())


def test_a_place_is_not_lost_by_who_goes_away_while_waiting_or_as_their_turn_comes() -> None:
    async def story() -> None:
        line = Line(1)
        await line.enter(FIRST)
        waiting = asyncio.create_task(line.enter(FIRST))
        called = asyncio.create_task(line.enter(FIRST))
        await settle()
        waiting.cancel()
        await settle()
        line.leave()
        called.cancel()
        await settle()
        assert called.cancelled()
        # The place is free again.
        await line.enter(0.0)

    run(story())


def test_of_others_the_lowest_rank_comes_first_and_of_equals_who_came_first() -> None:
    async def story() -> None:
        line, entered = Line(1), []
        await line.enter(0.0)

        async def come(name: str, rank: float) -> None:
            await line.enter(rank)
            entered.append(name)
            line.leave()

        ranks = {"crawler": 3.5, "reader": 0.1, "another": 0.1, "new": 0.0}
        tasks = [asyncio.create_task(come(name, rank)) for name, rank in ranks.items()]
        await settle()
        line.leave()
        await asyncio.gather(*tasks)
        assert entered == ["new", "reader", "another", "crawler"]

    run(story())


def test_who_has_waited_long_comes_next_whatever_their_rank() -> None:
    async def story() -> None:
        moment = [100.0]
        line, entered = Line(1, longest=3.0, now=lambda: moment[0]), []
        await line.enter(0.0)

        async def come(name: str, rank: float) -> None:
            await line.enter(rank)
            entered.append(name)

        tasks = [asyncio.create_task(come("crawler", 9.0))]
        await settle()
        for number in range(3):
            moment[0] += 1.0
            tasks.append(asyncio.create_task(come(f"reader {number}", 0.0)))
            await settle()
            line.leave()
            await settle()
        tasks.append(asyncio.create_task(come("member", FIRST)))
        await settle()
        for _one in range(2):
            line.leave()
        await asyncio.gather(*tasks)
        assert entered == ["reader 0", "reader 1", "crawler", "reader 2", "member"]

    run(story())


def test_those_who_had_their_turn_by_age_are_cleared_away() -> None:
    async def story() -> None:
        moment = [100.0]
        line = Line(1, longest=3.0, now=lambda: moment[0])
        await line.enter(0.0)
        for number in range(5 * MOST_LEFT):
            waiting = asyncio.create_task(line.enter(float(number)))
            await settle()
            moment[0] += 3.0
            line.leave()
            await waiting
        assert len(line._others) <= MOST_LEFT + 3

    run(story())
