"""Servers on an event loop of their own thread, so that synchronous clients can talk to them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

_PATIENCE = 20


class Loop:
    """An event loop in a thread; `enter` opens an asynchronous context there and keeps it open until `close`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._open: list[AbstractAsyncContextManager[Any]] = []
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine there and wait for its outcome."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_PATIENCE)

    def enter(self, context: AbstractAsyncContextManager[Any]) -> Any:
        """Open a context there; it is left, last opened first, by `close`."""
        made = self.run(_entered(context))
        self._open.append(context)
        return made

    def close(self) -> None:
        """Leave every context and end the thread."""
        try:
            while self._open:
                self.run(_left(self._open.pop()))
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(_PATIENCE)
            self.loop.close()


async def _entered(context: AbstractAsyncContextManager[Any]) -> Any:
    return await context.__aenter__()


async def _left(context: AbstractAsyncContextManager[Any]) -> None:
    await context.__aexit__(None, None, None)
