"""Members come before guests where many wait, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from rejoinder.serving.line import TURNS, Line


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
            await line.enter(is_first=False)
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
        await line.enter(is_first=False)

        async def come(kind: str) -> None:
            await line.enter(is_first=kind == "member")
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
        await line.enter(is_first=True)
        waiting = asyncio.create_task(line.enter(is_first=True))
        called = asyncio.create_task(line.enter(is_first=True))
        await settle()
        waiting.cancel()
        await settle()
        line.leave()
        called.cancel()
        await settle()
        assert called.cancelled()
        # The place is free again.
        await line.enter(is_first=False)

    run(story())
