"""Verb: hedge an attempt; a second one where the first has not answered in time; the slower is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from makegood.gateway import faults
from makegood.gateway.attempt import STREAMING, Attempt

_GOOD = (faults.ANSWERED, STREAMING)


async def hedged(first: Attempt, seconds: float, another: Callable[[], Attempt | None]) -> Attempt:
    """The attempt that answered first of the two, or the last to fail. Both are recorded."""
    running: dict[asyncio.Task[str], Attempt] = {asyncio.create_task(first.open()): first}
    try:
        done, _ = await asyncio.wait(running, timeout=seconds)
        second = None if done else another()
        if second is not None:
            running[asyncio.create_task(second.open())] = second
        while True:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                ended = running.pop(task)
                if task.result() in _GOOD:
                    for slower in running.values():
                        slower.lost = True
                    return ended
                if not running:
                    return ended
    finally:
        await _let_go(running)


async def _let_go(running: dict[asyncio.Task[str], Attempt]) -> None:
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    for attempt in running.values():
        if attempt.ending == STREAMING:  # its answer began in the same moment
            attempt.give_up()
