"""The lying server, one a module, honest and empty at the start of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.fake_apis import Apis
from tests.adapters.lying_server import LyingServer


@pytest.fixture(scope="module")
def running() -> Iterator[LyingServer]:
    server = LyingServer()
    yield server
    server.close()


@pytest.fixture
def server(running: LyingServer) -> LyingServer:
    running.quiet()
    running.apis, running.plan, running.read_plan, running.met = Apis(), [], [], []
    return running
