"""A transport that records does not hold a caller up for what the caller does not wait for."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

import makegood.hooks
from makegood.hooks.recorder import close_log

HEAD = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
PACE = 0.03  # seconds between two bytes, less than any read waits


@pytest.fixture
def drip() -> Iterator[str]:
    """An address that refuses one request and sends the refusal a byte at a time."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            asker, _ = server.accept()
            with asker, suppress(OSError):
                asker.recv(65_536)
                asker.sendall(HEAD)
                for _ in range(100):
                    asker.sendall(b" ")
                    time.sleep(PACE)

        refusing = threading.Thread(target=refuse, daemon=True)
        refusing.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1/chat/completions"
        refusing.join(5)


def test_a_refusal_that_drips_is_not_waited_for(drip: str, tmp_path: Path) -> None:
    transport = makegood.hooks.transport(httpx2.HTTPTransport(), folder=tmp_path)
    with httpx2.Client(transport=transport) as client, client.stream("POST", drip, json={"model": "m"}) as answer:
        began = time.monotonic()
        answer.close()
        assert time.monotonic() - began < 1
    close_log(tmp_path)


def test_nor_is_it_by_a_client_with_async(drip: str, tmp_path: Path) -> None:
    async def story() -> float:
        transport = makegood.hooks.transport(httpx2.AsyncHTTPTransport(), folder=tmp_path)
        client = httpx2.AsyncClient(transport=transport)
        async with client, client.stream("POST", drip, json={"model": "m"}) as answer:
            began = time.monotonic()
            await answer.aclose()
            return time.monotonic() - began

    assert asyncio.run(story()) < 1
    close_log(tmp_path)
