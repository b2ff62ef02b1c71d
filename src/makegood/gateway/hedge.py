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
        ended = first
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                ended = running.pop(task)
                if task.result() in _GOOD:
                    return ended
        return ended
    finally:
        await _cancel(running)


async def _cancel(running: dict[asyncio.Task[str], Attempt]) -> None:
    for task, attempt in running.items():
        attempt.lost = not attempt.ending
        task.cancel()
    for task in running:
        try:
            await task
        except asyncio.CancelledError:
            continue
